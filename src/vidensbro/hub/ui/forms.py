"""Fields that forms of all apps use."""

from __future__ import annotations

from typing import Any

from django import forms


class PlainText(forms.CharField):
    """A text. NUL characters, which no database can hold and nobody types, are left out rather than refused."""

    def to_python(self, value: Any) -> str | None:
        """The text without them."""
        text = super().to_python(value)
        return text.replace("\x00", "") if isinstance(text, str) else text
