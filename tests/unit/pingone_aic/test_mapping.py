"""Pure rules: the built-in sender, documented defaults, what counts as arrived, digests, SMTP properties."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.platforms.pingone_aic.mapping import digest_of, has_arrived, is_built_in, normalize, provider_live
from tenant_email.platforms.pingone_aic.smtp_properties import from_properties, to_properties
from tenant_email_local.emulators.pingone_aic.seeds import STOCK_2024, STOCK_2025

BLOB = {"$crypto": {"value": {"data": "1"}}}
OTHER_BLOB = {"$crypto": {"value": {"data": "2"}}}


def smtp(password: Any = BLOB, **changes: Any) -> dict[str, Any]:
    """Returns a stored configuration."""
    auth = {"enable": True, "username": "mailer", "password": password}
    return {"host": "smtp.one.example", "port": 587, "auth": auth, **changes}


@pytest.mark.parametrize("stock", [STOCK_2024, STOCK_2025], ids=["2024", "2025"])
def test_stock_of_each_generation_is_the_built_in_sender(stock: dict[str, Any]) -> None:
    """It is known by what it logs in with, also when someone changed a timeout of it."""
    assert is_built_in(stock)
    live = provider_live({**stock, "_id": "external.email", "timeout": 1}, "tenant.example")
    assert (live.is_built_in, live.inputs.settings) == (True, {"kind": "pingone_aic.built_in"})


def test_own_server_with_the_stock_sender_address_is_not_built_in() -> None:
    """A `from` that was left as it was tells nothing; ESVs are the customer's own."""
    assert not is_built_in(smtp("&{esv.password}", **{"from": "&{email.sender.address}"}))
    assert is_built_in(smtp("literal", host="&{aic.customer.smtp.host}"))


def test_documented_defaults_count_as_said() -> None:
    """A missing key equals its default, and the order of properties means nothing."""
    full = smtp(type="smtp", timeout=300000, threadPoolSize=20, debug=False, smtpProperties=["b=1", "a=1"])
    assert normalize(full) == normalize(smtp(smtpProperties=["a=1", "b=1"], ssl={"enable": False}, _rev="1"))
    assert normalize(full) != normalize(smtp(timeout=30000, smtpProperties=["a=1", "b=1"]))


@pytest.mark.parametrize(
    ("sent", "read", "before", "expected"),
    [
        (smtp("plain"), smtp(BLOB), OTHER_BLOB, True),
        (smtp("plain"), smtp(BLOB), BLOB, False),
        (smtp("plain"), smtp("plain"), None, True),
        (smtp("plain"), smtp("other"), None, False),
        (smtp(BLOB), smtp(BLOB), BLOB, True),
        (smtp(BLOB), smtp(OTHER_BLOB), BLOB, False),
        (smtp("&{esv.p}"), smtp("&{esv.p}"), BLOB, True),
        (smtp("&{esv.p}"), smtp(BLOB), BLOB, False),
        (smtp("plain", port=25), smtp(BLOB), None, False),
    ],
)
def test_a_write_has_arrived_when_it_can_be_read(sent: Any, read: Any, before: Any, expected: bool) -> None:
    """A literal comes back as a new blob; the old one is a stale answer."""
    assert has_arrived(sent, read, before) is expected


def test_marks_tell_secrets_apart_without_telling_them() -> None:
    """The same shown secret has one mark in a tenant, another elsewhere; no mark holds the secret."""
    secret_digests = [digest_of("canary", "a.example"), digest_of("canary", "b.example"), digest_of(BLOB, "a.example")]
    assert len(set(secret_digests)) == 3
    assert digest_of("canary", "a.example") == secret_digests[0]
    assert all("canary" not in mark for mark in secret_digests)


def test_a_mark_is_the_same_in_every_release() -> None:
    """States hold it: computed otherwise, every stored secret would look like someone else's."""
    blob = {"$crypto": {"b": "1", "a": "2"}}
    assert digest_of(blob, "a.example") == digest_of({"$crypto": {"a": "2", "b": "1"}}, "a.example")
    assert digest_of(blob, "a.example") == "a21bb24eaeef3e7e2ac62fa8bde2fc5d"


def test_live_settings_show_no_secret() -> None:
    """A tenant that shows a secret in clear is no reason to record it."""
    live = provider_live(smtp("canary-in-clear"), "tenant.example")
    assert "canary" not in str([live.inputs.to_props(), live.attributes, live.secret_digests, live])


def test_properties_become_settings_and_back() -> None:
    """Documented ones have names of their own, the rest stays a map; what is not managed stays in the list."""
    stored = ["mail.smtp.ssl.protocols=TLSv1.2 TLSv1.3", "mail.mime.allowutf8=true", "mail.smtp.localhost=a=b"]
    settings = from_properties(stored)
    assert settings == {
        "tls_protocols": ["TLSv1.2", "TLSv1.3"],
        "international_addresses": True,
        "smtp_properties": {"mail.smtp.localhost": "a=b"},
    }
    assert from_properties(to_properties(settings, [], frozenset())) == settings
    kept = to_properties({"international_addresses": False}, stored, frozenset({"tls_protocols"}))
    assert kept == ["mail.smtp.localhost=a=b"]
