"""Somebody with a browser that keeps cookies and follows links and forms, over real HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx
from lxml import html


@dataclass
class Page:
    """What the browser shows."""

    response: httpx.Response

    @property
    def url(self) -> str:
        return str(self.response.url)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    @property
    def tree(self) -> html.HtmlElement:
        return html.fromstring(self.response.content)

    def form(self, action: str) -> tuple[str, str, dict[str, str]]:
        """The first form whose address holds `action`: its address, method and fields."""
        for one in self.tree.forms:
            address = urljoin(self.url, one.get("action") or self.url)
            if action in address:
                return address, one.method, {name: value or "" for name, value in one.form_values()}
        raise AssertionError(f"no form for {action} in {self.text[:500]}")


@dataclass
class Surfer:
    """One browser."""

    site: str
    client: httpx.Client = field(
        default_factory=lambda: httpx.Client(
            follow_redirects=True, timeout=20, headers={"Accept-Language": "en"}
        )
    )

    def open(self, path: str) -> Page:
        return Page(self.client.get(urljoin(self.site, path)))

    def submit(self, page: Page, where: str, /, **fields: str) -> Page:
        address, method, given = page.form(where)
        if method == "GET":
            return Page(self.client.get(address, params={**given, **fields}))
        return Page(self.client.post(address, data={**given, **fields}))

    def begin(self, provider: str, **fields: str) -> Page:
        """From the sign-in page by its button to the provider's first page."""
        start = self.open("/sign-in/")
        return self.follow(self.submit(start, f"/sign-in/with/{provider}/", **fields))

    def follow(self, page: Page) -> Page:
        """Along the link of a page that leads on by itself."""
        links = page.tree.xpath("//*[@id='onward']")
        assert links, page.text[:500]
        refresh = page.tree.xpath("//meta[@http-equiv='refresh']/@content")[0]
        assert refresh == f"0; url={links[0].get('href')}"
        return Page(self.client.get(links[0].get("href")))

    @property
    def signed_in(self) -> bool:
        return not self.open("/account/").url.startswith(f"{self.site}/sign-in/")
