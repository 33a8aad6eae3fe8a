"""Releases as pages, feeds, mail and documents show them."""
