"""The desk's pages and files, without a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import escape
from openpyxl import load_workbook

from tests.hub.cast import NOON
from tests.hub.cli.command import run
from tests.hub.desk.conftest import Desk
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.desk import services
from vidensbro.hub.desk.models import DeskItem, SavedView
from vidensbro.hub.desk.services import Wish

Browse = Callable[..., Client]
PAGE = "/secretariat/desk/"


def names(desk: Desk, **search: str) -> list[str]:
    return [item.name for item in desk.items(**search)]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}views/", f"{PAGE}export.csv"])
def test_who_may_open_it(desk: Desk, browse: Browse, path: str) -> None:
    assert browse("visitor").get(path).status_code == 302
    for name in ("member", "administrator", "owner"):
        assert browse(name).get(path).status_code == 403
    assert browse().get(path).status_code == 200


def test_others_do_nothing(desk: Desk, browse: Browse) -> None:
    desk.need()
    for path in (PAGE, f"{PAGE}undo/", f"{PAGE}views/?kind=mail"):
        given = {"do": "done", "item": names(desk), "name": "x"}
        assert browse("administrator").post(path, given).status_code == 403
    assert (DeskItem.objects.count(), SavedView.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_empty_desk_says_so(desk: Desk, browse: Browse, language: str) -> None:
    page = browse(language=language).get(PAGE)
    assert 'class="empty"' in page.content.decode()


def test_everything_is_on_the_page(desk: Desk, browse: Browse) -> None:
    desk.everything()
    page = browse().get(PAGE).content.decode()
    for item in desk.items():
        assert escape(item.matter.title) in page
        assert item.matter.href in page
    assert "Route to Aalborg, Klyngen" in page


def test_a_secretariat_finds_the_desk(desk: Desk, browse: Browse) -> None:
    with clock_at(NOON):
        assert f'href="{PAGE}"' in browse().get("/secretariat/").content.decode()
        assert f'href="{PAGE}"' not in browse("administrator").get("/secretariat/").content.decode()


def test_doing_something_with_what_is_ticked_and_undoing_it(desk: Desk, browse: Browse) -> None:
    desk.everything()
    client = browse()
    given = {"item": names(desk, kind="route"), "until": "2026-03-09", "note": "Later", "do": "apply"}
    answer = client.post(f"{PAGE}?sort=oldest", given, follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?sort=oldest", 302)]
    page = answer.content.decode()
    assert "2 items: snoozed and note written." in page
    assert len(desk.items(kind="route")) == 0
    action = answer.context["last"].pk
    back = client.post(f"{PAGE}undo/?sort=oldest", {"action": action}, follow=True)
    assert back.redirect_chain == [(f"{PAGE}?sort=oldest", 302)]
    assert len(desk.items(kind="route")) == 2
    assert client.post(f"{PAGE}undo/", {"action": action}).status_code == 409


@pytest.mark.parametrize("button", ["mine", "done"])
def test_buttons_leave_the_fields_alone(desk: Desk, browse: Browse, button: str) -> None:
    desk.need()
    browse().post(PAGE, {"item": names(desk), "note": "Half a thought", "do": button})
    row = DeskItem.objects.get()
    assert (row.note, bool(row.assignee), bool(row.done_at)) == ("", button == "mine", button == "done")


def test_one_button_routes_to_the_nearest(desk: Desk, browse: Browse) -> None:
    desk.need()
    browse().post(PAGE, {"nearest": names(desk)[0]})
    assert DeskItem.objects.get().office == desk.aalborg


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"do": "apply", "note": "x"}, "Choose at least one item."),
        ({"do": "apply", "item": "here"}, "Say what is to be done."),
        ({"do": "apply", "item": "here", "until": "2026-01-01"}, "Choose a day to come."),
        ({"do": "done", "item": "route:00000000-0000-0000-0000-000000000001"}, "no longer on the desk"),
        ({"do": "done", "item": "rubbish"}, "Choose at least one item."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_ticked_stays(
    desk: Desk, browse: Browse, given: dict[str, str], said: str
) -> None:
    desk.need()
    here = names(desk)[0]
    answer = browse().post(PAGE, {name: here if value == "here" else value for name, value in given.items()})
    page = answer.content.decode()
    assert (answer.status_code, said in page) == (400, True)
    assert ("checked" in page.split('value="' + here)[1][:40]) == (given.get("item") == "here")
    assert DeskItem.objects.count() == 0


def test_filters_in_the_address(desk: Desk, browse: Browse) -> None:
    desk.everything()
    page = browse().get(f"{PAGE}?kind=mail&q=would&page=7&field=&age=-1")
    assert [row.item.matter.kind for row in page.context["rows"]] == ["mail"]
    nothing = browse().get(f"{PAGE}?q=zzzz").content.decode()
    assert "Nothing fits" in nothing


def test_views_on_pages(desk: Desk, browse: Browse) -> None:
    client = browse()
    answer = client.post(f"{PAGE}views/?kind=weak&page=2", {"name": "Weak <b>", "shared": "on"})
    assert answer["Location"] == f"{PAGE}?kind=weak"
    page = client.get(PAGE).content.decode()
    assert "Weak &lt;b&gt;" in page
    row = SavedView.objects.get()
    assert row.shared
    assert client.post(f"{PAGE}views/?kind=weak", {"name": ""}).status_code == 400
    assert client.get(f"{PAGE}views/{row.pk}/remove/").status_code == 405
    client.post(f"{PAGE}views/{row.pk}/remove/")
    assert SavedView.objects.count() == 0


def test_files_hold_what_is_shown_and_no_formula(desk: Desk, browse: Browse) -> None:
    desk.need(title="=HYPERLINK(1)")
    desk.need(title="Other")
    services.act(desk.broker, [item.ref for item in desk.items()], Wish(note="@SUM(A1)"))
    answer = browse().get(f"{PAGE}export.csv?q=hyperlink")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="desk.csv"'
    assert [row[1] for row in rows] == ["Title", "'=HYPERLINK(1)"]
    assert "'@SUM(A1)" in rows[1]
    book = load_workbook(io.BytesIO(browse().get(f"{PAGE}export.xlsx").content))
    titles = [row[1] for row in book.active.iter_rows(values_only=True)]
    assert sorted(titles[1:]) == ["'=HYPERLINK(1)", "Other"]
    assert browse().get(f"{PAGE}export.exe").status_code == 404


def test_a_page_costs_the_same_however_long(
    desk: Desk, browse: Browse, django_assert_max_num_queries
) -> None:
    desk.everything()
    for number in range(12):
        desk.need(title=f"Need {number}", city="Aalborg")
    client = browse()
    client.get(PAGE)
    with django_assert_max_num_queries(34):
        client.get(PAGE)


def test_the_command_lists_what_is_open(tmp_path: Path) -> None:
    assert run(tmp_path, "desk", "--json").json == []
    assert run(tmp_path, "desk").out.strip() == "The desk is clear."
