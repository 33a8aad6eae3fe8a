"""A real OpenID Connect provider on loopback, which can be told to hand out bad tokens.

The server is `oidc-provider-mock` (authlib behind werkzeug). A fault changes the ID token on its way out, signed anew
with the provider's own key where a real provider would have done so.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from oidc_provider_mock import User, app
from werkzeug.serving import make_server

Claims = dict[str, Any]


@dataclass
class OpenIdServer:
    """The running provider. `fault` names what is wrong with the next tokens; `issued` keeps those handed out."""

    url: str
    people: dict[str, Claims]
    fault: str = ""
    issued: list[str] = field(default_factory=list)


def _changed(claims: Claims, fault: str) -> Claims:
    changes: dict[str, Callable[[], Claims]] = {
        "audience": lambda: {"aud": "somebody-else"},
        "authorised_party": lambda: {"aud": [claims["aud"], "other"], "azp": "other"},
        "issuer": lambda: {"iss": "https://evil.example"},
        "expired": lambda: {"exp": int(time.time()) - 3600, "iat": int(time.time()) - 7200},
        "nonce": lambda: {"nonce": "another"},
        "subject": lambda: {"sub": "somebody-else"},
    }
    return {**claims, **changes[fault]()} if fault in changes else claims


def _signed(claims: Claims, server: OpenIdServer) -> str:
    private = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
    headers = {"kid": private["kid"]}
    if server.fault == "unsigned":
        return jwt.encode(claims, None, algorithm="none", headers=headers)
    if server.fault == "shared_secret":
        return jwt.encode(claims, "the secret of the client, long enough", algorithm="HS256", headers=headers)
    if server.fault == "foreign_key":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(claims, key, algorithm="RS256", headers=headers)
    token = jwt.encode(claims, jwt.PyJWK(private, algorithm="RS256").key, algorithm="RS256", headers=headers)
    if server.fault == "tampered":
        head, _, signature = token.split(".")
        other = jwt.encode({**claims, "nemlogin.cvr": "10150817"}, "x" * 32, algorithm="HS256").split(".")[1]
        return ".".join((head, other, signature))
    return token


@contextmanager
def openid_server(people: dict[str, Claims], host: str = "localhost") -> Iterator[OpenIdServer]:
    """Run the provider; `people` are those who can sign in, by subject, with their claims."""
    program = app(user_claims=[User(sub=sub, claims=claims) for sub, claims in people.items()])
    running = make_server(host, 0, program, threaded=True)
    server = OpenIdServer(f"http://{host}:{running.server_port}", people)

    @program.after_request
    def spoil(response: flask.Response) -> flask.Response:
        if flask.request.path == "/oauth2/token" and response.status_code == 200:
            body = json.loads(response.get_data())
            claims = jwt.decode(body["id_token"], options={"verify_signature": False})
            body["id_token"] = _signed(_changed(claims, server.fault), server)
            server.issued.append(body["id_token"])
            response.set_data(json.dumps(body))
        return response

    thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        thread.join(5)
        running.server_close()
