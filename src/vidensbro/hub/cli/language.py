"""Which language the command speaks, and its words, without waking Django.

The translations are those of the pages (locale/da/LC_MESSAGES/django.mo), read with the standard library, so
that `vidensbro --help` answers at once. Being bound as the process's own domain, they also serve the words of
the command-line library ("Usage", "Options").
"""

from __future__ import annotations

import gettext as library
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("da", "en")
LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
DOMAIN: Final = "django"

_state: dict[str, library.NullTranslations | str] = {"code": "en", "words": library.NullTranslations()}


def wanted(given: str, environment: Mapping[str, str]) -> str:
    """The language asked for: `--lang`, else the locale (POSIX order: LC_ALL, LC_MESSAGES, LANG), else English.

    Anything that is not Danish is answered in English, which every reader of an unknown locale is likelier to know.
    """
    if given:
        return given
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "da" if value.lower().split(".")[0].split("_")[0] == "da" else "en"
    return "en"


def choose(code: str) -> None:
    """Speak this language from now on. Must come before the modules of commands are imported."""
    _state["code"] = code
    _state["words"] = library.translation(DOMAIN, LOCALE, [code], fallback=True)
    os.environ["LANGUAGE"] = code
    library.bindtextdomain(DOMAIN, str(LOCALE))
    library.textdomain(DOMAIN)


def code() -> str:
    """The language that is spoken, "da" or "en"."""
    return str(_state["code"])


def gettext(message: str) -> str:
    """The message in the chosen language."""
    words = _state["words"]
    assert isinstance(words, library.NullTranslations)
    # An empty message would come back as the catalogue's header.
    return words.gettext(message) if message else ""
