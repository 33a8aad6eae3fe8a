"""A real browser on a running site with the cast and the small corpus of the page tests.

VIDENSBRO_TEST_WEBS=2 makes the site two web processes behind a proxy: see `two_webs`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.find_browser import find
from tests.browser.two_webs import WEBS, running
from tests.hub.cast import Cast, assemble
from tests.hub.matches.conftest import corpus
from tests.hub.web.conftest import World, empty_cache, world
from vidensbro.hub.accounts import services
from vidensbro.hub.accounts.actors import system_actor

if WEBS:
    from tests.browser.two_webs import configure, own_index, site
else:
    from tests.hub.federation.conftest import configure
    from tests.hub.matches.conftest import own_index

    @pytest.fixture
    def site(live_server):
        """The server within this process."""
        return live_server


__all__ = ["configure", "corpus", "empty_cache", "own_index", "running", "world"]

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "fire ord der huskes"
PATIENCE = 60_000
"""Milliseconds for a page on a machine that has much else to do: several processes share it with the browser."""
Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run one after the other in one process, and say loudly when there is no browser."""
    ours = [item for item in items if "tests/browser/" in str(item.path)]
    for item in ours:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
    if ours and find() is None:
        if os.environ.get("CI"):
            raise pytest.UsageError("No Chromium for the browser tests: scripts/find_browser.py installs one")
        for item in ours:
            item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: the pages were not tried in a browser"))


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, committed, so that the site's own threads see it."""
    return assemble()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser. Playwright keeps an event loop in this thread, which Django takes for a mistake."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser, site, world: World) -> Iterator[Open]:
    """Opens a page of the site: as whom, in which language, how wide, with or without scripts."""
    contexts: list[BrowserContext] = []

    def open_(
        path: str = "/", name: str = "", language: str = "da", width: int = 1280, scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 844},
            locale="da-DK" if language == "da" else "en-GB",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if name:
            sign_in(page, world, name)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()


def sign_in(page: Page, world: World, name: str) -> None:
    """Sign in as somebody of the cast, through the form."""
    user = world.cast.users[name]
    services.set_password(system_actor("tests"), user.pk, PASSWORD)
    page.goto("/sign-in/")
    page.fill("[name=username]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("form[action='/sign-out/']", state="attached")
