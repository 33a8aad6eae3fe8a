"""Whether PDF files can be made here: WeasyPrint needs Pango, which a bare machine has not."""

from __future__ import annotations

import pytest


def _has_pango() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


PANGO = _has_pango()
needs_pango = pytest.mark.skipif(not PANGO, reason="NO PANGO: PDF files of releases were not tried")
