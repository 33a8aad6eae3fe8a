"""Every model says what it is kept for; every purpose says why, for how long, and on which place of the law."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import (
    CharField,
    EmailField,
    Field,
    ForeignKey,
    GenericIPAddressField,
    JSONField,
    Model,
    TextField,
)
from django.utils.translation import override

from vidensbro.hub.audit.privacy import parts
from vidensbro.hub.audit.processing import activities
from vidensbro.hub.audit.purposes import NONE, models, purposes, served_by_part
from vidensbro.hub.web.own_data_words import PARTS

PEOPLE = {"accounts.User", "directory.Person"}
EVERY_MODEL = apps.get_models(include_auto_created=True)
PLACE = re.compile(r"(6\(1\)\([a-f]\)|9\(2\)\([a-j]\))\Z")


def may_hold_people(model: type[Model]) -> bool:
    """Has the model a text that somebody could write in, or does it point to somebody?"""
    return any(_tells(column) for column in model._meta.concrete_fields)


def _tells(column: Field[object, object]) -> bool:
    if isinstance(column, ForeignKey):
        return column.related_model._meta.label in PEOPLE
    if isinstance(column, (TextField, JSONField, EmailField, GenericIPAddressField)):
        return True
    return isinstance(column, CharField) and not column.choices and (column.max_length or 1000) > 64


@pytest.mark.parametrize("model", EVERY_MODEL, ids=lambda model: model._meta.label)
def test_every_model_is_named_by_an_app(model: type[Model]) -> None:
    told = models().get(model._meta.label)
    assert told is not None, f"no privacy.MODELS names {model._meta.label}"
    if told == NONE:
        assert not may_hold_people(model), f"{model._meta.label} may hold people: say why it does not"
    elif told.startswith(NONE):
        assert len(told.removeprefix(f"{NONE}: ")) > 5
        assert told.startswith(f"{NONE}: ")
    else:
        assert told in purposes()


def test_no_model_is_named_that_is_none() -> None:
    assert set(models()) <= {model._meta.label for model in EVERY_MODEL}


@pytest.mark.parametrize("code", sorted(purposes()))
def test_every_purpose_is_whole(code: str) -> None:
    purpose = purposes()[code]
    assert purpose.legal_basis
    assert all(PLACE.match(place) for place in purpose.legal_basis)
    for words in (purpose.label, purpose.why, purpose.kept):
        assert str(words).strip()
    for some in (purpose.subjects, purpose.data, purpose.sources, purpose.recipients):
        assert some
    assert (purpose.retention is None) == (purpose.expire is None)
    assert purpose.retention is None or purpose.retention > timedelta(0)
    assert code in models().values()


def test_every_purpose_that_a_model_serves_can_be_handed_out_and_erased() -> None:
    served = {code for codes in served_by_part().values() for code in codes}
    assert served == set(purposes())
    for part in parts():
        assert part.name in PARTS
        assert callable(part.export)
        assert callable(part.erase)
        assert callable(part.merge)


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_record_is_made_in_both_languages(language: str) -> None:
    with override(language):
        found = activities()
    assert {one["code"] for one in found} == set(purposes())
    assert all(isinstance(one["why"], str) and one["data"] for one in found)
