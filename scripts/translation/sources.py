"""Source strings of Python modules and templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split

SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A source string. `plural` and `context` are empty where there is none."""

    text: str
    plural: str = ""
    context: str = ""


def collect(folder: Path) -> dict[Message, list[str]]:
    """Every source string below a folder, with the files that it stands in, in the order of files."""
    found: dict[Message, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".py":
            messages = python_messages(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            messages = template_messages(path.read_text(encoding="utf-8"))
        else:
            continue
        for message in messages:
            places = found.setdefault(message, [])
            name = path.relative_to(folder).as_posix()
            if message.text and name not in places:
                places.append(name)
    found.pop(Message(""), None)
    return found


def python_messages(text: str) -> Iterator[Message]:
    """Strings handed to gettext and its kin, by whatever name they were imported or from a module."""
    tree = ast.parse(text)
    imported = dict(_other_names(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        name = imported.get(name, name)
        given = [_constant(argument) for argument in node.args]
        if name in SINGLE and given and given[0]:
            yield Message(given[0])
        elif name in PLURAL and len(given) > 1 and given[0]:
            yield Message(given[0], plural=given[1])
        elif name in WITH_CONTEXT and len(given) > 1 and given[1]:
            yield Message(given[1], context=given[0])


def _other_names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname, one.name) for one in node.names if one.asname)


def template_messages(text: str) -> Iterator[Message]:
    """Strings of translate and blocktranslate tags."""
    tokens = iter(Lexer(text).tokenize())
    for token in tokens:
        if token.token_type != TokenType.BLOCK:
            continue
        words = list(smart_split(token.contents))
        if words and words[0] in {"translate", "trans"} and words[1][:1] in {'"', "'"}:
            yield Message(words[1][1:-1])
        elif words and words[0] in {"blocktranslate", "blocktrans"}:
            yield _block(tokens, trimmed="trimmed" in words)


def _block(tokens: Iterator[Token], *, trimmed: bool) -> Message:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            if token.contents.strip() != "plural":
                break
            parts.append([])
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(token.contents.replace("%", "%%"))
    texts = ["".join(part) for part in parts]
    if trimmed:
        texts = [" ".join(line.strip() for line in one.strip().splitlines()) for one in texts]
    return Message(texts[0], plural=texts[1] if len(texts) > 1 else "")


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
