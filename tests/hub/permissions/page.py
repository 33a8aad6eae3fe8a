"""The page docs/how-it-works/permissions.md, written from the table: `python -m tests.hub.permissions.page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.hub.permissions.commands import COMMANDS, Acts
from tests.hub.permissions.rows import CHAPTERS, WRITES_ON_GET
from tests.hub.permissions.table import MEMBERS, Row

PAGE = Path(__file__).parents[3] / "docs" / "how-it-works" / "permissions.md"
MARKS = {"o": "yes", "s": "sign in", "d": "no", "n": "404", "m": "–", "b": "yes", "c": "yes"}
HEAD = """\
# Who may do what

Every address of the site, and what each of nine people is answered there. The tables are written from the one that
`tests/hub/permissions` asks the running program: each address, read and acted on, as each of the nine. An address
without a line fails the tests, and so does a line that the program does not keep. After a change to the table,
`python -m tests.hub.permissions.page` writes this page anew; a test compares the two.

| who | what |
|---|---|
| visitor | nobody signed in |
| newcomer | has an account and no organisation (role visitor) |
| owner | acts for a company and owns the needs below |
| colleague | acts for the same company |
| coordinator | decides for that company |
| researcher | acts for a university; is the person who is asked |
| outsider | acts for a third organisation |
| secretariat | brokers |
| administrator | runs the installation, and is not the secretariat |

| answer | |
|---|---|
| yes | a page, or the act is done as far as it can be |
| sign in | the way to the page for signing in |
| no | the thing is known, but this one may not do it (403) |
| 404 | as if it were not there: to the letter the same answer as for what there is not |
| – | not in this way: a page that is only read, or an act that is no page |

"Read" is a GET and writes nothing, not even to the session. The pages that must remember something when they are
opened are these, each in the session of whoever opened it: {writing}. They show a secret or a challenge that the
answer must fit.

Four rules explain most lines. What somebody may not know of is not there. Whoever sees a thing and may not do
something to it is told so. A coordinator decides for his or her own organisation, and sees a colleague's sealed need
as little as anybody else. Administrators see what members see, and what is needed to run the installation: imports,
accounts, the directory, whether mail goes out; no sealed need, no introduction, no collaboration, and of mail not
even the subject.
"""


def page() -> str:
    """The whole page."""
    writing = ", ".join(f"`{name}`" for name in sorted(WRITES_ON_GET))
    parts = [HEAD.format(writing=writing)]
    parts += ["\n".join(_chapter(title, rows)) for title, rows in CHAPTERS.items()]
    parts.append("\n".join(_commands()))
    return "\n".join(parts)


def _chapter(title: str, rows: tuple[Row, ...]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"| address | about | | {' | '.join(MEMBERS)} |"
    yield "|---" * (len(MEMBERS) + 3) + "|"
    for row in rows:
        shown = [
            (word, letters) for word, letters in (("read", row.get), ("act", row.post)) if _told(letters)
        ]
        for word, letters in shown:
            marks = " | ".join(MARKS[letter] for letter in letters)
            yield f"| `{row.name}` | {row.about} | {word} | {marks} |"
    yield ""


def _told(letters: str) -> bool:
    """Is there anything to tell: does it lead anywhere for anybody, or is it refused in another way than "not so"?"""
    return bool(set(letters) - {"m", "s"})


def _commands() -> Iterator[str]:
    yield "## Commands\n"
    yield "Whoever can run a command on the machine can read its database, so no command asks who it is.\n"
    for acts in Acts:
        names = ", ".join(f"`{name}`" for name, found in COMMANDS.items() if found is acts)
        yield f"- As {acts.value}: {names}."
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
