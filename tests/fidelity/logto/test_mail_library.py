"""How the connector opens a connection, asked of the mail library that its published package uses."""

from __future__ import annotations

import itertools
from typing import Any

from support.logto_oracle import opened
from tenant_email.platforms.logto import preflight

_AUTH = {"auth": {"type": "login", "user": "mailer", "pass": "canary-key"}, "host": "smtp.acme.example"}


def test_the_preflight_secures_a_connection_as_the_library_does() -> None:
    """For every port, TLS setting and server: TLS at once, STARTTLS, or clear text."""
    options = [
        {name: value for name, value in zip(("secure", "ignoreTLS", "requireTLS"), values, strict=True) if value != "-"}
        for values in itertools.product(("-", True, False), ("-", True), ("-", True))
    ]
    configs: list[dict[str, Any]] = [{**_AUTH, "port": port, **each} for port in (465, 2465, 587) for each in options]
    cases = [(config, offers) for config in configs for offers in (True, False)]
    for (config, offers), seen in zip(cases, opened(cases), strict=True):
        assert seen == _expected(config, offers=offers), (config, offers)


def _expected(config: dict[str, Any], *, offers: bool) -> str:
    match preflight.server(config).secured:
        case "tls":
            return "TLS"
        case "starttls":
            return "STARTTLS"
        case "opportunistic" if offers:
            return "STARTTLS"
        case _:
            return "AUTH"
