"""Telling a WebSub hub that feeds have changed, so that it fetches them and passes them on at once.

WebSub (W3C Recommendation, 2018) leaves how a publisher tells its hub to the two of them; this is what hubs have taken
since PubSubHubbub 0.4: a form with `hub.mode=publish` and `hub.url`, one request for each feed.
"""

from __future__ import annotations

from typing import Final

import httpx
import structlog
from django.conf import settings

from vidensbro.hub.newsroom.feeds.asked import KINDS, Asked

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
"""In seconds: a hub takes note and does its work afterwards."""

log = structlog.get_logger(__name__)


class HubRefused(RuntimeError):
    """The hub answered that it does not take the news."""


def ping(language: str) -> int:
    """Tell the configured hub that the feeds in a language have changed; how many it was told of, 0 without a hub.

    Idempotent: a hub that is told twice fetches twice, and finds nothing new.

    Raises:
        httpx.HTTPError: the hub cannot be reached, or does not answer in time.
        HubRefused: it answers with anything but success. Redirects are not followed.
    """
    hub = settings.VIDENSBRO_WEBSUB_HUB
    if not hub:
        return 0
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
        for kind in KINDS:
            answer = client.post(hub, data={"hub.mode": "publish", "hub.url": Asked(kind, language).url})
            if not answer.is_success:
                raise HubRefused(f"{answer.status_code} for {language}/{kind}")
    log.info("newsroom.pinged", language=language, feeds=len(KINDS))
    return len(KINDS)
