"""Settings that all versions of a release share: of what two people write at once nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.hub.cast import Cast
from vidensbro.hub.newsroom.forms.shared import SharedForm
from vidensbro.hub.newsroom.models import Release, Version
from vidensbro.hub.newsroom.services import contacts

pytestmark = pytest.mark.django_db
Door = Callable[[str], Client]


@pytest.fixture
def door(cast: Cast) -> Door:
    """A browser in which somebody of the cast is signed in, in English."""

    def opened(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast.users[name])
        return client

    return opened


def at(name: str, row: Version) -> str:
    return reverse(name, args=[row.pk])


def settings_sent(page: str) -> dict[str, list[str]]:
    """What a page of settings keeps of what it showed."""
    kept: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="(initial-[a-z_]+)"(?: value="([^"]*)")?', page
    ):
        kept.setdefault(name, []).append(value)
    return kept


def test_two_who_edit_the_same_setting_or_list_lose_nothing(cast: Cast, draft: Version, door: Door) -> None:
    issuers = [str(cast.company.pk), str(cast.university.pk)]
    given: dict[str, object] = {"issuers": issuers, "text_licence": "CC-BY-4.0"}
    kept = settings_sent(door("member").get(at("release-settings", draft)).text)
    door("colleague").post(
        at("release-settings", draft),
        {**kept, **given, "place_da": "Aarhus", "fields_chosen": ["wound-care"]},
    )
    late = {**given, "place_da": "Odense", "fields_chosen": ["biotech"]}
    told = door("member").post(at("release-settings", draft), {**kept, **late})
    assert told.status_code == 400
    assert "“Aarhus” now" in told.text
    assert Release.objects.get().place_da == "Aarhus"
    again = door("member").post(at("release-settings", draft), {**settings_sent(told.text), **late})
    assert again.status_code == 302
    row = Release.objects.get()
    assert row.place_da == "Odense"
    assert set(row.field_tags.values_list("notation", flat=True)) == {"wound-care", "biotech"}


def test_what_was_typed_before_an_organisation_was_found_is_saved(
    cast: Cast, draft: Version, door: Door
) -> None:
    issuers = [str(cast.company.pk), str(cast.university.pk)]
    given: dict[str, object] = {"issuers": issuers, "text_licence": "CC-BY-4.0", "place_da": "Aarhus"}
    kept = settings_sent(door("member").get(at("release-settings", draft)).text)
    sought = {**kept, **given, "issuer_name": "Nord", "action": "find"}
    page = door("member").post(at("release-settings", draft), sought).text
    assert 'value="Aarhus"' in page
    saved = door("member").post(at("release-settings", draft), {**settings_sent(page), **given})
    assert saved.status_code == 302
    assert Release.objects.get().place_da == "Aarhus"


@pytest.mark.django_db(transaction=True)
def test_a_form_is_judged_and_saved_while_nobody_else_saves(
    cast: Cast, draft: Version, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = contacts.add(cast["member"], draft.release_id, cast.company.pk, name="Asta", phone="12")
    judged = []
    clean = SharedForm.clean

    def noting(form: SharedForm) -> dict[str, object]:
        judged.append(connection.in_atomic_block)
        return clean(form)

    monkeypatch.setattr(SharedForm, "clean", noting)
    given = {"organisation": str(cast.company.pk), "name": "Asta E", "phone": "12"}
    door("member").post(reverse("edit-release-contact", args=[draft.pk, row.pk]), given)
    door("member").post(at("release-settings", draft), {"place_da": "Odense"})
    assert judged == [True, True]
