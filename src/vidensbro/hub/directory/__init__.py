"""Organisations, people, affiliations, offices and fields."""
