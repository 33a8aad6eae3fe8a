"""Runs, progress, provenance, merge proposals."""
