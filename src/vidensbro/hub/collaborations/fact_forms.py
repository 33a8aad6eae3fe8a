"""One form for each kind of fact: it asks for the fact's own values and gives the fact."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vidensbro.hub.collaborations import facts
from vidensbro.hub.collaborations.forms import CHOOSE, LEVELS, EvidenceForm, day
from vidensbro.hub.collaborations.models import (
    AgreementKind,
    Collaboration,
    Milestone,
    Novelty,
    ResultKind,
    Stage,
    Step,
    StepKind,
)
from vidensbro.hub.collaborations.money import hundredths
from vidensbro.hub.collaborations.presenters import party_name
from vidensbro.hub.ui.forms import PlainText


class Amount(forms.CharField):
    """A number with two decimals at most, however it is written; its value is in hundredths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not text:
            return 0
        try:
            return hundredths(text)
        except ValueError as error:
            message = _("Write a number, such as 1.250.000,50. It may have two decimals and no minus.")
            raise forms.ValidationError(message, code="amount") from error


def written(value: int) -> str:
    """Hundredths as a form shows them; nothing for none."""
    whole, part = divmod(value, 100)
    return "" if not value else f"{whole},{part:02d}" if part else str(whole)


class FactForm(EvidenceForm):
    """A form that gives a fact."""

    heading: Any = ""

    def __init__(self, *args: Any, row: Collaboration, milestones: list[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.milestones = milestones

    def fact(self) -> facts.Fact:
        """What was filled in. Only of a form that is valid."""
        raise NotImplementedError

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        """The fact's own values of a step that is to be corrected."""
        return {}


class BegunForm(FactForm):
    """When it began."""

    heading = _("Correct the beginning")
    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    fact_fields = ("stage",)

    def fact(self) -> facts.Fact:
        return facts.Begun(self.cleaned_data["stage"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        return {"stage": step.stage}


class StageForm(FactForm):
    """Another stage."""

    heading = _("Another stage")
    stage = forms.ChoiceField(label=_("Stage"), choices=[CHOOSE, *Stage.choices])
    fact_fields = ("stage",)

    def fact(self) -> facts.Fact:
        return facts.StageChange(self.cleaned_data["stage"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        return {"stage": step.stage}


class ReadinessForm(FactForm):
    """Another readiness level."""

    heading = _("Technology readiness")
    level = forms.TypedChoiceField(label=_("Level"), choices=[CHOOSE, *LEVELS], coerce=int)
    fact_fields = ("level",)

    def fact(self) -> facts.Fact:
        return facts.ReadinessChange(self.cleaned_data["level"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        return {"level": step.readiness}


class AgreementForm(FactForm):
    """An agreement; the date is the day on which it was signed."""

    heading = _("Agreement")
    agreement = forms.ChoiceField(label=_("What is agreed"), choices=[CHOOSE, *AgreementKind.choices])
    title = PlainText(label=_("Title"), max_length=200, required=False)
    parties = forms.TypedMultipleChoiceField(
        label=_("Who signed"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    until = day(_("Runs until"), required=False)
    fact_fields = ("agreement", "title", "parties", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.pk, party_name(one)) for one in self.row.parties.all()]
        cast(forms.TypedMultipleChoiceField, self.fields["parties"]).choices = choices
        self.fields["date"].label = _("When was it signed?")

    def fact(self) -> facts.Fact:
        data = self.cleaned_data
        return facts.AgreementSigned(data["agreement"], tuple(data["parties"]), data["title"], data["until"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        row = step.agreement
        between = [one.party_id for one in row.between.all()]
        return {"agreement": row.kind, "title": row.title, "parties": between, "until": row.until}


class MilestoneForm(FactForm):
    """A milestone; the date is the day on which it was set."""

    heading = _("Milestone")
    title = PlainText(label=_("What is to be reached"), max_length=200)
    due = day(_("By when"))
    fact_fields = ("title", "due")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].label = _("When was it set?")

    def fact(self) -> facts.Fact:
        return facts.MilestoneSet(self.cleaned_data["title"], self.cleaned_data["due"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        return {"title": step.milestone.title, "due": step.milestone.due}


class ReachedForm(FactForm):
    """A milestone was reached."""

    heading = _("A milestone was reached")
    milestone = forms.TypedChoiceField(label=_("Milestone"), coerce=int)
    fact_fields = ("milestone",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(self.milestones)
        if self.correcting is not None:
            rows.append(self.correcting.reached.milestone)
        field = cast(forms.TypedChoiceField, self.fields["milestone"])
        field.choices = [CHOOSE, *((one.pk, one.title) for one in rows)]
        if not rows:
            field.help_text = _("There is none that has not been reached. Set a milestone first.")

    def fact(self) -> facts.Fact:
        return facts.MilestoneReached(self.cleaned_data["milestone"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        return {"milestone": step.reached.milestone_id}


class FundingForm(FactForm):
    """Money and work."""

    heading = pgettext_lazy("of a collaboration", "Funding")
    source = PlainText(label=_("From whom"), max_length=200, required=False)
    amount = Amount(label=_("Amount in DKK"), required=False)
    own = Amount(label=_("Own contribution in DKK"), required=False)
    hours = Amount(label=_("Hours in kind"), required=False)
    rate = Amount(label=_("DKK for an hour"), required=False)
    fact_fields = ("source", "amount", "own", "hours", "rate")

    def fact(self) -> facts.Fact:
        data = self.cleaned_data
        # Hundredths of an hour to whole minutes, rounded half up.
        minutes = (data["hours"] * 60 + 50) // 100
        return facts.FundingGranted(data["source"], data["amount"], data["own"], minutes, data["rate"])

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        row = step.funding
        return {
            "source": row.source,
            "amount": written(row.amount),
            "own": written(row.own),
            "hours": written(round(row.minutes * 100 / 60)),
            "rate": written(row.rate),
        }


class ResultForm(FactForm):
    """Something that came of it."""

    heading = _("Result")
    result = forms.ChoiceField(label=_("Kind"), choices=[CHOOSE, *ResultKind.choices])
    title = PlainText(label=_("What it is"), max_length=300)
    quantity = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("One, if left empty."),
    )
    novelty = forms.ChoiceField(
        label=_("To whom is it new?"),
        choices=[("", _("does not apply")), *Novelty.choices],
        required=False,
        help_text=_("Of a product or service, and if you like of a process."),
    )
    amount = Amount(label=_("Amount in DKK"), required=False, help_text=_("Of an investment or a licence."))
    identifier = PlainText(
        label=pgettext_lazy("of a publication or patent", "Number"),
        max_length=200,
        required=False,
        help_text=_("DOI, patent number, CVR number."),
    )
    fact_fields = ("result", "title", "quantity", "novelty", "amount", "identifier")

    def fact(self) -> facts.Fact:
        data = self.cleaned_data
        return facts.ResultReached(
            data["result"],
            data["title"],
            data["quantity"] or 1,
            data["novelty"],
            data["amount"] or None,
            data["identifier"],
        )

    @staticmethod
    def values(step: Step) -> dict[str, Any]:
        row = step.result
        return {
            "result": row.kind,
            "title": row.title,
            "quantity": row.quantity,
            "novelty": row.novelty,
            "amount": written(row.amount or 0),
            "identifier": row.identifier,
        }


class EventForm(FactForm):
    """Something else that happened."""

    heading = _("Something else that happened")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("What happened?")

    def fact(self) -> facts.Fact:
        return facts.Event()


FORMS: dict[str, type[FactForm]] = {
    StepKind.BEGUN: BegunForm,
    StepKind.STAGE: StageForm,
    StepKind.READINESS: ReadinessForm,
    StepKind.AGREEMENT: AgreementForm,
    StepKind.MILESTONE: MilestoneForm,
    StepKind.REACHED: ReachedForm,
    StepKind.FUNDING: FundingForm,
    StepKind.RESULT: ResultForm,
    StepKind.NOTE: EventForm,
}
"""By kind of step; parties that join or leave have forms of their own."""

TO_RECORD = tuple(kind for kind in FORMS if kind != StepKind.BEGUN)
"""What a page offers to record."""
