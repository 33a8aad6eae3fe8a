"""Who sees and does what: parties, observers, those who left, and everybody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from tests.hub.cast import Cast
from tests.hub.files.samples import PDF, upload
from vidensbro.hub.collaborations import facts, queries, services
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Collaboration, Party, Step
from vidensbro.hub.common.errors import Denied, NotFound
from vidensbro.hub.outbox.models import Entry

Browse = Callable[..., Client]
SAID = Evidence(by="Member")
COMPANY = {"member", "colleague", "coordinator", "owner"}
PARTIES = COMPANY | {"outsider", "secretariat"}


def seen_by(cast: Cast, row: Collaboration) -> set[str]:
    return {name for name in cast.names if _sees(cast, name, row)}


def _sees(cast: Cast, name: str, row: Collaboration) -> bool:
    listed = row in queries.collaborations(cast[name])
    try:
        found = queries.collaboration(cast[name], row.pk) == row
    except NotFound:
        found = False
    assert listed == found
    return found


def editors(cast: Cast, row: Collaboration) -> set[str]:
    return {name for name in cast.names if queries.may_edit(cast[name], row)}


def university(row: Collaboration) -> Party:
    return row.parties.get(organisation__name="Østuniversitetet")


def test_parties_and_the_secretariat_see_and_edit(cast: Cast, row: Collaboration) -> None:
    assert seen_by(cast, row) == editors(cast, row) == PARTIES


def test_a_party_that_is_not_shared_is_those_named(cast: Cast, row: Collaboration) -> None:
    party = row.parties.get(organisation=cast.company)
    services.set_shared(cast["member"], row.pk, party.pk, False)
    assert seen_by(cast, row) == {"member", "outsider", "secretariat"}


def test_an_observer_reads_only(cast: Cast, row: Collaboration) -> None:
    Party.objects.filter(pk=university(row).pk).update(role="observer")
    assert seen_by(cast, row) == PARTIES
    assert editors(cast, row) == PARTIES - {"outsider"}
    with pytest.raises(Denied, match="party_observes"):
        services.record_fact(
            cast["outsider"], row.pk, facts.StageChange("project"), date=date(2026, 2, 2), evidence=SAID
        )


def test_whoever_leaves_sees_nothing_any_more(cast: Cast, row: Collaboration) -> None:
    services.add_party(
        cast["member"], row.pk, name="Fonden X", role="funder", date=date(2026, 2, 2), evidence=SAID
    )
    services.end_party(
        cast["outsider"], row.pk, university(row).pk, date=date(2026, 3, 2), evidence=Evidence(by="Outsider")
    )
    assert "outsider" not in seen_by(cast, row)
    assert list(queries.mine(cast["outsider"])) == []


def test_mine_are_those_i_take_part_in(cast: Cast, row: Collaboration) -> None:
    assert {name for name in cast.names if row in queries.mine(cast[name])} == PARTIES - {"secretariat"}


def test_the_board_is_the_secretariats(cast: Cast, row: Collaboration) -> None:
    assert list(queries.board(cast["secretariat"])) == [row]
    for name in set(cast.names) - {"secretariat"}:
        with pytest.raises(Denied):
            queries.board(cast[name])


def test_a_stranger_can_do_nothing(cast: Cast, row: Collaboration) -> None:
    when = date(2026, 2, 2)
    step, party = row.steps.get(kind="readiness"), university(row)
    for name in ("visitor", "administrator"):
        actor = cast[name]
        for act in (
            lambda a: services.edit(a, row.pk, title="Min"),
            lambda a: services.record_fact(a, row.pk, facts.StageChange("project"), date=when, evidence=SAID),
            lambda a: services.correct(a, row.pk, step.pk, facts.ReadinessChange(9), date=when),
            lambda a: services.undo(a, row.pk, step.pk),
            lambda a: services.add_party(a, row.pk, name="X", role="other", date=when, evidence=SAID),
            lambda a: services.end_party(a, row.pk, party.pk, date=when, evidence=SAID),
            lambda a: services.set_shared(a, row.pk, party.pk, True),
            lambda a: services.name_person(a, row.pk, party.pk, "outsider@example.org"),
            lambda a: services.remove_person(a, row.pk, party.people.get().pk),
        ):
            with pytest.raises(NotFound):
                act(actor)
    assert Step.objects.count() == 2


def addresses(row: Collaboration) -> dict[str, str]:
    """Every address about one collaboration, with its method."""
    base = f"/collaborations/{row.pk}/"
    party = university(row)
    return {
        base: "GET",
        f"{base}?all=1": "GET",
        f"{base}edit/": "GET",
        f"{base}record/stage/": "GET",
        f"{base}record/readiness/": "GET",
        f"{base}record/agreement/": "GET",
        f"{base}record/milestone/": "GET",
        f"{base}record/reached/": "GET",
        f"{base}record/funding/": "GET",
        f"{base}record/result/": "GET",
        f"{base}record/note/": "GET",
        f"{base}steps/{row.steps.get(kind='begun').pk}/correct/": "GET",
        f"{base}steps/{row.steps.get(kind='readiness').pk}/correct/": "GET",
        f"{base}parties/": "GET",
        f"{base}parties/{party.pk}/leave/": "GET",
        f"{base}parties/{party.pk}/people/": "GET",
        f"{base}undo/": "POST",
        f"{base}parties/{party.pk}/share/": "POST",
        f"{base}people/{party.people.get().pk}/remove/": "POST",
    }


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("name", ["member", "outsider", "secretariat"])
def test_pages_open_to_the_parties_and_write_nothing(
    cast: Cast, row: Collaboration, browse: Browse, name: str, language: str
) -> None:
    client = browse(name, language)
    before = (Step.objects.count(), Entry.objects.count())
    for path, method in addresses(row).items():
        response = client.get(path)
        assert response.status_code == (200 if method == "GET" else 405), path
    assert (Step.objects.count(), Entry.objects.count()) == before


def test_pages_are_not_there_for_strangers(cast: Cast, row: Collaboration, browse: Browse) -> None:
    client, visitor = browse("administrator"), browse()
    for path, method in addresses(row).items():
        assert client.generic(method, path).status_code == 404, path
        answer = visitor.generic(method, path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/"), path


def test_an_observer_gets_403_where_something_would_change(
    cast: Cast, row: Collaboration, browse: Browse
) -> None:
    paths = addresses(row)
    Party.objects.filter(pk=university(row).pk).update(role="observer")
    client = browse("outsider")
    base = f"/collaborations/{row.pk}/"
    for path, method in paths.items():
        expected = 200 if path.split("?")[0] == base else 403
        assert client.generic(method, path).status_code == expected, path
    page = client.get(base).content.decode()
    assert "/record/" not in page
    assert "/correct/" not in page


@pytest.mark.parametrize(
    ("name", "status"), [("member", 200), ("outsider", 200), ("secretariat", 200), ("administrator", 403)]
)
def test_lists_and_entering(cast: Cast, browse: Browse, name: str, status: int) -> None:
    client = browse(name)
    assert client.get("/collaborations/").status_code == 200
    assert client.get("/collaborations/new/").status_code == status
    board = 200 if name == "secretariat" else 403
    for path in ("board/", "board/export.csv", "board/export.xlsx"):
        assert client.get(f"/collaborations/{path}").status_code == board
    assert client.get("/collaborations/board/export.exe").status_code == (404 if board == 200 else 403)


def test_a_file_is_given_to_those_who_see_the_collaboration(
    cast: Cast, row: Collaboration, browse: Browse
) -> None:
    step = services.record_fact(
        cast["member"],
        row.pk,
        facts.Event(),
        date=date(2026, 2, 2),
        note="Referat",
        evidence=Evidence(file=upload('r"é.pdf', PDF)),
    )
    assert step.file is not None
    path = f"/files/{step.file.pk}/"
    for name in cast.names:
        response = browse(name).get(path)
        assert response.status_code == (200 if name in PARTIES else 302 if name == "visitor" else 404), name
    response = browse("member").get(path)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/pdf"
    assert browse("member").post(path).status_code == 405


def test_a_file_that_belongs_to_nothing_is_given_to_nobody(cast: Cast, browse: Browse) -> None:
    from vidensbro.hub.files.services import store

    path = f"/files/{store(cast['member'], upload('a.pdf', PDF)).pk}/"
    assert {browse(name).get(path).status_code for name in cast.users} == {404}
