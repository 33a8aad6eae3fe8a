"""Entering collaborations and recording facts about them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.collaborations.facts import Evidence
from vidensbro.hub.collaborations.models import Collaboration, EvidenceKind, PartyRole, Stage, Step
from vidensbro.hub.common import clock
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.files.kinds import extensions
from vidensbro.hub.files.services import allowed_kinds
from vidensbro.hub.ui.fields import field_choices
from vidensbro.hub.ui.forms import PlainText

LEVELS = [
    (1, _("1 – basic principles observed")),
    (2, _("2 – concept formulated")),
    (3, _("3 – proof of concept")),
    (4, _("4 – works in the laboratory")),
    (5, _("5 – works in a relevant environment")),
    (6, _("6 – demonstrated in a relevant environment")),
    (7, _("7 – prototype in use")),
    (8, _("8 – complete and qualified")),
    (9, _("9 – proven in daily use")),
]
NOT_DECIDED = ("", _("not decided"))
CHOOSE = ("", _("choose"))


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A date, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class EvidenceForm(forms.Form):
    """When something happened, and what that rests on. Base of every form that records a fact."""

    date = day(_("When did it happen?"))
    note = PlainText(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.ChoiceField(
        label=_("What does it rest on?"),
        choices=[
            (EvidenceKind.STATEMENT, _("What somebody says")),
            (EvidenceKind.LINK, _("A page on the web")),
            (EvidenceKind.FILE, _("A file")),
        ],
        initial=EvidenceKind.STATEMENT,
        widget=forms.RadioSelect,
    )
    evidence_by = PlainText(label=_("Who says so?"), max_length=200, required=False)
    link = forms.URLField(label=_("Web address"), max_length=500, required=False, assume_scheme="https")
    file = forms.FileField(label=_("File"), required=False)
    fact_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, correcting: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.correcting = correcting
        self.fields["date"].initial = clock.today()
        self.fields["file"].widget.attrs["accept"] = extensions(allowed_kinds())
        self.fields["file"].help_text = _(
            "PDF, Word, Excel, PowerPoint, OpenDocument, picture or text; at most %s MB."
        ) % (settings.VIDENSBRO_FILE_MEGABYTES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("evidence")
        needed = {EvidenceKind.LINK: "link", EvidenceKind.FILE: "file", EvidenceKind.STATEMENT: "evidence_by"}
        name = needed.get(cast(EvidenceKind, kind), "")
        if name and not data.get(name) and name not in self.errors and not self._keeps(kind):
            self.add_error(name, str(words_for("required")))
        return data

    def evidence_given(self) -> Evidence:
        """What was given. A correction may leave the file where it is."""
        data = self.cleaned_data
        if self._keeps(data["evidence"]) and not data.get("file"):
            return Evidence(by=data["evidence_by"], keeps_file=True)
        if data["evidence"] == EvidenceKind.FILE:
            return Evidence(file=cast("UploadedFile[bytes]", data["file"]), by=data["evidence_by"])
        if data["evidence"] == EvidenceKind.LINK:
            return Evidence(link=data["link"], by=data["evidence_by"])
        return Evidence(by=data["evidence_by"])

    def of_the_fact(self) -> list[forms.BoundField]:
        """The fields that are the fact's own, for the template."""
        return [self[name] for name in self.fact_fields]

    def _keeps(self, kind: object) -> bool:
        """A correction may leave a file where it is: it need not be uploaded again."""
        return (
            self.correcting is not None
            and kind == EvidenceKind.FILE
            and self.correcting.evidence == EvidenceKind.FILE
        )


class PartyForm(EvidenceForm):
    """An organisation joins."""

    name = PlainText(
        label=_("Organisation"),
        max_length=200,
        help_text=_(
            "Its name as the directory has it. One that the directory does not have is kept by this name."
        ),
    )
    role = forms.ChoiceField(label=_("Role"), choices=[CHOOSE, *PartyRole.choices])
    shared = forms.BooleanField(
        label=_("Everybody who acts for the organisation takes part, not only those who are named"),
        required=False,
        initial=True,
    )
    fact_fields = ("name", "role", "shared")


class LeaveForm(EvidenceForm):
    """A party leaves."""


class WhoForm(forms.Form):
    """Name somebody who takes part."""

    who = PlainText(
        label=_("Person"),
        max_length=254,
        help_text=_(
            "The name as in the directory or, in your own organisation, the e-mail address of an account."
        ),
    )
    role = PlainText(label=_("Part in it"), max_length=120, required=False)


class AboutForm(forms.Form):
    """What a collaboration is about."""

    title = PlainText(label=_("Title"), max_length=200)
    purpose = PlainText(
        label=_("Purpose"),
        max_length=5000,
        required=False,
        help_text=_("What is to come of it, and for whom."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    fields_chosen = forms.MultipleChoiceField(
        label=_("Fields"),
        choices=lambda: field_choices()[1:],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class BeginForm(AboutForm):
    """A new collaboration between two parties; more can join later."""

    own = forms.ChoiceField(label=_("Your organisation"))
    own_name = PlainText(label=_("First party"), max_length=200)
    own_role = forms.ChoiceField(label=_("Its role"), choices=[CHOOSE, *PartyRole.choices])
    partner = PlainText(
        label=_("Other party"),
        max_length=200,
        help_text=_(
            "Its name as the directory has it. One that the directory does not have is kept by this name."
        ),
    )
    partner_role = forms.ChoiceField(label=_("Its role"), choices=[CHOOSE, *PartyRole.choices])
    date = day(_("When did it begin?"))
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=[one for one in Stage.choices if one[0] != Stage.ENDED],
        initial=Stage.DIALOGUE,
    )
    readiness = forms.TypedChoiceField(
        label=_("Technology readiness"),
        choices=[NOT_DECIDED, *LEVELS],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], free: bool, **kwargs: Any) -> None:
        """`organisations` are those that the actor acts for; `free`: any may be named instead (the secretariat)."""
        super().__init__(*args, **kwargs)
        self.fields["date"].initial = clock.today()
        if free:
            del self.fields["own"]
        else:
            del self.fields["own_name"]
            cast(forms.ChoiceField, self.fields["own"]).choices = organisations


class BoardForm(forms.Form):
    """What the board is narrowed to."""

    q = PlainText(label=_("Words in title or purpose"), max_length=200, required=False)
    field = forms.ChoiceField(label=_("Field"), choices=field_choices, required=False)
    organisation = PlainText(label=_("Organisation"), max_length=200, required=False)
    quiet = forms.IntegerField(label=_("Quiet for days"), min_value=1, max_value=36_500, required=False)


def about(row: Collaboration) -> dict[str, Any]:
    """The form's values for a collaboration that is there."""
    fields = [tag.notation for tag in row.field_tags.all()]
    return {"title": row.title, "purpose": row.purpose, "fields_chosen": fields}


def when_and_why(step: Step) -> dict[str, Any]:
    """The values of a step that is to be corrected, without its own details."""
    return {
        "date": step.date,
        "note": step.note,
        "evidence": step.evidence,
        "evidence_by": step.evidence_by,
        "link": step.link,
    }
