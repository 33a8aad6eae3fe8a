"""Why somebody cannot sign in this way: codes, and what is said to the one who tried."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The provider's answer is not taken. `detail` is for the log and, for some codes, for the page."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}" if detail else code)


_WORDS: dict[str, str | Promise] = {
    "missing": _(
        "The answer lacks something that is needed to sign you in. Ask those who run your sign-in to pass it on:"
    ),
    "elsewhere": _("The answer speaks for an organisation that it may not speak for:"),
    "assurance": _("This needs a more certain sign-in. Choose a stronger one there, and try again."),
    "invalid": _("The answer could not be trusted: its signature, its addressee or its time is wrong."),
    "replayed": _("The answer has been used before. Begin again."),
    "unasked": _("The sign-in was not begun here, or it took too long. Begin again."),
    "unreachable": _("The sign-in service does not answer at the moment. Try again in a while."),
    "denied": _("The sign-in service did not let you in."),
    "closed_accounts": _("No new accounts are made this way. Ask the secretariat for one."),
}


def words(code: str) -> str | Promise:
    """What is said of a refusal."""
    return _WORDS.get(code, _WORDS["invalid"])


SHOWS_DETAIL = frozenset({"missing", "elsewhere"})
"""Codes whose detail names what the user can ask for; others could help somebody who tries things out."""

STATUS = {"unreachable": 502, "missing": 403, "elsewhere": 403, "assurance": 403, "closed_accounts": 403}
"""HTTP status of the page; 400 for the rest."""
