"""Pages are tested on the cast, with a small corpus in an index of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import caches
from django.test import Client

from tests.hub.cast import Cast
from tests.hub.matches.conftest import Corpus, corpus, own_index
from vidensbro.hub.needs.models import Need
from vidensbro.hub.outbox.services import drain

__all__ = ["corpus", "own_index"]

SEALED_TITLE = "A sealed matter of nobody else"


@dataclass(frozen=True)
class World:
    """Everything that pages can show."""

    cast: Cast
    corpus: Corpus
    public: Need
    sealed: Need
    draft: Need


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> Iterator[None]:
    """Figures and answers that another test left behind are not these ones."""
    for name in ("default", "pages"):
        caches[name].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def world(cast: Cast, corpus: Corpus) -> World:
    """The cast, the corpus, and three needs of the owner; everything indexed and matched."""
    found = World(
        cast,
        corpus,
        public=cast.need("public", title="A public need"),
        sealed=cast.need("sealed", title=SEALED_TITLE),
        draft=cast.need("public", posted=False, title="A draft of the owner"),
    )
    drain()
    return found


@pytest.fixture
def browse(world: World) -> Callable[..., Client]:
    """A client that somebody of the cast uses, in a language."""

    def client(name: str = "visitor", language: str = "en") -> Client:
        made = Client(headers={"accept-language": language})
        if name != "visitor":
            user = world.cast.users[name]
            user.refresh_from_db()
            made.force_login(user)
        return made

    return client
