"""What users write for PingOne AIC, and what of it is refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email import pingone_aic
from tenant_email.inputs.model import parse
from tenant_email.platforms.pingone_aic.models import TRANSPORTS

if TYPE_CHECKING:
    from tenant_email.platforms.settings import Settings

SMTP = {"kind": "pingone_aic.smtp", "host": "smtp.one.example"}
GRAPH = {"mail_endpoint": "https://graph.example/x", "token_endpoint": "https://login.example/y", "client_id": "c"}


@pytest.mark.parametrize("promotable", [True, False])
def test_promotable_is_an_input_only_when_set(*, promotable: bool) -> None:
    """Without it nothing is held to it, and nothing shows in state."""
    settings = pingone_aic.Smtp(host="smtp.one.example", promotable=promotable)
    loop = asyncio.new_event_loop()  # asyncio.run would leave this thread without one, and later tests make outputs
    props = loop.run_until_complete(_props(settings))
    loop.close()
    assert ("promotable" in props) is promotable


async def _props(settings: Settings) -> dict[str, Any]:
    return settings.to_props()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"port": "587"}, "settings.port"),
        ({"port": 0}, "settings.port"),
        ({"host": "a b"}, "settings.host: is not a host name"),
        ({"host": "&{aic.smtp.relay.host}"}, "built-in sender"),
        ({"host": "&{esv.x"}, "does not end"),
        ({"timeout": -1}, "settings.timeout"),
        ({"tls_protocols": ["SSLv3"]}, "settings.tls_protocols"),
        ({"tls_protocols": []}, "settings.tls_protocols"),
        ({"smtp_properties": {}}, "settings.smtp_properties"),
        ({"smtp_properties": {"a=b": "c"}}, "is not a property name"),
        ({"promotable": False}, "settings.promotable"),
    ],
    ids=str,
)
def test_wrong_smtp_settings_are_reported_by_name(changes: dict[str, Any], told: str) -> None:
    """Each problem begins with the path of what is wrong."""
    _, problems = parse(TRANSPORTS["pingone_aic.smtp"], {**SMTP, **changes}, "settings")
    assert told in "\n".join(map(str, problems))


@pytest.mark.parametrize(
    "changes",
    [{"host": "x"}, {"mail_endpoint": "http://graph.example"}, {"scopes": []}, {"token_endpoint": "nowhere"}],
    ids=str,
)
def test_wrong_graph_settings_are_refused(changes: dict[str, Any]) -> None:
    """Fields of SMTP, clear text, and no scope at all have no place here."""
    _, problems = parse(TRANSPORTS["pingone_aic.ms_graph"], {"kind": "pingone_aic.ms_graph", **GRAPH, **changes})
    assert problems


def test_placeholders_fit_every_field_that_may_differ_between_environments() -> None:
    """Texts, numbers, booleans and urls all take one."""
    every = dict.fromkeys(("host", "port", "username", "ssl", "starttls", "timeout", "debug"), pingone_aic.esv("x"))
    assert not parse(TRANSPORTS["pingone_aic.smtp"], {**SMTP, **every})[1]
    url = f"https://graph.microsoft.com/v1.0/users/{pingone_aic.esv('mailbox')}/sendMail"
    assert not parse(
        TRANSPORTS["pingone_aic.ms_graph"], {"kind": "pingone_aic.ms_graph", **GRAPH, "mail_endpoint": url}
    )[1]
