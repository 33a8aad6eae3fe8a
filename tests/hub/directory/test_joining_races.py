"""Many at once: one invitation, one request, one person, the last two coordinators; on a database file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("joining_races")

ROOT = Path(__file__).resolve().parents[3]
AT_ONCE = 8
SCENE = """
import json, sys, threading
import django
django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)

from tests.hub.cast import SYSTEM, assemble
from tests.hub.directory.joining_cast import as_actor, newcomer, token_to
from vidensbro.hub.common.errors import HubError
from vidensbro.hub.directory import services
from vidensbro.hub.directory.models import Invitation, Membership, Person
from vidensbro.hub.mail.models import Mail

cast, many = assemble(), int(sys.argv[1])
place = cast.company.pk


def at_once(calls):
    gate, told = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            call()
            told.append("done")
        except HubError as error:
            told.append(getattr(error, "reason", error.code))
        except Exception as error:
            told.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


guest = newcomer("guest")
services.invite(SYSTEM, guest.email, organisation_id=place)
token = token_to(guest.email)
accepted = at_once([lambda: services.accept_invitation(as_actor(guest), token)] * many)

asker = newcomer("asker")
asked = at_once([lambda: services.ask_to_join(as_actor(asker), place)] * many)
row = asker.join_requests.get()
decided = at_once(
    [lambda: services.confirm_join(SYSTEM, row.pk), lambda: services.refuse_join(SYSTEM, row.pk)] * (many // 2)
)

person = services.create_person(SYSTEM, name="Ida Testsen")
claims = [services.claim_person(as_actor(newcomer(f"claimer{number}")), person.pk) for number in range(many)]
claimed = at_once([lambda claim=claim: services.confirm_claim(SYSTEM, claim.pk) for claim in claims])

invited = at_once([lambda: services.invite(SYSTEM, "new@example.org", organisation_id=place)] * many)
to_all = at_once([lambda: services.invite(SYSTEM, "all@example.org")] * many)

services.change_role(SYSTEM, cast.users["colleague"].pk, place, "coordinator")
left = at_once([lambda name=name: services.leave(cast[name], place) for name in ("coordinator", "colleague")])

print(json.dumps({
    "accepted": accepted,
    "asked": asked,
    "decided": decided,
    "claimed": claimed,
    "invited": invited,
    "to_all": to_all,
    "left": left,
    "coordinators": Membership.objects.filter(organisation=place, role="coordinator").count(),
    "guests": Membership.objects.filter(user=guest).count(),
    "open": Invitation.objects.open().count(),
    "mails": {kind: Mail.objects.filter(kind=kind).count() for kind in (
        "directory.invited", "directory.invitation_accepted", "directory.join_decided", "directory.claim_decided",
    )},
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What came of it all."""
    folder = tmp_path_factory.mktemp("races")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "VIDENSBRO_DATA": str(folder),
        "VIDENSBRO_EMBEDDER": "none",
    }
    environment.pop("VIDENSBRO_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", SCENE, str(AT_ONCE)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ("accepted", "not_found"),
        ("asked", "already_asked"),
        ("decided", "request_over"),
        ("claimed", "person_taken"),
        ("invited", "already_invited"),
        ("to_all", "already_invited"),
    ],
)
def test_one_wins_and_the_others_are_told_why(told: dict, what: str, refusal: str) -> None:
    assert Counter(told[what]) == {"done": 1, refusal: AT_ONCE - 1}


def test_one_coordinator_stays(told: dict) -> None:
    assert told["left"] == ["done", "last_coordinator"]
    assert told["coordinators"] == 1


def test_nothing_is_there_twice_and_each_mail_is_written_once(told: dict) -> None:
    assert (told["guests"], told["open"]) == (1, 2)
    assert told["mails"] == {
        "directory.invited": 3,
        "directory.invitation_accepted": 0,
        "directory.join_decided": 1,
        "directory.claim_decided": 1,
    }
