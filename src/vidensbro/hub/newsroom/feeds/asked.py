"""What a request for a feed asks for, and the one address that it has."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from vidensbro.hub.common.errors import Invalid, NotFound
from vidensbro.hub.directory.fields import taxonomy
from vidensbro.hub.newsroom.models import Language
from vidensbro.hub.newsroom.queries.versions import Choice

KINDS = ("atom", "rss", "json")


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed: its format, its language, and what it is narrowed to, "" for everything (see `Choice`)."""

    kind: str
    language: str
    field: str = ""
    organisation: str = ""

    @property
    def url(self) -> str:
        """The feed's address, the same for everybody who asks for the same."""
        parts = {"field": self.field, "organisation": self.organisation}
        query = urlencode({name: value for name, value in parts.items() if value})
        path = reverse("feed", args=[self.language, self.kind])
        return str(settings.VIDENSBRO_BASE_URL) + path + (f"?{query}" if query else "")

    @property
    def whole(self) -> bool:
        """Is it everything in its language?"""
        return not (self.field or self.organisation)

    @property
    def choice(self) -> Choice:
        """The same as a list of versions is narrowed by."""
        return Choice(language=self.language, field=self.field, organisation=self.organisation)


def read(language: str, kind: str, query: QueryDict) -> Asked:
    """What is asked for. Parameters that no feed has change nothing.

    Raises:
        NotFound: there are no feeds in this language or format, or no such field.
        Invalid: a parameter is given twice, or the organisation's is no id.
    """
    if kind not in KINDS:
        raise NotFound("feed", kind)
    if language not in Language.values:
        raise NotFound("feed", language)
    field = _single(query, "field")
    if field and field not in taxonomy():
        raise NotFound("field", field)
    return Asked(kind, language, field, _organisation(query))


def language_in(query: QueryDict) -> str:
    """The language that a request narrows to, "" for all. Raises NotFound, Invalid."""
    found = _single(query, "language")
    if found and found not in Language.values:
        raise NotFound("feed", found)
    return found


def _organisation(query: QueryDict) -> str:
    given = _single(query, "organisation")
    if not given:
        return ""
    try:
        return str(uuid.UUID(given))
    except ValueError as error:
        raise Invalid({"organisation": ("invalid",)}) from error


def _single(query: QueryDict, name: str) -> str:
    given = query.getlist(name)
    if len(given) > 1:
        raise Invalid({name: ("invalid",)})
    return given[0].strip() if given else ""
