"""What in a teaser gives its owner away, for how many it could be, and what is proposed."""

from __future__ import annotations

import uuid

import pytest
from django.utils import translation

from tests.hub.cast import SYSTEM, Cast
from tests.hub.needs.teasing import CLEAN, crowd_of
from vidensbro.hub.common import search as searching
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import (
    Affiliation,
    Alias,
    Identifier,
    Office,
    Organisation,
    Person,
)
from vidensbro.hub.needs import services, wording
from vidensbro.hub.needs.models import Need
from vidensbro.hub.needs.teasers import check, frequency, propose


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
