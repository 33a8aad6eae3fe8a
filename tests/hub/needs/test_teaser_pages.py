"""The pages of named organisations and teasers, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.hub.matches.conftest import own_index
from tests.hub.web.conftest import SEALED_TITLE, World, empty_cache
from vidensbro.hub.directory.models import Organisation
from vidensbro.hub.needs import services
from vidensbro.hub.needs.models import Need, NeedAudience, NeedTeaser, TeaserInterest

__all__ = ["empty_cache", "own_index"]

Browse = Callable[..., Client]
FORM = {
    "text": "Vi søger en klinik, der vil afprøve et plaster mod tryksår på plejehjem.",
    "title": "Plaster mod tryksår",
    "visibility": "organisations",
}
TEASER = "Somebody to try a plaster with."


def page(response) -> str:
    return unescape(response.content.decode())


def ticked(text: str) -> set[str]:
    return set(re.findall(r'<input type="checkbox" name="audience" value="([^"]+)"[^>]*checked', text))


def offered(text: str) -> set[str]:
    return set(re.findall(r'<input type="checkbox" name="audience" value="([^"]+)"', text))


def test_finding_ticking_and_saving(world: World, browse: Browse) -> None:
    client = browse("owner")
    other = str(world.cast.university.pk)
    found = page(client.post("/needs/new/", {**FORM, "audience_name": "øst", "find": "1"}))
    assert (offered(found), ticked(found)) == ({other}, set())
    assert FORM["text"] in found
    assert 'role="alert"' not in found
    assert not Need.objects.filter(title=FORM["title"]).exists()
    client.post("/needs/new/", {**FORM, "audience": [other], "post": "1"})
    need = Need.objects.get(title=FORM["title"])
    assert [row.organisation for row in NeedAudience.objects.filter(need=need)] == [world.cast.university]
    edited = page(client.get(f"/needs/{need.pk}/edit/"))
    assert ticked(edited) == {other}
    assert browse("outsider").get(f"/needs/{need.pk}/").status_code == 200
    assert browse("colleague").get(f"/needs/{need.pk}/").status_code == 404


def test_finding_keeps_what_was_ticked(world: World, browse: Browse) -> None:
    cast = world.cast
    data = {**FORM, "audience": [str(cast.company.pk)], "audience_name": "Øst", "find": "1"}
    found = page(browse("owner").post("/needs/new/", data))
    assert offered(found) == {str(cast.company.pk), str(cast.university.pk)}
    assert ticked(found) == {str(cast.company.pk)}


def test_a_name_that_nobody_has(world: World, browse: Browse) -> None:
    found = page(browse("owner").post("/needs/new/", {**FORM, "audience_name": "Findes Ikke", "find": "1"}))
    assert "No organisation of that name was found." in found


def test_a_name_written_out_is_taken_and_a_part_of_one_is_asked_about(world: World, browse: Browse) -> None:
    client = browse("owner")
    asked = client.post("/needs/new/", {**FORM, "audience_name": "øst"})
    assert asked.status_code == 400
    assert "Tick the organisation in the list" in page(asked)
    client.post("/needs/new/", {**FORM, "audience_name": "østuniversitetet"})
    assert NeedAudience.objects.get().organisation == world.cast.university


def test_posting_without_naming_anybody_is_told(world: World, browse: Browse) -> None:
    response = browse("owner").post("/needs/new/", {**FORM, "post": "1"})
    assert response.status_code == 400
    assert "Choose at least one organisation that may see it." in page(response)
    assert not Need.objects.filter(title=FORM["title"]).exists()


@pytest.mark.parametrize("wrong", ["nobody", "018f0000-0000-7000-8000-000000000000", "\x00"])
def test_an_organisation_that_is_none_is_told(world: World, browse: Browse, wrong: str) -> None:
    response = browse("owner").post("/needs/new/", {**FORM, "audience": [wrong], "post": "1"})
    assert response.status_code == 400


def test_the_owner_sees_who_sees_it_and_why(world: World, browse: Browse) -> None:
    need = world.cast.need("organisations", audience=[world.cast.university.pk])
    own = page(browse("owner").get(f"/needs/{need.pk}/"))
    assert "Who can see this need" in own
    assert own.index("Østuniversitetet") < own.index("named by the owner")
    assert "for named organisations" in own
    assert f"/needs/{need.pk}/teaser/" in own
    assert "Who can see this need" not in page(browse("outsider").get(f"/needs/{need.pk}/"))


def test_from_proposal_to_message(world: World, browse: Browse) -> None:
    client, address = browse("owner"), f"/needs/{world.sealed.pk}/teaser/"
    assert "A proposal, not saved" in page(client.get(address))
    assert not NeedTeaser.objects.exists()
    named = "Nordsensor looks for somebody to try a plaster with."
    saved = client.post(address, {"text": named, "audience": "public"}, follow=True)
    assert "<mark>Nordsensor</mark>" in page(saved)
    assert "The name of your organisation" in page(saved)
    assert "Fewer than 5 is few" in page(saved)
    assert named not in page(browse().get("/needs/teasers/"))
    refused = client.post(f"{address}approve/", {"text": named}, follow=True)
    assert "There are warnings." in page(refused)
    client.post(address, {"text": TEASER, "audience": "public"})
    client.post(f"{address}approve/", {"text": TEASER, "warnings_seen": "on"})
    teaser = NeedTeaser.objects.get()
    for path in ("/needs/", "/needs/teasers/", "/needs/teasers/?q=plaster", f"/needs/teasers/{teaser.pk}/"):
        shown = page(browse().get(path))
        assert TEASER in shown, path
        assert str(world.sealed.pk) not in shown
        assert SEALED_TITLE not in shown
        assert "Nordsensor" not in shown or path == "/needs/"
    assert TEASER not in page(browse().get("/needs/teasers/?q=quantum"))
    assert TEASER not in page(client.get("/needs/"))
    helper = browse("outsider")
    sent = helper.post(f"/needs/teasers/{teaser.pk}/help/", {"message": "We have a clinic."}, follow=True)
    assert "Your message has been passed on." in page(sent)
    assert "You wrote on" in page(sent)
    assert "We have a clinic." in page(client.get(address))
    client.post(f"{address}withdraw/")
    assert browse().get(f"/needs/teasers/{teaser.pk}/").status_code == 404


def test_visitors_are_asked_to_sign_in(world: World, browse: Browse) -> None:
    teaser = approved(world)
    shown = page(browse().get(f"/needs/teasers/{teaser.pk}/"))
    assert f"/sign-in/?next=/needs/teasers/{teaser.pk}/" in shown
    response = browse().post(f"/needs/teasers/{teaser.pk}/help/", {"message": "I can."})
    assert response.status_code == 302
    assert not TeaserInterest.objects.exists()


def test_an_empty_message_is_told(world: World, browse: Browse) -> None:
    response = browse("outsider").post(f"/needs/teasers/{approved(world).pk}/help/", {"message": ""})
    assert response.status_code == 400
    assert 'role="alert"' in page(response)


def test_a_teaser_is_for_closed_needs_and_their_owners(world: World, browse: Browse) -> None:
    assert browse("owner").get(f"/needs/{world.public.pk}/teaser/").status_code == 409
    assert browse("outsider").get(f"/needs/{world.sealed.pk}/teaser/").status_code == 404
    assert browse("outsider").get(f"/needs/{world.public.pk}/teaser/").status_code == 403
    assert browse().get(f"/needs/{world.sealed.pk}/teaser/").status_code == 302
    for step in ("approve", "withdraw"):
        assert browse("owner").get(f"/needs/{world.sealed.pk}/teaser/{step}/").status_code == 405
        response = browse("outsider").post(f"/needs/{world.sealed.pk}/teaser/{step}/", {"text": "x"})
        assert response.status_code == 404


def test_texts_stay_texts(world: World, browse: Browse) -> None:
    naughty = "<script>alert(1)</script> Nordsensor & <b>more</b>"
    client, address = browse("owner"), f"/needs/{world.sealed.pk}/teaser/"
    client.post(address, {"text": naughty, "audience": "public"})
    client.post(f"{address}approve/", {"text": naughty, "warnings_seen": "on"})
    teaser = NeedTeaser.objects.get()
    browse("outsider").post(f"/needs/teasers/{teaser.pk}/help/", {"message": naughty})
    for one, path in ((client, address), (browse(), "/needs/"), (browse(), f"/needs/teasers/{teaser.pk}/")):
        body = one.get(path).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;" in body


def test_lists_cost_the_same_however_many(world: World, browse: Browse, django_assert_num_queries) -> None:
    client = browse()
    for number in range(12):
        approved(world, f"{TEASER} {number}")
        if number in (1, 11):
            client.get("/needs/")
            with django_assert_num_queries(4):
                client.get("/needs/")
            with django_assert_num_queries(2):
                client.get("/needs/teasers/")


def approved(world: World, text: str = TEASER) -> NeedTeaser:
    owner = world.cast["owner"]
    row = services.write_teaser(owner, world.cast.need("sealed").pk, text, audience="public")
    return services.approve_teaser(owner, row.need_id, text, warnings_seen=True)


def test_names_are_found_in_a_large_directory(world: World, browse: Browse) -> None:
    Organisation.objects.bulk_create(
        Organisation(name=f"Firma {number}", name_key=f"firma {number}") for number in range(200)
    )
    found = page(browse("owner").post("/needs/new/", {**FORM, "audience_name": "firma", "find": "1"}))
    assert len(offered(found)) == 20


def test_who_has_signed_in_is_not_asked_to_sign_in(world: World, browse: Browse) -> None:
    services.write_teaser(world.cast["owner"], world.sealed.pk, TEASER, audience="public")
    row = services.approve_teaser(world.cast["owner"], world.sealed.pk, TEASER, warnings_seen=True)
    world.cast.users["outsider"].role = "visitor"
    world.cast.users["outsider"].save()
    shown = page(browse("outsider").get(f"/needs/teasers/{row.pk}/"))
    assert "/account/#my-organisations" in shown
    assert f"/sign-in/?next=/needs/teasers/{row.pk}/" not in shown
    assert f"/sign-in/?next=/needs/teasers/{row.pk}/" in page(browse().get(f"/needs/teasers/{row.pk}/"))
