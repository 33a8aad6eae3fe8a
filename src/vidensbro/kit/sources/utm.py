"""Coordinates of the Danish grid (ETRS89 / UTM zone 32N, EPSG:25832) as degrees."""

from __future__ import annotations

from math import asin, atan2, atanh, cos, cosh, degrees, sin, sinh, sqrt, tanh
from typing import Final

_RADIUS: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257222101
_SCALE: Final = 0.9996
_FALSE_EAST: Final = 500_000.0
_MERIDIAN: Final = 9.0

_N: Final = _FLATTENING / (2 - _FLATTENING)
_A: Final = _RADIUS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA: Final = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96,
    _N**2 / 48 + _N**3 / 15,
    17 * _N**3 / 480,
)


def degrees_of(east: float, north: float) -> tuple[float, float]:
    """Latitude and longitude on GRS 80 of metres east and north, right to a centimetre within Denmark.

    Krüger's series to the third order (L. Krüger, Konforme Abbildung des Erdellipsoids in der Ebene, 1912).
    """
    xi, eta = north / (_SCALE * _A), (east - _FALSE_EAST) / (_SCALE * _A)
    for order, beta in enumerate(_BETA, start=1):
        angle, depth = 2 * order * north / (_SCALE * _A), 2 * order * (east - _FALSE_EAST) / (_SCALE * _A)
        xi -= beta * sin(angle) * cosh(depth)
        eta -= beta * cos(angle) * sinh(depth)
    conformal = asin(sin(xi) / cosh(eta))
    return degrees(_geodetic(conformal)), _MERIDIAN + degrees(_longitude(xi, eta))


def _longitude(xi: float, eta: float) -> float:
    return atan2(sinh(eta), cos(xi))


def _geodetic(conformal: float) -> float:
    """The latitude whose conformal latitude this is, by fixed-point iteration."""
    eccentricity = sqrt(_FLATTENING * (2 - _FLATTENING))
    isometric = atanh(sin(conformal))
    latitude = conformal
    for _ in range(8):
        latitude = asin(tanh(isometric + eccentricity * atanh(eccentricity * sin(latitude))))
    return latitude
