"""What can become of handing a mail over, whatever the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vidensbro.hub.mail.models import Mail

Fence = Callable[[], None]
"""Called once, right before the last word. Raises when the mail must not be handed over after all."""

Taken = Callable[[str], None]
"""Called once, at once when the other side has the mail, with its answer; before any goodbye."""


class Way(Protocol):
    """A way on which mail leaves."""

    def hand_over(self, mail: Mail, before_last_word: Fence, taken: Taken) -> None:
        """Hand a mail over. Returns only when the other side has it.

        Raises:
            Refused, NotNow, Away, InDoubt
        """


class Refused(Exception):
    """The other side will never take this mail."""


class NotNow(Exception):
    """The other side does not take this mail now. It does not have it."""


class Away(Exception):
    """The other side takes no mail at all at present. It does not have this one."""


class InDoubt(Exception):
    """The last word was said and no answer came: the other side may have the mail or not."""
