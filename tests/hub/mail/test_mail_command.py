"""`vidensbro mail` and what the doctor says of the mail server, as real commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.cli.command import run
from tests.hub.mail.conftest import PostOffice, free_port, opened

pytestmark = pytest.mark.xdist_group("mail_command")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    found = PostOffice()
    running = opened(found)
    yield found
    running.stop()


def at(office: PostOffice) -> dict[str, str]:
    return {"VIDENSBRO_EMAIL_URL": f"smtp://127.0.0.1:{office.port}", "VIDENSBRO_EMAIL_TIMEOUT": "2"}


def test_the_settings_are_tried_and_a_refusal_is_told(office: PostOffice, tmp_path: Path) -> None:
    done = run(tmp_path, "mail", "send-test", "you@example.org", env=at(office))
    assert done.code == 0, done.err
    assert "250 OK" in done.out
    assert office.mails[0].recipients == ["you@example.org"]
    office.answers["RCPT"] = ["550 5.1.1 nobody here"]
    refused = run(tmp_path, "mail", "send-test", "nobody@example.org", env=at(office))
    assert refused.code == 1
    assert "550 5.1.1 nobody here" in refused.err
    status = run(tmp_path, "mail", "status", "--json", env=at(office))
    assert status.code == 1
    assert status.json["counts"] == {"waiting": 0, "sending": 0, "sent": 1, "given_up": 1, "suppressed": 0}
    assert status.json["given_up"][0]["answer"] == "550 5.1.1 nobody here"
    assert run(tmp_path, "mail", "retry", "--json", env=at(office)).json == {"retried": 1}
    assert run(tmp_path, "worker", "--once", env=at(office)).code == 0
    assert run(tmp_path, "mail", "status", env=at(office)).code == 0
    assert len(office.mails) == 2
    assert run(tmp_path, "mail", "send-test", "no address", env=at(office)).code == 2


def test_the_doctor_greets_the_server(office: PostOffice, tmp_path: Path) -> None:
    found = {one["name"]: one for one in run(tmp_path, "doctor", "--json", env=at(office)).json}
    assert found["Mail"]["state"] == "good"
    assert f"127.0.0.1:{office.port}" in found["Mail"]["told"]
    assert office.mails == []
    nobody = {"VIDENSBRO_EMAIL_URL": f"smtp://127.0.0.1:{free_port()}"}
    missing = run(tmp_path, "doctor", "--json", env=nobody)
    found = {one["name"]: one for one in missing.json}
    assert missing.code == 1
    assert found["Mail"]["state"] == "bad"
    assert "VIDENSBRO_EMAIL_URL" in found["Mail"]["mend"]
