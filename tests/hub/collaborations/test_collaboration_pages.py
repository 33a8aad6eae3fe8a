"""Entering, recording and reading through the pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from tests.hub.cast import NOON, SYSTEM, Cast
from tests.hub.files.samples import HTML, PDF, upload
from vidensbro.hub.collaborations import facts, queries, services
from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Collaboration, Funding, Step
from vidensbro.hub.collaborations.services import PartyGiven
from vidensbro.hub.common.clock import clock_at
from vidensbro.hub.mail.models import Mail
from vidensbro.hub.mail.services import switch_off

Browse = Callable[..., Client]
SAID = {"date": "2026-02-02", "evidence": "statement", "evidence_by": "Member"}


def new_form(cast: Cast, **changes: str) -> dict[str, str]:
    return {
        "title": "Pust",
        "own": str(cast.company.pk),
        "own_role": "company",
        "partner": "østuniversitetet",
        "partner_role": "research",
        "date": "2026-02-02",
        "stage": "dialogue",
        **changes,
    }


def test_a_member_enters_a_collaboration(cast: Cast, browse: Browse) -> None:
    answer = browse("member").post("/collaborations/new/", new_form(cast, readiness="4"))
    row = Collaboration.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/collaborations/{row.pk}/")
    assert {party.organisation for party in row.parties.all()} == {cast.company, cast.university}
    assert row.readiness_now == 4
    assert browse("outsider").get(answer["Location"]).status_code == 200


def test_the_secretariat_enters_any(cast: Cast, browse: Browse) -> None:
    form = new_form(cast, own_name="Nordsensor", partner="En fond, der ikke er i kataloget")
    browse("secretariat").post("/collaborations/new/", form)
    names = {str(party) for party in Collaboration.objects.get().parties.all()}
    assert names == {"Nordsensor", "En fond, der ikke er i kataloget"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"own": "1"}, "1 is not one of the available choices"),
        ({"partner": ""}, "This field is required"),
        ({"partner": "Nordsensor"}, "This is taken already"),
        ({"partner_role": "king"}, "king is not one of the available choices"),
        ({"date": "2026-03-03"}, "The date lies in the future"),
        ({"date": "i går"}, "Enter a valid date"),
        ({"stage": "ended"}, "ended is not one of the available choices"),
        ({"readiness": "12"}, "12 is not one of the available choices"),
        ({"fields_chosen": "alchemy"}, "alchemy is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_kept(cast: Cast, browse: Browse, change: dict, said: str) -> None:
    response = browse("member").post("/collaborations/new/", new_form(cast, **change))
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not Collaboration.objects.exists()


FACTS = {
    "stage": ({"stage": "project"}, "It came to the stage “project”."),
    "readiness": ({"level": "5"}, "The technology was at readiness level 5."),
    "milestone": ({"title": "Prototype", "due": "2026-06-01"}, "The milestone “Prototype” was set"),
    "funding": (
        {"source": "Fonden X", "amount": "1.250.000,50", "own": "250000", "hours": "37,5", "rate": "650"},
        "Funding of DKK\u00a01,524,375.50 in all: DKK\u00a01,250,000.50 from Fonden X, "
        "DKK\u00a0250,000 paid by the parties themselves and 37.5 hours in kind at DKK\u00a0650, "
        "worth DKK\u00a024,375.",
    ),
    "result": (
        {"result": "product", "title": "Plaster", "novelty": "market"},
        "A product was introduced: “Plaster”, new to the market.",
    ),
    "note": ({"note": "De mødtes i Aalborg."}, "De mødtes i Aalborg."),
}


@pytest.mark.parametrize("kind", FACTS)
def test_recording_each_kind(row: Collaboration, browse: Browse, kind: str) -> None:
    given, sentence = FACTS[kind]
    client = browse("member")
    answer = client.post(f"/collaborations/{row.pk}/record/{kind}/", {**SAID, **given})
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(answer["Location"]).content.decode()
    assert sentence in page
    assert "according to Member" in page


def test_recording_an_agreement_with_its_file_and_reaching_a_milestone(
    cast: Cast, row: Collaboration, browse: Browse
) -> None:
    client, base = browse("member"), f"/collaborations/{row.pk}/"
    both = [str(party.pk) for party in row.parties.all()]
    given = {
        **SAID,
        "agreement": "confidentiality",
        "parties": both,
        "until": "2029-02-01",
        "evidence": "file",
        "file": upload("fortrolighed.pdf", PDF),
    }
    assert client.post(f"{base}record/agreement/", given).status_code == 302
    client.post(f"{base}record/milestone/", {**SAID, "title": "Prototype", "due": "2026-02-01"})
    milestone = queries.open_milestones(row)[0]
    client.post(f"{base}record/reached/", {**SAID, "milestone": str(milestone.pk)})
    page = client.get(base).content.decode()
    assert "Nordsensor and Østuniversitetet signed a confidentiality agreement, which runs until" in page
    assert "fortrolighed.pdf" in page
    assert "The milestone “Prototype” was reached, 1 day late." in page
    danish = browse("outsider", "da").get(base).content.decode()
    assert row.title in danish


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("stage", {"stage": ""}, "This field is required"),
        ("stage", {"stage": "dialogue"}, "It was at this stage already"),
        ("stage", {"stage": "project", "date": "2030-01-01"}, "The date lies in the future"),
        ("stage", {"stage": "project", "evidence_by": ""}, "This must be filled in"),
        ("stage", {"stage": "project", "evidence": "link"}, "This must be filled in"),
        (
            "stage",
            {"stage": "project", "evidence": "link", "link": "javascript:alert(1)"},
            "Enter a valid URL",
        ),
        ("stage", {"stage": "project", "evidence": "file"}, "This must be filled in"),
        ("stage", {"stage": "project", "evidence": "oracle"}, "oracle is not one of the available choices"),
        ("readiness", {"level": "ten"}, "ten is not one of the available choices"),
        ("agreement", {"agreement": "data", "parties": ["0"]}, "0 is not one of the available choices"),
        ("milestone", {"title": "X", "due": "never"}, "Enter a valid date"),
        ("reached", {"milestone": "1"}, "1 is not one of the available choices"),
        ("funding", {"amount": "mange"}, "Write a number"),
        ("funding", {"amount": "-5", "source": "X"}, "Write a number"),
        ("funding", {"amount": "5"}, "Say whom the amount comes from"),
        ("funding", {}, "Give an amount, an own contribution or hours"),
        ("funding", {"hours": "5"}, "Give both the hours and what an hour is worth"),
        ("funding", {"hours": "99999999999", "rate": "1"}, "This is too large"),
        ("result", {"result": "product", "title": "P"}, "Say to whom a product or service is new"),
        ("result", {"result": "jobs", "title": "J", "quantity": "0"}, "greater than or equal to 1"),
        ("result", {"result": "investment", "title": "I"}, "Give the amount of an investment"),
        ("note", {"note": ""}, "This field is required"),
        ("note", {"note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_fact_that_is_wrong_is_told_beside_its_field(
    row: Collaboration, browse: Browse, kind: str, given: dict, said: str
) -> None:
    before = Step.objects.count()
    response = browse("member").post(f"/collaborations/{row.pk}/record/{kind}/", {**SAID, **given})
    assert response.status_code == 400
    assert said in response.content.decode()
    assert Step.objects.count() == before


def test_a_hostile_file_is_told_beside_the_field(row: Collaboration, browse: Browse) -> None:
    given = {**SAID, "stage": "project", "evidence": "file", "file": upload("side.pdf", HTML)}
    response = browse("member").post(f"/collaborations/{row.pk}/record/stage/", given)
    page = response.content.decode()
    assert response.status_code == 400
    assert "The content is not what the name of the file says" in page


def test_an_upload_that_is_too_large_is_stopped(row: Collaboration, browse: Browse, settings) -> None:
    settings.VIDENSBRO_FILE_MEGABYTES = 1
    given = {**SAID, "stage": "project", "evidence": "file"}
    path = f"/collaborations/{row.pk}/record/stage/"
    a_little = browse("member").post(path, {**given, "file": upload("a.txt", b"a" * (2**20 + 1))})
    assert a_little.status_code == 400
    assert "The file is too large" in a_little.content.decode()
    far = browse("member").post(path, {**given, "file": upload("a.txt", b"a" * (6 * 2**20))})
    assert far.status_code == 413
    assert "at most 1 MB" in far.content.decode()


def test_what_users_write_is_never_markup(row: Collaboration, browse: Browse) -> None:
    client, base = browse("member"), f"/collaborations/{row.pk}/"
    nasty = "<script>alert(1)</script>"
    client.post(f"{base}record/note/", {**SAID, "note": nasty, "evidence_by": nasty})
    client.post(f"{base}record/result/", {**SAID, "result": "patent", "title": nasty})
    client.post(f"{base}edit/", {"title": nasty, "purpose": nasty})
    page = client.get(base).content.decode()
    assert nasty not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_correcting_shows_the_old_one_struck_through_on_demand(row: Collaboration, browse: Browse) -> None:
    client, base = browse("member"), f"/collaborations/{row.pk}/"
    client.post(f"{base}record/stage/", {**SAID, "stage": "test"})
    step = Step.objects.get(kind="stage")
    page = client.get(f"{base}steps/{step.pk}/correct/").content.decode()
    assert '<option value="test" selected>' in page
    client.post(f"{base}steps/{step.pk}/correct/", {**SAID, "stage": "project"})
    assert "<s>" not in client.get(base).content.decode()
    assert "<s>It came to the stage “test or pilot”.</s>" in client.get(f"{base}?all=1").content.decode()


def test_correcting_keeps_the_file_unless_another_is_chosen(row: Collaboration, browse: Browse) -> None:
    client, base = browse("member"), f"/collaborations/{row.pk}/"
    client.post(
        f"{base}record/note/", {**SAID, "note": "Referat", "evidence": "file", "file": upload("a.pdf", PDF)}
    )
    first = Step.objects.get(kind="note")
    said = {**SAID, "evidence_by": "Bodil"}
    client.post(f"{base}steps/{first.pk}/correct/", {**said, "note": "Nyt", "evidence": "file"})
    second = Step.objects.get(kind="note", superseded_at=None)
    assert (second.note, second.file, second.evidence_by) == ("Nyt", first.file, "Bodil")
    given = {**SAID, "note": "Nyt", "evidence": "file", "file": upload("b.pdf", PDF)}
    client.post(f"{base}steps/{second.pk}/correct/", given)
    third = Step.objects.get(kind="note", superseded_at=None)
    assert third.file is not None
    assert third.file.name == "b.pdf"


@pytest.mark.parametrize("kind", ["funding", "result", "milestone", "agreement", "reached"])
def test_every_kind_can_be_corrected_to_itself(
    cast: Cast, row: Collaboration, browse: Browse, kind: str
) -> None:
    both = tuple(row.parties.values_list("pk", flat=True))
    when = date(2026, 2, 2)
    said = Evidence(by="Member")
    milestone = services.record_fact(
        cast["member"], row.pk, facts.MilestoneSet("P", when), date=when, evidence=said
    ).milestone
    fact: dict[str, facts.Fact] = {
        "funding": facts.FundingGranted("X", 125_050, 0, 90, 65_000),
        "result": facts.ResultReached("investment", "I", amount=100),
        "agreement": facts.AgreementSigned("data", both),
        "reached": facts.MilestoneReached(milestone.pk),
    }
    step = (
        services.record_fact(cast["member"], row.pk, fact[kind], date=when, evidence=said)
        if kind in fact
        else milestone.step
    )
    client = browse("member")
    path = f"/collaborations/{row.pk}/steps/{step.pk}/correct/"
    form = client.get(path).context["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}
    given.pop("file", None)
    answer = client.post(path, {**given, "date": "2026-02-02"})
    assert answer.status_code == 302, answer.content.decode()
    if kind == "funding":
        assert (
            list(Funding.objects.values_list("amount", "own", "minutes", "rate"))
            == [(125_050, 0, 90, 65_000)] * 2
        )


def test_undo_through_the_page(row: Collaboration, browse: Browse) -> None:
    client, base = browse("member"), f"/collaborations/{row.pk}/"
    client.post(f"{base}record/stage/", {**SAID, "stage": "test"})
    step = Step.objects.get(kind="stage")
    assert str(step.pk) in client.get(base).content.decode()
    assert client.post(f"{base}undo/", {"step": str(step.pk)}).status_code == 302
    assert client.post(f"{base}undo/", {"step": str(step.pk)}).status_code == 409
    assert client.post(f"{base}undo/", {"step": "nonsense"}).status_code == 409


def test_the_other_parties_are_told_once_in_their_language(cast: Cast, row: Collaboration) -> None:
    Mail.objects.all().delete()
    outsider = cast.users["outsider"]
    outsider.language = "en"
    outsider.save()
    services.record_fact(
        cast["member"], row.pk, facts.StageChange("project"), date=date(2026, 2, 2), evidence=Evidence(by="M")
    )
    services.record_fact(
        cast["member"], row.pk, facts.ReadinessChange(5), date=date(2026, 2, 2), evidence=Evidence(by="M")
    )
    (mail,) = Mail.objects.all()
    assert (mail.address, mail.language) == ("outsider@example.org", "en")
    assert mail.subject == "Plaster mod tryksår: it has come to another stage"
    assert f"/collaborations/{row.pk}/" in mail.text
    assert f"/collaborations/{row.pk}/" in mail.html


def test_who_does_not_want_it_is_not_told(cast: Cast, row: Collaboration) -> None:
    Mail.objects.all().delete()
    switch_off(SYSTEM, "outsider@example.org", "collaboration.changed")
    services.record_fact(
        cast["member"], row.pk, facts.StageChange("project"), date=date(2026, 2, 2), evidence=Evidence(by="M")
    )
    assert set(Mail.objects.values_list("state", flat=True)) == {"suppressed"}


def test_where_nobody_is_named_the_coordinators_are_told(cast: Cast) -> None:
    services.begin(
        cast["secretariat"],
        title="Ny",
        parties=[PartyGiven("company", cast.company.pk), PartyGiven("research", cast.university.pk)],
    )
    assert set(Mail.objects.values_list("address", flat=True)) == {"coordinator@example.org"}


def board_titles(browse: Browse, query: str) -> set[str]:
    columns = browse("secretariat").get(f"/collaborations/board/{query}").context["columns"]
    return {row.title for _, _, rows in columns for row in rows}


def test_the_board_is_narrowed(cast: Cast, row: Collaboration, browse: Browse) -> None:
    with clock_at(NOON - timedelta(days=40)):
        services.begin(
            SYSTEM,
            title="Stille",
            evidence=Evidence(by="S"),
            parties=[PartyGiven("company", name="Fjern A/S"), PartyGiven("other", name="B")],
        )
    both = {"Stille", row.title}
    assert board_titles(browse, "") == both
    assert board_titles(browse, "?quiet=30") == {"Stille"}
    assert board_titles(browse, "?quiet=60") == set()
    assert board_titles(browse, "?field=wound-care") == {row.title}
    assert board_titles(browse, "?field=medtech") == {row.title}
    assert board_titles(browse, "?organisation=nordsensor") == {row.title}
    assert board_titles(browse, "?organisation=fjern") == {"Stille"}
    assert board_titles(browse, "?q=tryks%C3%A5r") == {row.title}
    assert board_titles(browse, "?quiet=-1") == board_titles(browse, "?quiet=x%00") == both
    assert board_titles(browse, "?quiet=99999999999999") == set()


def test_the_board_asks_the_database_the_same_for_one_and_for_many(
    cast: Cast, browse: Browse, django_assert_max_num_queries
) -> None:
    for number in range(12):
        services.begin(
            SYSTEM,
            title=f"Nr. {number}",
            fields=["wound-care"],
            evidence=Evidence(by="S"),
            parties=[PartyGiven("company", cast.company.pk), PartyGiven("research", cast.university.pk)],
        )
    client = browse("secretariat")
    with django_assert_max_num_queries(12):
        client.get("/collaborations/board/")
    with django_assert_max_num_queries(12):
        client.get("/collaborations/")
    page = f"/collaborations/{Collaboration.objects.first().pk}/"
    with django_assert_max_num_queries(16):
        client.get(page)


def test_the_export_holds_what_the_board_shows_and_no_formula(
    cast: Cast, row: Collaboration, browse: Browse
) -> None:
    services.edit(cast["member"], row.pk, title="=HYPERLINK(0)", purpose="@SUM(1)")
    client = browse("secretariat")
    answer = client.get("/collaborations/board/export.csv?quiet=")
    text = answer.content.decode("utf-8-sig")
    header, *rows = list(csv.reader(io.StringIO(text)))
    found = dict(zip(header, rows[0], strict=True))
    assert (found["Title"], found["Purpose"]) == ("'=HYPERLINK(0)", "'@SUM(1)")
    assert (found["Parties"], found["Stage"]) == ("Nordsensor and Østuniversitetet", "dialogue")
    assert (found["Began"], found["Readiness now"]) == ("2026-01-12", "3")
    assert 'filename="collaborations.csv"' in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(client.get("/collaborations/board/export.xlsx").content)).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2]].count("f") == 0
    assert sheet["A2"].value == "'=HYPERLINK(0)"
    assert sheet["E2"].value.date() == date(2026, 1, 12)
    assert (
        client.get("/collaborations/board/export.csv?quiet=5").content.decode("utf-8-sig").count("\r\n") == 1
    )


def test_sentences_are_in_the_language_of_the_page(cast: Cast, row: Collaboration) -> None:
    from vidensbro.hub.collaborations.presenters import sentence

    step = queries.timeline(row)[0]
    with translation.override("en"):
        assert sentence(step) == "The collaboration began, at the stage “dialogue”."
