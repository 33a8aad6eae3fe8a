"""Pure Python: text, matching and sources. Knows no Django and no database."""
