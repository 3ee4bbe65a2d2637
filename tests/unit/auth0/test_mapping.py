"""Inputs to wire documents and back: the smallest body, nothing of an old kind, nothing secret in what is recorded."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

import pytest

from tenant_email.input_diff import InputDiff
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.platforms.auth0 import dialect, mapping, templates
from tenant_email.redaction.secrets import Secret

KEY = Secret("canary-api-key")
SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer", "password": KEY}
WIRE_SMTP = {
    "smtp_host": "smtp.one.example",
    "smtp_port": 587,
    "smtp_user": "mailer",
    "smtp_pass": "canary-api-key",
}
OTHER = {"kind": "auth0.other", "name": "pigeon", "credentials": {"token": KEY}, "settings": {"a": {"b": 1}}}
TEMPLATE = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "<p>Hi</p>"}


def change(*settings: str, fields: tuple[str, ...] = (), **more: Any) -> InputDiff:
    """Returns a change of these settings."""
    return InputDiff(frozenset(fields), frozenset(settings), **more)


@pytest.mark.parametrize(
    ("desired", "body"),
    [
        (
            {"settings": SMTP, "enabled": False, "from_address": "a@b.example"},
            {"enabled": False, "default_from_address": "a@b.example", "name": "smtp", "credentials": WIRE_SMTP},
        ),
        (
            {"settings": {**SMTP, "x_mc_view_content_link": True, "x_ses_configuration_set": "mail"}},
            {
                "name": "smtp",
                "credentials": WIRE_SMTP,
                "settings": {"headers": {"X-MC-ViewContentLink": "true", "X-SES-Configuration-Set": "mail"}},
            },
        ),
        (
            {"settings": OTHER},
            {"name": "pigeon", "credentials": {"token": "canary-api-key"}, "settings": {"a": {"b": 1}}},
        ),
        ({"settings": {"kind": "auth0.custom"}}, {"name": "custom", "credentials": {}}),
    ],
)
def test_a_post_has_everything_that_is_given(desired: dict[str, Any], body: dict[str, Any]) -> None:
    """Credentials under the API's names, options in their groups, and no options where there are none."""
    assert mapping.provider_body(ProviderInputs.from_props(desired), None) == body


@pytest.mark.parametrize(
    ("desired", "found", "body"),
    [
        ({"settings": SMTP, "enabled": True, "from_address": "a@b.example"}, change(fields=("from_address",)),
         {"default_from_address": "a@b.example"}),
        ({"settings": SMTP, "enabled": True}, change(fields=("from_address", "enabled")),
         {"default_from_address": "", "enabled": True}),
        ({"settings": SMTP}, change("password", credentials=True), {"name": "smtp", "credentials": WIRE_SMTP}),
        ({"settings": {**SMTP, "x_ses_configuration_set": "Mail"}}, change("x_ses_configuration_set"),
         {"settings": {"headers": {"X-SES-Configuration-Set": "Mail"}}}),
        ({"settings": SMTP}, change("x_ses_configuration_set"), {"settings": {}}),
        ({"settings": SMTP}, change("kind", kind=True, credentials=True),
         {"name": "smtp", "credentials": WIRE_SMTP, "settings": {}}),
        ({"settings": OTHER}, change("settings"), {"settings": {"a": {"b": 1}}}),
        ({"settings": {**OTHER, "settings": None}}, change("name", credentials=True),
         {"name": "pigeon", "credentials": {"token": "canary-api-key"}, "settings": {}}),
        ({"settings": SMTP}, change("api_key"), {}),
    ],
)  # fmt: skip
def test_a_patch_has_what_changed_alone(desired: dict[str, Any], found: InputDiff, body: dict[str, Any]) -> None:
    """Credentials go whole with their name or not at all; another kind clears the options; what is gone is cleared."""
    assert mapping.provider_body(ProviderInputs.from_props(desired), found) == body


FLAG, SET = "X-MC-ViewContentLink", "X-SES-Configuration-Set"
THEIRS: Final[dict[str, dict[str, Any]]] = {
    "headers": {FLAG: "true", SET: "old", "console": "theirs"},
    "message": {"odd": 1},
}


@pytest.mark.parametrize(
    ("given", "found", "options"),
    [
        ({"x_ses_configuration_set": "new"}, change("x_ses_configuration_set"),
         {**THEIRS, "headers": {**THEIRS["headers"], SET: "new"}}),
        ({}, change("x_ses_configuration_set"), {**THEIRS, "headers": {FLAG: "true", "console": "theirs"}}),
        ({}, change("x_ses_configuration_set", "x_mc_view_content_link"), {**THEIRS, "headers": {"console": "theirs"}}),
        ({"x_ses_configuration_set": "new"}, change("x_ses_configuration_set", "kind", kind=True, credentials=True),
         {"headers": {SET: "new"}}),
        ({}, change("kind", kind=True, credentials=True), {}),
        ({}, change("password", credentials=True), None),
        ({}, change(fields=("enabled",)), None),
        ({}, None, None),
    ],
)  # fmt: skip
def test_options_are_laid_over_those_of_the_same_kind(
    given: dict[str, Any], found: InputDiff | None, options: dict[str, Any] | None
) -> None:
    """What nobody manages stays, what is taken out goes, another kind begins empty; what was read is as it was."""
    shown = {name: value for name, value in WIRE_SMTP.items() if name != "smtp_pass"}
    live = mapping.provider_live({"name": "smtp", "credentials": shown, "settings": deepcopy(THEIRS)})
    desired = ProviderInputs({**SMTP, **given}, enabled=True)
    assert mapping.provider_body(desired, found, live).get("settings") == options
    assert live.attributes["settings"] == THEIRS
    another = mapping.provider_live({"name": "ses", "credentials": {}, "settings": THEIRS})
    mine = {"headers": {SET: "new"}} if given else {}
    # With its name the credentials take another kind's place, whose options are gone then.
    sent = options is not None or (found is not None and found.credentials)
    assert mapping.provider_body(desired, found, another).get("settings") == (mine if sent else None)


def test_only_options_of_the_same_kind_need_a_look() -> None:
    """Not the first write, not another kind, and nothing but options."""
    desired = ProviderInputs(SMTP)
    assert mapping.replaces_options(desired, change("x_msys_api", "host"))
    for found in (None, change("x_msys_api", kind=True), change("host"), change(fields=("enabled",))):
        assert not mapping.replaces_options(desired, found)


def test_a_provider_is_read_in_the_shape_of_the_inputs() -> None:
    """Hidden credentials are absent, an empty sender is none, and a text flag is a boolean again."""
    shown = {name: value for name, value in WIRE_SMTP.items() if name != "smtp_pass"}
    headers = {"headers": {"X-MC-ViewContentLink": "true", "X-MSYS_API": None}}
    live = mapping.provider_live(
        {"name": "smtp", "credentials": shown, "settings": headers, "default_from_address": ""}
    )
    plain = {name: value for name, value in SMTP.items() if name != "password"}
    assert live.inputs.to_props() == {"settings": {**plain, "x_mc_view_content_link": True}, "enabled": True}
    assert live.attributes == {
        "name": "smtp", "credentials": shown, "settings": headers, "enabled": True, "default_from_address": None,
    }  # fmt: skip
    off = mapping.provider_live(
        {"name": "smtp", "settings": {"headers": {"X-MC-ViewContentLink": "false"}}, "enabled": False}
    )
    assert off.inputs.to_props() == {
        "settings": {"kind": "auth0.smtp", "x_mc_view_content_link": False},
        "enabled": False,
    }


def test_an_option_that_is_not_shown_is_none() -> None:
    """A text is itself, a flag that nobody set is not a false one, and of a removed group nothing is left."""
    shown = mapping.provider_live({"name": "smtp", "settings": {"headers": {"X-SES-Configuration-Set": "mail"}}})
    assert shown.inputs.settings == {"kind": "auth0.smtp", "x_ses_configuration_set": "mail"}
    assert mapping.provider_live({"name": "smtp", "settings": {"headers": None}}).inputs.settings == {
        "kind": "auth0.smtp"
    }


def test_what_a_creation_comes_to() -> None:
    """It shows what was given, and of the credentials those that the API shows."""
    assert mapping.created_attributes(ProviderInputs(SMTP, from_address="a@b.example")) == {
        "name": "smtp",
        "credentials": {name: value for name, value in WIRE_SMTP.items() if name != "smtp_pass"},
        "settings": {},
        "enabled": True,
        "default_from_address": "a@b.example",
    }


@pytest.mark.parametrize(
    ("kind", "path", "place"),
    [
        ("auth0.smtp", "from_address", ("default_from_address",)),
        ("auth0.template", "enabled", ("enabled",)),
        ("auth0.smtp", "settings.username", ("credentials", "smtp_user")),
        ("auth0.ses", "settings.access_key_id", ("credentials", "accessKeyId")),
        ("auth0.smtp", "settings.x_msys_api", ("settings", "headers", "X-MSYS_API")),
        ("auth0.smtp", "settings.x_msys_api.options", ("settings", "headers", "X-MSYS_API")),
        ("auth0.smtp", "settings.odd", ("settings",)),
        ("auth0.other", "settings.settings.a", ("settings",)),
        ("auth0.template", "settings.from_address", ("from",)),
        ("auth0.template", "settings.subject", ("subject",)),
        ("auth0.template", "settings.odd", ()),
    ],
)
def test_an_input_is_repeated_at_its_place(kind: str, path: str, place: tuple[str, ...]) -> None:
    """A fact is secret where the input that it repeats is; what has no place of its own may be anywhere."""
    assert mapping.attribute_paths(kind, path) == (place,)


@pytest.mark.parametrize(
    ("name", "credentials"),
    [
        ("smtp", {**WIRE_SMTP}),
        ("sendgrid", {"api_key": "canary-api-key"}),
        ("ses", {"accessKeyId": "canary-api-key", "secretAccessKey": "canary-api-key", "region": "eu-west-1"}),
        ("pigeon", {"token": "canary-api-key"}),
    ],
)
def test_no_fact_holds_a_secret(name: str, credentials: dict[str, Any]) -> None:
    """Should a tenant show what is hidden today, or a kind that is newer than us, nothing of it is recorded."""
    live = mapping.provider_live({"name": name, "credentials": credentials, "default_from_address": "a@b.example"})
    assert "canary" not in f"{live.attributes} {live.identity_attributes} {live.identity}"
    assert live.inputs.from_address == "a@b.example"
    assert live.identity_attributes == {"name": name}


@pytest.mark.parametrize(
    ("name", "credentials", "identity"),
    [
        ("smtp", WIRE_SMTP, {"host": "smtp.one.example", "port": 587, "username": "mailer"}),
        ("mailgun", {"domain": "mg.one.example", "region": None}, {"domain": "mg.one.example"}),
        ("sendgrid", {}, {}),
        ("custom", {}, {}),
    ],
)
def test_what_tells_a_provider_from_another(name: str, credentials: dict[str, Any], identity: dict[str, Any]) -> None:
    """Its kind, and what of its credentials anyone may see."""
    live = mapping.provider_live({"name": name, "credentials": credentials})
    assert live.identity == {"kind": f"auth0.{name}", **identity}


def test_a_kind_that_is_newer_than_us_is_an_other() -> None:
    """It keeps its name, and its options where there are any."""
    assert mapping.provider_live({"name": "pigeon", "settings": {"a": 1}}).inputs.settings == {
        "kind": "auth0.other", "name": "pigeon", "settings": {"a": 1},
    }  # fmt: skip
    assert mapping.provider_live({"name": "pigeon"}).inputs.settings == {"kind": "auth0.other", "name": "pigeon"}
    assert mapping.provider_live({"name": "pigeon"}).attributes["credentials"] == {}
    assert mapping.provider_live({"name": "pigeon"}).identity == {"kind": "auth0.other", "name": "pigeon"}


def test_a_template_is_written() -> None:
    """A POST has the fields that the API requires; a PATCH what changed, cleared to the default where it is gone."""
    assert templates.body_of({**TEMPLATE, "enabled": False, "result_url": None}, None) == {
        "from": "", "template": "welcome_email", "subject": "Hi", "body": "<p>Hi</p>", "enabled": False,
    }  # fmt: skip
    assert templates.body_of({**TEMPLATE, "from_address": "a@b.example"}, None)["from"] == "a@b.example"
    found = change("kind", "template", "subject", "from_address", "url_lifetime_in_seconds", "result_url", "syntax")
    assert templates.body_of(TEMPLATE, found) == {
        "from": "", "resultUrl": None, "subject": "Hi", "syntax": "liquid", "urlLifetimeInSeconds": 432_000,
    }  # fmt: skip
    gone = change("enabled", "include_email_in_redirect")
    assert templates.body_of(TEMPLATE, gone) == {"enabled": True, "includeEmailInRedirect": True}


def test_a_template_is_read() -> None:
    """A text that was never set is an empty one; whole numbers are whole."""
    document = {"template": "welcome_email", "subject": "", "body": "x", "urlLifetimeInSeconds": 60.0, "from": ""}
    live = templates.live_of({**document, "odd": 1})
    assert live.inputs.to_props() == {"settings": {
        "kind": "auth0.template", "template": "welcome_email", "subject": "", "body": "x", "from_address": "",
        "result_url": "", "url_lifetime_in_seconds": 60,
    }}  # fmt: skip
    assert isinstance(live.inputs.settings["url_lifetime_in_seconds"], int)
    assert live.attributes == document
    assert templates.comparable({"syntax": "x"}) == {
        "from": "", "syntax": "x", "enabled": True, "urlLifetimeInSeconds": 432_000, "includeEmailInRedirect": True,
        "resultUrl": None,
    }  # fmt: skip


def test_a_template_is_put_back() -> None:
    """What it had then is written; what it did not have is cleared only where we gave it."""
    snapshot = {"template": "welcome_email", "subject": "Old", "from": "old@b.example"}
    assert templates.restore_body(snapshot, {**TEMPLATE, "result_url": "https://a.example"}) == {
        "subject": "Old", "from": "old@b.example", "body": None, "resultUrl": None,
    }  # fmt: skip
    given = {"from_address": "a@b.example", "enabled": False, "url_lifetime_in_seconds": 60, "syntax": "other"}
    assert templates.restore_body({"template": "welcome_email"}, given) == {
        "from": "", "enabled": True, "urlLifetimeInSeconds": 432_000, "syntax": "liquid",
    }  # fmt: skip


PREFIX = "Payload validation error: 'No (or more than one) schemas match'. Inner errors: ["
UNKNOWN_KEY = (
    "Payload validation error: 'Additional properties not allowed: smtp_host, smtp_pass' on property credentials. "
)


@pytest.mark.parametrize(
    ("inner", "kind", "told"),
    [
        (
            f"{UNKNOWN_KEY}(also) Payload validation error: 'Missing' on property credentials.smtp_pass.]",
            "auth0.smtp",
            "'Missing' on property credentials.smtp_pass",
        ),
        ("one (also) 'short' on property credentials.smtp_port (also) two]", "auth0.smtp",
         "'short' on property credentials.smtp_port"),
        ("one (also) two]", "auth0.smtp", "one"),
        ("two (also) one]", "auth0.smtp", "two"),
        ("two Inner errors: [one]", "auth0.smtp", "two Inner errors: [one"),
        ("'Additional properties not allowed: smtp_pass' on property 'credentials' (also) two]", "auth0.smtp", "two"),
        ("'Additional properties not allowed: x, smtp_pass, y' on property x (also) two]", "auth0.smtp", "two"),
        (f"{UNKNOWN_KEY}]", "auth0.sendgrid", UNKNOWN_KEY.removeprefix("Payload validation error: ").strip(" .")),
    ],
)  # fmt: skip
def test_a_refusal_is_reported_for_the_kind_in_use(inner: str, kind: str, told: str) -> None:
    """Auth0 lists what is wrong for every kind; what names one of our own credentials says most."""
    assert dialect.plain_error(PREFIX + inner, kind) == told


@pytest.mark.parametrize(
    ("text", "kind"),
    [("plain", "auth0.smtp"), (f"{PREFIX}one]", "auth0.other"), (f"{PREFIX}{UNKNOWN_KEY}]", "auth0.smtp")],
)
def test_what_cannot_be_reduced_is_reported_whole(text: str, kind: str) -> None:
    """Another text, a kind that is newer than us, and a list that has nothing for this kind."""
    assert dialect.plain_error(text, kind) == text
