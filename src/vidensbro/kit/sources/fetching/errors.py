"""What can go wrong when something is fetched. Every error has a stable code and says what to do."""

from __future__ import annotations

import datetime as dt


class FetchError(Exception):
    """Any error of `vidensbro.kit.sources.fetching`.

    `code` is stable and meant for programs; `url` is the address without what is secret in it.
    """

    code = "fetch"

    def __init__(self, message: str, *, url: str = "") -> None:
        super().__init__(message)
        self.url = url


class Unreachable(FetchError):
    """No connection, or it broke, again and again."""

    code = "unreachable"


class TooSlow(FetchError):
    """The server took longer than it was given, or sent next to nothing for a long time."""

    code = "too_slow"


class Busy(FetchError):
    """The server was busy for longer than we wait. `until` is when it asked to be asked again, if it did."""

    code = "busy"

    def __init__(self, message: str, *, url: str = "", until: dt.datetime | None = None) -> None:
        super().__init__(message, url=url)
        self.until = until


class Refused(FetchError):
    """The server said no. `status` is what it answered, `excerpt` how its text begins."""

    code = "refused"

    def __init__(self, message: str, *, url: str = "", status: int = 0, excerpt: str = "") -> None:
        super().__init__(message, url=url)
        self.status = status
        self.excerpt = excerpt


class WrongAddress(FetchError):
    """An address, or one that we were sent on to, that we do not go to."""

    code = "wrong_address"


class TooLarge(FetchError):
    """More bytes than the caller takes."""

    code = "too_large"


class WrongContent(FetchError):
    """What came is not what was asked for: a web page instead of data, or data that cannot be read."""

    code = "wrong_content"


class WrongChecksum(FetchError):
    """The bytes are not those that were promised."""

    code = "wrong_checksum"


class InUse(FetchError):
    """Another process is fetching to the same place."""

    code = "in_use"


class StorageFailed(FetchError):
    """The disk refused: full, read-only or damaged. What has been fetched so far is kept."""

    code = "storage"


class HarvestError(FetchError):
    """A source answered, but not so that a harvest can go on."""

    code = "harvest"


class WrongCursor(HarvestError):
    """The cursor belongs to another harvest, or is none."""

    code = "wrong_cursor"
