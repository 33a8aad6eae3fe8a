"""Where a command writes: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.theme import Theme

from vidensbro.hub.cli.language import gettext as _

PLAIN_WIDTH: Final = 110
"""Columns when nobody looks: text that is piped must not depend on the size of a window."""

SECONDS_BETWEEN_LINES: Final = 5.0
"""How often progress is told where it cannot be drawn."""

_THEME: Final = Theme(
    {
        "title": "bold",
        "quiet": "dim",
        "mark": "bold #c8553d",
        "bridge": "#0f7c8c",
        "good": "green",
        "warning": "yellow",
        "bad": "red",
        "score": "#0f7c8c",
        "repr.number": "none",
    }
)

_PICTURES: Final = {
    **{code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
"""Control characters are shown, not obeyed: a name in a file must not steer the terminal."""

_state: dict[str, bool] = {"plain": False}


def set_plain(plain: bool) -> None:
    """Without colours, whatever the terminal can do (NO_COLOR does the same)."""
    _state["plain"] = plain


def out() -> Console:
    """The console of answers."""
    return _console(sys.stdout)


def err() -> Console:
    """The console of progress, advice and errors."""
    return _console(sys.stderr)


def _console(file: IO[str]) -> Console:
    looked_at = file.isatty()
    return Console(
        file=file,
        theme=_THEME,
        highlight=False,
        emoji=False,
        no_color=_state["plain"] or None,
        width=None if looked_at else PLAIN_WIDTH,
        soft_wrap=False,
    )


def write_json(value: Any) -> None:
    """One JSON value on standard output, for programs."""
    # Where standard output is not UTF-8 it could not hold every letter; JSON can say them in ASCII.
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=ascii_only, indent=2, default=str)
    # Half a surrogate pair, as in the name of a file that is not UTF-8, is written as JSON writes it: \udce5.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")


def say(text: str, style: str = "") -> None:
    """A line of text for people, on standard output, as it is (no markup)."""
    out().print(escape(text.translate(_PICTURES)), style=style)


def note(text: str, style: str = "quiet") -> None:
    """A line beside the answer, on standard error."""
    err().print(escape(text.translate(_PICTURES)), style=style)


def plain_table(*headings: str, numbers: tuple[int, ...] = ()) -> Table:
    """A calm table: no lines but one under the headings. `numbers` are columns that stand to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="quiet")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place in numbers else "left", overflow="fold")
    return table


class Steps:
    """Progress of one piece of work: call it with how much is done (and how much there is, once known)."""

    def __init__(self, label: str, unit: str, total: int | None) -> None:
        self.label, self.unit, self.total, self.done = label, unit, total, 0
        self.started = time.monotonic()

    def __call__(self, done: int, total: int | None = None) -> None:
        self.done = done
        self.total = total if total is not None else self.total
        self.show()

    def show(self) -> None:
        """Tell where the work is."""

    @property
    def seconds(self) -> float:
        """Since the work began; never 0."""
        return max(time.monotonic() - self.started, 1e-3)

    def summary(self) -> str:
        """How much was done in which time."""
        return _("{label}: {done} {unit} in {seconds} s ({rate}/s)").format(
            label=self.label,
            done=amount(self.done),
            unit=self.unit,
            seconds=f"{self.seconds:.1f}",
            rate=amount(round(self.done / self.seconds)),
        )


class _Lines(Steps):
    """Progress where there is no terminal: a line now and then."""

    _last = 0.0

    def show(self) -> None:
        if self.seconds - self._last < SECONDS_BETWEEN_LINES:
            return
        self._last = self.seconds
        rate = self.done / self.seconds
        of = f" / {amount(self.total)}" if self.total else ""
        line = f"{self.label}: {amount(self.done)}{of} {self.unit}, {amount(round(rate))}/s"
        if self.total and rate:
            left = max(self.total - self.done, 0) / rate
            line += ", " + _("{seconds} s left").format(seconds=round(left))
        note(line)


class _Bar(Steps):
    """Progress as a moving bar."""

    def __init__(self, label: str, unit: str, total: int | None, bar: Progress) -> None:
        super().__init__(label, unit, total)
        self._bar = bar
        self._task = bar.add_task(label, total=total, unit=unit, rate="", count="")

    def show(self) -> None:
        rate = self.done / self.seconds
        of = f" / {amount(self.total)}" if self.total else ""
        self._bar.update(
            self._task,
            completed=self.done,
            total=self.total,
            count=f"{amount(self.done)}{of} {self.unit}",
            rate=f"{amount(round(rate))}/s" if self.done else "",
        )


class Bars:
    """Progress of one piece of work from its beginning to `close`, where a with-block does not fit."""

    def __init__(self, label: str, unit: str = "", total: int | None = None) -> None:
        console = err()
        self._bar = _moving_bar(console) if console.is_terminal else None
        if self._bar is None:
            self.steps: Steps = _Lines(label, unit, total)
        else:
            self._bar.start()
            self.steps = _Bar(label, unit, total, self._bar)

    def close(self) -> None:
        """Take the bar away; one line that sums up stays."""
        if self._bar is not None:
            self._bar.stop()
        if self.steps.done:
            note(self.steps.summary())


@contextmanager
def steps(label: str, unit: str = "", total: int | None = None) -> Iterator[Steps]:
    """Work that shows its progress, with rate and time left, on standard error; at its end one line stays."""
    bars = Bars(label, unit, total)
    try:
        yield bars.steps
    finally:
        bars.close()


def _moving_bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(style="bridge"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28, complete_style="bridge", finished_style="bridge"),
        TaskProgressColumn(),
        TextColumn("[quiet]{task.fields[count]}  {task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )


def amount(number: int | None) -> str:
    """A whole number with thin spaces between thousands: 12 345."""
    return f"{number or 0:,}".replace(",", " ")
