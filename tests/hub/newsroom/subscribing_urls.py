"""The site's addresses with those of subscribing, whether or not the root has them."""

from __future__ import annotations

from vidensbro.hub.config import urls as root
from vidensbro.hub.newsroom.urls import subscribing

handler400 = getattr(root, "handler400", None) or "django.views.defaults.bad_request"
handler403 = getattr(root, "handler403", None) or "django.views.defaults.permission_denied"
handler404 = getattr(root, "handler404", None) or "django.views.defaults.page_not_found"
handler500 = getattr(root, "handler500", None) or "django.views.defaults.server_error"
urlpatterns = [*subscribing.urlpatterns, *root.urlpatterns]
