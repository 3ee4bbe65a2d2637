"""What is tried before a write, with the config as it will be stored (docs/contracts/logto.md#test-send and #services).

Logto's own test email is green where real mail fails: it skips the login when the server offers none. That is asked of
the server first. What else it misses (the sender's syntax, texts other than Generic, values that are stripped when the
config is saved) is checked before this module is called.
"""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.checks.smtp import MailServer, probe, require_server
from tenant_email.checks.smtp_tls import ClientCertificate, Trust
from tenant_email.checks.smtp_wire import CONNECT, WHOLE, Patience
from tenant_email.errors import PlatformError, Rejected
from tenant_email.json_types import is_list
from tenant_email.platforms.logto import answers, mapping
from tenant_email.platforms.logto.kinds import SMTP_FACTORY
from tenant_email.platforms.logto.limits import require_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.inputs.mail_ports import Security
    from tenant_email.inputs.tenant_objects import ProviderInputs
    from tenant_email.json_types import PropsView
    from tenant_email.net.client import Client

_WAITS: Final = {"connectionTimeout": 120_000, "greetingTimeout": 30_000, "socketTimeout": 600_000}  # milliseconds
_LONGEST_GREETING: Final = 300.0  # seconds; RFC 5321 section 4.5.3.2.1 asks clients for no more patience
_VERSIONS: Final = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_PRIVATE: Final = (
    "Set a private certificate authority as settings.tls={'ca': …}, in PEM. To test one that Logto's machine trusts "
    "(NODE_EXTRA_CA_CERTS), use preflight='send', which Logto itself runs."
)
_OWN_TLS_PORT: Final = 465  # the one on which Logto's mail library begins with TLS where nothing is stored
_PASSWORD_LOGINS: Final = frozenset({"PLAIN", "LOGIN", "CRAM-MD5"})
_TOKENS_ONLY: Final = "XOAUTH2"
_OAUTH2: Final = frozenset({"oauth2", "OAuth2", "OAUTH2"})


def before_write(
    client: Client, factory: str, config: PropsView, desired: ProviderInputs, announce: Callable[[str], None]
) -> None:
    """Makes the check that the inputs ask for; raises what it finds, and announces what is a risk or takes long."""
    if desired.preflight == "connect":
        require_server(client.who, server(config), announce, client.authorities)
    if desired.preflight == "send" and desired.test_recipient is not None:  # a check has asked for one
        send(client, factory, config, desired.test_recipient)


def server(config: PropsView) -> MailServer:
    """Returns the server of an SMTP connector's config, and how Logto's mail library will use it.

    Without `secure` the library begins with TLS only on 465; `ignoreTLS` goes before `requireTLS`, and without either
    it turns to TLS where that is offered (nodemailer 8, the library of the connector; tried, not read of).
    """
    port = int(config["port"])
    options: PropsView = config.get("tls") or {}
    return MailServer(
        str(config["host"]),
        port,
        path="settings.host",
        security=_security(config, port),
        logins=_logins(config.get("auth") or {}),
        library="nodemailer",
        servername=str(options.get("servername") or config.get("servername") or ""),
        trust=_trust(options),
        patience=_patience(config),
        greets_as=str(config.get("name") or ""),
    )


def send(client: Client, factory: str, config: PropsView, recipient: str) -> None:
    """Has Logto send an email of type Generic; raises what it says when that fails."""
    try:
        request_test(client, factory, config, recipient)
    except PlatformError as error:
        error.uncertain = False  # at most an email went out: the tenant is as it was
        raise


def request_test(client: Client, factory: str, config: PropsView, recipient: str, locale: str = "") -> None:
    """Asks Logto for one email of type Generic through this config; raises what it says when that fails."""
    # Logto skips the login where the server offers none, and its test is green all the same
    # (docs/contracts/logto.md#test-send).
    if factory == SMTP_FACTORY:
        _require_login_offered(client, config)
    body = {**mapping.test_body(factory, config, recipient), **({"locale": locale} if locale else {})}
    require_size(client.who, "settings", body)
    client.call("POST", f"/api/connectors/{factory}/test", answers.TEST_MAIL, body)


def _security(config: PropsView, port: int) -> Security:
    if config.get("secure", port == _OWN_TLS_PORT):
        return "tls"
    if config.get("ignoreTLS"):
        return "none"
    return "starttls" if config.get("requireTLS") else "opportunistic"


def _logins(auth: PropsView) -> frozenset[str]:
    if auth.get("type") in _OAUTH2:
        return frozenset({_TOKENS_ONLY})
    return _PASSWORD_LOGINS if auth.get("user") else frozenset()


def _trust(options: PropsView) -> Trust:
    """Returns what Node makes of the options of TLS (nodejs.org/api/tls.html, tls.createSecureContext)."""
    ciphers = [name for name in str(options.get("ciphers") or "").split(":") if name and not name.startswith("TLS_")]
    return Trust(
        verify=options.get("rejectUnauthorized") is not False,
        authorities=_pem(options.get("ca")),
        oldest=_VERSIONS.get(str(options.get("minVersion")), ssl.TLSVersion.TLSv1_2),
        newest=_VERSIONS.get(str(options.get("maxVersion")), ssl.TLSVersion.MAXIMUM_SUPPORTED),
        ciphers=":".join(ciphers),
        private=_PRIVATE,
        client=_client(options),
    )


def _client(options: PropsView) -> ClientCertificate | None:
    certificate, key = _pem(options.get("cert")), _pem(options.get("key"))
    return ClientCertificate(certificate, key, str(options.get("passphrase") or "")) if certificate and key else None


def _patience(config: PropsView) -> Patience:
    """Returns how long the library waits, by its own defaults (lib/smtp-connection/index.js); the whole is ours."""
    connect, greeting, idle = (float(config.get(name) or usual) / 1000 for name, usual in _WAITS.items())
    whole = WHOLE + min(greeting, _LONGEST_GREETING)
    return Patience(connect=min(connect, CONNECT), greeting=greeting, idle=idle, whole=whole)


def _pem(given: object) -> str:
    """Returns certificates, one or a list of them, as one text."""
    every = given if is_list(given) else [given]
    return "\n".join(text for text in every if isinstance(text, str))


def _require_login_offered(client: Client, config: PropsView) -> None:
    """Raises where Logto would send without the login, or not survive; its test decides where nobody can ask."""
    asked = server(config)
    # no login is tried here, which a server might count as a failed one
    found = probe(replace(asked, logins=frozenset(), authorities=client.authorities))
    if asked.logins and found.offers_login is False:
        raise Rejected(
            f"{client.who}: {asked.at} offers no login, so the credentials would not be used",
            remedy="Use a port or TLS setting under which the server asks for a login, or auth='none'.",
        )
    if found.chosen == _TOKENS_ONLY and _TOKENS_ONLY not in asked.logins:
        raise Rejected(
            f"{client.who}: {asked.at} takes access tokens alone ({_TOKENS_ONLY}), and a test without one ends the "
            "whole Logto server",
            remedy="Set auth='oauth2_token' or 'oauth2_key' and its credentials, or let the server take passwords.",
        )
