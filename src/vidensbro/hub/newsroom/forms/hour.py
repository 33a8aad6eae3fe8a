"""The hour of a release, as the clock on the wall shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.newsroom.forms.words import text_area
from vidensbro.hub.newsroom.services.steps import LONGEST_NOTE

FIRST, SECOND = "0", "1"


def moments(day: date, at: time) -> list[datetime]:
    """The moments, in UTC, at which the clock on the wall shows this: one, none in the hour that is skipped in spring,
    two in the one that comes twice in autumn, the earlier first."""
    shown = datetime.combine(day, at)
    zone = timezone.get_default_timezone()
    try:
        both = [shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except OverflowError:
        # The first and last hours that a calendar of four digits has, as typed on the way to another year.
        return []
    real = [one for one in both if one.astimezone(zone).replace(tzinfo=None, fold=0) == shown]
    return sorted(set(real))


class HourForm(forms.Form):
    """Day and time of day; which of the two, where the clock shows it twice."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(
        label=pgettext_lazy("of a release", "Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    which = forms.ChoiceField(
        label=_("Which of the two?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (FIRST, _("the first one, while it is still summer time")),
            (SECOND, _("the second one, when it is winter time")),
        ],
    )
    use_required_attribute = False
    twice = False

    def clean(self) -> dict[str, Any]:
        """The moment in UTC, as "moment"."""
        given = super().clean() or self.cleaned_data
        day, at = given.get("day"), given.get("at")
        if day is None or at is None:
            return given
        found = moments(day, at.replace(second=0, microsecond=0))
        self.twice = len(found) > 1
        if not found:
            self.add_error("at", gettext("The clocks skip this hour on that night. Choose another time."))
        elif self.twice and not given.get("which"):
            self.add_error(
                "which", gettext("The clocks show this time twice on that night. Say which one is meant.")
            )
        else:
            given["moment"] = found[-1] if given.get("which") == SECOND else found[0]
        return given


def hour_of(moment: datetime) -> dict[str, Any]:
    """The form's values for a moment."""
    there = timezone.localtime(moment, timezone.get_default_timezone())
    given: dict[str, Any] = {"day": there.date(), "at": there.time().replace(second=0, microsecond=0)}
    if len(moments(given["day"], given["at"])) > 1:
        given["which"] = str(there.fold)
    return given


class WithdrawalForm(forms.Form):
    """Why a release is withdrawn."""

    note = text_area(
        _("Why is it withdrawn?"),
        3,
        LONGEST_NOTE,
        help_text=_("Everybody reads this in the release's place, with day and hour."),
    )
    use_required_attribute = False
