"""What can be recorded about a collaboration, as values: each knows its kind of step and writes its own details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

from django.core.files.uploadedfile import UploadedFile

from vidensbro.hub.collaborations.models import (
    Agreement,
    AgreementParty,
    Funding,
    Milestone,
    Party,
    Reached,
    Result,
    Step,
    StepKind,
)
from vidensbro.hub.collaborations.money import LARGEST
from vidensbro.hub.common.errors import Invalid, NotFound, Problems
from vidensbro.hub.common.validation import check_row

MOST_MINUTES = 60 * 1_000_000
"""A million hours: far above any collaboration, and within what a column holds."""
MOST_RESULTS = 1_000_000


class Fact(Protocol):
    """Something that happened."""

    kind: ClassVar[StepKind]

    def fill(self, step: Step) -> None:
        """Set the step's own columns."""

    def write(self, step: Step) -> None:
        """Write the details of a step that has been saved. Raises Invalid, NotFound."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a fact rests on: one of a file, a link and a statement by somebody.

    `keeps_file`: the file of the fact that is corrected stays; only who says so may be another.
    """

    file: UploadedFile[bytes] | None = None
    link: str = ""
    by: str = ""
    keeps_file: bool = False


class _Plain:
    """A fact that the step alone holds."""

    def fill(self, step: Step) -> None:
        """Nothing to set."""

    def write(self, step: Step) -> None:
        """Nothing to write."""


@dataclass(frozen=True)
class Begun(_Plain):
    """It begins, at a stage."""

    kind: ClassVar[StepKind] = StepKind.BEGUN
    stage: str

    def fill(self, step: Step) -> None:
        step.stage = self.stage


@dataclass(frozen=True)
class StageChange(_Plain):
    """It comes to another stage."""

    kind: ClassVar[StepKind] = StepKind.STAGE
    stage: str

    def fill(self, step: Step) -> None:
        step.stage = self.stage


@dataclass(frozen=True)
class ReadinessChange(_Plain):
    """The technology is at another readiness level, 1 to 9."""

    kind: ClassVar[StepKind] = StepKind.READINESS
    level: int

    def fill(self, step: Step) -> None:
        step.readiness = self.level


@dataclass(frozen=True)
class Event(_Plain):
    """Something else, told in the step's note."""

    kind: ClassVar[StepKind] = StepKind.NOTE


@dataclass(frozen=True)
class PartyJoined(_Plain):
    """A party joins."""

    kind: ClassVar[StepKind] = StepKind.JOINED
    party: Party

    def fill(self, step: Step) -> None:
        step.party = self.party


@dataclass(frozen=True)
class PartyLeft(_Plain):
    """A party leaves."""

    kind: ClassVar[StepKind] = StepKind.LEFT
    party: Party

    def fill(self, step: Step) -> None:
        step.party = self.party


@dataclass(frozen=True)
class AgreementSigned(_Plain):
    """An agreement between parties of the collaboration, two at least, is signed."""

    kind: ClassVar[StepKind] = StepKind.AGREEMENT
    agreement: str
    parties: tuple[int, ...]
    title: str = ""
    until: date | None = None

    def write(self, step: Step) -> None:
        row = Agreement(step=step, kind=self.agreement, title=self.title, signed=step.date, until=self.until)
        known = set(
            Party.objects.filter(collaboration_id=step.collaboration_id, pk__in=self.parties).values_list(
                "pk", flat=True
            )
        )
        problems = Problems()
        problems.check(known == set(self.parties), "parties", "invalid_choice")
        problems.check(len(known) > 1, "parties", "agreement_needs_two")
        problems.raise_if_any()
        check_row(row)
        row.save()
        AgreementParty.objects.bulk_create(
            AgreementParty(agreement=row, party_id=one) for one in sorted(known)
        )


@dataclass(frozen=True)
class MilestoneSet(_Plain):
    """Something is to be reached by a date."""

    kind: ClassVar[StepKind] = StepKind.MILESTONE
    title: str
    due: date

    def write(self, step: Step) -> None:
        row = Milestone(step=step, title=self.title, due=self.due)
        check_row(row)
        row.save()
        if step.corrects_id:
            Reached.objects.filter(milestone__step=step.corrects_id).update(milestone=row)


@dataclass(frozen=True)
class MilestoneReached(_Plain):
    """A milestone is reached."""

    kind: ClassVar[StepKind] = StepKind.REACHED
    milestone: int

    def write(self, step: Step) -> None:
        rows = Milestone.objects.filter(step__collaboration_id=step.collaboration_id)
        current = rows.filter(step__superseded_at__isnull=True, step__withdrawn_at__isnull=True)
        found = current.filter(pk=self.milestone).first()
        if found is None:
            raise NotFound("milestone", self.milestone)
        if step.corrects_id:
            Reached.objects.filter(step=step.corrects_id).update(current=False)
        if found.reached.filter(current=True).exists():
            raise Invalid({"milestone": ("milestone_reached_once",)})
        Reached.objects.create(step=step, milestone=found)


@dataclass(frozen=True)
class FundingGranted(_Plain):
    """Money and work. Amounts and the hourly rate are in øre, time in minutes."""

    kind: ClassVar[StepKind] = StepKind.FUNDING
    source: str = ""
    amount: int = 0
    own: int = 0
    minutes: int = 0
    rate: int = 0

    def write(self, step: Step) -> None:
        problems = Problems()
        problems.check(self.minutes <= MOST_MINUTES, "hours", "max_value")
        for name in ("amount", "own", "rate"):
            problems.check(getattr(self, name) <= LARGEST, name, "max_value")
        problems.raise_if_any()
        row = Funding(
            step=step,
            source=self.source,
            amount=self.amount,
            own=self.own,
            minutes=self.minutes,
            rate=self.rate,
        )
        check_row(row)
        row.save()


@dataclass(frozen=True)
class ResultReached(_Plain):
    """Something came of it. `amount` is in øre."""

    kind: ClassVar[StepKind] = StepKind.RESULT
    result: str
    title: str
    quantity: int = 1
    novelty: str = ""
    amount: int | None = None
    identifier: str = ""

    def write(self, step: Step) -> None:
        problems = Problems()
        problems.check(self.quantity <= MOST_RESULTS, "quantity", "max_value")
        problems.check((self.amount or 0) <= LARGEST, "amount", "max_value")
        problems.raise_if_any()
        row = Result(
            step=step,
            kind=self.result,
            title=self.title,
            quantity=self.quantity,
            novelty=self.novelty,
            amount=self.amount,
            identifier=self.identifier,
        )
        check_row(row)
        row.save()
