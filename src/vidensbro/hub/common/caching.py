"""Where work that was done is kept for a moment, by each process for itself.

What all processes must agree on, such as how often somebody tried to sign in, uses Django's default cache, which
lies in the database.
"""

from __future__ import annotations

from django.core.cache import caches
from django.utils.connection import ConnectionProxy

pages = ConnectionProxy(caches, "pages")
feeds = ConnectionProxy(caches, "feeds")
pdfs = ConnectionProxy(caches, "pdfs")
