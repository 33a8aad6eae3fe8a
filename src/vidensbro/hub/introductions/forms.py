"""Asking for an introduction, answering one, and saying how often one may be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.common.messages import words_for
from vidensbro.hub.files.kinds import extensions
from vidensbro.hub.files.services import allowed_kinds
from vidensbro.hub.introductions.models import AskPreference, DeclineReason, MeetingTime, Outcome, Stage
from vidensbro.hub.ui.forms import PlainText

LONGEST = 4000
MOST_TIMES = 3
LENGTHS = [
    (15, _("15 minutes")),
    (30, _("30 minutes")),
    (45, _("45 minutes")),
    (60, _("1 hour")),
    (90, _("1½ hours")),
    (120, _("2 hours")),
]
NO_TIME = "none"

Times = list[tuple[datetime, datetime]]


def _text(label: Any, rows: int, *, required: bool = False, hint: Any = "") -> PlainText:
    return PlainText(
        label=label,
        max_length=LONGEST,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _date(label: Any, *, required: bool = False, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


def local_moment(day: date, at: time) -> datetime | None:
    """The moment that the clock on the wall shows `at`; None in the hour that is skipped in spring.

    In the hour that comes twice in autumn it is the first of the two.
    """
    moment = timezone.make_aware(datetime.combine(day, at))
    there = timezone.localtime(moment.astimezone(UTC)).replace(tzinfo=None)
    return moment if there == datetime.combine(day, at) else None


class TimesForm(forms.Form):
    """Times for a first meeting of a length in minutes."""

    minutes_each = 30
    day1, at1 = _date(_("First day")), _time(_("Time"))
    day2, at2 = _date(_("Second day")), _time(_("Time"))
    day3, at3 = _date(_("Third day")), _time(_("Time"))

    @property
    def time_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each time, for the page."""
        return [(self[f"day{number}"], self[f"at{number}"]) for number in range(1, MOST_TIMES + 1)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        times: Times = []
        for number in range(1, MOST_TIMES + 1):
            moment = self._moment(number)
            if moment is None:
                continue
            if any(moment == starts for starts, _ends in times):
                self.add_error(f"day{number}", gettext("This time is offered already."))
                continue
            times.append((moment, moment + timedelta(minutes=given.get("minutes") or self.minutes_each)))
        given["times"] = times
        return given

    def _moment(self, number: int) -> datetime | None:
        day, at = self.cleaned_data.get(f"day{number}"), self.cleaned_data.get(f"at{number}")
        if (day is None and at is None) or self.errors.get(f"day{number}") or self.errors.get(f"at{number}"):
            return None
        if day is None or at is None:
            missing = f"at{number}" if at is None else f"day{number}"
            self.add_error(missing, gettext("Give both the day and the time."))
            return None
        moment = local_moment(day, at)
        if moment is None:
            self.add_error(f"at{number}", gettext("The clocks skip this hour. Choose another time."))
            return None
        if moment <= clock.now():
            self.add_error(f"day{number}", gettext("This time has passed."))
            return None
        return moment.astimezone(UTC)


class RequestForm(TimesForm):
    """What is asked of a counterpart: a message, some of its time, and when."""

    message = _text(
        _("Your message"),
        9,
        required=True,
        hint=_(
            "The other side reads it as you write it, before it knows who you are if the need is sealed: "
            "leave out names that would tell."
        ),
    )
    minutes = forms.TypedChoiceField(
        label=_("How long a first talk?"), choices=LENGTHS, coerce=int, initial=30
    )
    field_order: Sequence[str] = ("message", "minutes")

    def request(self) -> dict[str, Any]:
        """What was filled in, as the services take it."""
        return {name: self.cleaned_data[name] for name in ("message", "minutes", "times")}


class NewRequestForm(RequestForm):
    """The same, with whom to ask."""

    counterpart = forms.ChoiceField(label=_("Who should be asked?"), widget=forms.RadioSelect)
    field_order = ("counterpart", "message", "minutes")

    def __init__(self, *args: Any, counterparts: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["counterpart"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(counterparts)

    def counterpart_ids(self) -> dict[str, Any]:
        """The counterpart as the services take it."""
        kind, _colon, key = self.cleaned_data["counterpart"].partition(":")
        return {f"{kind}_id": key}


def initial_request(message: str, minutes: int, times: Sequence[MeetingTime]) -> dict[str, Any]:
    """The form's values for a request that is there."""
    return {"message": message, "minutes": minutes, **initial_times(times)}


def initial_times(times: Sequence[MeetingTime]) -> dict[str, Any]:
    """The fields of times for those that are offered."""
    values: dict[str, Any] = {}
    for number, row in enumerate(times[:MOST_TIMES], start=1):
        starts = timezone.localtime(row.starts)
        values |= {f"day{number}": starts.date(), f"at{number}": starts.time()}
    return values


class YesForm(forms.Form):
    """Yes, perhaps at one of the times that were offered."""

    time_id = forms.ChoiceField(label=_("When does it suit you?"), widget=forms.RadioSelect, initial=NO_TIME)
    note = _text(_("A few words to the other side"), 3)

    def __init__(self, *args: Any, times: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(times)
        if offered:
            field = self.fields["time_id"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*offered, (NO_TIME, _("None of these – we find a time ourselves"))]
        else:
            del self.fields["time_id"]

    def answer(self) -> dict[str, Any]:
        """What was answered, as the services take it."""
        chosen = self.cleaned_data.get("time_id", NO_TIME)
        return {
            "time_id": int(chosen) if chosen != NO_TIME else None,
            "note": self.cleaned_data["note"],
        }


class ChooseTimeForm(forms.Form):
    """One of the times that are offered, after the yes."""

    time_id = forms.ChoiceField(label=_("When does it suit you?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, times: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(times)


class LaterForm(forms.Form):
    """Yes, but later."""

    until = _date(_("From when?"), required=True, hint=_("You are not asked before that day."))
    note = _text(_("A few words to the other side"), 3)

    def clean_until(self) -> date:
        """A day to come."""
        day: date = self.cleaned_data["until"]
        if day <= clock.today():
            raise forms.ValidationError(gettext("Choose a day to come."))
        return day

    def answer(self) -> dict[str, Any]:
        """What was answered, as the services take it."""
        return dict(self.cleaned_data)


class NoForm(forms.Form):
    """No, because, and perhaps whom else to ask."""

    reason = forms.ChoiceField(
        label=_("Why not?"), choices=[("", _("Choose a reason")), *DeclineReason.choices]
    )
    note = _text(_("In a few words"), 3)
    referral = _text(
        _("Who else should be asked?"), 2, hint=_("A name and a workplace. Those who asked can read it.")
    )

    def answer(self) -> dict[str, Any]:
        """What was answered, as the services take it."""
        return dict(self.cleaned_data)


class NoteForm(forms.Form):
    """A few words on why an introduction is withdrawn."""

    note = _text(_("In a few words"), 3)


class CloseForm(forms.Form):
    """What became of an introduction."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    note = _text(_("In a few words"), 3)


class AcceptForm(forms.Form):
    """Accepting a confidentiality agreement, by name."""

    name = PlainText(
        label=_("Your full name"),
        max_length=200,
        help_text=_("By writing your name you accept the agreement. Name and time are kept."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class DecideForm(forms.Form):
    """Whether the other side is shown more."""

    agreed = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    needs_confidentiality = forms.BooleanField(
        label=_("Only after a confidentiality agreement"), required=False
    )


class OfferForm(forms.Form):
    """Showing more without having been asked."""

    stage = forms.ChoiceField(choices=Stage.choices)
    needs_confidentiality = forms.BooleanField(
        label=_("Only after a confidentiality agreement"), required=False
    )


class DocumentForm(forms.Form):
    """A file to hand over."""

    file = forms.FileField(label=_("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = extensions(allowed_kinds())
        self.fields["file"].help_text = gettext(
            "PDF, Word, Excel, PowerPoint, OpenDocument, picture or text; at most %s MB."
        ) % (settings.VIDENSBRO_FILE_MEGABYTES)


class BrokerForm(forms.Form):
    """Who in the secretariat sees to an introduction."""

    broker = forms.ChoiceField(label=_("Broker"), required=False)

    def __init__(self, *args: Any, brokers: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["broker"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Nobody")), *brokers]


class PreferencesForm(forms.Form):
    """How often and when somebody may be asked."""

    per_month = forms.IntegerField(
        label=_("Requests in thirty days, at most"),
        min_value=0,
        max_value=31,
        required=False,
        help_text=_("Empty: as many as the site allows for everybody. 0: nobody can ask for you."),
    )
    quiet_from = _date(_("Ask me nothing from"))
    quiet_until = _date(_("until"))
    digest = forms.BooleanField(label=_("Gather requests in one mail a week"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        start, end = given.get("quiet_from"), given.get("quiet_until")
        if (start is None) != (end is None) and not self.errors:
            self.add_error(
                "quiet_until" if end is None else "quiet_from", gettext("Give both days, or none.")
            )
        if start and end and end < start:
            self.add_error("quiet_until", str(words_for("quiet_period_in_order")))
        return given


def preferences(row: AskPreference) -> dict[str, Any]:
    """The form's values for what somebody wishes now."""
    return {name: getattr(row, name) for name in ("per_month", "quiet_from", "quiet_until", "digest")}
