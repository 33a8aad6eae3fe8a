"""Organisations and people: identifiers, hierarchy, visibility, merging."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.hub.cast import SYSTEM, Cast
from vidensbro.hub.common.errors import Conflict, Denied, Invalid, NotFound
from vidensbro.hub.directory import queries, services
from vidensbro.hub.directory.identifiers import normal, normal_orcid
from vidensbro.hub.directory.models import Alias, Identifier, Membership, Organisation, Person
from vidensbro.hub.directory.queries import OrganisationSearch, PersonSearch
from vidensbro.hub.outbox.models import Entry


# The values are public identifiers: University of Copenhagen (ROR, CVR), the GS1 example GLN, the ORCID of
# ORCID's own documentation, an ISNI from ISO's example, Wikidata's and Crossref's for the same university.
@pytest.mark.parametrize(
    ("scheme", "value", "expected"),
    [
        ("ror", "https://ror.org/035b05819", "035b05819"),
        ("ror", "035B05819", "035b05819"),
        ("cvr", "DK 29 97 98 12", "29979812"),
        ("gln", "4006381333931", "4006381333931"),
        ("wikidata", "https://www.wikidata.org/wiki/Q186285", "Q186285"),
        ("fundref", "10.13039/501100001734", "501100001734"),
        ("grid", "grid.5254.6", "grid.5254.6"),
        ("isni", "0000 0001 2103 2683", "0000000121032683"),
        ("openalex", "https://openalex.org/I124055696", "I124055696"),
        ("ror", "035b05818", None),
        ("cvr", "29979813", None),
        ("gln", "4006381333932", None),
        ("isni", "0000 0001 2103 2684", None),
        ("wikidata", "Q0", None),
        ("grid", "5254.6", None),
        ("openalex", "W124055696", None),
        ("fax", "12345678", None),
    ],
)
def test_identifiers_are_checked_and_brought_into_one_form(
    scheme: str, value: str, expected: str | None
) -> None:
    if expected is None:
        with pytest.raises(Invalid):
            normal(scheme, value)
    else:
        assert normal(scheme, value) == expected


def test_orcid() -> None:
    assert normal_orcid("https://orcid.org/0000-0002-1825-0097") == "0000-0002-1825-0097"
    assert normal_orcid("") == ""
    with pytest.raises(Invalid) as caught:
        normal_orcid("0000-0002-1825-0098")
    assert caught.value.problems == {"orcid": ("orcid_invalid",)}


def test_an_identifier_belongs_to_one(cast: Cast) -> None:
    services.add_identifier(SYSTEM, cast.university.pk, "cvr", "29979812")
    services.add_identifier(SYSTEM, cast.university.pk, "cvr", "DK29979812")
    assert Identifier.objects.count() == 1
    with pytest.raises(Conflict, match="identifier_taken"):
        services.add_identifier(SYSTEM, cast.company.pk, "cvr", "29979812")
    assert queries.organisation_by_identifier(SYSTEM, "cvr", "29979812") == cast.university


def chain(length: int) -> list[Organisation]:
    rows = [services.create_organisation(SYSTEM, name=f"Unit {number}") for number in range(length)]
    for child, parent in zip(rows[1:], rows, strict=False):
        services.set_parent(SYSTEM, child.pk, parent.pk)
    return [Organisation.objects.get(pk=row.pk) for row in rows]


@pytest.mark.django_db
def test_nothing_is_part_of_itself() -> None:
    top, middle, bottom = chain(3)
    for below in (top, middle, bottom):
        with pytest.raises(Invalid) as caught:
            services.set_parent(SYSTEM, top.pk, below.pk)
        assert caught.value.problems == {"parent": ("cycle",)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=top.pk).update(parent_id=top.pk)
    assert queries.ancestors(bottom) == [middle, top]
    assert queries.descendant_ids(top.pk) == {top.pk, middle.pk, bottom.pk}


@pytest.mark.django_db
def test_a_circle_that_slipped_in_is_read_to_its_end() -> None:
    top, middle, bottom = chain(3)
    Organisation.objects.filter(pk=top.pk).update(parent_id=bottom.pk)
    top.refresh_from_db()
    assert queries.ancestors(top) == [bottom, middle]
    assert queries.descendant_ids(top.pk) == {top.pk, middle.pk, bottom.pk}


def test_a_withdrawn_organisation_points_on(cast: Cast) -> None:
    old = services.create_organisation(SYSTEM, name="Old Cluster", kind="cluster")
    services.withdraw_organisation(SYSTEM, old.pk, cast.company.pk)
    assert old not in queries.organisations(cast["visitor"])
    assert queries.organisation(cast["visitor"], old.pk).successor == cast.company
    with pytest.raises(Invalid):
        services.withdraw_organisation(SYSTEM, cast.company.pk, old.pk)


def test_who_edits_an_organisation(cast: Cast) -> None:
    for name in ("coordinator", "secretariat", "administrator"):
        services.edit_organisation(cast[name], cast.company.pk, summary_en=f"By {name}.")
    for name in ("member", "outsider", "owner"):
        with pytest.raises(Denied, match="coordinator_only"):
            services.edit_organisation(cast[name], cast.company.pk, summary_en=f"By {name}.")
    with pytest.raises(Denied, match="sign_in_needed"):
        services.edit_organisation(cast["visitor"], cast.company.pk, summary_en="By nobody.")
    with pytest.raises(Denied, match="staff_only"):
        services.create_organisation(cast["coordinator"], name="Another")


def test_what_a_person_corrected_is_marked(cast: Cast) -> None:
    row = services.create_organisation(SYSTEM, name="Imported", source="ror", source_id="035b05819")
    services.edit_organisation(SYSTEM, row.pk, name="Corrected", website="https://example.org/")
    assert Organisation.objects.get(pk=row.pk).edited == ["name", "website"]


@pytest.mark.parametrize(
    ("columns", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 301}, "name", "max_length"),
        ({"kind": "guild"}, "kind", "invalid_choice"),
        ({"website": "javascript:alert(1)"}, "website", "invalid"),
        ({"parent": None}, "parent", "unknown"),
    ],
)
def test_bad_columns_are_named(cast: Cast, columns: dict, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.edit_organisation(SYSTEM, cast.company.pk, **columns)
    assert caught.value.problems[field] == (code,)


def test_one_head_office(cast: Cast) -> None:
    services.add_office(SYSTEM, cast.company.pk, city="Odense", country="DK", head=True)
    assert [office.city for office in cast.company.offices.filter(head=True)] == ["Odense"]
    with pytest.raises(Invalid):
        services.add_office(
            SYSTEM, cast.company.pk, city="Nowhere", country="DK", latitude=91.0, longitude=0.0
        )
    with pytest.raises(Invalid):
        services.add_office(SYSTEM, cast.company.pk, city="Half", country="DK", latitude=55.0)


def test_lists_narrow_and_facets_count(cast: Cast) -> None:
    services.set_organisation_fields(SYSTEM, cast.company.pk, ["wound-care"])
    services.set_aliases(SYSTEM, cast.university.pk, ["Eastern University", "ØU"])
    services.give_role(SYSTEM, cast.company.pk, "member", since=date(2026, 1, 1))
    visitor = cast["visitor"]
    for search, expected in [
        (OrganisationSearch(), {cast.company, cast.university}),
        (OrganisationSearch(text="eastern"), {cast.university}),
        (OrganisationSearch(text="NORDSENSOR"), {cast.company}),
        (OrganisationSearch(text="100%"), set()),
        (OrganisationSearch(kind="company"), {cast.company}),
        (OrganisationSearch(field="wound-care"), {cast.company}),
        (OrganisationSearch(field="medtech"), {cast.company}),
        (OrganisationSearch(field="biotech"), set()),
        (OrganisationSearch(city="Aarhus"), {cast.university}),
        (OrganisationSearch(role="member", country="DK"), {cast.company}),
    ]:
        assert set(queries.organisations(visitor, search)) == expected, search
    facets = queries.organisation_facets(visitor, OrganisationSearch(kind="company"))
    assert facets == {
        "kind": {"company": 1, "university": 1},
        "role": {"member": 1},
        "field": {"wound-care": 1},
        "city": {"Aalborg": 1},
    }


def test_lists_cost_the_same_however_long(cast: Cast, django_assert_num_queries) -> None:
    visitor = cast["visitor"]
    for number in range(3):
        person = services.create_person(SYSTEM, name=f"Person {number}")
        services.add_affiliation(SYSTEM, person.pk, cast.company.pk, role="Engineer")
        with django_assert_num_queries(4):
            for row in queries.organisations(visitor):
                assert list(row.offices.all())
                assert [*row.field_tags.all(), *row.roles.all()] == []
        with django_assert_num_queries(3):
            for one in queries.people(visitor):
                assert [place.organisation.name for place in one.affiliations.all()] == ["Nordsensor"]
        with django_assert_num_queries(4):
            queries.organisation_facets(visitor)
        with django_assert_num_queries(2):
            queries.person_facets(visitor)


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("public", {"visitor", "member", "outsider", "secretariat", "administrator"}),
        ("members", {"member", "outsider", "secretariat", "administrator"}),
        ("hidden", {"member", "secretariat", "administrator"}),
    ],
)
def test_who_finds_a_person(cast: Cast, visibility: str, seen_by: set[str]) -> None:
    person = services.create_person(SYSTEM, name="Ida Testsen")
    services.link_person(SYSTEM, person.pk, cast.users["member"].pk)
    services.set_person_visibility(cast["member"], person.pk, visibility)
    names = ["visitor", "member", "outsider", "secretariat", "administrator"]
    assert {name for name in names if person in queries.people(cast[name])} == seen_by
    for name in set(names) - seen_by:
        with pytest.raises(NotFound):
            queries.person(cast[name], person.pk)
        with pytest.raises(NotFound):
            services.edit_person(cast[name], person.pk, name="Somebody else")


def test_people_correct_what_is_stored_about_them(cast: Cast) -> None:
    person = services.create_person(SYSTEM, name="I. Testsen", source="openalex", source_id="A1")
    with pytest.raises(Denied, match="only_self"):
        services.edit_person(cast["member"], person.pk, name="Ida Testsen")
    services.link_person(SYSTEM, person.pk, cast.users["member"].pk)
    services.edit_person(cast["member"], person.pk, name="Ida Testsen", orcid="0000-0002-1825-0097")
    person = Person.objects.get(pk=person.pk)
    assert (person.name, person.edited) == ("Ida Testsen", ["name", "orcid"])
    assert queries.person_of_user(cast["member"]) == person
    other = services.create_person(SYSTEM, name="Other")
    with pytest.raises(Conflict, match="user_taken"):
        services.link_person(SYSTEM, other.pk, cast.users["member"].pk)


def test_affiliations_have_dates_in_order(cast: Cast) -> None:
    person = services.create_person(SYSTEM, name="Ida Testsen")
    first = services.add_affiliation(SYSTEM, person.pk, cast.company.pk, since=date(2020, 1, 1))
    assert services.add_affiliation(SYSTEM, person.pk, cast.company.pk, since=date(2020, 1, 1)) == first
    with pytest.raises(Invalid) as caught:
        services.end_affiliation(SYSTEM, first.pk, until=date(2019, 1, 1))
    assert caught.value.problems == {"": ("affiliation_in_order",)}
    services.end_affiliation(SYSTEM, first.pk, until=date(2021, 1, 1))
    assert not queries.people_of(cast["visitor"], cast.company)


def test_contact_points_are_for_those_they_are_for(cast: Cast) -> None:
    for audience in ("public", "members", "secretariat"):
        services.add_contact_point(
            cast["coordinator"],
            "email",
            f"{audience}@example.org",
            organisation_id=cast.company.pk,
            audience=audience,
        )
    seen = {name: queries.contact_points(cast[name], cast.company).count() for name in cast.names}
    assert (seen["visitor"], seen["outsider"], seen["secretariat"], seen["coordinator"]) == (1, 2, 3, 3)
    with pytest.raises(Denied):
        services.add_contact_point(cast["member"], "email", "x@example.org", organisation_id=cast.company.pk)
    for kind, value in (("email", "not an address"), ("web", "javascript:alert(1)")):
        with pytest.raises(Invalid):
            services.add_contact_point(SYSTEM, kind, value, organisation_id=cast.company.pk)


def test_coordinators_say_who_acts_for_them(cast: Cast) -> None:
    outsider = cast.users["outsider"]
    with pytest.raises(Denied):
        services.add_membership(cast["member"], outsider.pk, cast.company.pk)
    services.add_membership(cast["coordinator"], outsider.pk, cast.company.pk, "coordinator")
    assert cast.company.pk in cast["outsider"].coordinates
    assert f"org:{cast.company.pk}" in cast["outsider"].tokens
    services.remove_membership(cast["coordinator"], outsider.pk, cast.company.pk)
    assert not Membership.objects.filter(user=outsider, organisation=cast.company).exists()


def test_merged_people_become_one(cast: Cast) -> None:
    kept = services.create_person(SYSTEM, name="Ida Testsen", orcid="0000-0002-1825-0097")
    gone = services.create_person(SYSTEM, name="I. Testsen", openalex="A5", summary_en="Wounds.")
    for person in (kept, gone):
        services.add_affiliation(SYSTEM, person.pk, cast.university.pk)
    services.add_affiliation(SYSTEM, gone.pk, cast.company.pk)
    services.set_person_fields(SYSTEM, gone.pk, ["wound-care"])
    services.set_person_visibility(SYSTEM, gone.pk, "members")
    Entry.objects.all().delete()
    services.merge_people(SYSTEM, kept.pk, gone.pk)
    kept, gone = Person.objects.get(pk=kept.pk), Person.objects.get(pk=gone.pk)
    assert (kept.orcid, kept.openalex, kept.summary_en) == ("0000-0002-1825-0097", "A5", "Wounds.")
    assert kept.visibility == "members"
    assert {row.organisation for row in kept.affiliations.all()} == {cast.university, cast.company}
    assert [tag.notation for tag in kept.field_tags.all()] == ["wound-care"]
    assert (gone.successor, gone.openalex) == (kept, "")
    assert list(queries.people(SYSTEM)) == [kept]
    waiting = set(Entry.objects.filter(topic="index.update").values_list("key", flat=True))
    assert {f"person:{kept.pk}", f"person:{gone.pk}"} <= waiting
    with pytest.raises(Denied):
        services.merge_people(cast["coordinator"], kept.pk, gone.pk)
    with pytest.raises(Invalid):
        services.merge_people(SYSTEM, kept.pk, kept.pk)


def test_merged_organisations_become_one(cast: Cast) -> None:
    gone = services.create_organisation(SYSTEM, name="Nordsensor ApS", website="https://example.org/")
    services.add_identifier(SYSTEM, gone.pk, "cvr", "29979812")
    services.add_office(SYSTEM, gone.pk, city="Odense", country="DK", head=True)
    child = services.create_organisation(SYSTEM, name="Nordsensor Lab")
    services.set_parent(SYSTEM, child.pk, gone.pk)
    services.set_parent(SYSTEM, cast.company.pk, gone.pk)
    services.add_membership(SYSTEM, cast.users["outsider"].pk, gone.pk)
    services.add_membership(SYSTEM, cast.users["member"].pk, gone.pk)
    services.merge_organisations(SYSTEM, cast.company.pk, gone.pk)
    kept = queries.organisation(SYSTEM, cast.company.pk)
    assert (kept.website, kept.parent, [one.name for one in kept.children.all()]) == (
        "https://example.org/",
        None,
        ["Nordsensor Lab"],
    )
    assert {office.city: office.head for office in kept.offices.all()} == {"Aalborg": True, "Odense": False}
    assert [identifier.value for identifier in kept.identifiers.all()] == ["29979812"]
    assert Alias.objects.filter(organisation=kept, name="Nordsensor ApS").exists()
    assert Membership.objects.filter(organisation=kept).count() == 5
    assert queries.organisation(SYSTEM, gone.pk).successor == kept


def test_search_of_people(cast: Cast) -> None:
    person = services.create_person(SYSTEM, name="Søren Ångström")
    services.add_affiliation(SYSTEM, person.pk, cast.company.pk)
    services.set_person_fields(SYSTEM, person.pk, ["wound-care"])
    for search in (
        PersonSearch(text="søren"),
        PersonSearch(field="wound-care"),
        PersonSearch(organisation=str(cast.company.pk)),
    ):
        assert list(queries.people(cast["visitor"], search)) == [person], search
    for search in (
        PersonSearch(text="soren"),
        PersonSearch(organisation="nonsense"),
        PersonSearch(field="biotech"),
    ):
        assert not queries.people(cast["visitor"], search), search
    assert queries.person_facets(cast["visitor"])["organisation"] == {str(cast.company.pk): 1}
