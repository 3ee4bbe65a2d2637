"""What a write makes of the settings given and of what is there: what stays, what goes with its host, what is read."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tenant_email.errors import InvalidSettings
from tenant_email.input_diff import InputDiff
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.platforms.logto import mapping
from tenant_email.platforms.logto.mapping import Stored
from tenant_email.platforms.logto.texts import REQUIRED
from tenant_email.redaction.secrets import Secret

SMTP, HTTP, SES = "simple-mail-transfer-protocol", "http-email", "aws-ses-mail"
PASSWORD = Secret("canary-password")
LOGIN: dict[str, Any] = {"kind": "logto.smtp", "host": "one.example", "port": 587, "username": "mailer"}
FULL: dict[str, Any] = {**LOGIN, "password": PASSWORD}
TEXTS = {usage: {"subject": "Hi", "content": "{{code}}", "content_type": "text/html"} for usage in REQUIRED}
WIRE_TEXTS = [
    {"usageType": usage, "subject": "Hi", "content": "{{code}}", "contentType": "text/html"} for usage in REQUIRED
]
CONFIG: dict[str, Any] = {
    "host": "one.example",
    "port": 587,
    "auth": {"type": "login", "user": "mailer", "pass": "canary-password"},
    "fromEmail": "a@b.example",
    "templates": WIRE_TEXTS,
}


def there(settings: dict[str, Any], **more: Any) -> Stored:
    """Returns a connector as it was just read."""
    usual: dict[str, Any] = {"id": "c1", "factory": SMTP, "settings": settings, "from_address": "a@b.example"}
    return Stored(**{**usual, **more})


def merged(settings: dict[str, Any], stored: Stored, change: InputDiff | None = None, **more: Any) -> Stored:
    """Returns the connector as it is to be."""
    return mapping.merge(ProviderInputs(settings, **more), change, stored)


def test_a_connector_is_read() -> None:
    """Each field under our name, secrets wrapped, and beside it what is none of ours."""
    stored = mapping.read({"id": "c1", "connectorId": SMTP, "config": {**CONFIG, "odd": {"a": 1}}})
    assert stored == Stored("c1", SMTP, {**FULL, "templates": TEXTS}, "a@b.example", {"odd": {"a": 1}})
    assert mapping.read({"id": "c1", "connectorId": SMTP, "config": None}).settings == {"kind": f"logto.{SMTP}"}
    bare = mapping.read({"id": "c2", "connectorId": HTTP, "config": {"endpoint": "https://a.example", "": "odd"}})
    assert bare == Stored("c2", HTTP, {"kind": "logto.http", "endpoint": "https://a.example"}, "odd", {"": "odd"})


def test_a_connector_of_nobody_is_kept_whole() -> None:
    """What no kind of ours stands for is beside it."""
    stored = mapping.read({"id": "c1", "connectorId": "own-sender", "config": {"a": 1}})
    assert stored == Stored("c1", "own-sender", {"kind": "logto.own-sender"}, None, {"a": 1})
    assert stored.kind is None
    assert Stored().kind is None


def test_a_private_key_may_stand_alone() -> None:
    """Without an object around it: then nothing is its passphrase."""
    auth = {"type": "oauth2", "user": "mailer", "serviceClient": "app", "privateKey": "canary-key"}
    settings = mapping.read({"id": "c1", "connectorId": SMTP, "config": {**CONFIG, "auth": auth}}).settings
    assert settings["kind"] == "logto.smtp_oauth2_key"
    assert settings["private_key"].reveal() == "canary-key"
    assert "private_key_passphrase" not in settings


def test_a_config_is_made() -> None:
    """With the login's form, the sender under the factory's name, and the texts."""
    assert mapping.to_config({**FULL, "templates": TEXTS}, "a@b.example") == CONFIG
    made = mapping.to_config({**FULL, "templates": TEXTS}, None)
    assert "fromEmail" not in made
    hook = {"kind": "logto.http", "endpoint": "https://a.example", "authorization": Secret("")}
    assert mapping.to_config(hook, "a@b.example") == {"endpoint": "https://a.example"}
    assert mapping.to_config({**FULL, "username": "", "templates": TEXTS}, None)["auth"]["user"] == ""


def test_what_was_recorded_is_recalled() -> None:
    """Which connector it is, not what it holds; a state of an earlier release may lack any of it."""
    attributes = {"id": "c1", "factory": SMTP, "settings": LOGIN, "from_address": "a@b.example", "hidden": ["password"]}
    assert mapping.read_attributes(attributes) == Stored("c1", SMTP)
    assert mapping.read_attributes({}) == Stored()


def test_what_is_not_given_stays() -> None:
    """Options, texts, the secret, the sender, and what is none of ours; the id stays too."""
    stored = there({**FULL, "reply_to": "r@b.example", "templates": TEXTS}, others={"odd": 1})
    target = merged({**LOGIN, "port": 587, "ehlo_name": "me"}, stored, InputDiff(settings=frozenset({"ehlo_name"})))
    assert target == Stored(
        "c1",
        SMTP,
        {**FULL, "reply_to": "r@b.example", "templates": TEXTS, "ehlo_name": "me"},
        "a@b.example",
        {"odd": 1},
    )


def test_what_the_user_removed_goes() -> None:
    """An option and the sender; a secret that is only left out means: keep it."""
    change = InputDiff(frozenset({"from_address"}), frozenset({"reply_to", "password"}))
    target = merged(LOGIN, there({**FULL, "reply_to": "r@b.example"}), change)
    assert (target.settings, target.from_address) == (FULL, None)
    assert merged(LOGIN, there(FULL), InputDiff()).from_address == "a@b.example"
    assert merged(LOGIN, there(FULL), None).from_address == "a@b.example"
    assert merged(LOGIN, there(FULL), change, from_address="c@d.example").from_address == "c@d.example"


def test_what_may_hold_a_secret_goes_with_its_host() -> None:
    """Headers and TLS options stay behind, and are named; what is given goes along."""
    held = {**FULL, "tls": {"ca": "x"}, "custom_headers": {"a": "b"}}
    stored, moved = there(held), {**FULL, "host": "two.example"}
    target = merged(moved, stored)
    assert target.settings == moved
    assert mapping.options_left_behind(stored, target) == ["custom_headers", "tls"]
    target = merged({**moved, "tls": {"ca": "y"}}, stored)
    assert target.settings == {**moved, "tls": {"ca": "y"}}
    assert mapping.options_left_behind(stored, target) == ["custom_headers"]
    assert mapping.options_left_behind(stored, merged(FULL, stored)) == []
    assert merged(FULL, stored).settings == held
    removed = merged(FULL, stored, InputDiff(settings=frozenset({"tls"})))
    assert removed.settings == {**FULL, "custom_headers": {"a": "b"}}
    assert mapping.options_left_behind(stored, removed) == []
    both = InputDiff(settings=frozenset({"host", "reply_to"}))
    assert merged(moved, there({**held, "reply_to": "r@b.example"}), both).settings == moved
    assert mapping.options_left_behind(stored, Stored("c1", HTTP, {"kind": "logto.http"})) == []


@pytest.mark.parametrize("change", [{"host": "two.example"}, {"port": 25}, {"username": "other"}])
def test_a_stored_secret_is_not_handed_over(change: dict[str, Any]) -> None:
    """To another host, another port or another user it goes only from the program."""
    with pytest.raises(InvalidSettings, match=r"settings\.password: is stored in the tenant for another"):
        merged({**LOGIN, **change}, there(FULL))
    assert merged({**FULL, **change}, there(FULL)).settings == {**FULL, **change}


def test_every_secret_that_would_be_handed_over_is_named() -> None:
    """In order, and with a way to do without it where there is one."""
    token: dict[str, Any] = {
        "kind": "logto.smtp_oauth2_token",
        "host": "one.example",
        "port": 587,
        "username": "mailer",
    }
    token |= {"client_id": "app", "access_url": "https://login.example"}
    secrets = dict.fromkeys(("refresh_token", "client_secret", "access_token"), PASSWORD)
    with pytest.raises(InvalidSettings) as refused:
        merged({**token, "host": "two.example", "port": 25}, there({**token, **secrets}))
    problems = refused.value.problems
    assert [problem.path for problem in problems] == [
        f"settings.{name}" for name in ("access_token", "client_secret", "refresh_token")
    ]
    assert ["or to ''" in problem.remedy for problem in problems] == [True, False, False]
    assert "another host and port" in problems[0].what
    assert problems[1].remedy.startswith("Set settings.client_secret: a stored secret is never sent to a host")
    assert str(refused.value).startswith("logto: settings.access_token: is stored")


@pytest.mark.parametrize(
    ("held", "given", "id_", "secure"),
    [
        ({"port": 587}, {"port": 465}, "c1", True),
        ({"port": 465}, {"port": 465}, "c1", None),
        ({"port": 465, "secure": True}, {"port": 587}, "c1", None),
        ({"port": 465, "secure": True}, {"port": 465}, "c1", True),
        ({"port": 465}, {"port": 465, "host": "two.example"}, "c1", True),
        ({"port": 465}, {"port": 465}, "", True),
        ({"port": 465}, {"port": 465, "secure": False}, "c1", False),
    ],
)
def test_tls_goes_with_the_port(held: Any, given: Any, id_: str, secure: bool | None) -> None:
    """Derived for a server that is new to the connector; at the one that it has, what is not given is not managed."""
    plain = {"kind": "logto.smtp_anonymous", "host": "one.example"}
    target = merged({**plain, **given}, there({**plain, **held}, id=id_))
    assert target.settings.get("secure") is secure


def test_tls_that_the_user_removed_is_derived_again() -> None:
    """Port 465 begins with TLS, whatever was said before."""
    held = {"kind": "logto.smtp_anonymous", "host": "one.example", "port": 465, "secure": False}
    given = {name: value for name, value in held.items() if name != "secure"}
    assert merged(given, there(held), InputDiff(settings=frozenset({"secure"}))).settings["secure"] is True


@pytest.mark.parametrize(
    ("kind", "factory", "settings"),
    [
        ("logto.smtp_anonymous", SMTP, {"templates": TEXTS}),
        ("logto.http", HTTP, {}),
    ],
)
def test_another_kind_keeps_the_texts_alone(kind: str, factory: str, settings: dict[str, Any]) -> None:
    """And these only from one way to log in to another; of another factory nothing stays, the sender neither."""
    stored = there({**FULL, "reply_to": "r@b.example", "templates": TEXTS}, others={"odd": 1})
    target = merged({"kind": kind}, stored)
    same = factory == SMTP
    assert target == Stored(
        "c1", factory, {"kind": kind, **settings}, "a@b.example" if same else None, {"odd": 1} if same else {}
    )
    assert merged({"kind": "logto.smtp_anonymous"}, there(FULL)).settings == {"kind": "logto.smtp_anonymous"}
    assert merged({"kind": "logto.http"}, there({"kind": "logto.own"}, factory="own")).settings == {
        "kind": "logto.http"
    }


def test_what_a_config_lacks_is_named() -> None:
    """What a first write must have, the sender, and each text that Logto requires."""
    lacking = {"kind": "logto.mailgun", "domain": "b.example", "deliveries": {"SignIn": {"subject": "x", "html": "y"}}}
    with pytest.raises(InvalidSettings) as refused:
        mapping.provider_body(Stored(factory="mailgun-email", settings=lacking), "logto b.example")
    assert [problem.path for problem in refused.value.problems] == [
        "settings.api_key", "from_address", "settings.deliveries.Generic",
    ]  # fmt: skip
    assert str(refused.value).startswith("logto b.example: settings.api_key: is missing\nSet settings.api_key.")
    empty = {"kind": "logto.http", "endpoint": ""}
    with pytest.raises(InvalidSettings, match=r"^logto b\.example: settings\.endpoint: is missing"):
        mapping.provider_body(Stored(factory=HTTP, settings=empty), "logto b.example")
    aliases = {"kind": "logto.postmark", "server_token": Secret("canary-token")}
    with pytest.raises(InvalidSettings) as refused:
        mapping.provider_body(Stored(factory="postmark-mail", settings=aliases, from_address="a@b.example"), "x")
    assert [problem.path for problem in refused.value.problems] == [f"settings.templates.{usage}" for usage in REQUIRED]
    assert mapping.provider_body(there({**FULL, "templates": TEXTS}, others={"odd": 1, "none": ""}), "x") == {
        **CONFIG,
        "odd": 1,
    }


def test_what_is_live() -> None:
    """An optional secret that is not there is an empty one; attributes name what they do not show."""
    key = Secret("canary-key")
    settings = {"kind": "logto.smtp_oauth2_key", "host": "one.example", "private_key": key, "tls": {"ca": "canary"}}
    live = mapping.provider_live(there(settings, others={"odd": "canary"}), lambda: "described")
    assert live.inputs.to_props() == {
        "settings": {**settings, "private_key_passphrase": Secret("")}, "enabled": True, "from_address": "a@b.example",
    }  # fmt: skip
    assert live.attributes == {
        "id": "c1", "factory": SMTP, "settings": {"kind": settings["kind"], "host": "one.example"},
        "from_address": "a@b.example", "hidden": ["odd", "private_key", "tls"],
    }  # fmt: skip
    assert (live.id, live.describe(), live.raw.settings) == ("c1", "described", settings)
    assert live.identity_attributes == {"id": "c1", "factory": SMTP, "settings": live.identity}
    assert live.identity == {"kind": settings["kind"], "host": "one.example"}
    salted = hashlib.scrypt(b"canary-key", salt=b"c1/private_key", n=4096, r=8, p=1, dklen=16).hex()
    assert live.secret_digests == {"private_key": salted}
    assert "hidden" not in mapping.provider_live(there({"kind": "logto.http"}), str).attributes
    assert mapping.provider_live(there({"kind": "logto.own"}, others={"a": 1}), str).secret_digests == {}


@pytest.mark.parametrize(
    ("setting", "is_told"),
    [
        ({"password": PASSWORD}, False),
        ({"custom_headers": {"X-Odd": "1"}}, False),
        ({"tls": {"key": "canary-key", "ca": "x"}}, False),
        ({"tls": {"passphrase": "canary"}}, False),
        ({"tls": {"ca": "x"}}, True),
        ({"templates": {"key": TEXTS["Generic"]}}, True),
        ({"host": "key"}, True),
        ({"secure": True}, True),
    ],
)
def test_what_a_program_is_told_of_a_connector(setting: dict[str, Any], is_told: bool) -> None:
    """All that is there, but for secrets and for what only its user can tell from one: an import prints it."""
    told = mapping.provider_live(there({"kind": "logto.smtp", **setting}), str).program_settings
    assert told == {"kind": "logto.smtp", **(setting if is_told else {})}


def test_what_a_creation_comes_to() -> None:
    """The attributes without an id, which nobody knows before Logto gives one."""
    made = mapping.created_attributes(ProviderInputs({**FULL, "templates": TEXTS}, from_address="a@b.example"))
    assert made == {
        "factory": SMTP, "settings": {**LOGIN, "templates": TEXTS}, "from_address": "a@b.example",
        "hidden": ["password"],
    }  # fmt: skip


def test_several_connectors_stand_as_one() -> None:
    """Of a kind that no input names."""
    live = mapping.several(lambda: "described")
    assert live.inputs.to_props() == {"settings": {"kind": mapping.SEVERAL}, "enabled": True}
    assert live.attributes == live.identity_attributes == {"settings": {"kind": mapping.SEVERAL}}
    assert (live.raw, live.describe(), live.id) == (Stored(), "described", "")


@pytest.mark.parametrize(
    ("kind", "path", "place"),
    [
        ("logto.smtp", "from_address", ("from_address",)),
        ("logto.smtp", "settings.username", ("settings", "username")),
        ("logto.smtp", "settings.templates.SignIn", ("settings", "templates", "SignIn")),
        ("logto.template", "settings.language", ("languageTag",)),
        ("logto.template", "settings.type", ("templateType",)),
        ("logto.template", "settings.subject", ("details",)),
        ("logto.template", "settings.language.0", ("languageTag",)),
    ],
)
def test_an_input_is_repeated_at_its_place(kind: str, path: str, place: tuple[str, ...]) -> None:
    """A fact is secret where the input that it repeats is."""
    assert mapping.attribute_paths(kind, path) == (place,)
