"""Every kind of mail of an introduction, in both languages: no holes, no placeholders, every link introduced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hub.introductions.conftest import Scene
from vidensbro.hub.accounts.models import User
from vidensbro.hub.common import clock
from vidensbro.hub.introductions import disclosure, notifications, protection, services
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail.models import Mail


def live(scene: Scene) -> None:
    """Everything happens that somebody is told of."""
    begin = clock.now() + timedelta(days=30)
    times = [(begin + timedelta(days=day), begin + timedelta(days=day, minutes=30)) for day in (0, 1)]
    ida, link = Answerer(scene["researcher"]), Answerer(scene["visitor"], True, scene.clinician.pk)
    met = scene.asked(scene.need("public"), by="secretariat", times=times)
    services.accept(ida, met.pk, time_id=met.times.all()[0].pk, note="See you.\n\nIda")
    services.agree(scene["owner"], met.pk)
    late = scene.asked(scene.need("sealed"))
    for moment in (late.expires_at - timedelta(days=3), late.expires_at - timedelta(days=1), late.expires_at):
        with clock.clock_at(moment + timedelta(minutes=1)):
            services.keep_time(late.pk)
    later = scene.asked(scene.need("public"), times=times)
    services.postpone(ida, later.pk, clock.today() + timedelta(days=5))
    with clock.clock_at(clock.now() + timedelta(days=6)):
        services.keep_time(later.pk)
        services.decline(ida, later.pk, "not_my_field", "Sorry", "Bo Eksempel")
    shown = scene.asked(scene.need("sealed"), person_id=scene.clinician.pk)
    step = disclosure.ask_for(link, shown.pk, "description")
    disclosure.decide(scene["owner"], step.pk, True, needs_confidentiality=True)
    services.accept(link, shown.pk)
    services.request_times(scene["owner"], shown.pk, times)
    services.choose_time(link, shown.pk, shown.times.all()[0].pk)
    gone = scene.asked(scene.need("sealed"), person_id=scene.clinician.pk)
    services.withdraw(scene["owner"], gone.pk)
    protection.set_preference(scene["researcher"], scene.researcher.pk, digest=True, per_month=20)
    scene.asked(scene.need("public"), times=times)
    scene.asked(scene.need("public", title="Another need"))
    services.send_digest(scene.researcher.pk)


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_mail_reads_well(scene: Scene, language: str) -> None:
    User.objects.update(language=language)
    scene.researcher.refresh_from_db()
    live(scene)
    written = list(Mail.objects.all())
    assert {one.kind for one in written} == {one.code for one in notifications.KINDS}
    # Who has no account is written to in the language of the site.
    assert {one.language for one in written if one.user_id} == {language}
    for one in written:
        everything = "\n".join((one.subject, one.text, one.html))
        assert not any(sign in everything for sign in ("{{", "{%", "%(", "None")), one.kind
        assert one.subject == one.subject.strip() != ""
        assert not one.text.startswith("\n")
        assert "\n\n\n" not in one.text, one.text
        body = one.text.split("\n-- \n")[0].rstrip("\n")
        for before, line in zip(body.split("\n"), body.split("\n")[1:], strict=False):
            # A link follows a sentence that says what it is, or stands alone after it.
            assert not line.startswith("http") or before.endswith(":") or not before, one.text
        last = body.split("\n")[-1]
        assert last.startswith("http") or last.endswith((".", "?")), one.text
