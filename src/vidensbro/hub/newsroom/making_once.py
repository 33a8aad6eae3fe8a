"""Work that many ask for at the same moment: done once in a process, and only so much of it at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Busy(Exception):
    """As much is being made, or waited for, as there is room for."""


class MakingOnce(Generic[T]):
    """At most `made` things are made at a time, each by the thread that asked first; `waiting` others wait for one.

    Whoever waits holds a thread that could serve others, so nobody else is kept waiting.
    """

    def __init__(self, made: int, waiting: int) -> None:
        self._most_made, self._most_waiting = made, waiting
        self._lock = threading.Lock()
        self._going_on: dict[str, Future[T]] = {}
        self._waiting = 0

    def get(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, or what it gives to another thread that asked for the same `name` before.

        Raises:
            Busy: there is no room; what `make` raises, also in the threads that waited for it.
        """
        with self._lock:
            others = self._going_on.get(name)
            if others is None:
                own = self._begun(name)
            else:
                self._wait_too()
        return self._made(name, own, make) if others is None else self._waited(others)

    def _begun(self, name: str) -> Future[T]:
        if len(self._going_on) >= self._most_made:
            raise Busy(name)
        return self._going_on.setdefault(name, Future())

    def _wait_too(self) -> None:
        if self._waiting >= self._most_waiting:
            raise Busy
        self._waiting += 1

    def _made(self, name: str, own: Future[T], make: Callable[[], T]) -> T:
        try:
            found = make()
        except BaseException as error:
            own.set_exception(error)
            raise
        else:
            own.set_result(found)
            return found
        finally:
            with self._lock:
                del self._going_on[name]

    def _waited(self, others: Future[T]) -> T:
        try:
            return others.result()
        finally:
            with self._lock:
                self._waiting -= 1
