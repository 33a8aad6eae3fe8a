"""Identifiers that sort by the time they were made (UUID version 7, RFC 9562 section 5.7)."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A new UUIDv7: 48 bits of milliseconds, 12 bits of fraction, 62 random bits.

    Within a process every identifier is greater than the one before (RFC 9562 section 6.2, method 3), so
    rows made in one batch keep their order and land at the end of the primary key's tree.
    """
    global _last
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    stamp = (milliseconds << 12) | (rest * 4096 // 1_000_000)
    with _lock:
        stamp = max(stamp, _last + 1)
        _last = stamp
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = ((stamp >> 12) << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0b10 << 62) | random
    return uuid.UUID(int=value)
