"""One-time codes as RFC 6238 and RFC 4226 describe them, written from the standards for the tests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time


def code(secret: str, at: float | None = None, digits: int = 6) -> str:
    """The code that an app with this base32 key shows at a moment (seconds since 1970; now by default)."""
    moment = int(time.time() if at is None else at)
    counter = (moment // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret, casefold=True), counter, hashlib.sha1).digest()
    offset = digest[19] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & (2**31 - 1)
    return str(number)[-digits:].zfill(digits)
