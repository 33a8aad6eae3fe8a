"""OAI-PMH 2.0 as oaipmh-scythe speaks it, on the one fetcher.

The library knows the verbs, the paging by resumption tokens and the errors of the protocol. It has two seams
that are meant for others: `harvest`, which asks for one answer, and the class of its iterators. The first is
ours, so that turns, patience, limits and hosts are those of the fetcher, and the library's own connections are
never opened. What comes is read once, strictly, and with what real repositories do put right; the library
would read it three times and take a page that was cut off for a whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NoReturn

from lxml import etree
from oaipmh_scythe import NoRecordsMatch, OAIPMHException, OAIResponse, Scythe
from oaipmh_scythe.iterator import OAIResponseIterator
from oaipmh_scythe.models import ResumptionToken

from vidensbro.kit.sources.fetching.errors import HarvestError
from vidensbro.kit.sources.fetching.protocol import Fetcher, Request
from vidensbro.kit.sources.fetching.xml_answers import parsed, text_of

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
# Statuses with which repositories send errors of the protocol that it wants sent with 200.
_SAID: Final = frozenset({400, 404, 410, 422})


class Answer(OAIResponse):
    """An answer of a repository; `following` is the resumption token at its end, empty at the end of a list,
    `size` the length of the whole list, if it says."""

    def __init__(self, root: etree._Element, params: dict[str, str]) -> None:
        self.params = params
        self.following = ""
        self.size: int | None = None
        self._root = root

    @property
    def raw(self) -> str:
        """The answer as text."""
        return etree.tostring(self._root, encoding="unicode")

    @property
    def xml(self) -> etree._Element:
        """The answer, read."""
        return self._root

    @property
    def responded(self) -> str:
        """The repository's time."""
        return text_of(self._root, "responseDate")

    @property
    def error(self) -> tuple[str, str]:
        """The code and text of an error of the protocol, on one line."""
        found = self._root.find(f"{{{NAMESPACE}}}error")
        if found is None:
            return "", ""
        return found.get("code", ""), " ".join((found.text or "").split())[:200]

    def raise_for_oaipmh_error(self) -> None:
        """Raises OAIPMHException as the library does. It looks for a class of the code's name, whatever else
        its module has by that name, so a code that is no word is not given to it."""
        found = self._root.find(f"{{{NAMESPACE}}}error")
        if found is not None and not found.get("code", "").isalpha():
            raise OAIPMHException(self.error[1])
        super().raise_for_oaipmh_error()

    def listed(self, verb: str) -> Iterator[etree._Element]:
        """The elements in the list of a verb."""
        found = self._root.find(f"{{{NAMESPACE}}}{verb}")
        yield from () if found is None else found

    def continued(self, token: ResumptionToken | None) -> Answer:
        """The same with what the library found at its end."""
        size = (token.complete_list_size or "") if token is not None else ""
        self.following = (token.token or "") if token is not None else ""
        self.size = int(size) if size.isascii() and size.isdigit() else None
        return self


class _Answers(OAIResponseIterator):
    def __iter__(self) -> Iterator[Answer]:
        for answer in super().__iter__():
            if isinstance(answer, Answer):
                yield answer.continued(self.resumption_token)


class Client(Scythe):
    """A client of one repository that goes through a fetcher."""

    def __init__(self, fetcher: Fetcher, address: str) -> None:
        super().__init__(address, iterator=_Answers)
        self._fetcher = fetcher
        self.last: Answer | None = None

    @property
    def client(self) -> NoReturn:
        """The library's own connections, which are never opened."""
        raise RuntimeError("OAI-PMH goes through the fetcher")

    def harvest(self, query: Mapping[str, str]) -> Answer:
        """One answer. Raises FetchError; OAIPMHException: the repository says why not."""
        asked = Request(self.endpoint, dict(query), check=_read, cached=False, said=_SAID)
        self.last = Answer(self._fetcher.fetch(asked).value, dict(query))
        self.last.raise_for_oaipmh_error()
        return self.last

    def answers(self, verb: str, named: Mapping[str, str], token: str) -> Iterator[Answer]:
        """The pages of a list, from its beginning with its arguments, or from a token, which excludes them.
        Without a match, one empty answer. Raises FetchError, OAIPMHException."""
        given = (
            {"resumptionToken": token} if token else {name: value for name, value in named.items() if value}
        )
        try:
            yield from _Answers(self, {"verb": verb, **given})
        except NoRecordsMatch:
            if self.last is not None:
                yield self.last

    def refused(self, advice: Mapping[str, str]) -> HarvestError:
        """What the last answer says went wrong, with what may help."""
        code, text = self.last.error if self.last is not None else ("", "")
        said = f"{self.endpoint} says {code}: {text} {advice.get(code, '')}".rstrip()
        return HarvestError(said, url=self.endpoint)


def _read(body: bytes) -> etree._Element:
    """The answer in the protocol's namespace, with tokens trimmed. Raises ValueError."""
    root = parsed(body, "OAI-PMH")
    own = etree.QName(root).namespace or ""
    if own != NAMESPACE:
        for element in root.iter(f"{{{own}}}*"):
            element.tag = f"{{{NAMESPACE}}}{etree.QName(element).localname}"
    for token in root.iter(f"{{{NAMESPACE}}}resumptionToken"):
        token.text = (token.text or "").strip()
    return root
