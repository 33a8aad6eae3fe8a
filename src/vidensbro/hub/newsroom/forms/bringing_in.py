"""A release that there is already, as a file or as text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vidensbro.hub.newsroom.forms.words import text_area
from vidensbro.kit.sources.releases import MOST_BYTES

LONGEST_PASTE = 300_000


class BringInForm(forms.Form):
    """A file, or text that was pasted; one of the two."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("HTML, Word (DOCX), PDF or plain text; at most 20 MB.")
    )
    text = text_area(_("or paste the text here"), 10, LONGEST_PASTE, required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".html,.htm,.docx,.pdf,.txt"

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given = super().clean() or self.cleaned_data
        file, text = given.get("file"), given.get("text")
        if self.errors:
            return given
        if not file and not text:
            self.add_error("file", _("Choose a file, or paste the text."))
        elif file and text:
            self.add_error("text", _("Give either a file or a text, not both."))
        elif file and (file.size or 0) > MOST_BYTES:
            self.add_error("file", _("The file is larger than a press release is."))
        return given
