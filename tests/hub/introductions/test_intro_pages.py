"""The owner's side of introductions, page by page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from tests.hub.introductions.conftest import MESSAGE, Scene
from vidensbro.hub.introductions import disclosure, protection, services
from vidensbro.hub.introductions.models import Introduction
from vidensbro.hub.introductions.services import Answerer
from vidensbro.hub.needs.models import Need

Browse = Callable[..., Client]


@pytest.fixture(autouse=True)
def _empty_caches(db) -> None:
    forget()


@pytest.fixture
def browse(scene: Scene) -> Browse:
    """A client that somebody uses, in a language."""

    def client(name: str = "visitor", language: str = "en") -> Client:
        made = Client(headers={"accept-language": language})
        users = {**scene.cast.users, **scene.users}
        if name != "visitor":
            made.force_login(users[name])
        return made

    return client


def forget() -> None:
    for name in settings.CACHES:
        caches[name].clear()


def text(response) -> str:
    return response.content.decode()


def new_path(need: Need, key: str) -> str:
    return f"/needs/{need.pk}/introductions/new/?match={key}"


def sent(scene: Scene, **more: str) -> dict[str, str]:
    return {
        "match": f"person:{scene.researcher.pk}",
        "counterpart": f"person:{scene.researcher.pk}",
        "message": MESSAGE,
        "minutes": "45",
        **more,
    }


def test_each_answer_offers_an_introduction_to_the_owners_side_and_the_secretariat(
    scene: Scene, browse: Browse
) -> None:
    need = scene.need("public")
    for name in ("owner", "coordinator", "secretariat"):
        page = text(browse(name).get(f"/needs/{need.pk}/"))
        assert f"/needs/{need.pk}/introductions/new/?match=person%3A{scene.researcher.pk}" in page
        assert "Ask for an introduction" in page
    for name in ("visitor", "member", "outsider", "administrator"):
        assert "Ask for an introduction" not in text(browse(name).get(f"/needs/{need.pk}/"))


def test_who_was_asked_shows_the_state_and_no_button(scene: Scene, browse: Browse) -> None:
    need = scene.need("public")
    row = scene.asked(need)
    page = text(browse("owner").get(f"/needs/{need.pk}/"))
    assert f"introductions/new/?match=person%3A{scene.researcher.pk}" not in page
    assert f'<a href="/introductions/{row.pk}/">Introduction: asked</a>' in page
    assert f"introductions/new/?match=person%3A{scene.clinician.pk}" in page


def test_those_who_cannot_be_asked_come_last_with_the_reason(scene: Scene, browse: Browse) -> None:
    need = scene.need("public")
    protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=0)
    page = text(browse("owner").get(f"/needs/{need.pk}/"))
    assert "1 passed over for now" in page
    assert "Passed over: Has been asked as often as is agreed for a month." in page
    assert page.index(f'id="m-{scene.clinician.pk}"') < page.index(f'id="m-{scene.researcher.pk}"')
    assert f"introductions/new/?match=person%3A{scene.researcher.pk}" not in page


def test_the_page_of_a_need_costs_the_same_however_many_introductions(
    scene: Scene, browse: Browse, django_assert_max_num_queries
) -> None:
    need = scene.need("public")
    client = browse("owner")
    client.get(f"/needs/{need.pk}/")
    with django_assert_max_num_queries(50) as before:
        client.get(f"/needs/{need.pk}/")
    scene.asked(need)
    scene.asked(need, person_id=scene.clinician.pk)
    scene.asked(need, person_id=None, organisation_id=scene.cast.university.pk)
    with django_assert_max_num_queries(len(before.captured_queries) + 2):
        client.get(f"/needs/{need.pk}/")


def test_from_match_to_preview_to_asked(scene: Scene, browse: Browse) -> None:
    need, client = scene.need("sealed"), browse("owner")
    form = text(client.get(new_path(need, f"person:{scene.researcher.pk}")))
    assert "Why this answer was found" in form
    assert "We are working on a problem" in form
    response = client.post(
        f"/needs/{need.pk}/introductions/new/", sent(scene, day1="2030-05-06", at1="10:00")
    )
    row = Introduction.objects.get()
    assert response["Location"] == f"/introductions/{row.pk}/"
    assert (row.state, row.minutes, row.times.count()) == ("drafted", 45, 1)
    preview = text(client.get(f"/introductions/{row.pk}/"))
    assert "This is what the other side will see" in preview
    assert MESSAGE in preview
    assert "Monday 6 May 2030, 10:00–10:45 (CEST)" in preview
    assert "Not told yet" in preview
    assert client.post(f"/introductions/{row.pk}/ask/").status_code == 302
    row.refresh_from_db()
    assert row.state == "asked"
    assert "has not answered yet" in text(client.get(f"/introductions/{row.pk}/"))


def test_behind_a_paper_its_authors_and_organisations_can_be_asked(scene: Scene, browse: Browse) -> None:
    need = scene.need("public")
    page = text(browse("owner").get(new_path(need, f"publication:{scene.paper.pk}")))
    assert "Ida Testsen, corresponding author" in page
    assert "Åse Prøve" in page
    assert "Østuniversitetet, the organisation behind it" in page


def test_colleagues_of_the_owner_are_explained_as_a_conflict(scene: Scene, browse: Browse) -> None:
    from tests.hub.cast import SYSTEM
    from vidensbro.hub.directory import services as directory

    need = scene.need("public")
    directory.add_affiliation(SYSTEM, scene.researcher.pk, scene.cast.company.pk)
    page = text(browse("owner").get(new_path(need, f"person:{scene.researcher.pk}")))
    assert "Works at the organisation that has the need: Nordsensor." in page
    assert "Nobody behind this answer can be asked now." in page
    of_secretariat = text(browse("secretariat").get(new_path(need, f"person:{scene.researcher.pk}")))
    assert "Ida Testsen – Works at the organisation that has the need: Nordsensor." in of_secretariat


def test_the_secretariat_sends_against_a_conflict_only_with_a_reason(scene: Scene, browse: Browse) -> None:
    from tests.hub.cast import SYSTEM
    from vidensbro.hub.directory import services as directory

    row = scene.drafted(scene.need("public"), by="secretariat")
    directory.add_affiliation(SYSTEM, scene.researcher.pk, scene.cast.company.pk)
    client = browse("secretariat")
    assert "Why is it fair all the same?" in text(client.get(f"/introductions/{row.pk}/"))
    page = text(client.post(f"/introductions/{row.pk}/ask/", {"override": ""}, follow=True))
    assert "Works at the organisation that has the need" in page
    client.post(f"/introductions/{row.pk}/ask/", {"override": "Both sides know and want it."})
    row.refresh_from_db()
    assert row.state == "asked"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"message": ""}, "This field is required"),
        ({"message": "x" * 4001}, "at most 4000 characters"),
        ({"counterpart": "person:00000000-0000-0000-0000-000000000000"}, "Select a valid choice"),
        ({"counterpart": "\x00"}, "Select a valid choice"),
        ({"minutes": "7"}, "Select a valid choice"),
        ({"day1": "2030-05-06"}, "Give both the day and the time."),
        ({"at2": "10:00"}, "Give both the day and the time."),
        ({"day1": "2020-05-06", "at1": "10:00"}, "This time has passed."),
        ({"day1": "tomorrow", "at1": "10:00"}, "Enter a valid date"),
        ({"day1": "2030-05-06", "at1": "25:00"}, "Enter a valid time"),
        (
            {"day1": "2030-05-06", "at1": "10:00", "day3": "2030-05-06", "at3": "10:00"},
            "This time is offered already.",
        ),
        # Clocks go from 02:00 to 03:00 on 31 March 2030 (Directive 2000/84/EC).
        ({"day1": "2030-03-31", "at1": "02:30"}, "The clocks skip this hour."),
    ],
)
def test_wrong_input_is_told_and_nothing_is_kept(
    scene: Scene, browse: Browse, change: dict[str, str], said: str
) -> None:
    need = scene.need("public")
    response = browse("owner").post(f"/needs/{need.pk}/introductions/new/", sent(scene, **change))
    assert response.status_code == 400
    assert said in text(response)
    assert 'role="alert"' in text(response)
    assert not Introduction.objects.exists()


def test_times_are_those_of_the_clock_on_the_wall(scene: Scene, browse: Browse) -> None:
    need = scene.need("public")
    given = {"day1": "2030-10-25", "at1": "10:00", "day2": "2030-10-28", "at2": "10:00"}
    browse("owner").post(f"/needs/{need.pk}/introductions/new/", sent(scene, **given))
    row = Introduction.objects.get()
    # Summer time ends on Sunday 27 October 2030: ten o'clock is 08:00 UTC before and 09:00 UTC after.
    assert [one.starts.isoformat() for one in row.times.all()] == [
        "2030-10-25T08:00:00+00:00",
        "2030-10-28T09:00:00+00:00",
    ]
    assert [(one.ends - one.starts).total_seconds() / 60 for one in row.times.all()] == [45, 45]


def test_a_draft_can_be_edited_and_withdrawn(scene: Scene, browse: Browse) -> None:
    row, client = scene.drafted(scene.need("public")), browse("owner")
    assert MESSAGE in text(client.get(f"/introductions/{row.pk}/edit/"))
    client.post(f"/introductions/{row.pk}/edit/", {"message": "Another message", "minutes": "15"})
    row.refresh_from_db()
    assert (row.message, row.minutes) == ("Another message", 15)
    client.post(f"/introductions/{row.pk}/withdraw/", {"note": "Found it ourselves"})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert client.post(f"/introductions/{row.pk}/ask/", follow=True).status_code == 200
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_full_since_the_page_was_opened_is_told_in_words(scene: Scene, browse: Browse) -> None:
    row = scene.drafted(scene.need("public"))
    protection.set_preference(scene["researcher"], scene.researcher.pk, per_month=0)
    page = text(browse("owner").post(f"/introductions/{row.pk}/ask/", follow=True))
    assert "Has been asked as often as is agreed for a month." in page


@pytest.mark.parametrize("name", ["visitor", "member", "outsider", "administrator", "dean"])
def test_others_know_of_no_introduction(scene: Scene, browse: Browse, name: str) -> None:
    need = scene.need("sealed")
    row, client = scene.asked(need), browse(name)
    expected = 302 if name == "visitor" else 404
    assert client.get(f"/introductions/{row.pk}/").status_code == expected
    for step in ("ask", "agree", "withdraw", "close", "more"):
        assert client.post(f"/introductions/{row.pk}/{step}/", {"outcome": "met"}).status_code == expected
    assert client.get(f"/introductions/{row.pk}/edit/").status_code == expected
    assert client.get(f"/introductions/{row.pk}/meeting.ics").status_code == expected
    assert client.get(new_path(need, f"person:{scene.researcher.pk}")).status_code == expected
    row.refresh_from_db()
    assert row.state == "asked"


def test_a_draft_is_not_seen_by_whom_it_would_go_to(scene: Scene, browse: Browse) -> None:
    row = scene.drafted()
    assert browse("researcher").get(f"/introductions/{row.pk}/").status_code == 404
    assert "Nobody has asked for you yet" in text(browse("researcher").get("/introductions/"))


def test_contact_details_only_after_both_have_said_yes(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("public"), by="secretariat")
    services.accept(Answerer(scene["researcher"]), row.pk)
    for name in ("owner", "researcher", "secretariat"):
        page = text(browse(name).get(f"/introductions/{row.pk}/"))
        assert "researcher@example.org" not in page
        assert "owner@example.org" not in page
    assert browse("owner").post(f"/introductions/{row.pk}/agree/").status_code == 302
    for name in ("owner", "researcher", "secretariat"):
        page = text(browse(name).get(f"/introductions/{row.pk}/"))
        assert "researcher@example.org" in page
        assert "owner@example.org" in page


def test_what_became_of_it(scene: Scene, browse: Browse) -> None:
    row = scene.asked(scene.need("public"))
    services.accept(Answerer(scene["researcher"]), row.pk)
    client = browse("owner")
    assert client.post(f"/introductions/{row.pk}/close/", {"outcome": "elsewhere"}).status_code == 400
    client.post(f"/introductions/{row.pk}/close/", {"outcome": "met", "note": "A good talk"})
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("closed", "met")
    assert "A good talk" in text(client.get(f"/introductions/{row.pk}/"))
    assert "A good talk" not in text(browse("researcher").get(f"/introductions/{row.pk}/"))


def test_the_owner_decides_what_is_shown(scene: Scene, browse: Browse) -> None:
    row = scene.asked()
    asked = disclosure.ask_for(Answerer(scene["researcher"]), row.pk, "description")
    assert "Step by step: what the other side may see" in text(
        browse("owner").get(f"/introductions/{row.pk}/")
    )
    assert "Show it" not in text(browse("secretariat").get(f"/introductions/{row.pk}/"))
    path = f"/introductions/disclosures/{asked.pk}/"
    assert browse("secretariat").post(path, {"agreed": "yes"}).status_code == 403
    assert browse("outsider").post(path, {"agreed": "yes"}).status_code == 404
    assert browse("owner").post(path, {}).status_code == 400
    assert browse("owner").post(path, {"agreed": "yes", "needs_confidentiality": "on"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.agreed, asked.needs_confidentiality) == (True, True)


def test_lists_of_both_sides(scene: Scene, browse: Browse) -> None:
    assert "You have asked nobody yet" in text(browse("owner").get("/introductions/"))
    row = scene.asked(scene.need("sealed", title="Secret of Nordsensor"))
    own = text(browse("owner").get("/introductions/"))
    assert "Ida Testsen" in own
    assert "Secret of Nordsensor" in own
    theirs = text(browse("researcher").get("/introductions/"))
    assert f"/introductions/{row.pk}/" in theirs
    assert "Secret of Nordsensor" not in theirs
    assert "A sealed need" in theirs


def test_how_often_i_may_be_asked(scene: Scene, browse: Browse) -> None:
    scene.asked(minutes=45)
    client = browse("researcher")
    page = text(client.get("/account/asking/"))
    assert "<dd>45</dd>" in page
    given = {"per_month": "2", "quiet_from": "2030-07-01", "quiet_until": "2030-07-31", "digest": "on"}
    assert client.post("/account/asking/", given).status_code == 302
    held = protection.preference_of(scene["researcher"], scene.researcher.pk)
    assert (held.per_month, held.quiet_from.isoformat(), held.digest) == (2, "2030-07-01", True)
    for wrong in (
        {"per_month": "32"},
        {"quiet_from": "2030-07-01"},
        {"quiet_from": "2030-07-02", "quiet_until": "2030-07-01"},
    ):
        assert client.post("/account/asking/", wrong).status_code == 400
    assert "You are not in the directory" in text(browse("owner").get("/account/asking/"))


def test_declaring_a_conflict_and_taking_it_back(scene: Scene, browse: Browse) -> None:
    client = browse("researcher")
    found = text(client.get("/account/asking/?q=nordsensor"))
    assert f'name="key" value="{scene.cast.company.pk}"' in found
    given = {"kind": "organisation", "key": str(scene.cast.company.pk), "note": "My own firm"}
    client.post("/account/asking/conflicts/", given)
    declared = protection.declared(scene["researcher"], scene.researcher.pk)
    assert [(one.organisation, one.note) for one in declared] == [(scene.cast.company, "My own firm")]
    assert "My own firm" in text(client.get("/account/asking/"))
    path = f"/account/asking/conflicts/{declared[0].pk}/remove/"
    assert browse("owner").post(path).status_code in (403, 404)
    client.post(path)
    assert protection.declared(scene["researcher"], scene.researcher.pk) == []
    assert client.post("/account/asking/conflicts/", {"kind": "person", "key": "x"}).status_code == 404
    assert browse("owner").post("/account/asking/conflicts/", given).status_code == 403


def test_figures_are_for_everybody_and_name_nobody(scene: Scene, browse: Browse) -> None:
    assert "Nothing to count yet" in text(browse().get("/figures/introductions/"))
    forget()
    sealed = scene.asked(scene.need("sealed", title="Secret of Nordsensor"))
    services.decline(Answerer(scene["researcher"]), sealed.pk, "not_my_field")
    assert "Nothing to count yet" in text(browse().get("/figures/introductions/"))
    forget()
    row = scene.asked(scene.need("public"))
    services.decline(Answerer(scene["researcher"]), row.pk, "no_time")
    page = text(browse().get("/figures/introductions/"))
    assert "No time" in page
    assert "Not my field" not in page
    assert not any(word in page for word in ("Secret", "Nordsensor", "Testsen"))


def test_neutrality_shows_no_small_groups(scene: Scene, browse: Browse) -> None:
    scene.asked(scene.need("public"))
    page = text(browse().get("/neutrality/"))
    assert page.count("Too few organisations to show") == 4
    assert "Østuniversitetet" not in page


def test_pages_in_danish(scene: Scene, browse: Browse) -> None:
    need = scene.need("public")
    assert "Bed om en introduktion" in text(browse("owner", "da").get(f"/needs/{need.pk}/"))
    row = scene.asked(need)
    page = text(browse("researcher", "da").get(f"/introductions/{row.pk}/"))
    for words in ("Ja tak", "Ja, men senere", "Nej tak, fordi …"):
        assert words in page
