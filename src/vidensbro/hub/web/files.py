"""Stored files, each by the permission of the app that it belongs to."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.files.owners import stored_file
from vidensbro.hub.files.responses import attachment


@login_required
@require_safe
def stored(request: HttpRequest, file_id: uuid.UUID) -> FileResponse:
    """A stored file as a download."""
    return attachment(stored_file(sender(request), file_id))
