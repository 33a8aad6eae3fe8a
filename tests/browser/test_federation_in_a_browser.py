"""Signing in through others in a real browser: across sites, under the strict policy, with and without scripts.

The site is at localhost and the provider at 127.0.0.1, which are two sites to a browser: its rules about cookies and
about where forms may lead are in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.test_accessible import violations
from tests.hub.cast import Cast
from tests.hub.federation import test_openid_sign_in as openid
from tests.hub.federation import test_saml_sign_in as saml
from tests.hub.federation.conftest import plain_http
from tests.hub.federation.openid_server import openid_server
from tests.hub.federation.saml_server import SamlServer, saml_server

__all__ = ["plain_http"]

Surf = Callable[[bool], Page]


@pytest.fixture
def page_of(browser: Browser, site) -> Iterator[Surf]:
    contexts = []

    def open_(scripts: bool) -> Page:
        context = browser.new_context(
            base_url=site.url.replace("127.0.0.1", "localhost"),
            locale="en-GB",
            java_script_enabled=scripts,
            viewport={"width": 390, "height": 844},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def provider(cast: Cast, configure, site, tmp_path: Path) -> Iterator[SamlServer]:
    """A SAML provider and an OpenID Connect one, both configured."""
    home = site.url.replace("127.0.0.1", "localhost")
    configure(saml.FILE.format(url="http://localhost:9", certificate=f"        {saml.PLACEHOLDER}", more=""))
    metadata = httpx.get(f"{home}/sign-in/with/wayf/metadata/", timeout=60).text
    with (
        saml_server(saml.people(), tmp_path, metadata, host="127.0.0.1") as idp,
        openid_server(openid.people(), host="127.0.0.1") as broker,
    ):
        second = openid.FILE.format(issuer=broker.url, more="").replace("providers:\n", "")
        configure(saml.written(idp) + second)
        yield idp


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_researcher_signs_in(page_of: Surf, provider: SamlServer, scripts: bool) -> None:
    page = page_of(scripts)
    page.goto("/sign-in/?next=/account/connections/")
    page.click("button:text('WAYF')")
    page.wait_for_url("**/sso?**")
    page.fill("[name=who]", "ida")
    page.click("#go")
    page.click("#go")
    page.wait_for_url("**/account/connections/")
    assert "ida@oest.dk" in page.inner_text("main")


def test_an_employee_signs_in_and_no_page_has_a_violation(page_of: Surf, provider: SamlServer) -> None:
    page = page_of(True)
    page.goto("/sign-in/")
    found = violations(page)
    page.goto("/sign-in/with/mitid/")
    found += violations(page)
    page.click("button:text('Continue')")
    page.wait_for_url("**/oauth2/authorize?**")
    page.click("button:text('low')")
    page.wait_for_url("**/sign-in/with/mitid/answer/**")
    assert "more certain sign-in" in page.inner_text("main")
    found += violations(page)
    page.click("a:text('Try again')")
    page.click("button:text('Continue')")
    page.click("button:text('signe')")
    page.wait_for_url("**/")
    page.goto("/account/connections/")
    assert "signe@nordsensor.dk" in page.inner_text("main")
    found += violations(page)
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
