"""One need asked over HTTP as a browser would: the real form with its token, and a look at the answer."""

from __future__ import annotations

import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from vidensbro.hub.cli.language import gettext as _

NEED: Final = (
    "Vi udvikler en sensor, der opdager tryksår tidligt hos plejehjemsbeboere, "
    "og søger klinisk viden og et sted at teste."
)
EVIDENCE: Final = frozenset({"quote", "reason", "sums"})
"""Classes of the parts of a match that say why it was found."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the trial ended, in one sentence."""

    good: bool
    sentence: str


@dataclass(slots=True)
class Form:
    """A form with a text box: where it goes, its hidden fields, and the name of the box."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    box: str = ""


class Page(HTMLParser):
    """The forms of a page, and its matches with and without evidence."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.matches = 0
        self.explained = 0
        self._waiting = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters."""
        given = {name: value or "" for name, value in attrs}
        classes = set(given.get("class", "").split())
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[given.get("name", "")] = given.get("value", "")
        elif tag == "textarea" and self.forms:
            self.forms[-1].box = given.get("name", "")
        elif tag == "article" and "match" in classes:
            self.matches += 1
            self._waiting = True
        elif self._waiting and classes & EVIDENCE:
            self.explained += 1
            self._waiting = False


def ask(address: str, need: str = NEED) -> Verdict:
    """Open the home page at `address`, post the need with its form, and judge the answer."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    opener.addheaders = [("Referer", address + "/")]
    try:
        form = next((one for one in _page(opener, address + "/").forms if one.box), None)
        if form is None:
            return Verdict(False, _("the home page has no box for a need"))
        fields = urllib.parse.urlencode({**form.hidden, form.box: need}).encode()
        began = time.monotonic()
        answer = _page(opener, urllib.parse.urljoin(address + "/", form.action), fields)
        seconds = time.monotonic() - began
    except urllib.error.HTTPError as error:
        return Verdict(False, _("{url} answered {code}").format(url=error.url, code=error.code))
    except OSError as error:
        return Verdict(False, _("the site cannot be reached: {error}").format(error=error))
    if not answer.matches:
        return Verdict(False, _("the need got no matches"))
    if answer.explained < answer.matches:
        without = answer.matches - answer.explained
        return Verdict(False, _("{count} matches came without evidence").format(count=without))
    told = _("{count} matches, each with evidence, in {seconds} s")
    return Verdict(True, told.format(count=answer.matches, seconds=f"{seconds:.2f}"))


def _page(opener: urllib.request.OpenerDirector, url: str, fields: bytes | None = None) -> Page:
    with opener.open(url, fields, timeout=60) as answer:
        return Page(answer.read().decode("utf-8"))
