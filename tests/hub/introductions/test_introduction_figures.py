"""Figures on what became of matches, and on whom the cluster recommends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.hub.cast import SYSTEM
from tests.hub.introductions.conftest import Scene
from vidensbro.hub.accounts.actors import VISITOR
from vidensbro.hub.common import clock
from vidensbro.hub.directory import services as directory
from vidensbro.hub.directory.models import Office, Organisation
from vidensbro.hub.introductions import queries, services
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.queries.neutrality import size_class
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.matches.models import MatchRow
from vidensbro.hub.needs.models import Need

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def at(month: int, day: int, hour: int = 12):
    return clock.clock_at(datetime(2026, month, day, hour, tzinfo=UTC))


def test_by_month_each_when_it_happened(scene: Scene) -> None:
    by = Answerer(scene["researcher"])
    with at(3, 30):
        met, refused, drafted = scene.asked(), scene.asked(), scene.drafted()
    with at(4, 2):
        services.accept(by, met.pk)
    with at(4, 4):
        services.decline(by, refused.pk, "no_time")
    with at(5, 1):
        services.close(scene["owner"], met.pk, "met")
    assert drafted.state == "drafted"
    told = queries.figures(SYSTEM, *YEAR)
    assert (told.asked, told.answered, told.accepted, told.introduced, told.met) == (2, 2, 1, 1, 1)
    assert told.median_days == 4.0
    assert told.reasons == (("no_time", 1),)
    assert len(told.months) == 12
    months = {
        one.first.month: (one.asked, one.answered, one.accepted, one.introduced, one.met)
        for one in told.months
    }
    assert (months[3], months[4], months[5]) == ((2, 0, 0, 0, 0), (0, 2, 1, 1, 0), (0, 0, 0, 0, 1))
    assert queries.figures(SYSTEM, date(2026, 4, 3), date(2026, 4, 30)).answered == 1


def test_days_are_those_of_the_place(scene: Scene) -> None:
    # 22:30 UTC on 31 March is half past midnight on 1 April in Copenhagen (summer time).
    with clock.clock_at(datetime(2026, 3, 31, 22, 30, tzinfo=UTC)):
        scene.asked()
    assert queries.figures(SYSTEM, date(2026, 3, 1), date(2026, 3, 31)).asked == 0
    assert queries.figures(SYSTEM, date(2026, 4, 1), date(2026, 4, 30)).months[0].asked == 1


@pytest.mark.django_db
def test_no_figures_yet() -> None:
    told = queries.figures(SYSTEM, *YEAR)
    assert (told.asked, told.median_days, told.reasons) == (0, None, ())
    assert {name: groups for name, groups in queries.neutrality(SYSTEM, *YEAR).groups.items() if groups} == {}


@pytest.mark.parametrize(
    ("employees", "code"),
    [
        (None, "unknown"),
        (0, "micro"),
        (9, "micro"),
        (10, "small"),
        (49, "small"),
        (50, "medium"),
        (249, "medium"),
        (250, "large"),
    ],
)
def test_sizes_are_those_of_the_recommendation(employees: int | None, code: str) -> None:
    assert size_class(employees) == code


def places(count: int, region: str = "", **columns: object) -> list[Organisation]:
    found = []
    for number in range(count):
        place = Organisation.objects.create(name=f"{columns} {number}", **columns)
        Office.objects.create(organisation=place, country="DK", region=region, head=True)
        found.append(place)
    return found


def recommend(scene: Scene, need: Need, found: list[Organisation]) -> None:
    run = scene.found(need)
    run.rows.all().delete()
    for rank, place in enumerate(found, start=1):
        MatchRow.objects.create(
            run=run, rank=rank, kind="organisation", target_id=str(place.pk), title="", score=0.5, evidence={}
        )


def test_small_groups_are_put_together_until_they_tell_of_nobody(scene: Scene) -> None:
    companies = places(7, kind="company", employees=5, region="Nord")
    hospitals = places(3, kind="hospital", employees=900, region="Syd")
    schools = places(1, kind="college", employees=90, region="Syd")
    gts = places(6, kind="gts", employees=90, region="Nord")
    today = clock.today()
    recommend(scene, scene.cast.need(), [*companies, *hospitals, *schools, *gts])
    groups = queries.neutrality(SYSTEM, today, today).groups
    kinds = {one.code: one for one in groups["kind"]}
    assert {code: one.organisations for code, one in kinds.items()} == {"company": 7, "others": 10}
    assert {one.code: one.organisations for one in groups["size"]} == {"micro": 7, "others": 10}
    assert {one.code: one.organisations for one in groups["region"]} == {"others": 17}
    assert {one.code: one.organisations for one in groups["membership"]} == {"not_member": 17}
    for table in groups.values():
        assert sum(one.recommended for one in table) == 17
        assert all(one.organisations >= 5 for one in table)


def test_fewer_than_five_are_not_shown_at_all(scene: Scene) -> None:
    today = clock.today()
    recommend(scene, scene.cast.need(), places(4, kind="company"))
    assert set(queries.neutrality(SYSTEM, today, today).groups.values()) == {()}


def test_who_was_recommended_asked_and_introduced(scene: Scene) -> None:
    today = clock.today()
    others = places(4, kind="university", employees=900)
    directory.edit_organisation(SYSTEM, scene.cast.university.pk, employees=900)
    need = scene.need("sealed")
    for one in (scene.found(need), scene.found(need)):
        assert one.rows.count() == 5
    recommend(scene, scene.cast.need(), others)
    row = scene.asked(need)
    services.accept(Answerer(scene["researcher"]), row.pk)
    scene.asked(need, person_id=None, organisation_id=scene.cast.university.pk)
    scene.drafted(scene.cast.need())
    (group,) = queries.neutrality(SYSTEM, today, today).groups["size"]
    # Two people, an offer and the organisation itself for one need; four organisations for the other.
    assert (group.code, group.organisations, group.recommended) == ("large", 5, 4 + 4)
    assert (group.asked, group.introduced) == (2, 1)
    tomorrow = today + timedelta(days=1)
    assert set(queries.neutrality(SYSTEM, tomorrow, tomorrow).groups.values()) == {()}
    assert Introduction.objects.count() == 3


@pytest.mark.parametrize(("visibility", "seen_by"), [("sealed", ["owner"]), ("members", ["owner", "member"])])
def test_needs_that_one_may_not_see_change_no_figure(
    scene: Scene, visibility: str, seen_by: list[str]
) -> None:
    today = clock.today()
    places(6, kind="university", employees=900)
    recommend(scene, scene.cast.need(), places(6, kind="company", employees=5))
    readers = {"visitor": VISITOR, "member": scene["outsider"], "owner": scene["owner"]}

    def told() -> dict[str, object]:
        return {
            name: (queries.figures(actor, today, today), queries.neutrality(actor, today, today))
            for name, actor in readers.items()
        }

    before = told()
    need = scene.need(visibility)
    recommend(scene, need, places(7, kind="hospital", employees=100))
    services.accept(Answerer(scene["researcher"]), scene.asked(need).pk)
    after = told()
    assert sorted(name for name in readers if after[name] != before[name]) == sorted(seen_by)
