"""Teasers: what gives an owner away, for how many it could be, and that nothing is shown that was not approved."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.audit.privacy import Subject
from vidensbro.hub.audit.queries import history
from vidensbro.hub.common import clock
from vidensbro.hub.common import search as searching
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import (
    Affiliation,
    Alias,
    Identifier,
    Office,
    Organisation,
    OrganisationField,
    Person,
)
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.needs import queries, services, wording
from vidensbro.hub.needs.models import Need, NeedTeaser, TeaserInterest
from vidensbro.hub.needs.privacy import NeedsPart
from vidensbro.hub.needs.teasers import check, frequency, propose

CLEAN = "We look for somebody who can try a plaster on skin that does not heal."


@pytest.fixture
def need(cast: Cast) -> Need:
    """A sealed need of an organisation about which a lot is known."""
    parent = directory.create_organisation(SYSTEM, name="Havbjerg Holding", kind="company", country="DK")
    company = cast.company
    company.parent = parent
    company.website = "https://www.nordlys-medico.dk/en"
    company.save()
    Alias.objects.create(organisation=company, name="NS Aps Blå Kugle")
    Identifier.objects.create(organisation=company, scheme="cvr", value="25313763")
    Office.objects.filter(organisation=company).update(address="Kattesundet 14, 2. th.")
    seen = Person.objects.create(name="Ylva Brostrøm")
    unseen = Person.objects.create(name="Gudrun Hemmeligsen", visibility="hidden")
    for person in (seen, unseen):
        Affiliation.objects.create(person=person, organisation=company)
    return cast.need("sealed", contact="Ring til Valdemar på lageret, lokal 4471")


def codes(need: Need, text: str) -> dict[str, str]:
    return {one.text: one.code for one in check(need, text).findings}


@pytest.mark.parametrize(
    ("said", "found", "code"),
    [
        ("Skriv til per@example.org i dag", "per@example.org", "email"),
        ("see www.example.org/tests for more", "www.example.org/tests", "web"),
        ("se nordlys.dk for mere", "nordlys.dk", "web"),
        ("ring på 12 34 56 78 i morgen", "12 34 56 78", "telephone"),
        ("call +45 2345 6789 tomorrow", "+45 2345 6789", "telephone"),
        ("vi er CVR-nr. 10 20 30 40 i alt", "CVR-nr. 10 20 30 40", "identifier"),
        ("we are 25 31 37 63 in the register", "25 31 37 63", "identifier"),
        ("we are nordsensor and more", "nordsensor", "organisation_name"),
        ("det er Nordsensors plaster", "Nordsensors", "organisation_name"),
        ("vi laver nordsensorplastre selv", "nordsensorplastre", "organisation_name"),
        ("vi er en del af Havbjerg Holding nu", "Havbjerg Holding", "organisation_name"),
        ("vi er en del af havbjerg nu", "havbjerg", "organisation_name"),
        ("vi kaldes ns aps blå kugle her", "ns aps blå kugle", "organisation_name"),
        ("vi kaldes nordlys-medico her", "nordlys-medico", "organisation_name"),
        ("vi bor i Kattesundet i byen", "Kattesundet", "address"),
        ("spørg Ylva Brostrøm om det", "Ylva Brostrøm", "person_name"),
        ("spørg Brostrøm om det", "Brostrøm", "person_name"),
        ("spørg valdemar om det", "valdemar", "contact"),
        ("we have 37 nursing homes", "37", "figure"),
        ("det lykkes for 4,5 af dem", "4,5", "figure"),
        ("it works for 8 % of them", "8 %", "figure"),
        ("our product SkinGuard is ready", "SkinGuard", "name_like"),
        ("our product X2000 is ready", "X2000", "name_like"),
        ("our product Lumella is ready", "Lumella", "name_like"),
    ],
)
def test_what_gives_the_owner_away_is_found_in_its_place(
    need: Need, said: str, found: str, code: str
) -> None:
    checked = check(need, said)
    assert (found, code) in {(one.text, one.code) for one in checked.findings}
    assert all(said[one.start : one.end] == one.text for one in checked.findings)
    assert checked.warns


@pytest.mark.parametrize(
    "said",
    [
        CLEAN,
        "Vi søger en klinik i Danmark, der vil afprøve et plaster. Det er på TRL 4-5.",
        "I think that MRI and EU rules matter in March. They do.",
        "Vi har 3 afdelinger i Aalborg.",
        "",
    ],
)
def test_what_gives_nobody_away_is_left_alone(need: Need, said: str) -> None:
    assert check(need, said).findings == ()


def test_the_name_of_one_who_hides_is_not_told_of(need: Need) -> None:
    assert "person_name" not in codes(need, "spørg Hemmeligsen, siger Gudrun Hemmeligsen").values()


def test_of_findings_that_overlap_the_surest_stays(need: Need) -> None:
    said = "Skriv til ylva.brostrøm@nordsensor.dk eller 25313763."
    assert codes(need, said) == {"ylva.brostrøm@nordsensor.dk": "email", "25313763": "identifier"}


def test_a_word_in_many_names_is_nobodys(need: Need, cast: Cast) -> None:
    assert codes(need, "vi bruger blå til det") == {"blå": "organisation_name"}
    for number in range(5):
        Organisation.objects.create(name=f"Blå Klub {number}")
    assert codes(need, "vi bruger blå til det") == {}


@pytest.mark.parametrize("documents", [10, 1000])
def test_rare_words_of_the_need_are_found_where_there_is_enough_to_ask(
    need: Need, monkeypatch: pytest.MonkeyPatch, documents: int
) -> None:
    many = {"sensor": 40, "detects": 12, "lumella": 7}

    def find(text: str, kinds: object, tokens: frozenset[str]) -> list[str]:
        assert tokens == {"public"}
        return [str(uuid.UUID(int=number + 1)) for number in range(many.get(text.casefold(), 0))]

    class Counted:
        def count(self) -> int:
            return documents

    monkeypatch.setattr(searching, "_searchers", [(find, find)])
    monkeypatch.setattr(frequency, "targets", lambda: {"publication": Counted()})
    checked = check(need, "our sensor detects ulcers, unlike zebras and Lumella")
    found = {one.text: one.code for one in checked.findings}
    if documents == 1000:
        assert checked.looked_up
        assert found == {"ulcers": "rare"}
    else:
        assert not checked.looked_up
        assert found == {"Lumella": "name_like"}


def crowd_of(cast: Cast, number: int, **columns: str) -> list[Organisation]:
    rows = []
    for one in range(number):
        given = {"kind": "company", "city": "Odense", "field": "wound-care", **columns}
        row = Organisation.objects.create(name=f"{given} {one}", kind=given["kind"], country="DK")
        Office.objects.create(organisation=row, city=given["city"], region="Syddanmark", country="DK")
        OrganisationField.objects.create(organisation=row, notation=given["field"])
        rows.append(row)
    return rows


def test_it_is_counted_who_fits_what_the_text_says(cast: Cast) -> None:
    need = cast.need("sealed")
    crowd_of(cast, 6)
    crowd_of(cast, 2, kind="hospital")
    crowd_of(cast, 3, city="Esbjerg")
    crowd_of(cast, 7, field="quantum-computing")
    crowd_of(cast, 4, field="medtech")
    Organisation.objects.filter(pk=crowd_of(cast, 1)[0].pk).update(status="withdrawn")

    def counted(text: str) -> tuple[int, tuple[str, ...], tuple[str, ...], str]:
        found = check(need, text, "da").crowd
        return found.count, found.fields, found.places, found.kind

    everybody = Organisation.objects.current().count()
    assert counted("Vi søger hjælp.") == (everybody, (), (), "")
    # medtech lies above wound care: who is tagged with it may well be meant.
    assert counted("Vi arbejder med sårpleje.") == (6 + 2 + 3 + 4, ("wound-care",), (), "")
    assert counted("Vi arbejder med sårpleje i Odense.") == (6 + 2 + 4, ("wound-care",), ("Odense",), "")
    assert counted("Vi arbejder med sårpleje i Odenses gader.") == (
        6 + 2 + 4,
        ("wound-care",),
        ("Odense",),
        "",
    )
    assert counted("Vi er en virksomhed i Esbjerg.") == (3, (), ("Esbjerg",), "company")
    assert counted("Vi er et hospital og søger en virksomhed.") == (2, (), (), "hospital")
    assert counted("Vi er i Syddanmark.")[2] == ("Syddanmark",)


@pytest.mark.parametrize(("number", "few"), [(0, True), (4, True), (5, False)])
def test_below_five_is_few(cast: Cast, number: int, few: bool) -> None:
    need = cast.need("sealed")
    crowd_of(cast, number, kind="hospital", city="Randers")
    found = check(need, "Et hospital i Randers søger hjælp.", "da").crowd
    assert (found.count, found.few) == (number, few)
    with translation.override("en"):
        assert bool(wording.crowd_advice(found)) == few
        assert wording.crowd_line(found)
        place = "place: Randers; " if number else ""
        assert wording.crowd_reason(found) == f"{place}kind of organisation: hospital"


def test_every_code_has_words() -> None:
    from vidensbro.hub.needs.teasers.identifying import CODES

    assert set(wording.FINDINGS) == set(CODES)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "An organisation is looking for test sites within wound care. It is in Nordjylland."),
        ("da", None),
    ],
)
def test_a_proposal_takes_nothing_from_the_text(cast: Cast, language: str, expected: str | None) -> None:
    Office.objects.filter(organisation=cast.company).update(region="Nordjylland")
    row = cast.need("sealed", sought=["test_site"], city="Aalborg", language=language, contact="Bo Bentsen")
    services.edit(cast["owner"], row.pk, fields=["wound-care"])
    proposed = propose(row)
    assert expected is None or proposed == expected
    assert "Nordjylland" in proposed
    for secret in ("Aalborg", "ressure", "Nordsensor", "Bentsen", "nursing"):
        assert secret not in proposed
    assert propose(cast.need("sealed", language=language))


# --- writing, approving, showing ---------------------------------------------------------------------------


def written(
    cast: Cast, visibility: str = "sealed", *, approved: bool = True, audience: str = "public"
) -> NeedTeaser:
    columns = {"audience": [cast.company.pk]} if visibility == "organisations" else {}
    need = cast.need(visibility, **columns)
    row = services.write_teaser(cast["owner"], need.pk, CLEAN, audience=audience)
    return approve(cast, row) if approved else row


def approve(cast: Cast, row: NeedTeaser) -> NeedTeaser:
    return services.approve_teaser(cast["owner"], row.need_id, row.text, warnings_seen=True)


def shown_to(cast: Cast, row: NeedTeaser) -> set[str]:
    """By list; the page by id may also be opened by those who see the need."""
    for name in cast.names:
        if row in queries.teasers(cast[name]):
            assert queries.teaser(cast[name], row.pk) == row
    return {name for name in cast.names if row in queries.teasers(cast[name])}


EVERYBODY = {"visitor", "member", "colleague", "coordinator", "outsider", "administrator"}


@pytest.mark.parametrize(
    ("visibility", "audience", "expected"),
    [
        ("sealed", "public", EVERYBODY),
        ("sealed", "members", EVERYBODY - {"visitor"}),
        ("organisations", "public", {"visitor", "outsider", "administrator"}),
        ("organisations", "members", {"outsider", "administrator"}),
    ],
)
def test_an_approved_teaser_is_for_those_who_do_not_see_the_need(
    cast: Cast, visibility: str, audience: str, expected: set[str]
) -> None:
    assert shown_to(cast, written(cast, visibility, audience=audience)) == expected


def test_one_that_is_not_approved_is_not_there(cast: Cast) -> None:
    row = written(cast, approved=False)
    assert shown_to(cast, row) == set()
    for name in cast.names:
        with pytest.raises(NotFound):
            queries.teaser(cast[name], row.pk)
    assert queries.approved_teaser(row.need) is None


def change_text(cast: Cast, row: NeedTeaser) -> None:
    services.write_teaser(cast["owner"], row.need_id, CLEAN + " Soon.", audience=row.audience)


def change_audience(cast: Cast, row: NeedTeaser) -> None:
    services.write_teaser(cast["owner"], row.need_id, CLEAN, audience="members")


def withdraw(cast: Cast, row: NeedTeaser) -> None:
    services.withdraw_teaser(cast["owner"], row.need_id)


def open_up_and_close_again(cast: Cast, row: NeedTeaser) -> None:
    services.edit(cast["owner"], row.need_id, visibility="members")
    services.edit(cast["owner"], row.need_id, visibility="sealed")


@pytest.mark.parametrize("change", [change_text, change_audience, withdraw, open_up_and_close_again])
def test_what_voids_an_approval(cast: Cast, change: Callable[[Cast, NeedTeaser], None]) -> None:
    row = written(cast)
    change(cast, row)
    row.refresh_from_db()
    assert (row.approved_at, row.approved_by) == (None, None)
    assert shown_to(cast, row) == set()


def test_saving_the_same_again_voids_nothing(cast: Cast) -> None:
    row = written(cast)
    services.write_teaser(cast["owner"], row.need_id, f" {CLEAN}\r\n", audience="public")
    assert queries.approved_teaser(row.need) == row


def test_a_closed_need_has_no_teaser_and_a_reopened_one_has(cast: Cast) -> None:
    row = written(cast)
    services.close(cast["owner"], row.need_id)
    assert shown_to(cast, row) == set()
    with pytest.raises(Conflict, match="need_closed"):
        approve(cast, row)
    services.reopen(cast["owner"], row.need_id)
    assert shown_to(cast, row) == EVERYBODY


@pytest.mark.parametrize("visibility", ["public", "members"])
def test_an_open_need_has_none(cast: Cast, visibility: str) -> None:
    with pytest.raises(Conflict, match="teaser_not_needed"):
        services.write_teaser(cast["owner"], cast.need(visibility).pk, CLEAN)


def test_only_what_was_looked_at_is_approved(cast: Cast) -> None:
    row = written(cast, approved=False)
    with pytest.raises(Conflict, match="teaser_changed"):
        services.approve_teaser(cast["owner"], row.need_id, "Another text", warnings_seen=True)
    with pytest.raises(Conflict, match="teaser_missing"):
        services.approve_teaser(cast["owner"], cast.need("sealed").pk, CLEAN)


def test_warnings_must_be_seen(cast: Cast) -> None:
    crowd_of(cast, 6)
    row = services.write_teaser(cast["owner"], cast.need("sealed").pk, "Nordsensor is looking for help.")
    with pytest.raises(Invalid) as caught:
        services.approve_teaser(cast["owner"], row.need_id, row.text)
    assert caught.value.problems == {"warnings_seen": ("teaser_warnings",)}
    services.approve_teaser(cast["owner"], row.need_id, row.text, warnings_seen=True)
    event = history("need", row.need_id)[0]
    assert (event.action, event.details["warnings"]) == ("teaser.approved", ["organisation_name"])
    clean = services.write_teaser(cast["owner"], row.need_id, CLEAN)
    services.approve_teaser(cast["owner"], row.need_id, clean.text)


@pytest.mark.parametrize(
    ("text", "field", "code"), [("", "text", "blank"), ("x" * 1001, "text", "max_length")]
)
def test_what_is_no_teaser_is_said_by_field(cast: Cast, text: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.write_teaser(cast["owner"], cast.need("sealed").pk, text)
    assert code in caught.value.problems[field]


def test_strangers_do_not_learn_of_it_and_those_who_see_the_need_are_refused(cast: Cast) -> None:
    row = written(cast, "organisations", approved=False)
    for name, error in (("outsider", NotFound), ("administrator", NotFound), ("colleague", Denied)):
        for act in (
            lambda actor: services.write_teaser(actor, row.need_id, "Mine"),
            lambda actor: services.approve_teaser(actor, row.need_id, CLEAN),
            lambda actor: services.withdraw_teaser(actor, row.need_id),
        ):
            with pytest.raises(error):
                act(cast[name])
    with pytest.raises(Denied):
        queries.teaser_of(cast["colleague"], row.need)
    with pytest.raises(Denied):
        queries.interests(cast["colleague"], row.need)


def test_neither_id_nor_order_tells_the_need_or_its_time(cast: Cast) -> None:
    rows = []
    for day in (3, 17, 25):
        with clock.clock_at(datetime(2026, 3, day, tzinfo=UTC)):
            rows.append(written(cast))
    listed = list(queries.teasers(cast["visitor"]))
    assert [row.pk for row in listed] == sorted(row.pk for row in rows)
    assert {row.month.date().isoformat() for row in listed} == {"2026-03-01"}
    assert all(row.pk.version == 4 and row.pk != row.need_id for row in rows)


# --- somebody can help -------------------------------------------------------------------------------------


def test_a_message_reaches_the_owner_and_the_secretariat_once(cast: Cast) -> None:
    row = written(cast)
    told = services.offer_help(cast["outsider"], row.pk, "  We have a clinic.\r\nCall us. ")
    assert told.message == "We have a clinic.\nCall us."
    assert set(Mail.objects.values_list("address", flat=True)) == {
        "owner@example.org",
        "secretariat@example.org",
    }
    for mail in Mail.objects.all():
        assert "We have a clinic." in mail.text
        assert "Østuniversitetet" in mail.text
        assert "We have a clinic." in mail.html
        assert mail.reply_to == "outsider@example.org"
        assert f"/needs/{row.need_id}/teaser/" in mail.text
    with pytest.raises(Conflict, match="interest_told"):
        services.offer_help(cast["outsider"], row.pk, "Again")
    assert Mail.objects.count() == 2
    assert [one.message for one in queries.interests(cast["owner"], row.need)] == [told.message]


def test_without_an_owner_the_coordinators_are_told(cast: Cast) -> None:
    need = services.create_draft(SYSTEM, organisation_id=cast.company.pk, text=CLEAN, visibility="sealed")
    services.post(SYSTEM, need.pk)
    services.write_teaser(SYSTEM, need.pk, CLEAN, audience="public")
    row = services.approve_teaser(SYSTEM, need.pk, CLEAN, warnings_seen=True)
    services.offer_help(cast["outsider"], row.pk, "We can.")
    assert set(Mail.objects.values_list("address", flat=True)) == {
        "coordinator@example.org",
        "secretariat@example.org",
    }


def test_who_may_not_help(cast: Cast) -> None:
    row = written(cast)
    with pytest.raises(Denied, match="sign_in_needed"):
        services.offer_help(cast["visitor"], row.pk, "I can")
    with pytest.raises(Conflict, match="need_seen"):
        services.offer_help(cast["owner"], row.pk, "I can")
    with pytest.raises(Invalid):
        services.offer_help(cast["outsider"], row.pk, " \n ")
    with pytest.raises(Invalid):
        services.offer_help(cast["outsider"], row.pk, "x" * 2001)
    services.withdraw_teaser(cast["owner"], row.need_id)
    with pytest.raises(NotFound):
        services.offer_help(cast["outsider"], row.pk, "I can")
    assert not TeaserInterest.objects.exists()


def test_what_was_written_is_exported_and_erased(cast: Cast) -> None:
    row = written(cast)
    services.offer_help(cast["outsider"], row.pk, "We can.")
    part = NeedsPart()
    helper, owner = (Subject(user_id=cast.users[name].pk) for name in ("outsider", "owner"))
    assert part.export(helper)["interests"][0]["message"] == "We can."
    assert part.export(owner)["needs"][0]["teaser"] == CLEAN
    part.erase(helper)
    assert not TeaserInterest.objects.exists()
    assert NeedTeaser.objects.get().approved_by == cast.users["owner"]
    part.erase(owner)
    assert not NeedTeaser.objects.exists()
