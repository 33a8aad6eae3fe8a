"""The page of a run: what changed, examples of what was wrong, and taking it back with one button."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.hub.imports.conftest import SYSTEM, author, lines, work
from tests.kit.sources import test_cvr
from vidensbro.hub.common import clock
from vidensbro.hub.common.errors import Conflict, NotFound
from vidensbro.hub.directory import queries as directory
from vidensbro.hub.directory.models import ContactPoint, Organisation
from vidensbro.hub.directory.presenters import address_line, organisation_data
from vidensbro.hub.imports import wording
from vidensbro.hub.imports.models import ImportRun
from vidensbro.hub.imports.presenters import time_left
from vidensbro.hub.imports.services import ask_to_undo, run_import
from vidensbro.hub.imports.services.journal import DETAILS, MODELS, columns_of
from vidensbro.hub.knowledge.models import Work
from vidensbro.hub.outbox.services import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path) -> ImportRun:
    bad = {"id": "https://openalex.org/W9", "title": "", "authorships": []}
    return run_import(SYSTEM, "openalex", [lines(tmp_path / "w.jsonl", work(1, author(1, "Asta E")), bad)])


def test_what_changed_with_links_and_what_was_wrong_with_places(
    run: ImportRun, client: Client, cast: Any
) -> None:
    client.force_login(cast.users["secretariat"])
    page = client.get(reverse("import-run", args=[run.pk])).content.decode()
    made = Work.objects.get()
    assert f'href="{reverse("work", args=[made.pk])}"' in page
    assert "Asta E" in page
    assert "w.jsonl:2" in page
    assert reverse("undo-import", args=[run.pk]) in page


def test_every_column_that_an_import_changes_has_a_name_for_people() -> None:
    columns = {name for model in MODELS.values() for name in columns_of(model)}
    assert set(wording.COLUMNS) == columns | {name for kind in DETAILS.values() for name in kind}
    with override("da"):
        assert wording.columns(["title", "name_key", "name"]) == "navn, titel"


def test_one_button_has_a_worker_take_it_back(run: ImportRun, client: Client, cast: Any) -> None:
    client.force_login(cast.users["secretariat"])
    where = reverse("import-run", args=[run.pk])
    assert client.post(reverse("undo-import", args=[run.pk])).url == where
    assert reverse("undo-import", args=[run.pk]) not in client.get(where).content.decode()
    drain(["imports.undo"])
    assert not Work.objects.filter(withdrawn=False).exists()
    run.refresh_from_db()
    assert run.undoing == {"withdrawn": 3}
    assert client.get(where).status_code == 200
    with pytest.raises(Conflict, match="import_undone"):
        ask_to_undo(SYSTEM, run.pk)


def test_a_run_that_is_alive_is_not_undone_and_strangers_see_none(run: ImportRun, cast: Any) -> None:
    with pytest.raises(NotFound):
        ask_to_undo(cast["member"], run.pk)
    ImportRun.objects.update(state="running", heartbeat=clock.now())
    with pytest.raises(Conflict, match="import_not_ended"):
        ask_to_undo(SYSTEM, run.pk)
    ImportRun.objects.update(heartbeat=clock.now() - timedelta(hours=1))
    ask_to_undo(SYSTEM, run.pk)


@pytest.mark.parametrize(
    ("done", "seconds", "told"),
    [(50, 10, "less than a minute left"), (1, 10, "16 minutes left"), (1, 600, "16 hours left"), (0, 10, "")],
)
def test_the_time_left_by_what_is_left_to_read(done: int, seconds: float, told: str) -> None:
    run = ImportRun(state="running", seconds=seconds, position={"done": done, "total": 100})
    with override("en"):
        assert time_left(run) == told
        run.state = "done"
        assert time_left(run) == ""


@pytest.mark.parametrize("protected", [True, False])
def test_nobody_is_shown_how_to_reach_a_company_that_is_protected(
    protected: bool, tmp_path: Path, client: Client, cast: Any
) -> None:
    company = {**test_cvr.COMPANY, "reklamebeskyttet": protected}
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"Vrvirksomhed": company}))
    run_import(SYSTEM, "cvr", [path])
    row = Organisation.objects.get(source="cvr")
    row.website = "https://fjordteknik.example"
    row.save()
    ContactPoint.objects.create(
        organisation=row, kind="email", value="post@fjordteknik.example", audience="public"
    )
    page = client.get(reverse("organisation", args=[row.pk])).content.decode()
    seen = [secret in page for secret in ("Ny Vej", "fjordteknik.example", "post@")]
    assert seen == [not protected] * 3
    assert row.advertising_protected is protected
    assert bool(directory.contact_points(cast["member"], row)) is not protected
    assert bool(directory.contact_points(cast["secretariat"], row)) is True
    assert ("Ny Vej" in address_line(row.offices.get())) is not protected
    data = json.dumps(organisation_data(row))
    assert ("Ny Vej" in data, "fjordteknik.example" in data) == (not protected, not protected)


def test_only_the_register_grants_and_lifts_the_protection(tmp_path: Path) -> None:
    plain = tmp_path / "organisations.csv"
    plain.write_text("id,name,cvr\na,Fjordteknik,10000009\n")
    run_import(SYSTEM, "plain", [plain])
    for protected in (True, False, True):
        path = tmp_path / f"c-{protected}.json"
        path.write_text(json.dumps({"Vrvirksomhed": {**test_cvr.COMPANY, "reklamebeskyttet": protected}}))
        run_import(SYSTEM, "cvr", [path])
        assert Organisation.objects.get().advertising_protected is protected
    plain.write_text("id,name,cvr\na,Fjordteknik A/S,10000009\n")
    run_import(SYSTEM, "plain", [plain])
    assert Organisation.objects.get().advertising_protected is True
