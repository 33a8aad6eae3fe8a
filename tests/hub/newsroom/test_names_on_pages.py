"""What organisations are called in the newsroom's forms, and where its pages lead on."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.hub.cast import SYSTEM, Cast
from tests.hub.newsroom.readers import ask, last_mail, token
from vidensbro.hub.common import clock
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Version
from vidensbro.hub.newsroom.services import inquiries, kits, lists
from vidensbro.hub.newsroom.services.inquiries import Question

pytestmark = pytest.mark.django_db
NAMES = {"da": "Nordsensor i Aalborg", "en": "Nordsensor of Aalborg"}


@pytest.fixture
def company(cast: Cast, draft: Version, settings) -> Organisation:
    """The company with a name in each language, a release that is out, a press kit, a list and a question."""
    settings.VIDENSBRO_VISITOR_PAGES = False
    Organisation.objects.filter(pk=cast.company.pk).update(name_da=NAMES["da"], name_en=NAMES["en"])
    services.hand_in(SYSTEM, draft.pk, draft.number)
    for one in draft.release.issuers.all():
        draft = services.approve(SYSTEM, draft.pk, one.organisation_id, draft.number)
    services.schedule(SYSTEM, draft.pk, clock.now())
    kits.write(SYSTEM, cast.company.pk, "Vi laver sensorer.", "We make sensors.")
    lists.create_list(SYSTEM, "Presse", "journalists", cast.company.pk)
    inquiries.ask(cast["owner"], cast.company.pk, Question("Rita", "rita@example.org", "Hvor mange?"))
    return Organisation.objects.get(pk=cast.company.pk)


@pytest.mark.parametrize("language", ["da", "en"])
def test_forms_name_organisations_in_the_language_of_the_page(
    cast: Cast, company: Organisation, language: str
) -> None:
    other = NAMES["en" if language == "da" else "da"]
    client = Client(headers={"accept-language": language})
    ask("rolf@example.org", language=language, organisations=(company.pk,))
    confirm = reverse("confirm-subscription", args=[token(last_mail("rolf@example.org"))])
    for path in (reverse("subscribe"), confirm):
        page = client.get(path).content.decode()
        assert NAMES[language] in page
        assert other not in page
    client.force_login(cast.users["coordinator"])
    for name in ("press-lists", "press-inquiries"):
        page = client.get(reverse(name), headers={"accept-language": language}).content.decode()
        assert NAMES[language] in page
        assert other not in page


def test_a_press_kit_leads_to_the_organisations_own_releases(company: Organisation) -> None:
    client = Client(headers={"accept-language": "da"})
    page = client.get(reverse("press-kit", args=[company.pk])).content.decode()
    assert f'href="{reverse("newsroom-archive")}?organisation={company.pk}"' in page
    assert f'href="{reverse("newsroom")}?' not in page


@pytest.mark.parametrize(
    ("name", "told"), [("universitet", "stands in the list"), ("xyzzy", "called “xyzzy”")]
)
def test_whether_a_name_finds_an_issuer_is_said(cast: Cast, draft: Version, name: str, told: str) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.users["coordinator"])
    sent = {"issuer_name": name, "action": "find"}
    for path in (reverse("release-settings", args=[draft.pk]), reverse("write-release")):
        assert told in client.post(path, sent).content.decode()
