"""Amounts as people write and read them; kept in øre, the hundredth of a Danish krone."""

from __future__ import annotations

import re

from django.utils.translation import get_language

_CURRENCY = re.compile(r"(dkk|kr\.?)", re.IGNORECASE)
LARGEST = 10**15
"""Ten thousand billion kroner, in øre: far above any, far below what a column holds."""


def hundredths(text: str) -> int:
    """The number in hundredths: "1.250.000,50", "1,250,000.50", "1250000.5" and "kr. 1 250 000,50" are the same.

    With both marks, the last one is the decimal mark. A single mark with three digits behind it parts thousands,
    since nobody writes thousandths of a krone.

    Raises:
        ValueError: it is no such number, or negative, or larger than `LARGEST`.
    """
    plain = _CURRENCY.sub("", text)
    plain = re.sub(r"\s", "", plain).removesuffix(",-").removesuffix(".-")
    if not re.fullmatch(r"[\d.,]+", plain, re.ASCII):
        raise ValueError(text)
    whole, part = _split(plain)
    if not whole.isdecimal() or len(part) > 2 or (part and not part.isdecimal()):
        raise ValueError(text)
    value = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    if value > LARGEST:
        raise ValueError(text)
    return value


def _split(plain: str) -> tuple[str, str]:
    """The whole kroner, without marks, and what stands behind the decimal mark."""
    marks = [mark for mark in ".," if mark in plain]
    if not marks:
        return plain, ""
    last = max(marks, key=plain.rindex)
    head, _, tail = plain.rpartition(last)
    is_decimal = tail != "" and plain.count(last) == 1 and (len(marks) == 2 or len(tail) != 3)
    if is_decimal:
        return _ungrouped(head), tail
    return _ungrouped(plain), ""


def _ungrouped(text: str) -> str:
    """Digits whose groups are all of three; "" if they are not."""
    groups = re.split(r"[.,]", text)
    if len(groups) > 1 and not (0 < len(groups[0]) <= 3 and all(len(one) == 3 for one in groups[1:])):
        return ""
    if len({mark for mark in text if mark in ".,"}) > 1:
        return ""
    return "".join(groups)


def kroner(ore: int) -> str:
    """An amount in the page's language: "1.250.000,50 kr.", "DKK 1,250,000.50"; without øre where there are none."""
    whole, part = divmod(ore, 100)
    text = f"{whole:,}" + (f".{part:02d}" if part else "")
    if get_language() == "da":
        return text.translate(str.maketrans(",.", ".,")) + "\u00a0kr."
    return f"DKK\u00a0{text}"


def hours(minutes: int) -> str:
    """Time in hours, with up to two decimals: "37,5", "37.5"."""
    text = f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if get_language() == "da" else text
