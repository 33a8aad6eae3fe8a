"""Collaborations and their facts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vidensbro.hub.collaborations.models import (
    AgreementKind,
    Collaboration,
    EvidenceKind,
    Milestone,
    Novelty,
    Party,
    PartyPerson,
    ResultKind,
    Stage,
    Step,
    StepKind,
)
from vidensbro.hub.collaborations.money import hours, kroner
from vidensbro.hub.common import clock
from vidensbro.hub.directory.presenters import organisation_name
from vidensbro.hub.ui.fields import FieldLink, field_label, field_links
from vidensbro.hub.ui.words import and_list, quoted

ERASED = "—"
"""What stands where the name of somebody stood who has been erased."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the timeline: `sentence` says what happened, `evidence` what it rests on."""

    step: Step
    sentence: str
    evidence: str
    href: str
    state: str
    can_correct: bool


def href(row: Collaboration) -> str:
    """The address of a collaboration's page."""
    return reverse("collaboration", args=[row.pk])


def stage_label(stage: str) -> str:
    """A stage in words."""
    return str(Stage(stage).label) if stage in Stage.values else stage


def tags(row: Collaboration) -> list[FieldLink]:
    """The fields that it is about."""
    return field_links(sorted(tag.notation for tag in row.field_tags.all()))


def party_name(party: Party) -> str:
    """What a party is called, in the page's language."""
    return organisation_name(party.organisation) if party.organisation else party.name


def person_name(named: PartyPerson) -> str:
    """What somebody who takes part is called."""
    return str(named.person or named.user) or ERASED


def party_names(row: Collaboration) -> str:
    """The parties that take part now, as a list in words."""
    return and_list([party_name(one) for one in row.parties.all() if one.until is None])


def readiness_line(row: Collaboration) -> str:
    """Technology readiness at the start and now: "3 → 5", "3", or nothing."""
    if row.readiness_now is None:
        return ""
    if row.readiness_start == row.readiness_now:
        return str(row.readiness_now)
    return f"{row.readiness_start} → {row.readiness_now}"


def quiet_days(row: Collaboration) -> int:
    """For how many days nothing has been recorded."""
    return max(0, (clock.now() - row.moved).days)


def happened(step: Step) -> str:
    """What kind of thing a step is, in few words, without what it was."""
    return {
        StepKind.BEGUN: _("it has begun"),
        StepKind.STAGE: _("it has come to another stage"),
        StepKind.AGREEMENT: _("an agreement was signed"),
        StepKind.RESULT: _("a result"),
        StepKind.JOINED: _("a new party"),
        StepKind.LEFT: _("a party has left"),
    }.get(StepKind(step.kind), str(step.get_kind_display()))


def timeline(steps: Iterable[Step], *, editable: bool = False) -> list[StepView]:
    """Steps as the lines of a timeline."""
    return [
        StepView(
            step,
            sentence(step),
            evidence(step),
            evidence_href(step),
            _state(step),
            editable and step.is_current and step.kind not in {StepKind.JOINED, StepKind.LEFT},
        )
        for step in steps
    ]


def _state(step: Step) -> str:
    if step.withdrawn_at is not None:
        return _("undone")
    return _("corrected") if step.superseded_at is not None else ""


def sentence(step: Step) -> str:
    """What happened, as one sentence."""
    match StepKind(step.kind):
        case StepKind.BEGUN:
            return _("The collaboration began, at the stage %(stage)s.") % {
                "stage": quoted(stage_label(step.stage))
            }
        case StepKind.STAGE if step.stage == Stage.ENDED:
            return _("The collaboration ended.")
        case StepKind.STAGE:
            return _("It came to the stage %(stage)s.") % {"stage": quoted(stage_label(step.stage))}
        case StepKind.READINESS:
            return _("The technology was at readiness level %(level)s.") % {"level": step.readiness}
        case StepKind.JOINED:
            assert step.party is not None
            return _("%(party)s joined.") % {"party": party_name(step.party)}
        case StepKind.LEFT:
            assert step.party is not None
            return _("%(party)s left.") % {"party": party_name(step.party)}
        case StepKind.MILESTONE:
            return _("The milestone %(title)s was set, to be reached by %(due)s.") % {
                "title": quoted(step.milestone.title),
                "due": _date(step.milestone.due),
            }
        case StepKind.REACHED:
            return _reached(step)
        case StepKind.AGREEMENT:
            return _agreement(step)
        case StepKind.FUNDING:
            return _funding(step)
        case StepKind.RESULT:
            return _result(step)
        case _:
            return step.note


def _reached(step: Step) -> str:
    milestone = step.reached.milestone
    late = (step.date - milestone.due).days
    words = {"title": quoted(milestone.title), "days": late}
    if late <= 0:
        return _("The milestone %(title)s was reached, on time.") % words
    return (
        ngettext(
            "The milestone %(title)s was reached, %(days)s day late.",
            "The milestone %(title)s was reached, %(days)s days late.",
            late,
        )
        % words
    )


def _agreement(step: Step) -> str:
    row = step.agreement
    parties = and_list([party_name(one.party) for one in row.between.all()])
    patterns = {
        AgreementKind.CONFIDENTIALITY: _("%(parties)s signed a confidentiality agreement"),
        AgreementKind.COLLABORATION: _("%(parties)s signed a collaboration agreement"),
        AgreementKind.LICENCE: _("%(parties)s signed a licence agreement"),
        AgreementKind.DATA: _("%(parties)s signed a data agreement"),
    }
    text = patterns[AgreementKind(row.kind)] % {"parties": parties}
    if row.title:
        text += f", {quoted(row.title)}"
    return text + (_(", which runs until %(date)s.") % {"date": _date(row.until)} if row.until else ".")


def _funding(step: Step) -> str:
    row = step.funding
    parts = []
    if row.amount:
        parts.append(_("%(amount)s from %(source)s") % {"amount": kroner(row.amount), "source": row.source})
    if row.own:
        parts.append(_("%(amount)s paid by the parties themselves") % {"amount": kroner(row.own)})
    if row.minutes:
        parts.append(
            _("%(hours)s hours in kind at %(rate)s, worth %(value)s")
            % {"hours": hours(row.minutes), "rate": kroner(row.rate), "value": kroner(row.in_kind)}
        )
    if len(parts) == 1:
        return _one_stop(_("Funding: %(parts)s.") % {"parts": parts[0]})
    told = {"total": kroner(row.total), "parts": and_list(parts)}
    return _one_stop(_("Funding of %(total)s in all: %(parts)s.") % told)


def _one_stop(text: str) -> str:
    """A sentence whose last word is an abbreviation ("kr.") ends with that word's own stop."""
    return text.removesuffix(".") if text.endswith("..") else text


def _result(step: Step) -> str:
    row = step.result
    words = {"title": quoted(row.title), "count": row.quantity, "amount": kroner(row.amount or 0)}
    kind = ResultKind(row.kind)
    if kind == ResultKind.JOBS:
        text = ngettext("%(count)s new job: %(title)s", "%(count)s new jobs: %(title)s", row.quantity) % words
    elif kind == ResultKind.INVESTMENT:
        text = _("An investment of %(amount)s: %(title)s") % words
    else:
        text = _result_patterns()[kind] % words
        if row.quantity > 1:
            text += f" ({row.quantity})"
        if row.amount:
            text += f", {kroner(row.amount)}"
    if row.novelty:
        text += f", {Novelty(row.novelty).label}"
    return _one_stop(text + (f" ({row.identifier})." if row.identifier else "."))


def _result_patterns() -> dict[ResultKind, str]:
    return {
        ResultKind.PUBLICATION: _("A publication came out: %(title)s"),
        ResultKind.INVENTION: _("An invention was disclosed: %(title)s"),
        ResultKind.PATENT: _("A patent was filed: %(title)s"),
        ResultKind.LICENCE: _("A licence was taken: %(title)s"),
        ResultKind.PRODUCT: _("A product was introduced: %(title)s"),
        ResultKind.SERVICE: _("A service was introduced: %(title)s"),
        ResultKind.PROCESS: _("A process was introduced: %(title)s"),
        ResultKind.SPIN_OUT: _("A company was spun out: %(title)s"),
    }


def evidence(step: Step) -> str:
    """What a step rests on, in words: the text of the link where there is one."""
    if step.evidence == EvidenceKind.FILE and step.file is not None:
        return step.file.name
    if step.evidence == EvidenceKind.LINK:
        return step.link.split("://", 1)[-1].split("/", 1)[0]
    if step.evidence_by == ERASED:
        return _("according to somebody who has been erased")
    return _("according to %(who)s") % {"who": step.evidence_by}


def evidence_href(step: Step) -> str:
    """Where the evidence can be read; "" for a statement."""
    if step.evidence == EvidenceKind.FILE and step.file is not None:
        return reverse("stored-file", args=[step.file.pk])
    return step.link


def milestone_state(milestone: Milestone) -> str:
    """How a milestone that has not been reached stands."""
    left = (milestone.due - clock.today()).days
    if left < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -left) % {"days": -left}
    return _("due %(date)s") % {"date": _date(milestone.due)}


def columns(rows: Iterable[Collaboration]) -> list[tuple[str, str, list[Collaboration]]]:
    """The board: for each stage its value, its name and its collaborations, in the order given."""
    by_stage: dict[str, list[Collaboration]] = {stage: [] for stage in Stage.values}
    for row in rows:
        by_stage[row.stage].append(row)
    return [(stage, stage_label(stage), found) for stage, found in by_stage.items()]


def export_headers() -> list[str]:
    """The columns of an export."""
    return [
        _("Title"),
        _("Stage"),
        _("Parties"),
        _("Fields"),
        _("Began"),
        _("Ended"),
        _("Readiness at the start"),
        _("Readiness now"),
        _("Last recorded"),
        _("Days quiet"),
        _("Purpose"),
        _("Address"),
    ]


def export_rows(rows: Iterable[Collaboration], base_url: str) -> list[Sequence[object]]:
    """Collaborations as the rows of an export."""
    return [
        (
            row.title,
            stage_label(row.stage),
            party_names(row),
            "; ".join(field_label(tag.notation) for tag in row.field_tags.all()),
            row.began,
            row.ended,
            row.readiness_start,
            row.readiness_now,
            row.moved.date(),
            quiet_days(row),
            row.purpose,
            base_url + href(row),
        )
        for row in rows
    ]


def _date(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
