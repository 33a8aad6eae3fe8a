"""What a browser would make of a page: its text, its linked data, and what should not be in it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any, Final

_FOREIGN: Final = {"b", "x", "img", "iframe", "object", "embed", "style", "base"}
_ADDRESSES: Final = {"href", "src", "action", "hx-post", "hx-get", "formaction"}


class Page(HTMLParser):
    """A page that has been read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.values: list[str] = []
        self.faults: list[str] = []
        self.linked_data: list[Any] = []
        self._within = ""
        self.feed(content.decode())
        self.close()

    @property
    def text(self) -> str:
        """Everything that is read, in order."""
        return "".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._within = given.get("type", "") if tag == "script" else ""
        if tag in _FOREIGN or (tag == "script" and not given.get("src") and self._within != _LINKED):
            self.faults.append(f"<{tag} {given}>")
        for name, value in given.items():
            scheme = value.strip().lower().partition(":")[0]
            if name.startswith("on") or (name in _ADDRESSES and scheme in {"javascript", "data", "vbscript"}):
                self.faults.append(f"{tag} {name}={value}")
        if "value" in given:
            self.values.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == _LINKED:
            self.linked_data.append(json.loads(data))
            if set(data) & set("<>&\u2028\u2029"):
                self.faults.append(f"linked data: {data}")
        else:
            self.words.append(data)


_LINKED: Final = "application/ld+json"
