"""Stored files: their type sniffed, their size limited, never executed."""
