"""Properties on the wire: names by the schema, unknown values, and what is secret."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime import rpc

from support.plugin import struct, values
from tenant_email import package_schema as schema
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.plugin.values import Archive, Asset, Reference, decode, encode

PROVIDER = schema.properties_of(schema.token("EmailProvider"))
SETTINGS = schema.properties_of(schema.token("SesDomainSettings"))
IDENTITY = schema.properties_of(schema.token("SesDomainIdentity"))
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def sealed(value: Any) -> dict[str, Any]:
    """Returns a secret as it travels."""
    return {SIGNATURE: SECRET, "value": value}


def test_names_are_those_of_the_lifecycles() -> None:
    """At every depth that the schema declares, in whichever spelling they come."""
    camel = {
        "fromAddress": "a@b.example",
        "settings": {"kind": "logto.smtp", "customHeaders": {"X-aB": "x"}, "port": 587},
    }
    snake = {
        "from_address": "a@b.example",
        "settings": {"kind": "logto.smtp", "custom_headers": {"X-aB": "x"}, "port": 587},
    }
    assert decode(struct(camel), PROVIDER).props == snake
    assert decode(struct(snake), PROVIDER).props == snake
    assert values(encode(snake, PROVIDER)) == camel


def test_keys_of_a_free_map_are_the_users() -> None:
    """A tag is no property, whatever it is called."""
    tags = {"tags": {"fromAddress": "x", "from_address": "y"}}
    assert decode(struct(tags), SETTINGS).props == tags
    assert values(encode(tags, SETTINGS)) == tags


def test_what_the_schema_does_not_declare_keeps_its_name() -> None:
    """As the digests that a state holds, and a misspelled input, which the check names as it was written."""
    odd = {"secret_digests": {"aB": "c"}, "fromAdress": "x", "settings": {"kind": "auth0.smtp", "smtpHost": "x"}}
    assert decode(struct(odd), PROVIDER).props == odd
    assert values(encode(odd, PROVIDER)) == odd
    for name in ("accessKeyId", "access_key_id"):  # of another kind
        other = {"settings": {"kind": "auth0.smtp", name: "x"}}
        assert decode(struct(other), PROVIDER).props == other
        assert values(encode(other, PROVIDER)) == other


def test_values_are_plain() -> None:
    """Unknown is one sentinel, in a list as a whole; null is absent, and a whole number an int."""
    given = {"enabled": None, "settings": {"kind": "auth0.smtp", "port": 25.0, "host": rpc.UNKNOWN}}
    found = decode(struct({**given, "furtherDomains": ["a", rpc.UNKNOWN]}), PROVIDER).props
    assert found == {
        "settings": {"kind": "auth0.smtp", "port": 25, "host": UNKNOWN},
        "further_domains": UNKNOWN,
    }
    assert isinstance(found["settings"]["port"], int)
    assert values(encode(found, PROVIDER))["settings"]["host"] == rpc.UNKNOWN
    assert repr(UNKNOWN) == "<unknown>"
    assert decode(None, PROVIDER).props == {}


def test_what_comes_has_one_order() -> None:
    """A map on the wire has another one in each process."""
    given = {name: {"subject": "Hi"} for name in ("SignIn", "Register", "ForgotPassword", "Generic", "BindMfa")}
    found = decode(struct({"settings": {"kind": "logto.smtp", "templates": given}, "enabled": True}), PROVIDER).props
    assert [list(found), list(found["settings"]["templates"])] == [["enabled", "settings"], sorted(given)]


@pytest.mark.parametrize("given", [True, False, 0.5, [], ["a", "b"], [1, [2]], [{"__provider": "x", "at": {"y": "z"}}]])
def test_a_value_of_each_kind_comes_and_goes(given: Any) -> None:
    """As it is, at whatever depth."""
    assert decode(struct({"enabled": given}), PROVIDER).props == {"enabled": given}
    assert values(encode({"enabled": given}, PROVIDER)) == {"enabled": given}


def test_elements_of_a_list_have_their_own_names_and_secrets() -> None:
    """By the type that the schema gives them."""
    records = [{"zoneRelativeName": "mail", "ttl": 300, "values": ["a"]}]
    read = decode(struct({"dnsRecords": records}), IDENTITY).props
    assert read == {"dns_records": [{"zone_relative_name": "mail", "ttl": 300, "values": ["a"]}]}
    assert values(encode(read, IDENTITY)) == {"dnsRecords": records}
    declared: Any = {"codes": {"items": {"type": "string", "secret": True}}}
    assert values(encode({"codes": ["a"]}, declared)) == {"codes": [sealed("a")]}
    assert decode(struct({"codes": [sealed("a")]}), declared).marked == []


def test_what_is_secret_for_every_user_is_sealed_on_its_way_out() -> None:
    """Also where a program gave it in clear; it is no mark of the user's."""
    for password in ("canary", sealed("canary")):
        read = decode(struct({"settings": {"kind": "auth0.smtp", "password": password}}), PROVIDER)
        assert read.marked == []
        assert read.props["settings"]["password"] == "canary"
        assert values(encode(read.props, PROVIDER))["settings"]["password"] == sealed("canary")
    for name in ("dkimPrivateKey", "dkim_private_key"):
        assert decode(struct({name: sealed("canary")}), IDENTITY).marked == []


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"settings": {"kind": "auth0.smtp", "host": sealed("x")}}, ("settings", "host")),
        ({"settings": sealed({"kind": "auth0.smtp", "host": "x"})}, ("settings",)),
        ({"settings": sealed({"kind": "auth0.smtp", "host": sealed("x")})}, ("settings",)),
        (
            {"settings": {"kind": "logto.smtp", "customHeaders": {"X-a": sealed("b")}}},
            ("settings", "custom_headers", "X-a"),
        ),
        (
            {"settings": {"kind": "logto.smtp", "templates": {"SignIn": {"subject": sealed("b")}}}},
            ("settings", "templates", "SignIn", "subject"),
        ),
        ({"furtherDomains": ["a", sealed("b")]}, ("further_domains",)),
        ({"fromAddress": {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "secret": True}}, ("from_address",)),
    ],
)
def test_what_a_user_marks_stays_sealed(given: dict[str, Any], path: tuple[str, ...]) -> None:
    """At its leaf; of a list as a whole; and also while the value is not known."""
    read = decode(struct(given), PROVIDER)
    assert read.marked == [path]
    value: Any = values(encode(read.props, PROVIDER, read.marked))
    for name in path:
        value = value[schema_name(name)]
    assert value[SIGNATURE] == SECRET


def schema_name(name: str) -> str:
    """Returns a name of these tests as the schema has it."""
    return {
        "further_domains": "furtherDomains",
        "from_address": "fromAddress",
        "custom_headers": "customHeaders",
    }.get(name, name)


@pytest.mark.parametrize(
    ("signature", "kind"),
    [
        ("c44067f5952c0a294b673a41bacd8c17", Asset),
        ("0def7320c3a5731c473e5ecbe6d01bc7", Archive),
        ("5cf8f73096256a8f31e491e813e4eb8e", Reference),
        ("of a later protocol", Reference),
    ],
)
def test_what_no_input_takes_is_told_apart(signature: str, kind: type) -> None:
    """An asset, an archive and a resource; a check says what to pass instead."""
    found = decode(struct({"fromAddress": {SIGNATURE: signature, "text": "x"}}), PROVIDER).props
    assert isinstance(found["from_address"], kind)


def test_what_only_the_other_face_records_is_left_out() -> None:
    """The reference to its class, and its own marks."""
    assert decode(struct({"__provider": "x", "secret_inputs": ["a"], "tenant": "main"}), PROVIDER).props == {
        "tenant": "main"
    }
