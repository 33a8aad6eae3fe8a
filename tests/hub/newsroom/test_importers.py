"""Releases that come from plain files: out with their dates, held until them, told to nobody, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from tests.hub.cast import NOON, Cast
from tests.hub.newsroom.conftest import WORDS
from tests.hub.newsroom.post_office import PostOffice, inbox, office, reader, work  # noqa: F401
from vidensbro.hub.accounts.actors import VISITOR, system_actor
from vidensbro.hub.common import clock
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Denied
from vidensbro.hub.directory.models import Organisation, Person
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.services import run_import, undo_import
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.newsroom import services
from vidensbro.hub.newsroom.models import Inquiry, Release, State, Subscriber, Version
from vidensbro.hub.newsroom.presenters.release import shown
from vidensbro.hub.newsroom.queries import versions
from vidensbro.hub.newsroom.services import weekly
from vidensbro.hub.newsroom.services.sending import send
from vidensbro.hub.newsroom.services.taking_over import take_away, take_over
from vidensbro.hub.newsroom.targets import ReleaseTarget
from vidensbro.hub.outbox.models import Entry

pytestmark = pytest.mark.django_db

SYSTEM = system_actor("tests")
EXAMPLES = Path(__file__).parents[3] / "examples"
DISTRICTS = ("danish-life-science-cluster", "innovation-district-copenhagen")
WORLD = """
organisations:
  - {id: clinic, name: Klinikken, name_en: The Clinic, kind: hospital, invented: true}
  - {id: nord, name: Nordregionen, kind: region, invented: true}
people:
  - {id: asta, given_name: Asta, family_name: Eksempelsen, organisation: clinic, invented: true}
"""


def told(**changes: Any) -> dict[str, Any]:
    """A release of the clinic's and the region's, in both languages, ten months old at `NOON`."""
    given: dict[str, Any] = {
        "id": "r1",
        "issuers": ["clinic", "nord"],
        "published": "2025-05-04T08:30",
        "headline_da": "Ny stue tager imod de første patienter",
        "lead_da": "Klinikken åbner en stue for **sår**.",
        "body_da": "Stuen har *seks* senge.\n\n- en\n- to\n  - og en halv\n\n<script>alert(1)</script>",
        "place_da": "Aalborg",
        "facts_da": [{"heading": "Om stuen", "body": "- 6 senge"}],
        "quotes_da": [
            {"text": "Den er god.", "speaker": "Asta Eksempelsen", "title": "læge", "person": "asta"}
        ],
        "headline_en": "New ward receives its first patients",
        "lead_en": "The Clinic opens a ward for wounds.",
        "body_en": "The ward has six beds.",
        "place_en": "Aalborg",
        "contacts": [
            {
                "name": "Asta Eksempelsen",
                "organisation": "clinic",
                "title_da": "læge",
                "title_en": "physician",
                "email": "presse@klinikken.example",
                "hours_da": "hverdage 9-15",
                "hours_en": "weekdays 9-15",
            }
        ],
        "fields": ["wound-care"],
        "licence": "CC0-1.0",
        "invented": True,
    }
    return {name: value for name, value in {**given, **changes}.items() if value is not None}


@pytest.fixture(autouse=True)
def moment(settings: Any, tmp_path: Path) -> Any:
    """A data folder of its own, and a clock that stands still."""
    settings.VIDENSBRO_DATA = tmp_path / "data"
    with clock_at(NOON):
        yield


def bring_in(folder: Path, *records: Mapping[str, Any], world: bool = True) -> ImportRun:
    """Import the records, and the organisations and the person that they name."""
    files = [folder / "releases.yaml"]
    files[0].write_text(yaml.safe_dump(list(records), allow_unicode=True), encoding="utf-8")
    if world:
        (folder / "world.yaml").write_text(WORLD, encoding="utf-8")
        files.append(folder / "world.yaml")
    return run_import(SYSTEM, "plain", files)


def problems(run: ImportRun) -> list[tuple[str, str]]:
    return sorted(run.problems.values_list("field", "code"))


def topics() -> set[str]:
    return set(Entry.objects.values_list("topic", flat=True))


def test_a_release_is_out_in_both_languages_with_its_own_date(tmp_path: Path, client: Client) -> None:
    run = bring_in(tmp_path, told())
    assert (run.counts["new"], problems(run)) == (4, [])
    danish, english = versions.out().order_by("language")
    # 8.30 in Copenhagen in May, when its clocks are two hours ahead.
    assert {danish.publish_at, english.publish_at} == {datetime(2025, 5, 4, 6, 30, tzinfo=UTC)}
    assert (danish.state, danish.published) == (State.PUBLISHED, danish.publish_at)
    release = danish.release
    assert (release.example, release.text_licence, release.place_da) == (True, "CC0-1.0", "Aalborg")
    assert [one.organisation.name for one in release.issuers.all()] == ["Klinikken", "Nordregionen"]
    assert [tag.notation for tag in release.field_tags.all()] == ["wound-care"]
    contact = release.contacts.get()
    assert (contact.organisation.name, contact.hours_en) == ("Klinikken", "weekdays 9-15")
    quote = danish.quotes.get()
    assert quote.person == Person.objects.get()
    assert (danish.fact_boxes.get().heading, english.quotes.count()) == ("Om stuen", 0)
    page = client.get(reverse("release", args=["da", danish.slug]))
    assert "Invented example" in page.content.decode() or "Opdigtet eksempel" in page.content.decode()
    assert "alert(1)" not in page.content.decode()
    assert client.get(reverse("release", args=["en", english.slug])).status_code == 200


@pytest.mark.parametrize("invented", [True, False])
def test_a_feed_tells_that_a_release_is_an_invented_example(
    tmp_path: Path, client: Client, invented: bool
) -> None:
    bring_in(tmp_path, told(invented=invented))
    (item,) = client.get(reverse("feed", args=["en", "json"])).json()["items"]
    assert ("Invented example" in item["content_html"]) is invented


def test_lists_within_lists_and_markup_come_through_the_only_way_there_is(tmp_path: Path) -> None:
    bring_in(tmp_path, told())
    body = str(shown(VISITOR, versions.out().get(language="da")).body)
    assert body.count("<ul>") == 2
    assert "<em>seks</em>" in body
    assert "<script" not in body


def test_old_news_goes_into_no_mail_and_no_hub_is_told(
    tmp_path: Path,
    reader: Any,  # noqa: F811
    office: PostOffice,  # noqa: F811
) -> None:
    yesterday = f"{NOON - timedelta(days=1):%Y-%m-%dT%H:%M}"
    weekly_reader = reader("a@example.org", pace=Subscriber.Pace.WEEKLY)
    Subscriber.objects.filter(pk=weekly_reader.pk).update(weekly_until=NOON - timedelta(days=14))
    reader("b@example.org")
    before = Mail.objects.count()
    bring_in(tmp_path, told(published=yesterday))
    assert versions.out().count() == 2
    assert topics() & {"newsroom.send", "newsroom.ping", "newsroom.approval", "newsroom.hour"} == set()
    assert [send(one.pk) for one in versions.out()] == [0, 0]
    with clock_at(NOON + timedelta(days=7)):
        assert services.note_all_published() == 0
        assert weekly.send_weekly() == 0
    assert Mail.objects.count() == before


def test_what_is_written_here_still_goes_out_by_mail(cast: Cast) -> None:
    version = services.create_release(SYSTEM, [cast.company.pk], "da", WORDS)
    services.hand_in(SYSTEM, version.pk, version.number)
    services.approve(SYSTEM, version.pk, cast.company.pk, version.number)
    services.schedule(SYSTEM, version.pk, clock.now())
    row = Version.objects.get()
    assert not row.out_before
    with clock_at(NOON + timedelta(minutes=1)):
        assert services.note_published(row.pk)
    assert "newsroom.send" in topics()


def test_a_date_ahead_and_an_embargo_are_kept(tmp_path: Path, client: Client) -> None:
    ahead = NOON + timedelta(days=3)
    later = NOON + timedelta(days=5)
    run = bring_in(
        tmp_path,
        told(published=f"{ahead:%Y-%m-%dT%H:%MZ}"),
        told(id="r2", embargo=f"{later:%Y-%m-%dT%H:%MZ}", headline_da="Under klausul", headline_en="Held"),
    )
    assert problems(run) == []
    assert set(Version.objects.values_list("state", "publish_at")) == {
        (State.SCHEDULED, ahead),
        (State.SCHEDULED, later),
    }
    assert not versions.out().exists()
    assert ReleaseTarget().count() == 0
    for row in Version.objects.all():
        assert client.get(reverse("release", args=[row.language, row.slug])).status_code == 404
    assert "newsroom.approval" not in topics()
    with clock_at(ahead):
        assert services.note_all_published() == 2
        assert {one.headline for one in versions.out()} == {told()["headline_da"], told()["headline_en"]}
        assert "newsroom.send" in topics()


def test_an_embargo_that_cannot_be_read_keeps_the_release_out(tmp_path: Path) -> None:
    run = bring_in(tmp_path, told(embargo="efter sommerferien"))
    assert problems(run) == [("embargo", "date"), ("embargo", "missing")]
    assert not Release.objects.exists()


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    bring_in(tmp_path, told())
    before = list(Version.objects.order_by("pk").values())
    again = bring_in(tmp_path, told())
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 4)
    assert list(Version.objects.order_by("pk").values()) == before
    assert Release.objects.count() == 1


def test_what_a_file_says_otherwise_later_is_told_each_time_and_left_out(tmp_path: Path) -> None:
    bring_in(tmp_path, told())
    before = list(Version.objects.order_by("pk").values())
    other = told(
        body_da="Stuen har syv senge.",
        published="2025-05-05",
        place_en="Copenhagen",
        issuers=["clinic"],
        fields=["implants"],
        contacts=[{"name": "En anden", "phone": "12345678"}],
    )
    expected = ["body_da", "contacts", "fields", "issuers", "place_en", "published"]
    for _ in range(2):
        assert problems(bring_in(tmp_path, other)) == [(name, "release_there") for name in expected]
        assert list(Version.objects.order_by("pk").values()) == before
    assert problems(bring_in(tmp_path, told())) == []


def test_a_correction_made_here_is_no_news_to_the_file(tmp_path: Path) -> None:
    bring_in(tmp_path, told(headline_en=None, lead_en=None, body_en=None, place_en=None))
    row = Version.objects.get()
    words = services.wording_of(row)
    services.correct(SYSTEM, row.pk, row.number, services.Wording(words.headline, words.lead, "Syv."), "Syv.")
    record = told()
    run = bring_in(tmp_path, record)
    assert problems(run) == [("headline_en", "release_there"), ("place_en", "release_there")]
    row.refresh_from_db()
    assert (row.body, row.state) == ("Syv.", State.CORRECTED)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"lead_da": None}, ["lead"]),
        ({"headline_da": "x" * 201}, ["headline"]),
        ({"facts_da": [{"heading": "Tom"}]}, ["facts"]),
        ({"quotes_da": [{"text": "Hvem siger det?"}]}, ["quotes"]),
        ({"contacts": [{"name": "Uden nummer"}]}, ["contacts-0"]),
        ({"issuers": ["nord"]}, ["contacts-0"]),
    ],
)
def test_what_is_not_whole_stays_out_and_takes_nobody_along(
    tmp_path: Path, changes: dict[str, Any], found: list[str]
) -> None:
    good = told(id="r2", headline_da="En anden", headline_en="Another")
    run = bring_in(tmp_path, told(**changes), good)
    assert problems(run) == [(name, "release_unfit") for name in found]
    assert (run.counts["bad"], Release.objects.count()) == (1, 1)
    assert Release.objects.get().versions.count() == 2


def test_a_release_without_words_or_known_issuers_stays_out(tmp_path: Path) -> None:
    nobody = told(id="r2", issuers=["clinic", "nobody"])
    mute = {"id": "r3", "issuers": ["clinic"], "published": "2026-01-01"}
    assert problems(bring_in(tmp_path, nobody, mute)) == [
        ("headline", "release_unfit"),
        ("issuers", "unknown_owner"),
    ]
    assert not Release.objects.exists()


def test_an_import_that_is_undone_takes_its_releases_along_and_brings_them_back(
    tmp_path: Path, client: Client
) -> None:
    ahead = f"{NOON + timedelta(days=3):%Y-%m-%d}"
    later = told(id="r2", published=ahead, headline_da="Senere", headline_en="Later")
    run = bring_in(tmp_path, told(), later)
    out = list(versions.out().order_by("language"))
    undone = undo_import(SYSTEM, run.pk)
    assert set(undone.undoing) == {"withdrawn"}
    assert set(Version.objects.values_list("state", flat=True)) == {State.WITHDRAWN}
    assert not versions.out().exists()
    assert not Organisation.objects.current().exists()
    page = client.get(reverse("release", args=["da", out[0].slug]))
    assert "seks" not in page.content.decode()
    Entry.objects.all().delete()
    again = bring_in(tmp_path, told(), later)
    assert problems(again) == []
    assert {one.pk for one in versions.out()} == {one.pk for one in out}
    assert Version.objects.filter(state=State.SCHEDULED).count() == 2
    assert topics() & {"newsroom.send", "newsroom.ping"} == set()
    assert set(undo_import(SYSTEM, again.pk).undoing) <= {"withdrawn", "restored"}
    assert not versions.out().exists()


def test_what_somebody_withdrew_no_import_brings_back(tmp_path: Path) -> None:
    undo_import(SYSTEM, bring_in(tmp_path, told()).pk)
    bring_in(tmp_path, told())
    for row in versions.out():
        services.withdraw(SYSTEM, row.pk, "Det passede ikke.")
    bring_in(tmp_path, told(body_da="Noget andet."))
    assert not versions.out().exists()


def test_what_somebody_has_worked_on_stays(cast: Cast, tmp_path: Path) -> None:
    run = bring_in(
        tmp_path,
        told(),
        told(id="r2", headline_da="To", headline_en="Two"),
        told(id="r3", headline_da="Tre", headline_en="Three"),
    )
    rows = {one.headline: one for one in Version.objects.filter(language="da")}
    first, second = rows[told()["headline_da"]], rows["To"]
    services.edit_release(cast["secretariat"], first.release_id, place_da="Skagen")
    Inquiry.objects.create(
        organisation=Organisation.objects.get(name="Klinikken"),
        release=second.release,
        name="A",
        email="a@example.org",
        text="?",
        language="da",
    )
    undone = undo_import(SYSTEM, run.pk)
    assert undone.changes.filter(kind="release", undone="touched").count() == 2
    assert {one.release_id for one in versions.out()} == {first.release_id, second.release_id}
    # Who issues what stays, and who is quoted in it, stay too.
    assert Organisation.objects.current().filter(name__in=["Klinikken", "Nordregionen"]).count() == 2
    assert Person.objects.exclude(visibility="hidden").count() == 1


def test_the_page_of_an_import_names_its_releases(cast: Cast, client: Client, tmp_path: Path) -> None:
    run = bring_in(tmp_path, told())
    client.force_login(cast.users["secretariat"])
    text = client.get(reverse("import-run", args=[run.pk])).content.decode()
    version = versions.out().get(language="en")
    assert "Press releases" in text or "Pressemeddelelser" in text
    assert reverse("release", args=[version.language, version.slug]) in text or told()["headline_da"] in text


def test_releases_get_into_the_index(tmp_path: Path) -> None:
    bring_in(tmp_path, told())
    rows = {str(row.pk) for row in versions.out()}
    assert {one.id for one in ReleaseTarget().documents()} == rows
    waiting = set(Entry.objects.filter(topic__contains="index").values_list("key", flat=True))
    assert {f"release:{key}" for key in rows} <= waiting


def test_only_the_system_takes_over(cast: Cast) -> None:
    for who in ("member", "coordinator", "secretariat"):
        with pytest.raises(Denied):
            take_over(cast[who], [cast.company.pk], {"da": WORDS}, NOON)
        with pytest.raises(Denied):
            take_away(cast[who], [])


@pytest.mark.parametrize("district", DISTRICTS)
def test_the_examples_load_without_a_notice(district: str) -> None:
    folder = EXAMPLES / district
    names = ("organisations", "people", "releases")
    with clock_at(datetime(2026, 12, 1, tzinfo=UTC)):
        run = run_import(SYSTEM, "plain", [folder / f"{name}.yaml" for name in names])
        assert problems(run) == []
        rows = Release.objects.prefetch_related("issuers__organisation", "versions__quotes", "contacts")
        assert 8 <= len(rows) <= 12
        assert versions.out().count() == 2 * len(rows)
    joint = 0
    for row in rows:
        assert row.example
        assert {one.language for one in row.versions.all()} == {"da", "en"}
        issuers = [one.organisation for one in row.issuers.all()]
        assert all(one.example for one in issuers)
        joint += len(issuers) > 1
        assert row.contacts.all()
        for one in row.contacts.all():
            # RFC 2606: no mail ever reaches anybody at a name under .example.
            assert one.email.endswith(".example")
            assert not one.phone
            assert Person.objects.filter(name=one.name, example=True).exists()
        for version in row.versions.all():
            assert version.quotes.all()
            assert all(one.person is not None and one.person.example for one in version.quotes.all())
            assert all(one.person.name == one.speaker for one in version.quotes.all() if one.person)
    assert joint >= 2
