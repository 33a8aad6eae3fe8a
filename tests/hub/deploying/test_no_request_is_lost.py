"""Web processes are restarted one after the other while requests keep coming: not one of them is lost.

Real processes, one PostgreSQL, one data folder with one index; the proxy of `reverse_proxy`.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.hub.deploying.reverse_proxy import Proxy, Upstream
from tests.hub.deploying.two_sites import (
    ADMINISTRATOR,
    PASSWORD,
    PATIENCE,
    TOKEN,
    Installation,
    Web,
    database,
    free_port,
    post,
)

pytestmark = pytest.mark.xdist_group("deploying")
NEED = "A sensor that finds pressure ulcers early in residents of nursing homes"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A filled installation on PostgreSQL."""
    base = tmp_path_factory.mktemp("two")
    with database() as address:
        made = Installation(base, address, free_port())
        made.fill()
        yield made


@pytest.fixture
def webs(installation: Installation) -> Iterator[Callable[..., Web]]:
    """Makes web servers, and leaves none behind."""
    made: list[Web] = []

    def make(name: str, **more: object) -> Web:
        made.append(Web(installation, name, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.kill()


class Visitors:
    """Four who keep asking, pages and needs, until told to stop; what they were answered."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: Counter[str] = Counter()
        self.lost: list[str] = []
        self._stop = asyncio.Event()

    async def ask(self) -> None:
        """One visitor, who knocks anew for every request."""
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=self.address, limits=limits, timeout=30) as client:
            token = TOKEN.search((await client.get("/")).text)
            assert token is not None
            form = {"csrfmiddlewaretoken": token.group(1), "text": NEED}
            while not self._stop.is_set():
                await self._note("GET", client.get("/about/"))
                await self._note("GET", client.get("/directory/"))
                await self._note("POST", client.post("/match/", data=form, headers={"Referer": self.address}))

    async def _note(self, method: str, answer: object) -> None:
        try:
            told = await answer  # type: ignore[misc]
        except httpx.HTTPError as error:
            self.lost.append(f"{method} {error!r}")
            return
        if told.status_code != 200:
            self.lost.append(f"{method} {told.status_code} {told.text[:200]}")
        self.answers[method] += 1

    async def while_doing(self, work: Callable[[], None]) -> None:
        """Keep asking while `work` is done in a thread, and a moment before and after."""
        asking = [asyncio.create_task(self.ask()) for _ in range(4)]
        await asyncio.sleep(0.5)
        await asyncio.to_thread(work)
        await asyncio.sleep(0.5)
        self._stop.set()
        await asyncio.gather(*asking)


def restart_each(webs: Sequence[Web]) -> Callable[[], None]:
    """One after the other: SIGTERM, its end, a new one, ready; then the next."""

    def restart() -> None:
        for one in webs:
            assert one.end() == 0, one.said()
            one.log.unlink()
            one.start()
            if one.listener is None:
                one.wait()
            else:
                _until(one.warm)

    return restart


def run_apart(scene: Coroutine[Any, Any, None]) -> None:
    """Play a scene on a thread of its own, as a browser's event loop may be left on this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, scene).result()


def _until(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_ports_behind_a_proxy(installation: Installation, webs: Callable[..., Web]) -> None:
    both = [webs("north", drain=1.5), webs("south", drain=1.5)]
    for one in both:
        one.start()
    for one in both:
        one.wait()
    proxy = Proxy([Upstream(one.port) for one in both])
    visitors = Visitors(installation.public)

    async def scene() -> None:
        public = int(installation.public.rsplit(":", 1)[1])
        async with await proxy.serve(public):
            await visitors.while_doing(restart_each(both))

    run_apart(scene())
    assert visitors.lost == []
    assert visitors.answers["GET"] > 40
    assert visitors.answers["POST"] > 20
    assert all(one.answered > 10 for one in proxy.upstreams)


def test_two_processes_on_one_socket_need_no_proxy_that_knows(
    installation: Installation, webs: Callable[..., Web]
) -> None:
    """As with deploy/systemd: the socket is the service manager's, and outlives each of the two."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(installation.public.rsplit(":", 1)[1])))
        listener.listen(512)
        both = [webs("first", listener=listener), webs("second", listener=listener)]
        for one in both:
            one.start()
            _until(one.warm)
        visitors = Visitors(installation.public)
        run_apart(visitors.while_doing(restart_each(both)))
    assert visitors.lost == []
    assert visitors.answers["POST"] > 20


def test_a_process_that_stops_says_so_and_still_answers(
    installation: Installation, webs: Callable[..., Web]
) -> None:
    web = webs("leaving", drain=3)
    web.start()
    web.wait()
    began = time.monotonic()
    web.ask_to_stop()
    with httpx.Client(base_url=web.address, timeout=10) as client:
        _until(lambda: client.get("/readyz").status_code == 503)
        assert client.get("/readyz").json() == {"status": "unavailable", "reason": "stopping"}
        assert client.get("/healthz").status_code == 200
        assert client.get("/about/").status_code == 200
    assert web.process is not None
    assert web.process.wait(30) == 0
    assert 2.5 < time.monotonic() - began < 15


def test_what_one_process_changes_the_other_shows(
    installation: Installation, webs: Callable[..., Web]
) -> None:
    """Signing in, a page that visitors see, the index, and what must be counted over both."""
    both = [webs("left"), webs("right")]
    for one in both:
        one.start()
    for one in both:
        one.wait()
    left, right = (httpx.Client(base_url=one.address, timeout=30) for one in both)
    signed = post(left, "/sign-in/", "/sign-in/", username=ADMINISTRATOR, password=PASSWORD)
    assert signed.status_code == 302, signed.text[:2000]
    right.cookies = left.cookies
    assert right.get("/secretariat/").status_code == 200
    visitor = httpx.Client(timeout=30)
    for one in both:
        # Both now keep the page for visitors, each for itself.
        assert "Klinik Nordlys" not in visitor.get(one.address + "/directory/").text
    new = installation.base / "organisations.csv"
    new.write_text("id,name,kind,country\nlater,Klinik Nordlys,company,DK\n", encoding="utf-8")
    installation.command("import", "plain", new)
    installation.command("worker", "--once")
    for one in both:
        assert "Klinik Nordlys" in visitor.get(one.address + "/directory/").text
        assert "Klinik Nordlys" in visitor.get(one.address + "/directory/?q=Nordlys").text
    assert post(left, "/", "/sign-out/").status_code == 302
    assert right.get("/secretariat/").status_code in {302, 403}
