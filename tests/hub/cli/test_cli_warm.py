"""A web process makes its engine warm beside its work, and lives on when that fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hub.matches.conftest import corpus, own_index
from vidensbro.hub.cli import serving
from vidensbro.hub.common.errors import Unavailable
from vidensbro.hub.matches import engine
from vidensbro.hub.outbox.services import drain

__all__ = ["corpus", "own_index"]


def warm() -> None:
    thread = serving.warm_up_beside(None)
    assert thread.daemon
    thread.join(60)
    assert not thread.is_alive()


def test_gunicorn_is_told_to(tmp_path: Path) -> None:
    site = serving.Site(serving.options(socket=3, workers=1, threads=1))
    assert site.cfg.post_worker_init is serving.warm_up_beside


def test_a_worker_has_its_engine_and_searcher_open(corpus, db) -> None:
    drain()
    engine.forget()
    warm()
    assert engine._engine.cache_info().currsize == 1
    assert engine._finder.cache_info().currsize == 1


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("spec", ["unheard-of", "none"])
def test_what_fails_is_never_fatal(settings, spec: str) -> None:
    settings.VIDENSBRO_EMBEDDER = spec
    engine.forget()
    with pytest.raises(Unavailable):
        engine.warm_up()
    warm()
