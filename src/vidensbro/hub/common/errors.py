"""What can go wrong in a service, as codes that a page, an API or a command puts into words."""

from __future__ import annotations

from collections.abc import Mapping


class HubError(Exception):
    """Base of every error that a service raises on purpose."""

    code = "error"


class Denied(HubError):
    """The actor may see the object but not do this. `reason` is a code of `common.messages`."""

    code = "denied"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class NotFound(HubError):
    """There is no such object, or the actor may not know that there is one."""

    code = "not_found"

    def __init__(self, kind: str = "", key: object = "") -> None:
        self.kind = kind
        self.key = str(key)
        super().__init__(f"{kind} {self.key}".strip())


class Invalid(HubError):
    """What was handed in cannot be stored: for each field, the codes of what is wrong with it.

    An empty field name stands for the whole.
    """

    code = "invalid"

    def __init__(self, problems: Mapping[str, tuple[str, ...]]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{field}: {', '.join(codes)}" for field, codes in self.problems.items()))


class Conflict(HubError):
    """The object is not in a state that allows this, such as posting a need that is closed."""

    code = "conflict"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unavailable(HubError):
    """Something that the answer needs is out of order for now; `reason` says what, `detail` what to do.

    `seconds`: after so many it is worth asking again; 0 where nobody can tell.
    """

    code = "unavailable"

    def __init__(self, reason: str, detail: str = "", *, seconds: int = 0) -> None:
        self.reason = reason
        self.detail = detail
        self.seconds = seconds
        super().__init__(f"{reason}: {detail}" if detail else reason)


class Problems:
    """Collects what is wrong with an input, so that all of it is told at once.

    >>> problems = Problems()
    >>> problems.add("title", "required")
    >>> problems.raise_if_any()
    Traceback (most recent call last):
    vidensbro.hub.common.errors.Invalid: title: required
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, ...]] = {}

    def add(self, field: str, code: str) -> None:
        """Note that `field` has the problem `code`."""
        self._found[field] = (*self._found.get(field, ()), code)

    def check(self, holds: bool, field: str, code: str) -> None:
        """Note the problem unless `holds`."""
        if not holds:
            self.add(field, code)

    def raise_if_any(self) -> None:
        """Raise `Invalid` with everything noted."""
        if self._found:
            raise Invalid(self._found)
