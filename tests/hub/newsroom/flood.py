"""Readers who ask in one second more than any of them waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request. Names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes


@dataclass(slots=True)
class Flood:
    """Requests for `path` that are sent on a schedule, evenly over `seconds`, whether or not any was answered.

    They share `lines` connections by turns: what is sent on one while the server is still at work waits there, as
    HTTP/1.1 has it (RFC 9112, section 9.3.2). Every second one names the tag that it has. `answers` are in the order of
    the requests; None stands for one that got none.
    """

    address: str
    path: str
    tag: str
    requests: int = 1000
    lines: int = 40
    seconds: float = 1.0
    answers: list[Answer | None] = field(default_factory=list)

    def run(self, meanwhile: Callable[[], None]) -> None:
        """Let them ask, and do something, at least once, until all have their answers."""
        offered = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(self._all(offered)), daemon=True)
        thread.start()
        offered.wait()
        meanwhile()
        while thread.is_alive():
            meanwhile()
        thread.join()

    async def _all(self, offered: threading.Event) -> None:
        host, port = self.address.split(":")
        lines = [await asyncio.open_connection(host, int(port)) for _ in range(self.lines)]
        offered.set()
        reading = [
            asyncio.create_task(_answers(one, len(range(number, self.requests, self.lines))))
            for number, (one, _) in enumerate(lines)
        ]
        await self._ask([one for _, one in lines])
        found = await asyncio.gather(*reading)
        for one in lines:
            one[1].close()
        self.answers = [found[number % self.lines][number // self.lines] for number in range(self.requests)]

    async def _ask(self, lines: Sequence[asyncio.StreamWriter]) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(self.requests):
            await asyncio.sleep(max(0.0, began + self.seconds * number / self.requests - loop.time()))
            condition = f"If-None-Match: {self.tag}\r\n" if number % 2 else ""
            asked = f"GET {self.path} HTTP/1.1\r\nHost: {self.address}\r\n{condition}\r\n"
            lines[number % len(lines)].write(asked.encode())


async def _answers(line: asyncio.StreamReader, times: int) -> list[Answer | None]:
    found: list[Answer | None] = []
    try:
        while len(found) < times:
            found.append(await _answer(line))
    except (asyncio.IncompleteReadError, ConnectionError):
        # The server closed the connection with requests on it.
        found += [None] * (times - len(found))
    return found


async def _answer(line: asyncio.StreamReader) -> Answer:
    head = (await line.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (one.partition(":") for one in head[1:] if one)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    status = int(head[0].split()[1])
    length = 0 if status == 304 else int(headers["content-length"])
    return Answer(status, headers, await line.readexactly(length))
