"""Having a source fetched and imported again and again."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.common import clock
from vidensbro.hub.imports import wording
from vidensbro.hub.imports.wishes import KNOWN, LAST, NEEDED, Wish, wish_of
from vidensbro.hub.ui.forms import PlainText

LISTS: Final = frozenset(
    {"address", "institution", "topic", "ror", "orcid", "industry", "municipality", "cvr"}
)
"""Limits of which several can be given."""

_HINTS: Final = {
    "address": _("Of a repository, a home page or a file; one on each line."),
    "country": _("Its two letters, such as DK."),
    "institution": _("OpenAlex's keys, such as I204337017; separated by spaces."),
    "topic": _("OpenAlex's keys, such as T10123; separated by spaces."),
    "years": _("Such as 2026 or 2020-2026."),
    "format": _("Such as oai_dc, which is taken if nothing is written, or ddf-mxd."),
    "ror": _("ROR IDs of organisations whose people are wanted; separated by spaces."),
    "orcid": _("ORCID iDs of people; separated by spaces."),
    "industry": _("Six digits, or the first two to five; separated by spaces. The main industry counts."),
    "municipality": _("Three digits, such as 751; separated by spaces."),
    "cvr": _("Eight digits each; separated by spaces."),
}
_PARTS: Final = re.compile(r"[\s,;]+")


def sources() -> list[tuple[str, str]]:
    """What can be fetched again and again: (code, name), by name."""
    return sorted(((code, wording.source(code)) for code in KNOWN), key=lambda one: one[1].lower())


class SourceForm(forms.Form):
    """Which source."""

    source = forms.ChoiceField(label=_("Source"), choices=sources)


class ScheduleForm(forms.Form):
    """How often, and with which limits: those that the source knows."""

    hours = forms.TypedChoiceField(
        label=_("How often"), choices=wording.RHYTHMS.items, coerce=int, initial=24
    )
    at = forms.TimeField(
        label=_("Time of day"),
        help_text=_(
            "When it is done first; without one, as soon as possible. Big sources are best at night."
        ),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        required=False,
    )

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        # What must be given comes before what may be.
        for name, label in sorted(wording.LIMITS.items(), key=lambda one: not self._must(one[0])):
            if name in KNOWN[source]:
                self.fields[name] = self._field(name, str(label))

    def _field(self, name: str, label: str) -> forms.Field:
        if name == "since":
            return forms.BooleanField(label=label, required=False, initial=self.source != "cvr")
        if name == "entity":
            return forms.ChoiceField(label=label, choices=list(wording.ENTITIES.items()), required=False)
        if name == "snapshot":
            return forms.BooleanField(label=label, required=False)
        # Of several limits one may be enough; the wish itself tells.
        needed = self._must(name)
        widget = forms.Textarea(attrs={"rows": 2}) if name == "address" and needed else forms.TextInput()
        hint = (
            _HINTS.get(name, "")
            if name != "address" or needed
            else _("Only where the source is elsewhere than usual.")
        )
        return PlainText(label=label, help_text=hint, required=needed, max_length=4000, widget=widget)

    def _must(self, name: str) -> bool:
        return NEEDED.get(self.source, ()) == (name,)

    def wish(self) -> Wish:
        """The limits that were given."""
        given: dict[str, Any] = {}
        for name in KNOWN[self.source]:
            value = self.cleaned_data.get(name)
            if not value:
                continue
            if name in LISTS:
                given[name] = tuple(one for one in _PARTS.split(value) if one)
            elif name == "since":
                given[name] = LAST
            else:
                given[name] = value.upper() if name == "country" else value
        return wish_of(given)

    def first(self) -> datetime | None:
        """When it is to be done first: the next time that it is so late; None for at once."""
        at: time | None = self.cleaned_data.get("at")
        if at is None:
            return None
        now = timezone.localtime(clock.now())
        day = now.date() if now.time() < at else now.date() + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, at))
