"""Bringing releases in from files, each by itself: one that cannot be read does not keep the others out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vidensbro.hub.cli.exits import WRONG_USE, CommandError
from vidensbro.hub.cli.language import gettext as _

if TYPE_CHECKING:
    import uuid

    from vidensbro.hub.accounts.actors import Actor
    from vidensbro.hub.newsroom.services.bringing_in import Proposal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: the draft it was made into ("" if none), what to look at, and what was wrong."""

    file: str
    version: str
    headline: str
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def issuers_named(actor: Actor, names: Iterable[str]) -> list[uuid.UUID]:
    """Organisations by id or by just their name. Raises CommandError or NotFound: one is not known."""
    from vidensbro.hub.common.rows import as_uuid
    from vidensbro.hub.directory.queries import organisation
    from vidensbro.hub.newsroom.queries.writing import organisations_called

    given = list(names)
    called = organisations_called(actor, [one for one in given if as_uuid(one) is None])
    found = []
    for name in given:
        key = as_uuid(name)
        row = organisation(actor, key) if key is not None else called.get(name)
        if row is None:
            what = _("No organisation, or more than one, is called {name}.").format(name=name)
            raise CommandError(what, _("Give its id, which its page's address holds."), WRONG_USE)
        found.append(row.pk)
    return found


def bring_in(
    actor: Actor, paths: Sequence[Path], issuers: Sequence[uuid.UUID], *, store: bool
) -> list[Outcome]:
    """Make a draft of each file; without `store` only tell what would be recognised.

    `issuers` issue the releases; where none are given, those that the text itself names.
    """
    return [_one(actor, path, issuers, store=store) for path in paths]


def _one(actor: Actor, path: Path, issuers: Sequence[uuid.UUID], *, store: bool) -> Outcome:
    from vidensbro.hub.newsroom.presenters import bringing_in as presenters
    from vidensbro.hub.newsroom.services.bringing_in import proposal
    from vidensbro.kit.sources.releases import read_release_file

    read = read_release_file(path)
    if read.draft is None:
        wrong = tuple(presenters.problem_words(one) for one in read.problems)
        return Outcome(str(path), "", "", (), wrong)
    found = proposal(actor, read.draft)
    left_out = _("Not taken over as a contact, as the name, or address and number, are missing: {text}")
    lost = (left_out.format(text=" ".join(one.split())) for one in found.unreachable)
    notes = (*presenters.notes(found, read.problems), *lost)
    headline = found.words.headline
    if not store:
        return Outcome(str(path), "", headline, notes, ())
    key, problems = _stored(actor, found, issuers or [one.pk for one in found.issuers])
    return Outcome(str(path), key, headline, notes, problems)


def _stored(actor: Actor, found: Proposal, issuers: Sequence[uuid.UUID]) -> tuple[str, tuple[str, ...]]:
    from vidensbro.hub.common.errors import Invalid
    from vidensbro.hub.common.messages import words_for
    from vidensbro.hub.newsroom.presenters.writing import part_label
    from vidensbro.hub.newsroom.services.beginning import begin

    columns = {f"place_{found.language}": found.place}
    try:
        row = begin(actor, issuers, found.language, found.certain_words, people=found.reachable, **columns)
    except Invalid as error:
        if not issuers:
            what = _("No organisation that the text names is known here.")
            return "", (f"{what} {_('Say who issues it: --organisation NAME.')}",)
        return "", tuple(
            f"{part_label(name)}: {' '.join(str(words_for(code)) for code in codes)}"
            for name, codes in error.problems.items()
        )
    return str(row.pk), ()
