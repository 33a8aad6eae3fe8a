"""Full stops that end a shortened word, not a sentence."""

from __future__ import annotations

import re
from typing import Final

_LEADING: Final = re.compile(
    r"(?<![\w.])(?:ca|cirka|bl\.\s?a|f\.\s?eks|fx|eks|dvs|d\.v\.s|hhv|inkl|ekskl|kl|nr|pkt|vedr|jf|evt|"
    r"e\.g|i\.e|approx|incl|vs)\.$",
    re.IGNORECASE,
)
"""What always has something after it."""
_TITLE: Final = re.compile(r"(?<![\w.])(?:dr|prof|hr|fr|mr|mrs|ms)\.$", re.IGNORECASE)
_EITHER: Final = re.compile(
    r"(?<![\w.])(?:kr|mio|mia|mill|pct|osv|etc|mv|m\.v|m\.m|m\.fl|mfl|o\.l|o\.lign|stk|maks|max|min|adm|"
    r"(?:den|d\.)\s\d{1,2})\.$",
    re.IGNORECASE,
)
"""What may end a sentence, too: only a small letter tells that it does not."""
_ADDRESS: Final = re.compile(r"https?:|www\.|\S+@")


def ends_shortened(before: str, after: str) -> bool:
    """Does a line that ends in a full stop go on in the next, as that full stop only shortens a word?"""
    if not before.endswith(".") or _ADDRESS.match(after):
        return False
    if after[:1].islower():
        return bool(_LEADING.search(before) or _TITLE.search(before) or _EITHER.search(before))
    if after[:1].isdigit():
        return bool(_LEADING.search(before))
    return after[:1].isupper() and " " in before and bool(_TITLE.search(before))
