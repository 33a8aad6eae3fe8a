"""Vidensbro: a need in, explained matches out."""

__version__ = "0.1.0"
