"""The remote embedder against a real server on the loopback interface."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vidensbro.kit.matching.embedding import open_embedder
from vidensbro.kit.matching.embedding.remote import RemoteEmbedder
from vidensbro.kit.matching.errors import EmbeddingServiceError


class Service(ThreadingHTTPServer):
    """Answers the first requests as `script` says (status, headers, body), then well."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[tuple[int, dict[str, str], Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        payload = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append({"path": self.path, **payload})
        self.server.keys.append(self.headers["authorization"])
        status, headers, body = self.server.script.pop(0) if self.server.script else (200, {}, good(payload))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def good(payload: dict[str, Any]) -> dict[str, Any]:
    """Vectors of any length but 1, in an order of the service's own."""
    rows = [{"index": i, "embedding": [len(text), 2.0, 0.0]} for i, text in enumerate(payload["input"])]
    return {"object": "list", "data": rows[::-1]}


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def embedder(service: Service, waits: list[float]) -> Iterator[RemoteEmbedder]:
    opened = RemoteEmbedder(service.url, "small", key="secret", timeout=5, sleep=waits.append)
    yield opened
    opened.close()


def test_vectors_come_in_the_order_asked(service: Service, embedder: RemoteEmbedder) -> None:
    vectors = embedder.embed(["a", "bbb"])
    expected = np.array([[1, 2, 0], [3, 2, 0]]) / np.sqrt([[5], [13]])
    assert np.allclose(vectors, expected)
    assert service.asked == [
        {"path": "/v1/embeddings", "model": "small", "input": ["a", "bbb"], "encoding_format": "float"}
    ]
    assert service.keys == ["Bearer secret"]
    assert (embedder.name, embedder.dimensions) == ("openai/small", 3)
    assert "da" in embedder.languages


def test_many_long_and_empty_texts(service: Service, embedder: RemoteEmbedder) -> None:
    assert embedder.embed(["", "x" * 20_000, *["t"] * 100]).shape == (102, 3)
    assert [len(asked["input"]) for asked in service.asked] == [64, 38]
    assert service.asked[0]["input"][0] == " "
    assert len(service.asked[0]["input"][1]) == 8000
    assert embedder.embed([]).shape == (0, 3)


def test_busy_services_are_asked_again(
    service: Service, embedder: RemoteEmbedder, waits: list[float]
) -> None:
    service.script = [(429, {"retry-after": "7"}, {}), (503, {}, b"busy"), (500, {"retry-after": "soon"}, {})]
    assert embedder.embed(["a"]).shape == (1, 3)
    assert waits == [7.0, 1.0, 2.0]


def test_it_gives_up_in_the_end(service: Service, embedder: RemoteEmbedder, waits: list[float]) -> None:
    service.script = [(503, {}, b"out of order")] * 5
    with pytest.raises(EmbeddingServiceError, match=r"503: out of order, 5 times"):
        embedder.embed(["a"])
    assert waits == [0.5, 1.0, 2.0, 4.0]


def test_a_refusal_is_final(service: Service, embedder: RemoteEmbedder, waits: list[float]) -> None:
    service.script = [(401, {}, {"error": "bad key"})]
    with pytest.raises(EmbeddingServiceError, match=r"401.*bad key.*Check its address") as caught:
        embedder.embed(["a"])
    assert "secret" not in str(caught.value)
    assert waits == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        {},
        {"data": []},
        {"data": [{"index": 1, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": ["x"]}]},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [None]}]},
        [],
    ],
)
def test_nonsense_is_refused(service: Service, embedder: RemoteEmbedder, body: Any) -> None:
    service.script = [(200, {}, body)]
    with pytest.raises(EmbeddingServiceError, match="no list of embeddings"):
        embedder.embed(["a"])


def test_a_change_of_length_is_refused(service: Service, embedder: RemoteEmbedder) -> None:
    embedder.embed(["a"])
    service.script = [(200, {}, {"data": [{"index": 0, "embedding": [1.0]}]})]
    with pytest.raises(EmbeddingServiceError, match="length 1 after 3"):
        embedder.embed(["a"])


def test_nobody_there(waits: list[float]) -> None:
    server = Service()
    url = server.url
    server.server_close()
    with pytest.raises(EmbeddingServiceError, match="cannot be reached"):
        RemoteEmbedder(url, "small", attempts=2, timeout=1, sleep=waits.append).embed(["a"])
    assert waits == [0.5]


def test_opened_by_specification(service: Service, tmp_path: Path) -> None:
    embedder = open_embedder(f"openai:{service.url}#org/model", tmp_path)
    assert embedder is not None
    assert embedder.name == "openai/org/model"
    assert embedder.dimensions == 3
    assert service.keys == [None]
