"""The theme as a stylesheet, and the operator's own logo."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from vidensbro.hub.ui.theme import palette

LOGO_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}


@require_safe
@cache_control(max_age=300, public=True)
def theme(request: HttpRequest) -> HttpResponse:
    """The colours of this instance as CSS variables: styles within a page are not allowed."""
    look = palette(settings.VIDENSBRO_THEME.colour, settings.VIDENSBRO_THEME.accent)
    lines = (
        f"--brand:{look.brand}",
        f"--brand-deep:{look.brand_deep}",
        f"--on-brand:{look.on_brand}",
        f"--link:{look.link}",
        f"--accent:{look.accent}",
        f"--accent-text:{look.accent_text}",
    )
    return HttpResponse(f":root{{{';'.join(lines)}}}\n", content_type="text/css")


@require_safe
@cache_control(max_age=3600, public=True)
def logo(request: HttpRequest) -> FileResponse:
    """The logo that VIDENSBRO_THEME_LOGO names, from the media folder and nowhere else."""
    folder = Path(settings.MEDIA_ROOT).resolve()
    path = (folder / settings.VIDENSBRO_THEME.logo).resolve()
    kind = LOGO_TYPES.get(path.suffix.lower())
    if kind is None or not path.is_relative_to(folder) or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), content_type=kind)
