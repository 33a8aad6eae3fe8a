"""Works and offers: who sees and changes them, what they say to the index."""

from __future__ import annotations

from datetime import date

import pytest

from tests.hub.cast import NOON, SYSTEM, Cast
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.common.errors import Denied, Invalid, NotFound
from vidensbro.hub.common.targets import targets
from vidensbro.hub.directory import services as directory
from vidensbro.hub.knowledge import queries, services
from vidensbro.hub.knowledge.models import Offer, Work
from vidensbro.hub.knowledge.targets import Line, standings
from vidensbro.hub.outbox.models import Entry
from vidensbro.kit.matching import Document, Standing


def a_work(cast: Cast, **columns: object) -> Work:
    given = {"title": "A study of wounds", "language": "en", "date": date(2024, 5, 1), **columns}
    return services.create_work(SYSTEM, **given)


def an_offer(cast: Cast, **columns: object) -> Offer:
    given = {"kind": "test_site", "title": "A clinic", "language": "en", **columns}
    return services.create_offer(SYSTEM, cast.company.pk, **given)


def document(row: Work | Offer) -> Document:
    (found,) = targets()[row.kind].documents([str(row.pk)])
    return found


@pytest.mark.parametrize(
    ("columns", "seen_by"),
    [
        ({}, {"visitor", "member", "outsider", "secretariat"}),
        ({"audience": "members"}, {"member", "outsider", "secretariat"}),
    ],
)
def test_who_sees_an_offer(cast: Cast, columns: dict, seen_by: set[str]) -> None:
    row = an_offer(cast, **columns)
    names = ["visitor", "member", "outsider", "secretariat"]
    assert {name for name in names if row in queries.offers(cast[name])} == seen_by
    kept = {name for name in names if targets()["test_site"].present([str(row.pk)], cast[name].tokens)}
    assert kept == seen_by
    for name in set(names) - seen_by:
        with pytest.raises(NotFound):
            queries.offer(cast[name], row.pk)


def test_who_changes_an_offer(cast: Cast) -> None:
    row = an_offer(cast)
    allowed = {name for name in cast.names if queries.may_edit_offer(cast[name], row)}
    assert allowed == {"coordinator", "secretariat", "administrator"}
    with pytest.raises(Denied, match="coordinator_only"):
        services.edit_offer(cast["outsider"], row.pk, title="Mine")
    with pytest.raises(Denied):
        services.create_offer(cast["outsider"], cast.company.pk, kind="service", title="x")
    services.create_offer(cast["coordinator"], cast.company.pk, kind="service", title="Advice")


def test_a_withdrawn_offer_is_gone_for_others(cast: Cast) -> None:
    row = an_offer(cast)
    services.withdraw_offer(cast["coordinator"], row.pk)
    assert row not in queries.offers(cast["coordinator"])
    assert queries.offer(cast["coordinator"], row.pk) == row
    with pytest.raises(NotFound):
        queries.offer(cast["visitor"], row.pk)
    assert list(targets()["test_site"].documents()) == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"readiness_from": 0}, "offer_readiness_1_to_9"),
        ({"readiness_from": 7, "readiness_to": 3}, "offer_readiness_in_order"),
        ({"available_from": date(2026, 2, 1), "available_to": date(2026, 1, 1)}, "offer_available_in_order"),
    ],
)
def test_offers_hang_together(cast: Cast, columns: dict, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        an_offer(cast, **columns)
    assert caught.value.problems == {"": (code,)}
    assert not Offer.objects.exists()


def test_what_is_past_its_end_is_left_out_of_lists(cast: Cast) -> None:
    past = an_offer(cast, kind="funding", deadline=date(2026, 3, 1))
    last_day = an_offer(cast, kind="funding", deadline=date(2026, 3, 2))
    with clock_at(NOON):
        assert list(queries.offers(cast["visitor"])) == [last_day]
        everything = queries.offers(cast["visitor"], queries.OfferSearch(open_only=False))
    assert set(everything) == {past, last_day}


def test_a_doi_is_brought_into_one_form(cast: Cast) -> None:
    assert a_work(cast, doi="https://doi.org/10.1000/ABC").doi == "10.1000/abc"
    with pytest.raises(Invalid):
        a_work(cast, doi="not a doi")


@pytest.mark.parametrize(
    ("positions", "roles"),
    [
        ([1], ["sole"]),
        ([1, 2], ["first", "last"]),
        ([1, 2, 3, 4], ["first", "middle", "corresponding", "last"]),
    ],
)
def test_roles_come_from_the_byline(cast: Cast, positions: list[int], roles: list[str]) -> None:
    people = [directory.create_person(SYSTEM, name=f"Author {position}") for position in positions]
    rows = [{"person": one, "corresponding": number == 2} for number, one in enumerate(people)]
    if len(positions) == 2:
        rows[1]["corresponding"] = True
    row = a_work(cast, authorships=rows)
    assert [one.role for one in document(row).stands_behind] == roles


def test_organisations_stand_behind_in_their_authors_role(cast: Cast) -> None:
    person = directory.create_person(SYSTEM, name="Ida Testsen")
    row = a_work(
        cast,
        authorships=[
            {"person": person, "organisation": cast.university, "position": 1},
            {"person": person, "organisation": cast.company, "position": 1},
            {"organisation": cast.company, "position": 2, "role": "partner"},
        ],
    )
    assert document(row).stands_behind == (
        Standing("person", str(person.pk), "sole"),
        Standing("organisation", str(cast.university.pk), "sole"),
        Standing("organisation", str(cast.company.pk), "sole"),
        Standing("organisation", str(cast.company.pk), "partner"),
    )


def test_nobody_stands_behind_without_being_known() -> None:
    assert standings([Line(1, "author", False, person="", organisation="")]) == ()


@pytest.mark.parametrize("flag", ["withdrawn", "retracted"])
def test_withdrawn_and_retracted_works_speak_for_nobody(cast: Cast, flag: str) -> None:
    row = a_work(cast, **{flag: True})
    assert list(targets()["publication"].documents()) == []
    assert targets()["publication"].present([str(row.pk)], cast["visitor"].tokens) == {}


def test_an_offer_as_a_document(cast: Cast) -> None:
    row = an_offer(
        cast,
        body="Beds for testing.",
        audience="members",
        readiness_from=4,
        readiness_to=6,
        deadline=date(2026, 9, 1),
        available_from=date(2026, 1, 1),
        fields=["wound-care"],
    )
    found = document(row)
    assert (found.title, found.body, found.language) == ("A clinic", "Beds for testing.", "en")
    assert found.audience == {"members", f"org:{cast.company.pk}"}
    assert found.facets == (("trl", "4"), ("trl", "5"), ("trl", "6"))
    assert (found.date, found.until) == (date(2026, 1, 1), date(2026, 9, 1))
    assert "wound-care" in found.fields
    assert "medtech" in found.fields
    assert found.place is not None
    assert (found.place.city, found.place.country) == ("Aalborg", "DK")
    assert found.stands_behind == (Standing("organisation", str(cast.company.pk), "owner"),)


def test_hidden_people_are_named_nowhere(cast: Cast) -> None:
    person = directory.create_person(SYSTEM, name="Ida Testsen")
    work = a_work(cast, authorships=[{"person": person, "raw_name": "I. Testsen"}])
    offer = an_offer(cast, contact=person)
    Entry.objects.all().delete()
    directory.set_person_visibility(SYSTEM, person.pk, "hidden")
    waiting = set(Entry.objects.filter(topic="index.update").values_list("key", flat=True))
    assert waiting == {f"person:{person.pk}", f"publication:{work.pk}", f"test_site:{offer.pk}"}
    assert document(work).stands_behind == ()
    assert all(one.kind != "person" for one in document(offer).stands_behind)
    shown = queries.work(cast["visitor"], work.pk).authorships.all()[0]
    assert shown.person is None
    assert queries.offer(cast["visitor"], offer.pk).contact is None
    assert queries.offer(cast["secretariat"], offer.pk).contact == person


def test_known_for_and_near(cast: Cast) -> None:
    ida, bo, hidden = (directory.create_person(SYSTEM, name=name) for name in ("Ida", "Bo", "Hidden"))
    directory.set_person_visibility(SYSTEM, hidden.pk, "hidden")
    for number in range(2):
        a_work(
            cast,
            title=f"Wounds {number}",
            fields=["wound-care"],
            authorships=[{"person": one, "organisation": cast.university} for one in (ida, bo, hidden)],
        )
    a_work(cast, title="Proteins", fields=["biotech"], authorships=[{"person": ida}])
    assert queries.known_for(ida.pk) == [("wound-care", 2), ("biotech", 1)]
    assert queries.organisation_known_for(cast.university.pk) == [("wound-care", 2)]
    assert queries.coauthors(cast["visitor"], ida) == [(bo, 2)]


def test_lists_narrow_and_facets_count(cast: Cast) -> None:
    person = directory.create_person(SYSTEM, name="Ida")
    old = a_work(cast, title="Old wounds", date=date(2019, 1, 1), kind="project", language="da")
    new = a_work(cast, fields=["wound-care"], authorships=[{"person": person, "organisation": cast.company}])
    undated = a_work(cast, title="Undated", date=None)
    visitor = cast["visitor"]
    assert list(queries.works(visitor)) == [new, old, undated]
    for search, expected in [
        (queries.WorkSearch(text="old wounds"), {old}),
        (queries.WorkSearch(kind="project"), {old}),
        (queries.WorkSearch(field="medtech"), {new}),
        (queries.WorkSearch(language="da"), {old}),
        (queries.WorkSearch(year=2024), {new}),
        (queries.WorkSearch(person=str(person.pk)), {new}),
        (queries.WorkSearch(organisation=str(cast.company.pk)), {new}),
        (queries.WorkSearch(organisation="nonsense"), set()),
    ]:
        assert set(queries.works(visitor, search)) == expected, search
    assert queries.work_facets(visitor) == {
        "kind": {"publication": 2, "project": 1},
        "language": {"en": 2, "da": 1},
        "year": {"2019": 1, "2024": 1},
        "field": {"wound-care": 1},
    }
    assert queries.offer_facets(visitor) == {"kind": {}, "city": {}, "field": {}}


def test_lists_cost_the_same_however_long(cast: Cast, django_assert_num_queries) -> None:
    visitor = cast["visitor"]
    person = directory.create_person(SYSTEM, name="Ida")
    for number in range(3):
        a_work(cast, title=f"W{number}", authorships=[{"person": person, "organisation": cast.company}])
        an_offer(cast, title=f"O{number}")
        with django_assert_num_queries(4):
            for row in queries.works(visitor):
                assert [one.person.name for one in row.authorships.all()] == ["Ida"]
                assert list(row.field_tags.all()) == []
        with django_assert_num_queries(2):
            for offer in queries.offers(visitor):
                assert (offer.organisation.name, list(offer.field_tags.all())) == ("Nordsensor", [])
        with django_assert_num_queries(4):
            list(targets()["publication"].documents())


def test_merging_moves_works_without_doubling_them(cast: Cast) -> None:
    kept, gone = (directory.create_person(SYSTEM, name=name) for name in ("Ida Testsen", "I. Testsen"))
    other = directory.create_organisation(SYSTEM, name="Nordsensor ApS")
    row = a_work(cast, authorships=[{"person": gone, "organisation": cast.company}])
    row.authorships.create(position=1, person=gone, organisation=other)
    directory.merge_people(SYSTEM, kept.pk, gone.pk)
    directory.merge_organisations(SYSTEM, cast.company.pk, other.pk)
    assert [(one.person, one.organisation) for one in row.authorships.all()] == [(kept, cast.company)]
