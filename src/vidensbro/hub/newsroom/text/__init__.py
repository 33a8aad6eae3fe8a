"""Texts of releases: Markdown is what is stored; HTML and plain text are what is shown and sent."""

from vidensbro.hub.newsroom.text.pasting import markdown_from_html
from vidensbro.hub.newsroom.text.plain import as_text
from vidensbro.hub.newsroom.text.rendering import as_html
from vidensbro.hub.newsroom.text.writing import escaped

__all__ = ["as_html", "as_text", "escaped", "markdown_from_html"]
