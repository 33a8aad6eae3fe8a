"""Catalogues of translations: the .po files that people edit and the .mo files that the program reads.

Formats: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripts.translation.sources import Message

HEADER = (
    "Project-Id-Version: vidensbro\n"
    "Language: {language}\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*("(?:[^"\\]|\\.)*")\s*\Z')
MAGIC = 0x950412DE


@dataclass(frozen=True, slots=True)
class Entry:
    """A source string with its translation: one text, or two where the source string has a plural."""

    message: Message
    translations: tuple[str, ...] = ("",)
    fuzzy: bool = False
    places: tuple[str, ...] = field(default=(), compare=False)


def read(path: Path) -> dict[Message, Entry]:
    """The entries of a .po file, the header left out; nothing if there is no such file.

    Raises ValueError naming the line that cannot be read.
    """
    if not path.exists():
        return {}
    found: dict[Message, Entry] = {}
    for block in re.split(r"\n\n+", path.read_text(encoding="utf-8")):
        entry = _entry(block, path)
        if entry and entry.message.text:
            found[entry.message] = entry
    return found


def write(path: Path, entries: Mapping[Message, Entry]) -> None:
    """Write a .po file: header first, then the entries in order of their places."""
    language = path.parent.parent.name
    blocks = [f'msgid ""\nmsgstr ""\n{_quoted_lines(HEADER.format(language=language))}']
    ordered = sorted(entries.values(), key=lambda entry: (entry.places[:1], entry.message))
    path.write_text("\n\n".join([*blocks, *(_block(entry) for entry in ordered)]) + "\n", encoding="utf-8")


def merge(kept: Mapping[Message, Entry], wanted: Mapping[Message, list[str]]) -> dict[Message, Entry]:
    """The wanted messages, each with the translation that is there already."""
    return {
        message: replace(kept.get(message, _untranslated(message)), places=tuple(places))
        for message, places in wanted.items()
    }


def problems(entries: Mapping[Message, Entry], wanted: Iterable[Message]) -> list[str]:
    """What is wrong: strings without an entry or translation, doubtful ones, and other placeholders."""
    found: list[str] = []
    for message in sorted(wanted):
        entry = entries.get(message)
        if entry is None or not all(entry.translations):
            found.append(f"not translated: {message.text!r}")
        elif entry.fuzzy:
            found.append(f"marked as doubtful: {message.text!r}")
        elif wrong := _placeholders_differ(entry):
            found.append(f"placeholders differ ({wrong}): {message.text!r}")
    found += [f"no longer used: {message.text!r}" for message in sorted(set(entries) - set(wanted))]
    return found


def compiled(entries: Mapping[Message, Entry]) -> bytes:
    """The .mo form: translated entries only, sorted by key, without a hash table."""
    texts = {"": HEADER.format(language="da")}
    for message, entry in entries.items():
        if all(entry.translations) and not entry.fuzzy:
            key = f"{message.context}\x04{message.text}" if message.context else message.text
            texts[f"{key}\x00{message.plural}" if message.plural else key] = "\x00".join(entry.translations)
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    start = 28 + 16 * len(pairs)
    keys = b"".join(key + b"\x00" for key, _ in pairs)
    head = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    tables = _table([key for key, _ in pairs], start) + _table([text for _, text in pairs], start + len(keys))
    return head + tables + keys + b"".join(text + b"\x00" for _, text in pairs)


def _table(texts: list[bytes], offset: int) -> bytes:
    rows = []
    for text in texts:
        rows.append(struct.pack("<2I", len(text), offset))
        offset += len(text) + 1
    return b"".join(rows)


def _untranslated(message: Message) -> Entry:
    return Entry(message, ("", "") if message.plural else ("",))


def _placeholders_differ(entry: Entry) -> str:
    texts = (entry.message.text, entry.message.plural) if entry.message.plural else (entry.message.text,)
    allowed = [set(PLACEHOLDER.findall(text)) for text in texts]
    for number, translation in enumerate(entry.translations):
        given = set(PLACEHOLDER.findall(translation))
        # The form for one thing may leave the number out, as English does.
        if given not in allowed and given != allowed[min(number, len(allowed) - 1)]:
            return ", ".join(sorted(given ^ allowed[-1]))
    return ""


def _entry(block: str, path: Path) -> Entry | None:
    parts: dict[str, str] = {}
    current, fuzzy, places = "", False, []
    # Not splitlines: characters that it takes for line breaks may stand within a text.
    for line in block.strip("\n").split("\n"):
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            places += line[2:].split() if line.startswith("#:") else []
            continue
        match = KEYWORD.match(line)
        if match is None:
            raise ValueError(f"{path}: cannot read the line {line!r}")
        current = match.group(1) or current
        parts[current] = parts.get(current, "") + ast.literal_eval(match.group(2))
    if "msgid" not in parts:
        return None
    message = Message(parts["msgid"], parts.get("msgid_plural", ""), parts.get("msgctxt", ""))
    names = ("msgstr[0]", "msgstr[1]") if message.plural else ("msgstr",)
    return Entry(message, tuple(parts.get(name, "") for name in names), fuzzy, tuple(places))


def _block(entry: Entry) -> str:
    lines = [f"#: {place}" for place in entry.places]
    if entry.fuzzy:
        lines.append("#, fuzzy")
    if entry.message.context:
        lines.append(f"msgctxt {_quote(entry.message.context)}")
    lines.append(f"msgid {_quote(entry.message.text)}")
    if entry.message.plural:
        lines.append(f"msgid_plural {_quote(entry.message.plural)}")
        lines += [f"msgstr[{number}] {_quote(text)}" for number, text in enumerate(entry.translations)]
    else:
        lines.append(f"msgstr {_quote(entry.translations[0])}")
    return "\n".join(lines)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    if "\n" in escaped:
        return '""\n' + "\n".join(f'"{line}"' for line in _lines(escaped))
    return f'"{escaped}"'


def _quoted_lines(text: str) -> str:
    return "\n".join(f'"{line}"' for line in _lines(text))


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [f"{part}\\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
