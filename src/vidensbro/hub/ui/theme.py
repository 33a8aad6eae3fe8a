"""Colours of an instance: from the two that an operator chooses to those that pages need, always readable."""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "#fbf9f4"
INK = "#14252a"
WHITE = "#ffffff"
BLACK = "#000000"
TEXT_CONTRAST = 4.5
"""WCAG 2.2 success criterion 1.4.3, text of ordinary size."""

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#rrggbb". `on_brand` is text on `brand`; `link` and `accent_text` are readable on paper."""

    brand: str
    brand_deep: str
    on_brand: str
    link: str
    accent: str
    accent_text: str


def palette(colour: str, accent: str) -> Palette:
    """The palette for a brand colour and an accent, each "#rrggbb"."""
    return Palette(
        brand=colour,
        brand_deep=_readable(_mix(colour, INK, 0.45), WHITE, 9.0),
        on_brand=_text_on(colour),
        link=_readable(colour, PAPER, TEXT_CONTRAST),
        accent=_readable(accent, PAPER, 3.0),
        accent_text=_readable(accent, PAPER, TEXT_CONTRAST),
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lights = sorted((luminance(one), luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance in 0..1 (WCAG 2.2, "relative luminance")."""
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _text_on(colour: str) -> str:
    """White, ink or black, whichever can be read first: where white cannot, black always can."""
    return next((text for text in (WHITE, INK) if contrast(colour, text) >= TEXT_CONTRAST), BLACK)


def _readable(colour: str, ground: str, ratio: float) -> str:
    """The colour, darkened in small steps until it stands out from a light ground."""
    while contrast(colour, ground) < ratio:
        colour = _mix(colour, BLACK, 0.06)
    return colour


def _mix(one: str, other: str, share: float) -> str:
    """`share` of `other` in `one`."""
    pairs = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{int(a + (b - a) * share):02x}" for a, b in pairs)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
