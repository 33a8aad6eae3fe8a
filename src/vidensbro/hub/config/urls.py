"""Root of all addresses."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("vidensbro.hub.web.urls")),
]

handler400 = "vidensbro.hub.web.errors.bad_request"
handler403 = "vidensbro.hub.web.errors.denied"
handler404 = "vidensbro.hub.web.errors.not_found"
handler500 = "vidensbro.hub.web.errors.server_error"
handler429 = "vidensbro.hub.accounts.views.entrance.too_many"
