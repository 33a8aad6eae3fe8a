"""Is this process on its way out?

The mark lies in memory that a process shares with those it forks: the master of the web server sets it, and each of
its workers sees it at once.
"""

from __future__ import annotations

import mmap

_mark = mmap.mmap(-1, 1)


def stopping() -> bool:
    """Has this process, or the one that it was forked from, been asked to stop?"""
    return _mark[0] == 1


def begin_stopping() -> None:
    """From now on `stopping` is true here and in every process forked from here. There is no way back."""
    _mark[0] = 1


def stay() -> None:
    """Take the mark back. For tests: a process that was asked to stop does stop."""
    _mark[0] = 0
