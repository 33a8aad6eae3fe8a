"""The file of providers: what it says is so, and every mistake in it is told with its line and field."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidensbro.hub.accounts.federation.configuration import OpenIdProvider, SamlProvider
from vidensbro.hub.accounts.federation.reading import ProvidersUnreadable, parse, place, read

ROOT = Path(__file__).parents[3]
CERTIFICATE = "MIIC" + "A" * 400
SECRETS = {"BROKER_SECRET": "s"}
SAML = f"""\
providers:
  - id: wayf
    kind: saml
    name: WAYF
    profile: wayf
    issuer: https://idp.example/saml
    sign_in_address: https://idp.example/sso
    certificates:
      - {CERTIFICATE}
"""
OIDC = """\
providers:
  - id: mitid
    kind: oidc
    name: MitID Erhverv
    profile: mitid-erhverv
    issuer: https://broker.example
    client_id: us
    client_secret_env: BROKER_SECRET
"""


def problems(text: str, environ: dict[str, str] = SECRETS) -> list[str]:
    with pytest.raises(ProvidersUnreadable) as caught:
        parse(text, Path("x.yaml"), environ)
    return [str(one) for one in caught.value.problems]


def test_profiles_fill_in_what_is_not_said() -> None:
    wayf = parse(SAML, Path("x"), {})[0]
    assert isinstance(wayf, SamlProvider)
    assert wayf.claims["id"][0] == "eduPersonPrincipalName"
    assert set(wayf.require) == {"email", "domain"}
    assert (wayf.signed, wayf.idp_initiated, wayf.organisations.join) == ("assertion", False, "never")
    broker = parse(OIDC, Path("x"), SECRETS)[0]
    assert isinstance(broker, OpenIdProvider)
    assert broker.assurance is not None
    assert broker.assurance.least.endswith("/Substantial")
    assert broker.client_secret.get_secret_value() == "s"
    assert "'s'" not in repr(broker)


def test_a_claim_that_is_said_replaces_that_of_the_profile_alone() -> None:
    broker = parse(OIDC + "    claims: {id: sub}\n", Path("x"), SECRETS)[0]
    assert broker.claims["id"] == ("sub",)
    assert "nemlogin.cvr" in broker.claims["cvr"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            SAML.replace("https://idp.example/sso", "http://idp.example/sso"),
            "line 7: providers.0.sign_in_address",
        ),
        (SAML.replace(CERTIFICATE, "none"), "line 9: providers.0.certificates.0: is no certificate"),
        (SAML.replace("id: wayf", "id: Way F"), "line 2: providers.0.id"),
        (SAML.replace("    name: WAYF\n", ""), "line 2: providers.0.name: Field required"),
        (SAML + "    colour: red\n", "line 10: providers.0.colour: Extra inputs"),
        (SAML.replace("kind: saml", "kind: ldap"), "line 2: providers.0"),
        (SAML + "    organisations: {join: always}\n", "line 10: providers.0.organisations.join"),
        (
            SAML + "    organisations:\n      known:\n        au.dk: Aarhus\n",
            "line 11: providers.0.organisations.known",
        ),
        (SAML + "    trusted_email_domains: [localhost]\n", "line 10: providers.0.trusted_email_domains.0"),
        (
            SAML + "    assurance: {levels: ['1'], least: '2'}\n",
            "line 10: providers.0.assurance: least is not",
        ),
        (SAML + "    claims: {id: []}\n", "line 2: providers.0: claims must say where the id"),
        (SAML + "    claims: {cpr: x}\n", "line 10: providers.0.claims.cpr"),
        (SAML + "    private_key: xyz\n", "line 10: providers.0.private_key: no secrets in this file"),
        (SAML + "    encrypted: true\n", "encrypted assertions need certificate"),
        (OIDC + "    client_secret: xyz\n", "line 9: providers.0.client_secret: no secrets in this file"),
        (
            OIDC.replace("BROKER_SECRET", "OTHER"),
            "line 8: providers.0.client_secret_env: the environment variable",
        ),
        (OIDC + "    parameters: {state: x}\n", "line 9: providers.0.parameters: state cannot be set"),
        (OIDC + OIDC.partition("\n")[2], "two providers have the same id"),
        ("providers: [\n  - id", "line 2: "),
        ("- a\n", "line 1: "),
        ("", "Input should be"),
        ("providers: 7\n", "line 1: providers"),
    ],
)
def test_a_mistake_is_told_with_line_and_field(text: str, told: str) -> None:
    assert any(told in one for one in problems(text)), problems(text)


def test_every_mistake_is_told_at_once() -> None:
    text = SAML.replace("id: wayf", "id: Way F").replace(CERTIFICATE, "none")
    assert len(problems(text)) == 2


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found: object = ()
    try:
        found = parse(text, Path("x"), {})
    except ProvidersUnreadable as error:
        found = error.problems or None
    assert isinstance(found, (tuple, list))


def test_where_the_file_lies(tmp_path: Path) -> None:
    assert place(tmp_path, "") is None
    (tmp_path / "sign-in.yaml").write_text(OIDC)
    assert place(tmp_path, "") == tmp_path / "sign-in.yaml"
    assert place(tmp_path, "/etc/other.yaml") == Path("/etc/other.yaml")
    with pytest.raises(ProvidersUnreadable, match="No such file"):
        read(tmp_path / "absent.yaml")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDENSBRO_")}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**kept, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_settings_name_the_file_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "providers.yaml"
    file.write_text(OIDC)
    settings = {
        "DJANGO_SETTINGS_MODULE": "vidensbro.hub.config.settings",
        "VIDENSBRO_DATA": str(tmp_path / "data"),
    }
    code = "from django.conf import settings; print([one.id for one in settings.VIDENSBRO_SIGN_IN])"
    told = run("-c", code, VIDENSBRO_SIGN_IN_FILE=str(file), BROKER_SECRET="s", **settings)
    assert told.stdout.strip() == "['mitid']", told.stderr
    told = run("-c", code, VIDENSBRO_SIGN_IN_FILE=str(file), **settings)
    assert told.returncode != 0
    assert f"{file}: line 8: providers.0.client_secret_env" in told.stderr
    assert run("-c", code, **settings).stdout.strip() == "[]"


def test_the_doctor_reads_it(tmp_path: Path) -> None:
    (tmp_path / "sign-in.yaml").write_text(OIDC.replace("issuer: https", "issuer: http"))
    code = "import sys; sys.argv = ['vidensbro', 'doctor', '--json']; from vidensbro.hub.cli.main import main; main()"
    told = run("-c", code, VIDENSBRO_DATA=str(tmp_path), VIDENSBRO_EMBEDDER="none", BROKER_SECRET="s")
    assert told.returncode == 1, told.stderr
    found = next(one for one in json.loads(told.stdout) if "line 6: providers.0.issuer" in one["told"])
    assert found["state"] == "bad"
    assert "sign-in-federation.md" in found["mend"]


def test_the_configurations_in_the_documentation_are_sound() -> None:
    page = (ROOT / "docs" / "run" / "sign-in-federation.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    found = [
        one
        for block in blocks
        for one in parse(
            block.replace("        CERTIFICATE", f"        {CERTIFICATE}"), Path("docs"), SECRETS
        )
    ]
    assert [one.kind for one in found] == ["saml", "oidc"]
    fields = {*SamlProvider.model_fields, *OpenIdProvider.model_fields} - {"private_key", "client_secret"}
    told = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))))
    assert fields <= told
