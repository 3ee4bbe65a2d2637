"""What a tenant stores as inputs: what is managed of it, in whose spelling, and where it differs."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.operations.tenant_object import keep_spelling, mismatches, pick_managed
from tenant_email.platforms.base import LiveProvider
from tenant_email.redaction.secrets import Secret

SMTP = {"kind": "auth0.smtp", "host": "a", "port": 587}


def live(settings: dict[str, Any], *beside: str, **fields: Any) -> LiveProvider:
    """Returns what a tenant stores."""
    identity = {"kind": settings["kind"], "host": settings["host"]}
    return LiveProvider(ProviderInputs(settings, **fields), {}, would_be_removed=beside, identity=identity)


@pytest.mark.parametrize(
    ("given", "beside", "written", "picked"),
    [
        ({"kind": "auth0.smtp", "host": "b"}, (), {}, {"kind": "auth0.smtp", "host": "a"}),
        ({"kind": "auth0.smtp", "host": "b"}, ("port",), {}, SMTP),
        ({"kind": "auth0.smtp", "host": "b"}, (), {"port": "default"}, SMTP),
        ({"kind": "auth0.smtp", "word": "b"}, (), {}, {"kind": "auth0.smtp"}),
        ({"kind": "auth0.ses", "region": "b"}, (), {}, {"kind": "auth0.smtp", "host": "a"}),
    ],
)
def test_what_is_managed_is_shown(
    given: dict[str, Any], beside: tuple[str, ...], written: dict[str, Any], picked: dict[str, Any]
) -> None:
    """What is given, what a write would take away, and of another kind what it is known by."""
    found = pick_managed(live(SMTP, *beside, from_address="x@a.example", enabled=False), ProviderInputs(given), written)
    assert (found.settings, found.from_address, found.enabled) == (picked, None, None)


def test_fields_that_are_given_are_shown() -> None:
    """As they are live, gone ones too; what only steers us stays as it was given."""
    given = ProviderInputs(SMTP, from_address="mine@a.example", enabled=True, on_delete="retain")
    found = pick_managed(live(SMTP, enabled=False), given)
    assert (found.from_address, found.enabled, found.on_delete) == (None, False, "retain")


def test_the_spelling_of_what_means_the_same_is_kept() -> None:
    """What means something else is in the tenant's words, and so is another kind."""
    recorded, normalized = (ProviderInputs({**SMTP, **more}) for more in ({"host": "A", "port": 25}, {}))
    assert keep_spelling({**SMTP, "port": 465}, recorded, normalized) == {**SMTP, "host": "A", "port": 465}
    assert keep_spelling({"kind": "auth0.ses"}, recorded, normalized) == {"kind": "auth0.ses"}
    region = ProviderInputs({**SMTP, "region": "us"})
    assert keep_spelling(SMTP, region, normalized) == {**SMTP, "region": "us"}
    assert keep_spelling({**SMTP, "region": "eu"}, region, normalized) == {**SMTP, "region": "eu"}


@pytest.mark.parametrize(
    ("stored", "beside", "hidden", "found"),
    [
        (SMTP, (), (), ["settings.password"]),
        (SMTP, (), ("password",), []),
        ({**SMTP, "password": "placeholder"}, (), ("password",), ["settings.password"]),
        ({**SMTP, "password": Secret("canary-pw")}, (), (), []),
        ({**SMTP, "host": "b", "port": 25}, (), ("password", "port"), ["settings.host", "settings.port"]),
        ({**SMTP, "region": "eu"}, (), ("password",), []),
        ({**SMTP, "region": "eu"}, ("region",), ("password",), ["settings.region"]),
    ],
)
def test_where_it_differs(stored: dict[str, Any], beside: tuple[str, ...], hidden: tuple[str, ...], found: Any) -> None:
    """A hidden value says nothing, unless something is shown in its place; what is beside what is given counts."""
    desired = ProviderInputs({**SMTP, "password": Secret("canary-pw")})
    assert mismatches(live(stored, *beside), desired, hidden) == found


def test_fields_that_differ_come_first() -> None:
    """In order; those that are not given are not compared."""
    stored = live({**SMTP, "host": "b"}, from_address="x@a.example", enabled=False)
    assert mismatches(stored, ProviderInputs(SMTP)) == ["settings.host"]
    desired = ProviderInputs(SMTP, from_address="mine@a.example", enabled=True)
    assert mismatches(stored, desired) == ["enabled", "from_address", "settings.host"]
