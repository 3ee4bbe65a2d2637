"""The TLS setting of a connector comes from its port, where nobody gave one, and stays as it is, where someone did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.logto import CONNECTORS, creation
from support.logto_site import smtp

if TYPE_CHECKING:
    from support.logto_site import Site

PLAIN = {"ignore_tls": None}


@pytest.mark.parametrize(("port", "secure"), [(465, True), (2465, True), (587, None), (2587, None), (1025, None)])
def test_the_port_says_whether_tls_begins_at_once(site: Site, port: int, secure: bool | None) -> None:
    """What is derived is stored, a refresh shows no drift of it, and the next run sends nothing."""
    connector = site.connector()
    connector.up(settings=smtp(port=port, **PLAIN))
    assert site.stored().get("secure") is secure
    assert connector.refresh()
    assert connector.up(settings=smtp(port=port, **PLAIN)) == "same"


def test_another_port_brings_another_setting(site: Site) -> None:
    """From 587 to 2465, back, and to a port with a setting of the program's own, which then goes."""
    connector, stored = site.connector(), []
    for settings in ({"port": 2465}, {"port": 587}, {"port": 2465, "secure": True}, {"port": 2465}):
        connector.up(settings=smtp(**settings, **PLAIN))
        stored.append(site.stored().get("secure"))
    assert stored == [True, None, True, True]


@pytest.mark.parametrize("held", [{}, {"secure": False}])
def test_an_adopted_connector_keeps_its_own(site: Site, held: dict[str, Any]) -> None:
    """What is not given is not managed: a server with STARTTLS on 2465 goes on working when the sender changes."""
    site.raw.call("POST", CONNECTORS, creation(port=2465, **held))
    settings = smtp(port=2465, password="canary-smtp-password", **PLAIN)
    site.connector(on_existing="adopt", from_address="new@acme.example").up(settings=settings)
    assert (site.stored()["fromEmail"], site.stored().get("secure")) == ("new@acme.example", held.get("secure"))


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"port": 2465, "secure": False}, "settings.secure"),
        ({"port": 465, "secure": False}, "settings.secure"),
        ({"port": 2587, "secure": True}, "settings.secure"),
        ({"port": 2465, "ignore_tls": True}, "settings.ignore_tls"),
        ({"port": 587, "ignore_tls": True, "require_tls": True}, "settings.require_tls"),
        ({"host": "email-smtp.eu-west-1.amazonaws.com", "port": 2525}, "settings.port"),
    ],
)
def test_what_contradicts_the_port_is_refused(site: Site, settings: dict[str, Any], path: str) -> None:
    """At preview, and with the other contradictions."""
    (told,) = site.connector().problems(settings=smtp(**{**PLAIN, **settings}))
    assert told.startswith(f"{path}: ")
