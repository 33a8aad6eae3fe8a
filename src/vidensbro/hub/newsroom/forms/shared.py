"""Forms for what several people may edit at once, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vidensbro.hub.ui.words import quoted


class SharedForm(forms.Form):
    """A form that keeps what its page showed, for something that is there (`initial`).

    A field that was not touched is not changed, and one that somebody else has changed meanwhile is not overwritten
    before whoever sends it has seen that.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: set[str] = set()

    def seen(self) -> SafeString:
        """Hidden fields that keep what the page showed first, or what is stored now where that has been told."""
        kept = []
        for name, now in self._stored().items():
            shown = self._shown(name) if self.is_bound and name not in self._told else None
            kept.append((self.add_initial_prefix(name), now if shown is None else shown))
        return format_html_join("\n", '<input type="hidden" name="{}" value="{}">', kept)

    def changes(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Of what the services take: only what was changed on this page."""
        return {name: value for name, value in columns.items() if self._touched(name)}

    def clean(self) -> dict[str, Any]:
        """Nobody overwrites unseen what somebody else has saved meanwhile."""
        given = super().clean() or self.cleaned_data
        for name, now in self._stored().items():
            field, shown = self.fields[name], self._shown(name)
            if shown is None or name not in given or not self._touched(name):
                continue
            if self._differs(name, shown, now) and self._differs(name, now, self[name].data):
                self._told.add(name)
                told = quoted(str(dict(getattr(field, "choices", ())).get(now, now)))
                self.add_error(
                    name,
                    _("Somebody changed this meanwhile; it says %(text)s now. Save again to replace it.")
                    % {"text": told},
                )
        return given

    def _stored(self) -> dict[str, str]:
        found = {name: self.initial[name] for name in self.fields if name in self.initial}
        return {name: str(value) for name, value in found.items() if not isinstance(value, (list, bool))}

    def _shown(self, name: str) -> str | None:
        """What the page showed, None if it was sent without saying so."""
        found = self.data.get(self.add_initial_prefix(name))
        return found if isinstance(found, str) else None

    def _touched(self, name: str) -> bool:
        shown = self._shown(name)
        return shown is None or self._differs(name, shown, self[name].data)

    def _differs(self, name: str, before: str, after: object) -> bool:
        field = self.fields[name]
        try:
            return bool(field.has_changed(field.to_python(before), after))
        except ValidationError:
            return True
