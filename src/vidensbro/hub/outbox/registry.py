"""Who does what: the handlers of topics.

An app that has things done after a commit has a module `jobs`; its handlers are found there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from vidensbro.hub.outbox.models import Entry

Work = Callable[[Sequence[Entry]], None]
_handlers: dict[str, Handler] = {}


class Postpone(Exception):
    """A handler cannot do its work now, through no fault of the entry (a lock is held): try again in a while.

    Does not count as a failed attempt. `reason` is kept with the entry.
    """

    def __init__(self, wait: timedelta = timedelta(seconds=2), reason: str = "") -> None:
        self.wait = wait
        super().__init__(reason[:2000])


@dataclass(frozen=True, slots=True)
class Handler:
    """How entries of a topic are done.

    `work` gets up to `batch` entries at a time and must be idempotent: after a crash it may get the same
    entries again. `lease` is how long a batch may take before another worker may assume that this one died.
    `attempts` failures make an entry dead.
    """

    topic: str
    work: Work
    batch: int = 1
    lease: timedelta = timedelta(minutes=1)
    attempts: int = 12


def handler(
    topic: str, *, batch: int = 1, lease: timedelta = timedelta(minutes=1), attempts: int = 12
) -> Callable[[Work], Work]:
    """Decorator: the function does the entries of `topic`. See `Handler`."""

    def register(work: Work) -> Work:
        if topic in _handlers and _handlers[topic].work is not work:
            raise LookupError(f"two handlers of topic {topic}")
        _handlers[topic] = Handler(topic, work, batch, lease, attempts)
        return work

    return register


def handlers() -> dict[str, Handler]:
    """Every handler of the installed apps, by topic."""
    _discover()
    return dict(_handlers)


@cache
def _discover() -> None:
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "jobs"):
            import_module(f"{config.name}.jobs")
