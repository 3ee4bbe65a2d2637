"""Ports and TLS are one table for all platforms; what contradicts it is refused, and the preflight follows it."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
import trustme

from support.logto_site import smtp as logto_smtp
from support.pingone_aic_site import smtp
from tenant_email import pingone_aic, platforms
from tenant_email.checks.smtp import MailServer, probe
from tenant_email.checks.smtp_tls import ClientCertificate, Trust
from tenant_email.inputs import mail_ports
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.platforms.auth0 import preflight as of_auth0
from tenant_email.platforms.pingone_aic import preflight as of_aic
from tenant_email.platforms.pingone_aic.checks import check_provider
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    """Runs a mail server with STARTTLS and with TLS, whose certificate an authority of its own signed."""
    with SmtpServer(lambda _user, _password: False) as running:
        yield running


def tried(server: SmtpServer, port: int | None = None, **more: Any) -> str:
    """Returns what is wrong with a server, empty when nothing is."""
    given: dict[str, Any] = {"trust": Trust(authorities=server.ca_file.read_text()), **more}
    return str(probe(MailServer("localhost", port or server.port, "settings.host", **given)).problem or "")


def test_the_table() -> None:
    """Each known port is in one column."""
    assert {port for port in range(65536) if mail_ports.begins_with_tls(port)} == {465, 2465}
    assert {port for port in range(65536) if mail_ports.begins_without_tls(port)} == {25, 587, 2525, 2587}


@pytest.mark.parametrize(("port", "secured"), [(465, "tls"), (2465, "tls"), (587, "starttls"), (1025, "starttls")])
def test_auth0_is_tried_as_the_port_says(port: int, secured: str) -> None:
    """Auth0 has no TLS setting."""
    assert of_auth0.server({"kind": "auth0.smtp", "host": "smtp.acme.example", "port": port}).secured == secured


SES = "email-smtp.eu-west-1.amazonaws.com"
NO_LOGIN: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, ""),
        ({"security": "opportunistic"}, ""),
        ({"security": "none"}, "does not offer AUTH LOGIN"),
        ({"security": "none", "logins": NO_LOGIN}, ""),
        ({"security": "tls"}, "TLS with localhost"),
        ({"logins": frozenset({"XOAUTH2"})}, "does not offer AUTH XOAUTH2"),
        ({"logins": frozenset({"XOAUTH2", "PLAIN"})}, ""),
        ({"trust": Trust()}, "certificate"),
        ({"trust": Trust(verify=False)}, ""),
        ({"servername": "smtp.acme.example"}, "TLS with localhost"),
        ({"servername": ".acme.example"}, "'.acme.example' is no name"),
        ({"servername": f"{'x' * 64}.example"}, "is no name"),
        ({"trust": Trust(verify=False, newest=ssl.TLSVersion.TLSv1_2)}, ""),
    ],
)
def test_a_server_is_tried_as_it_will_be_used(server: SmtpServer, more: dict[str, Any], told: str) -> None:
    """TLS mode, login, name and trust are those of the configuration."""
    said = tried(server, **more)
    assert told in said
    assert bool(told) is bool(said)


def test_a_certificate_is_shown_where_files_can_be_written(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """OpenSSL reads it from a file, which stays nowhere; where none can be written that is said."""
    made = trustme.CA().issue_cert("tenant.example")
    chain, key = b"".join(each.bytes() for each in made.cert_chain_pems).decode(), made.private_key_pem.bytes().decode()
    trust = Trust(authorities=server.ca_file.read_text(), client=ClientCertificate(chain, key))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert (tried(server, trust=trust), [*tmp_path.iterdir()]) == ("", [])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert "tls.cert cannot be tried without a temporary file" in tried(server, trust=trust)


def test_tls_from_the_first_byte(server: SmtpServer) -> None:
    """On its other port the same server wants TLS at once."""
    assert tried(server, server.tls_port, security="tls") == ""


@pytest.mark.parametrize(
    ("given", "tls"),
    [
        ({"port": 465}, (True, False)),
        ({"port": 2465}, (True, False)),
        ({"port": 587}, (False, True)),
        ({"port": 2587}, (False, True)),
        ({"port": 1025}, (False, True)),
        ({"port": "&{esv.port}"}, (False, True)),
        ({"port": 1025, "ssl": True}, (True, False)),
        ({"port": 587, "starttls": False}, (False, False)),
    ],
)
def test_aic_settings_come_from_the_port(given: dict[str, Any], tls: tuple[bool, bool]) -> None:
    """`ssl` and `starttls` are in the inputs, so that a preview shows what will be stored, from an output too."""
    plain = _props({"host": "smtp.acme.example", **given})
    assert (plain["ssl"], plain["starttls"]) == tls
    made = _props({"host": "smtp.acme.example", **given}, as_output=True)
    assert (made["ssl"], made["starttls"]) == tls


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"port": 587, "ssl": True, "starttls": False}, "settings.ssl"),
        ({"port": 465, "ssl": False, "starttls": True}, "settings.ssl"),
        ({"port": 2465, "ssl": False, "starttls": False}, "settings.ssl"),
        ({"port": 1025, "ssl": True, "starttls": True}, "settings.starttls"),
        ({"host": "email-smtp.eu-west-1.amazonaws.com", "port": 2525}, "settings.port"),
        ({"smtp_properties": {"mail.smtp.ssl.enable": "true"}}, "settings.smtp_properties.mail.smtp.ssl.enable"),
        ({"smtp_properties": {"mail.smtps.port": "465"}}, "settings.smtp_properties.mail.smtps.port"),
    ],
)
def test_aic_settings_that_contradict_the_port_are_refused(given: dict[str, Any], path: str) -> None:
    """In the preview, where mail would fail days later."""
    checked = check_provider(ProviderInputs(smtp(**given), from_address="no-reply@acme.example"))
    assert [problem.path for problem in checked.problems] == [path]


def test_aic_sends_through_ses_on_the_safe_port() -> None:
    """STARTTLS of this platform goes on in clear text; what `from_ses` chooses has nothing to warn about."""
    domain: Any = SimpleNamespace(smtp_host="email-smtp.eu-west-1.amazonaws.com", smtp_username="A", smtp_password="b")
    made = pingone_aic.Smtp.from_ses(domain)
    settings = {**smtp(), **_props({"host": made.host, "port": made.port, "username": made.username})}
    checked = check_provider(ProviderInputs(settings, from_address="no-reply@acme.example"))
    assert (settings["port"], checked.problems, checked.warnings) == (465, (), ())


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"port": 465, "ssl": True, "starttls": False}, ("tls", True)),
        ({"port": 587, "ssl": False, "starttls": True}, ("opportunistic", True)),
        ({"port": 25, "ssl": False, "starttls": False}, ("none", True)),
        ({"smtp_properties": {"mail.smtp.starttls.required": "true"}}, ("starttls", True)),
        ({"smtp_properties": {"mail.smtp.ssl.trust": "*"}}, ("opportunistic", False)),
        ({"smtp_properties": {"mail.smtps.ssl.trust": "a.example smtp.one.example"}}, ("opportunistic", False)),
    ],
)
def test_aic_is_tried_as_it_will_be_stored(settings: dict[str, Any], expected: tuple[str, bool]) -> None:
    """TLS mode and trust are those of the document."""
    server = of_aic.server(smtp(**settings))
    assert (server.secured, server.trust.verify) == expected


@pytest.mark.parametrize(
    ("settings", "paths"),
    [
        (
            {**logto_smtp(port=2465, secure=False, ignore_tls=None), "host": "two words", "prot": 1},
            ["settings.host", "settings.prot", "settings.secure"],
        ),
        ({**smtp(port=465), "host": "two words", "timeout": -1}, ["settings.host", "settings.ssl", "settings.timeout"]),
        (
            {"kind": "auth0.smtp", "host": SES, "port": 2525, "username": "", "password": "canary-key"},
            ["settings.port", "settings.username"],
        ),
    ],
)
def test_contradictions_come_with_the_faults_of_fields(settings: dict[str, Any], paths: list[str]) -> None:
    """One preview tells all of it."""
    platform = platforms.load(settings["kind"].partition(".")[0])
    values, problems = parse(platform.models[settings["kind"]], settings, "settings")
    checked = platform.check_provider(ProviderInputs(values.to_props(), tenant="main", from_address="a@acme.example"))
    told = {problem.path for problem in (*problems, *checked.problems)}
    assert {path for path in paths if not any(each.startswith(path) for each in told)} == set()


@pytest.mark.parametrize("name", ["host", "port", "ssl", "starttls"])
def test_aic_cannot_be_tried_where_only_the_tenant_knows(name: str) -> None:
    """A placeholder in the server's place is reported in the preview."""
    settings = smtp(**{name: "&{esv.mail.server}"})
    checked = check_provider(ProviderInputs(settings, from_address="a@acme.example", preflight="connect"))
    assert [(problem.path, f"settings.{name}" in problem.what) for problem in checked.problems] == [("preflight", True)]


def _props(given: dict[str, Any], *, as_output: bool = False) -> dict[str, Any]:
    async def known() -> dict[str, Any]:
        port: Any = pulumi.Output.from_input(given["port"]) if as_output else given["port"]
        settings: dict[str, Any] = {**given, "port": port}
        props = pingone_aic.Smtp(**settings).to_props()
        return {k: await v.future() if isinstance(v, pulumi.Output) else v for k, v in props.items()}

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(known())
    finally:
        loop.close()
