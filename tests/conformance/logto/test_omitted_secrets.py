"""Omitting a secret keeps what the tenant holds, an empty text takes an optional one out, no other host gets one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.logto import CONNECTORS

if TYPE_CHECKING:
    from support.logto_site import Site
    from support.managed import Operated

HOOK = "https://hooks.acme.example/mail"
OAUTH: dict[str, Any] = {"host": "smtp.acme.example", "port": 587, "username": "post@acme.example"}
PRIVATE = {"service_client": "s", "private_key": "canary-private-key"}
TOKENS = {"client_id": "c", "client_secret": "canary-client", "refresh_token": "canary-refresh"}


def hook(**settings: Any) -> dict[str, Any]:
    """Returns the settings of an HTTP hook."""
    return {"kind": "logto.http", "endpoint": HOOK, **settings}


def connector(site: Site) -> Operated:
    """Returns a provider without a sender of its own."""
    return site.connector(from_address=None)


def test_an_omitted_authorization_is_kept(site: Site) -> None:
    """Taken out of the program it stays in the tenant, without a call, also when something else changes, and later."""
    provider = connector(site)
    provider.up(settings=hook(authorization="Bearer canary"))
    site.calls()
    provider.up(settings=hook())
    assert site.calls() == []
    assert provider.refresh()
    assert provider.up(settings=hook()) == "same"
    assert site.stored() == {"endpoint": HOOK, "authorization": "Bearer canary"}


def test_an_empty_authorization_takes_it_out(site: Site) -> None:
    """And stays out: no run after it finds a difference."""
    provider = connector(site)
    provider.up(settings=hook(authorization="Bearer canary"))
    provider.up(settings=hook(authorization=""))
    assert site.stored() == {"endpoint": HOOK}
    assert provider.refresh()
    assert provider.up(settings=hook(authorization="")) == "same"


def test_an_authorization_set_by_someone_is_drift_of_an_empty_one(site: Site) -> None:
    """Who says that there is none gets it taken out again."""
    provider = connector(site)
    provider.up(settings=hook(authorization=""))
    held = {"endpoint": HOOK, "authorization": "Bearer theirs"}
    site.raw.call("PATCH", f"{CONNECTORS}/{site.raw.connector()['id']}", {"config": held})
    provider.refresh()
    assert provider.up(settings=hook(authorization="")) == "update"
    assert site.stored() == {"endpoint": HOOK}


@pytest.mark.parametrize("given", [None, ""])
def test_another_endpoint_needs_the_authorization_or_none(site: Site, given: str | None) -> None:
    """The preview refuses to hand the old one on; an empty text moves the hook without one."""
    provider = connector(site)
    provider.up(settings=hook(authorization="Bearer canary"))
    moved = hook(endpoint="https://other.example/mail", authorization=given)
    moved = {name: value for name, value in moved.items() if value is not None}
    if given is None:
        (told,) = provider.problems(settings=moved)
        assert "cannot change endpoint" in told
        assert "without the authorization\nSet settings.authorization" in told
    else:
        provider.up(settings=moved)
        assert site.stored() == {"endpoint": "https://other.example/mail"}


@pytest.mark.parametrize(
    ("settings", "name", "left"),
    [
        ({"kind": "logto.smtp_oauth2_key", **PRIVATE}, "private_key_passphrase", {"key": "canary-private-key"}),
        ({"kind": "logto.smtp_oauth2_token", **TOKENS}, "access_token", None),
    ],
)
def test_the_other_optional_secrets_behave_alike(site: Site, settings: dict[str, Any], name: str, left: object) -> None:
    """A key's passphrase and an access token are kept when omitted and go with an empty text."""
    provider, settings = site.connector(), {**OAUTH, **settings}
    provider.up(settings={**settings, name: "canary-optional"})
    before = site.stored()["auth"]
    provider.up(settings={**settings, "reply_to": "help@acme.example"})
    assert site.stored()["auth"] == before
    provider.up(settings={**settings, name: ""})
    assert site.stored()["auth"].get("privateKey") == left
    assert "accessToken" not in site.stored()["auth"]
