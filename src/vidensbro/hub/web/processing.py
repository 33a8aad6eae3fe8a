"""The record of processing activities (GDPR article 30), made from what the apps declare."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vidensbro.hub.accounts.policies import is_staff, require
from vidensbro.hub.accounts.requests import sender
from vidensbro.hub.audit.processing import activities


@never_cache
@login_required
@require_safe
def processing_record(request: HttpRequest) -> HttpResponse:
    """Every purpose with its legal basis, whom and what it is about, and for how long."""
    require(sender(request), is_staff, "staff_only")
    return render(request, "web/processing_record.html", {"activities": activities()})
