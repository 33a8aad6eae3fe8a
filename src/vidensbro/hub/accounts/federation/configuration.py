"""The providers that an installation lets people sign in through, as its file describes them.

docs/run/sign-in-federation.md tells every field. Nothing here touches Django's models, so that settings and
`vidensbro doctor` can read a file before anything else is up.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from vidensbro.hub.accounts.federation.profiles import filled

ClaimName = Literal[
    "id",
    "email",
    "email_verified",
    "name",
    "given_name",
    "family_name",
    "domain",
    "cvr",
    "organisation",
    "affiliation",
    "assurance",
    "language",
]

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\Z")
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ORGANISATION = re.compile(r"(?:ror|cvr|gln|wikidata|grid|isni|domain):\S+\Z")


def _domain(value: str) -> str:
    name = value.lower().removeprefix("@").rstrip(".")
    if not _DOMAIN.match(name):
        raise ValueError("is no domain such as au.dk")
    return name


def _safe_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "https" and parts.hostname:
        return value.rstrip("/") if not parts.query else value
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return value.rstrip("/")
    raise ValueError("must be an https address (http only on this machine)")


def _certificate(value: str) -> str:
    body = "".join(line for line in value.split() if line)
    inner = re.sub(r"-+(?:BEGIN|END)CERTIFICATE-+", "", body)
    if not re.fullmatch(r"[A-Za-z0-9+/=]{200,}", inner):
        raise ValueError("is no certificate in PEM")
    return inner


Domain = Annotated[str, AfterValidator(_domain)]
Address = Annotated[str, AfterValidator(_safe_address)]
Certificate = Annotated[str, AfterValidator(_certificate)]
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Assurance(_Part):
    """How sure the provider must be of who somebody is: `levels` from the lowest, `least` one of them."""

    levels: tuple[str, ...] = Field(min_length=1)
    least: str

    @model_validator(mode="after")
    def _known(self) -> Assurance:
        if self.least not in self.levels:
            raise ValueError("least is not one of the levels")
        return self

    def suffices(self, told: tuple[str, ...]) -> bool:
        """Is any of these values a level as high as the least? A value that is none counts for nothing."""
        ranks = {level: rank for rank, level in enumerate(self.levels)}
        return any(ranks.get(one, -1) >= ranks[self.least] for one in told)


class Organisations(_Part):
    """What follows from the organisation that the provider says somebody belongs to.

    `join`: nothing ("never"), a request that its coordinators decide on ("ask"), or a membership at once ("confirm").
    `known` maps what the provider says (a domain, a CVR number) to an organisation: "ror:...", "cvr:...",
    "domain:...". `affiliations`, where given, are the only ones that `join` is for.
    """

    join: Literal["never", "ask", "confirm"] = "never"
    known: dict[str, str] = Field(default_factory=dict)
    affiliations: tuple[str, ...] = ()

    @field_validator("known", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        """YAML reads a CVR number as a number."""
        return {str(key).lower(): one for key, one in value.items()} if isinstance(value, dict) else value

    @field_validator("known")
    @classmethod
    def _named(cls, value: dict[str, str]) -> dict[str, str]:
        for one in value.values():
            if not _ORGANISATION.match(one):
                raise ValueError(f"{one!r} does not name an organisation, as ror:… cvr:… or domain:… do")
        return value


class _Provider(_Part):
    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=40)
    profile: Literal["", "wayf", "mitid-erhverv"] = ""
    claims: dict[ClaimName, tuple[str, ...]]
    require: tuple[ClaimName, ...] = ()
    trusted_email_domains: tuple[Domain, ...] = ()
    domains: tuple[Domain, ...] = ()
    assurance: Assurance | None = None
    organisations: Organisations = Organisations()
    new_accounts: bool | None = None
    sign_out: Literal["here", "everywhere"] = "here"

    @model_validator(mode="before")
    @classmethod
    def _with_profile(cls, given: Any) -> Any:
        return filled(given) if isinstance(given, dict) else given

    @field_validator("claims", mode="before")
    @classmethod
    def _lists(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: [one] if isinstance(one, str) else one for name, one in value.items()}

    @field_validator("id")
    @classmethod
    def _no_kind(cls, value: str) -> str:
        if value == "saml":
            raise ValueError("cannot be the name of a kind")
        return value

    @model_validator(mode="after")
    def _has_id(self) -> _Provider:
        if not self.claims.get("id"):
            raise ValueError("claims must say where the id of a person is")
        if self.assurance and not self.claims.get("assurance"):
            raise ValueError("an assurance needs a claim that tells it")
        return self


class SamlProvider(_Provider):
    """A SAML 2.0 identity provider or hub. `signed` says what must bear its signature."""

    kind: Literal["saml"]
    issuer: str = Field(min_length=1)
    sign_in_address: Address
    sign_out_address: Address | None = None
    certificates: tuple[Certificate, ...]
    entity_id: str = ""
    signed: Literal["assertion", "response", "both"] = "assertion"
    encrypted: bool = False
    idp_initiated: bool = False
    certificate: Certificate | None = None
    private_key_env: Variable | None = None
    private_key: SecretStr | None = None

    @model_validator(mode="after")
    def _keys(self) -> SamlProvider:
        if not self.certificates:
            raise ValueError("certificates are missing: nothing could be believed")
        if (self.certificate is None) != (self.private_key_env is None):
            raise ValueError("certificate and private_key_env go together")
        if self.encrypted and self.certificate is None:
            raise ValueError("encrypted assertions need certificate and private_key_env")
        return self


class OpenIdProvider(_Provider):
    """An OpenID Connect provider or broker. `parameters` go along with each request for sign-in."""

    kind: Literal["oidc"]
    issuer: Address
    client_id: str = Field(min_length=1)
    client_secret_env: Variable
    client_secret: SecretStr
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    parameters: dict[str, str] = Field(default_factory=dict)
    client_authentication: Literal["", "client_secret_basic", "client_secret_post"] = ""
    userinfo: bool = True

    @field_validator("parameters")
    @classmethod
    def _not_ours(cls, value: dict[str, str]) -> dict[str, str]:
        ours = {"client_id", "redirect_uri", "response_type", "state", "nonce", "scope", "code_challenge"}
        if taken := ours & set(value):
            raise ValueError(f"{', '.join(sorted(taken))} cannot be set")
        return value

    @field_validator("scopes")
    @classmethod
    def _openid(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return value if "openid" in value else ("openid", *value)


Provider = SamlProvider | OpenIdProvider


class ProvidersFile(_Part):
    """The whole file."""

    providers: tuple[Annotated[Provider, Field(discriminator="kind")], ...]

    @model_validator(mode="after")
    def _each_once(self) -> ProvidersFile:
        ids = [one.id for one in self.providers]
        if len(set(ids)) != len(ids):
            raise ValueError("two providers have the same id")
        clients = [one.client_id for one in self.providers if isinstance(one, OpenIdProvider)]
        if len(set(clients)) != len(clients):
            raise ValueError("two providers have the same client_id")
        return self
