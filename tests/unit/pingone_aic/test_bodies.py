"""Inputs to whole documents and back: what is managed is laid over what is there, and nothing of another kind stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.input_diff import InputDiff
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.platforms.pingone_aic import mapping
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.platforms.base import LiveProvider

BLOB: dict[str, Any] = {"$crypto": {"value": {"data": "1"}}}
PLAIN: dict[str, Any] = {"kind": "pingone_aic.smtp", "host": "smtp.one.example", "port": 587}
SMTP: dict[str, Any] = {**PLAIN, "username": "mailer", "password": Secret("canary-password")}
AUTH: dict[str, Any] = {"enable": True, "username": "mailer", "password": "canary-password"}
SENT: dict[str, Any] = {"type": "smtp", "host": "smtp.one.example", "port": 587, "auth": AUTH, "smtpProperties": []}
GRAPH: dict[str, Any] = {
    "kind": "pingone_aic.ms_graph",
    "mail_endpoint": "https://graph.example/v1.0/users/canary-path/sendMail",
    "token_endpoint": "https://login.example/token",
    "client_id": "app",
    "client_secret": Secret("canary-client"),
    "scopes": ["one", "two"],
}
GRAPH_AUTH: dict[str, Any] = {
    "enable": True,
    "type": "oauth2",
    "grantType": "client_credentials",
    "tokenEndpoint": "https://login.example/token",
    "clientId": "app",
    "scope": ["one", "two"],
    "clientSecret": "canary-client",
}
GRAPH_SENT: dict[str, Any] = {"type": "msgraph", "mailEndpoint": GRAPH["mail_endpoint"], "auth": GRAPH_AUTH}


def stored(document: dict[str, Any], **more: Any) -> LiveProvider:
    """Returns a configuration as it was just read."""
    return mapping.provider_live({"_id": "external.email", "_rev": "1", **document, **more}, "tenant.example")


def body(settings: dict[str, Any], live: LiveProvider | None = None, *removed: str, **more: Any) -> dict[str, Any]:
    """Returns the body of a write of these settings."""
    change = InputDiff(settings=frozenset(removed), fields=frozenset(removed)) if live else None
    secret = settings.get("password", settings.get("client_secret"))
    return mapping.provider_body(ProviderInputs(settings, **more), change, live, secret)


@pytest.mark.parametrize(
    ("settings", "more", "sent"),
    [
        (SMTP, {}, SENT),
        (SMTP, {"from_address": "a@b.example"}, {**SENT, "from": "a@b.example"}),
        (PLAIN, {}, {**SENT, "auth": {"enable": False}}),
        ({**SMTP, "starttls": True, "timeout": 5}, {}, {**SENT, "starttls": {"enable": True}, "timeout": 5}),
        (
            {**SMTP, "port": "&{esv.port}", "ssl": "&{esv.s}", "host": "&{esv.h}"},
            {},
            {**SENT, "port": {"$int": "&{esv.port}"}, "ssl": {"enable": {"$bool": "&{esv.s}"}}, "host": "&{esv.h}"},
        ),
        ({**SMTP, "smtp_properties": {"a": "1"}}, {}, {**SENT, "smtpProperties": ["a=1"]}),
        (GRAPH, {}, GRAPH_SENT),
    ],
)  # fmt: skip
def test_what_is_given_is_sent(settings: dict[str, Any], more: dict[str, Any], sent: dict[str, Any]) -> None:
    """Over nothing: what each kind always has, what is given, and a placeholder with its type around it."""
    assert body(settings, **more) == sent


def test_what_is_not_managed_stays() -> None:
    """A write replaces the whole object, so that it holds what was read; what was read is not changed by that."""
    live = stored(SENT, debug=True, odd={"a": [1]}, smtpProperties=["a=1"], **{"from": "a@b.example"})
    wanted = {**SENT, "debug": True, "odd": {"a": [1]}, "smtpProperties": ["a=1"], "from": "a@b.example", "port": 25}
    assert body({**SMTP, "port": 25}, live) == wanted
    assert live.raw == {**wanted, "port": 587}


def test_what_the_user_removed_is_taken_out() -> None:
    """A field of its own, one inside another, the sender, and properties; nothing else goes with them."""
    live = stored(SENT, debug=True, starttls={"enable": True}, **{"from": "a@b.example"}, timeout=7)
    removed = ("debug", "starttls", "from_address")
    assert body(SMTP, live, *removed) == {**SENT, "starttls": {}, "timeout": 7}
    assert body(SMTP, stored(SENT, smtpProperties=["a=1"]), "smtp_properties")["smtpProperties"] == []
    change = InputDiff(frozenset({"from_address"}), frozenset({"debug"}))
    assert mapping.provider_body(ProviderInputs(SMTP), change, live, SMTP["password"]) == {
        **SENT, "starttls": {"enable": True}, "timeout": 7,
    }  # fmt: skip


@pytest.mark.parametrize(("settings", "live", "sent"), [(SMTP, GRAPH_SENT, SENT), (GRAPH, SENT, GRAPH_SENT)])
def test_another_kind_starts_from_nothing(settings: Any, live: dict[str, Any], sent: dict[str, Any]) -> None:
    """Neither an option nor a secret of the old kind stays."""
    assert body(settings, stored(live, odd=1, timeout=5)) == sent


def test_a_login_that_goes_takes_its_password_along() -> None:
    """Without a user there is nothing to log in with."""
    assert body(PLAIN, stored(SENT), "username")["auth"] == {"enable": False}


def test_a_server_is_read() -> None:
    """In the inputs' shape, wrappers off and defaults filled in; the secret is reported by a mark alone."""
    auth = {**AUTH, "password": BLOB}
    live = stored({**SENT, "auth": auth, "port": {"$int": "&{esv.port}"}}, smtpProperties=["a=1"], **{"from": ""})
    assert live.inputs.to_props() == {
        "settings": {
            **PLAIN, "port": "&{esv.port}", "username": "mailer", "starttls": False, "ssl": False, "timeout": 300000,
            "write_timeout": 300000, "connection_timeout": 300000, "thread_pool_size": 20, "debug": False,
            "international_addresses": False, "smtp_properties": {"a": "1"},
        },
        "enabled": True,
    }  # fmt: skip
    assert live.attributes == {
        "type": "smtp", "host": "smtp.one.example", "port": {"$int": "&{esv.port}"}, "auth.username": "mailer",
        "from": "", "smtpProperties": ["a=1"],
        "secret_digests": {"password": mapping.digest_of(BLOB, "tenant.example")},
    }  # fmt: skip
    assert live.secret_digests == live.attributes["secret_digests"]
    assert live.raw == {**SENT, "auth": auth, "port": {"$int": "&{esv.port}"}, "smtpProperties": ["a=1"], "from": ""}
    assert live.identity_attributes == {"type": "smtp"}
    assert live.identity == {**PLAIN, "port": "&{esv.port}", "username": "mailer"}
    assert live.describe() == "smtp smtp.one.example as mailer"


def test_a_server_without_a_login_is_read() -> None:
    """A user that is stored and not used is none; a missing switch means that it is used."""
    off = stored({"host": "a.example", "port": 25, "auth": {"enable": False, "username": "mailer"}})
    assert "username" not in off.inputs.settings
    assert (off.secret_digests, off.describe()) == ({}, "smtp a.example")
    assert off.identity_attributes == {"type": off.attributes["type"]} == {"type": "smtp"}
    assert stored({"host": "a.example", "auth": {"username": "mailer"}}).inputs.settings["username"] == "mailer"
    assert (
        stored({"host": "a.example", "auth": {"enable": {"$bool": "&{esv.on}"}, "username": "x"}}).inputs.settings[
            "username"
        ]
        == "x"
    )


@pytest.mark.parametrize(
    ("secret", "promotable"),
    [(BLOB, None), ("&{esv.p}", True), ("&{esv.p|literal}", None), ("literal", None), (None, True)],
)
def test_what_may_be_promoted(secret: Any, promotable: bool | None) -> None:
    """A secret that the next environment can resolve by itself, or none."""
    auth = {key: value for key, value in {**AUTH, "password": secret}.items() if value is not None}
    assert stored({**SENT, "auth": auth}).inputs.settings.get("promotable") is promotable


def test_the_platforms_own_sender_is_read() -> None:
    """As a kind of its own, of which nothing is shown; the document is kept to put it back."""
    stock = {"host": "&{aic.host}", "auth": {"enable": True, "password": "&{aic.pass}"}}
    live = stored(stock)
    assert live.inputs.to_props() == {"settings": {"kind": "pingone_aic.built_in"}, "enabled": True}
    assert (live.is_built_in, live.raw, live.secret_digests) == (True, stock, {})
    assert live.attributes == live.identity_attributes == {"type": "built-in"}


def test_graph_is_read() -> None:
    """Of its addresses only the host identifies it: a path may be a key."""
    live = stored(GRAPH_SENT, **{"from": "a@b.example"})
    settings = {name: value for name, value in GRAPH.items() if name != "client_secret"}
    assert live.inputs.to_props() == {"settings": settings, "enabled": True, "from_address": "a@b.example"}
    assert live.identity_attributes == {"type": live.attributes["type"]} == {"type": "msgraph"}
    assert live.describe() == "ms_graph https://graph.example as app"
    assert live.secret_digests == {"client_secret": mapping.digest_of("canary-client", "tenant.example")}
    assert "canary-client" not in f"{live.attributes} {live.identity}"


def test_what_a_creation_comes_to() -> None:
    """The attributes without the mark of a secret, which nobody knows before it is stored."""
    expected = {name: value for name, value in stored(SENT).attributes.items() if name != "secret_digests"}
    assert mapping.created_attributes(ProviderInputs(SMTP)) == expected
    assert mapping.created_attributes(ProviderInputs({"kind": "pingone_aic.built_in"})) == {"type": "built-in"}
    assert mapping.created_attributes(ProviderInputs(GRAPH))["auth.clientId"] == "app"


@pytest.mark.parametrize(
    ("change", "alike"),
    [
        ({}, True),
        ({"timeout": 5}, True),
        ({"host": "smtp.two.example"}, False),
        ({"port": 25}, False),
        ({"username": "other"}, False),
        ({"username": None}, False),
    ],
)
def test_a_secret_belongs_to_kind_host_and_user(change: dict[str, Any], alike: bool) -> None:
    """A blob goes back only with what it was given for."""
    assert mapping.is_bound_alike(stored(SENT), ProviderInputs({**SMTP, **change})) is alike
    assert not mapping.is_bound_alike(stored(SENT), ProviderInputs(GRAPH))
    assert not mapping.is_bound_alike(stored(GRAPH_SENT), ProviderInputs(SMTP))


def test_what_is_compared_is_complete() -> None:
    """The defaults of a server are filled in, those of Graph are none of ours; the order of properties is none."""
    assert mapping.normalize({"_id": "x", "host": "a", "auth": {"username": "u"}, "smtpProperties": ["b", "a"]}) == {
        "type": "smtp", "host": "a", "auth": {"username": "u", "type": "basic"}, "smtpProperties": ["a", "b"],
        "starttls": {"enable": False}, "ssl": {"enable": False}, "timeout": 300000, "writetimeout": 300000,
        "connectiontimeout": 300000, "threadPoolSize": 20, "debug": False,
    }  # fmt: skip
    assert mapping.normalize(GRAPH_SENT) == {**GRAPH_SENT, "smtpProperties": []}
    full = {"auth": {"type": "oauth2"}, "timeout": 5, "starttls": {"enable": True}}
    found = mapping.normalize(full)
    assert (found["auth"], found["timeout"], found["starttls"]) == ({"type": "oauth2"}, 5, {"enable": True})
    assert full == {"auth": {"type": "oauth2"}, "timeout": 5, "starttls": {"enable": True}}


def test_the_secret_is_where_the_kind_has_it() -> None:
    """The built-in sender has none that is ours, and needs none to have arrived."""
    assert mapping.secret_of(SENT) == "canary-password"
    assert mapping.secret_of(GRAPH_SENT) == "canary-client"
    stock = {"host": "&{aic.host}", "auth": {"enable": True, "password": "&{aic.pass}"}}
    assert mapping.secret_of(stock) is None
    assert mapping.secret_of({"host": "a", "auth": "odd"}) is None
    assert mapping.has_arrived(stock, {**stock, "_rev": "2", "type": "smtp"}, None)
    assert not mapping.has_arrived(stock, {**stock, "port": 1}, None)


@pytest.mark.parametrize(
    ("read", "came"),
    [
        ({**GRAPH_SENT, "auth": {**GRAPH_AUTH, "clientSecret": BLOB}}, True),
        ({**GRAPH_SENT, "auth": {**GRAPH_AUTH, "clientSecret": BLOB, "clientId": "other"}}, False),
        ({**GRAPH_SENT, "auth": {**GRAPH_AUTH, "clientSecret": "other"}}, False),
        ({**GRAPH_SENT, "auth": {key: value for key, value in GRAPH_AUTH.items() if key != "clientSecret"}}, False),
    ],
)
def test_graph_has_arrived_with_its_own_secret(read: dict[str, Any], came: bool) -> None:
    """In the place where Graph has it."""
    assert mapping.has_arrived(GRAPH_SENT, read, None) is came


@pytest.mark.parametrize(
    ("kind", "path", "place"),
    [
        ("pingone_aic.smtp", "from_address", ("from",)),
        ("pingone_aic.smtp", "settings.username", ("auth.username",)),
        ("pingone_aic.smtp", "settings.starttls", ("starttls.enable",)),
        ("pingone_aic.smtp", "settings.smtp_properties.a", ("smtpProperties",)),
        ("pingone_aic.ms_graph", "settings.client_id", ("auth.clientId",)),
        ("pingone_aic.ms_graph", "settings.scopes.0", ("auth.scope",)),
        ("pingone_aic.odd", "settings.host", ("smtpProperties",)),
        ("pingone_aic.template", "settings.from_address", ("from",)),
    ],
)
def test_an_input_is_repeated_at_its_place(kind: str, path: str, place: tuple[str, ...]) -> None:
    """A fact is secret where the input that it repeats is."""
    assert mapping.attribute_paths(kind, path) == (place,)
