"""What somebody may not see changes nothing on that one's pages, in mails to that one, or in what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from tests.hub.cast import SYSTEM
from tests.hub.introductions.conftest import MESSAGE, Scene
from vidensbro.hub.common.errors import HubError
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Person
from vidensbro.hub.introductions import disclosure, protection, services
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.needs.models import Need

VIEWERS = ("visitor", "owner", "coordinator", "outsider", "researcher")
Hidden = Callable[[Scene], object]


def anothers_need(scene: Scene) -> Need:
    """A sealed need of somebody whom no viewer acts for."""
    row = scene.need("sealed", title="Nobody's business", text="Something that only its owner knows of.")
    Need.objects.filter(pk=row.pk).update(owner=scene.users["dean"], organisation=None)
    return Need.objects.get(pk=row.pk)


def a_draft(scene: Scene) -> None:
    """The secretariat writes a request, and has not sent it."""
    scene.drafted(anothers_need(scene), "secretariat")


def a_request_to_somebody_else(scene: Scene) -> None:
    """Another is asked, sees more and says no."""
    drafted = scene.drafted(anothers_need(scene), "secretariat", person_id=scene.clinician.pk)
    row = services.ask(scene["secretariat"], drafted.pk, override="They have never met.")
    by = Answerer(scene["visitor"], via_link=True, person_id=row.person_id)
    step = disclosure.ask_for(by, row.pk, "description")
    disclosure.decide(scene["dean"], step.pk, False)
    services.decline(by, row.pk, "no_time", referral="Ida Testsen")


def a_conflict_with_a_third(scene: Scene) -> None:
    """The researcher wishes not to be asked for somebody whom no viewer has to do with."""
    third = directory.create_organisation(SYSTEM, name="Nobody's company", kind="company")
    protection.declare(scene["researcher"], scene.researcher.pk, organisation_id=third.pk)


def a_hidden_person(scene: Scene) -> None:
    """Somebody who cannot be found declares a conflict with everybody."""
    person = directory.create_person(SYSTEM, name="Not To Be Found")
    Person.objects.filter(pk=person.pk).update(visibility=Person.Visibility.HIDDEN)
    protection.declare(SYSTEM, person.pk, organisation_id=scene.cast.company.pk)


def page(scene: Scene, name: str, path: str) -> tuple[int, str]:
    for one in settings.CACHES:
        caches[one].clear()
    client = Client(headers={"accept-language": "en"})
    users = {**scene.cast.users, **scene.users}
    if name in users:
        client.force_login(users[name])
    response = client.get(path)
    return response.status_code, re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


@pytest.mark.parametrize(
    "hidden", [a_draft, a_request_to_somebody_else, a_conflict_with_a_third, a_hidden_person]
)
def test_hidden_things_change_no_page_mail_or_refusal(scene: Scene, hidden: Hidden) -> None:
    need = scene.need("public")
    row = scene.asked(need)
    paths = (
        f"/needs/{need.pk}/",
        f"/needs/{need.pk}/introductions/new/?match=publication:{scene.paper.pk}",
        f"/introductions/{row.pk}/",
        "/introductions/",
        f"/people/{scene.clinician.pk}/",
    )

    def seen() -> dict[tuple[str, str], tuple[int, str]]:
        people = [name for name in VIEWERS if name == "visitor" or name in scene.names]
        if hidden is a_conflict_with_a_third:
            people.remove("researcher")
        return {(name, path): page(scene, name, path) for name in people for path in paths}

    def refused() -> str:
        with pytest.raises(HubError) as refusal:
            services.draft(
                scene["owner"], need.pk, person_id=scene.researcher.pk, message=MESSAGE, match_key=""
            )
        return repr(refusal.value)

    before, mails, said = seen(), mails_to(scene), refused()
    hidden(scene)
    after = seen()
    assert [key for key in before if before[key] != after[key]] == []
    assert refused() == said
    assert mails_to(scene) == mails


def mails_to(scene: Scene) -> list[tuple[str, str, str]]:
    """What the owner and the researcher were written, without the secrets in it."""
    ours = ("owner@example.org", "researcher@example.org")
    rows = Mail.objects.filter(address__in=ours).order_by("created", "pk")
    return [(one.address, one.subject, re.sub(r"/(answer|mail)/\S+", "", one.text)) for one in rows]
