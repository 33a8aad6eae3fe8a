"""Plain SVG drawings of figures: no style sheet, no script, readable alone and in a page, light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

INK, QUIET, GRID = "#1b1b1b", "#5b5b5b", "#dcdcdc"
COLOURS = ("#0f7c8c", "#c8553d", "#5a4fa2", "#7a8b1f", "#8a5a2b", "#33658a")
"""Told apart also by the shape of the mark: see `MARKS`."""
MARKS = ("circle", "square", "diamond", "triangle", "cross", "ring")
SIZE = 5.0
FONT = "font-family='Helvetica, Arial, sans-serif'"


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight scale from `low` to `high` onto pixels from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value, held inside the axis."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def drawing(width: int, height: int, title: str, says: str, parts: Sequence[str]) -> str:
    """A whole file on a white ground. `says` is what a screen reader tells of it."""
    return "\n".join(
        [
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
            f"height='{height}' role='img' aria-labelledby='t d'>",
            f"<title id='t'>{escape(title)}</title>",
            f"<desc id='d'>{escape(says)}</desc>",
            f"<rect width='{width}' height='{height}' fill='#ffffff'/>",
            text(16, 26, title, size=16, weight="bold"),
            *parts,
            "</svg>",
            "",
        ]
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 12,
    anchor: str = "start",
    fill: str = INK,
    weight: str = "normal",
) -> str:
    """Words at a place; `anchor` is start, middle or end."""
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' font-weight='{weight}' "
        f"text-anchor='{anchor}' fill='{fill}'>{escape(words)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str = GRID, width: float = 1.0) -> str:
    """A straight line."""
    return (
        f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{colour}' "
        f"stroke-width='{width:g}'/>"
    )


def mark(x: float, y: float, number: int) -> str:
    """The mark of the series with this number."""
    colour, shape, s = COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)], SIZE
    match shape:
        case "circle":
            return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{s}' fill='{colour}'/>"
        case "ring":
            return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{s}' fill='#ffffff' stroke='{colour}' stroke-width='2'/>"
        case "cross":
            return line(x - s, y - s, x + s, y + s, colour, 2.5) + line(
                x - s, y + s, x + s, y - s, colour, 2.5
            )
    corners = {
        "square": ((-s, -s), (s, -s), (s, s), (-s, s)),
        "diamond": ((0, -s * 1.3), (s * 1.3, 0), (0, s * 1.3), (-s * 1.3, 0)),
        "triangle": ((0, -s * 1.2), (s * 1.2, s), (-s * 1.2, s)),
    }[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f"<polygon points='{points}' fill='{colour}'/>"


def whisker(low: float, high: float, y: float, number: int) -> str:
    """The interval of a figure, in pixels."""
    return line(low, y, high, y, COLOURS[number % len(COLOURS)], 2.0)


def path(points: Sequence[tuple[float, float]], number: int) -> str:
    """A line through points, in the colour of a series."""
    spots = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    colour = COLOURS[number % len(COLOURS)]
    return f"<polyline points='{spots}' fill='none' stroke='{colour}' stroke-width='2'/>"


def legend(x: float, y: float, names: Sequence[str]) -> list[str]:
    """Marks with their names, one below the other."""
    return [
        part
        for number, name in enumerate(names)
        for part in (mark(x, y + 20 * number - 4, number), text(x + 14, y + 20 * number, name))
    ]
