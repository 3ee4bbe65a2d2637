"""Between inputs and connectors: what goes there and back, what stays, what never travels."""

from __future__ import annotations

from typing import Any

import pytest

from support.logto import SMTP
from support.logto_corpus import good
from tenant_email.errors import InvalidSettings
from tenant_email.input_diff import InputDiff
from tenant_email.inputs.model import parse, reveal
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.platforms.logto import mapping
from tenant_email.platforms.logto.checks import check_provider
from tenant_email.platforms.logto.clean import clean_config, stripped_paths
from tenant_email.platforms.logto.dialect import LogtoDialect
from tenant_email.platforms.logto.kinds import KINDS
from tenant_email.platforms.logto.models import TRANSPORTS
from tenant_email.platforms.logto.sign_in import dependents, fallback_language

CORPUS = list(good(130, seed=3))


def desired(inputs: dict[str, Any]) -> ProviderInputs:
    """Returns inputs as the lifecycles hand them over, secrets wrapped."""
    model, problems = parse(TRANSPORTS[inputs["settings"]["kind"]], inputs["settings"])
    assert model is not None, problems
    return ProviderInputs.from_props({**inputs, "settings": model.to_props()})


@pytest.mark.parametrize("inputs", CORPUS, ids=range(len(CORPUS)))
def test_what_is_sent_is_read_back(inputs: dict[str, Any]) -> None:
    """A config comes back as the settings and sender that it was made of."""
    wanted = desired(inputs)
    target = mapping.merge(wanted, None, mapping.Stored())
    stored = mapping.read({"id": "x", "connectorId": target.factory, "config": mapping.provider_body(target, "test")})
    kept = {name: value for name, value in stored.settings.items() if name in wanted.settings}
    assert reveal(kept) == reveal(wanted.settings)
    assert stored.from_address == inputs.get("from_address")


@pytest.mark.parametrize("inputs", CORPUS[:26], ids=range(26))
def test_facts_hold_no_secret(inputs: dict[str, Any]) -> None:
    """What is recorded of a connector names its secrets and shows none."""
    wanted = desired(inputs)
    target = mapping.merge(wanted, None, mapping.Stored())
    live = mapping.provider_live(
        mapping.read({"id": "x", "connectorId": target.factory, "config": mapping.provider_body(target, "t")}), str
    )
    secret = KINDS[target.settings["kind"]].secret
    assert not [name for name in secret if name in live.attributes["settings"]]
    assert "corpus" not in str(live.attributes) + str(live.secret_digests) + repr(live)


@pytest.mark.parametrize("inputs", CORPUS[:13], ids=range(13))
def test_every_value_may_be_unknown(inputs: dict[str, Any]) -> None:
    """A preview has no problem with a value that only `up` will know."""
    for name in inputs["settings"].keys() - {"kind"}:
        settings: dict[str, Any] = {**inputs["settings"], name: UNKNOWN}
        model, problems = parse(TRANSPORTS[settings["kind"]], settings)
        assert model is not None, problems
        assert (
            check_provider(
                ProviderInputs.from_props({"tenant": "main", **inputs, "settings": model.to_props()})
            ).problems
            == ()
        )


def test_parts_of_a_text_may_be_unknown() -> None:
    """One text, one subject, or all of them."""
    for templates in ({"SignIn": UNKNOWN}, {"SignIn": {"subject": UNKNOWN, "content": "{{code}}"}}):
        values = {"kind": "logto.sendgrid", "api_key": "key-1", "templates": templates}
        model, problems = parse(TRANSPORTS["logto.sendgrid"], values)
        assert (model is not None, problems) == (True, [])


CLEANED: list[tuple[Any, Any, list[str]]] = [
    ({"a": "", "b": 0, "c": False}, {"b": 0, "c": False}, ["a"]),
    ({"a": {"b": [], "c": None}}, None, ["a.b", "a.c"]),
    ({"a": ["", "x"]}, {"a": ["x"]}, ["a.0"]),
    ({"a": [{}]}, None, ["a.0"]),
    ({"a": " "}, {"a": " "}, []),
]


@pytest.mark.parametrize(("value", "left", "paths"), CLEANED)
def test_cleaning_is_logtos(value: Any, left: Any, paths: list[str]) -> None:
    """docs/contracts/logto.md#clean: empty texts, lists, objects and nulls go; 0, false and spaces stay."""
    assert clean_config(value) == left
    assert stripped_paths(value) == paths


def test_another_kind_keeps_the_texts_and_nothing_else() -> None:
    """A new way to log in to SMTP starts without the old credentials and options."""
    old: dict[str, Any] = {
        "kind": "logto.smtp",
        "host": "a.example",
        "reply_to": "a@b.example",
        "templates": {"SignIn": {}},
    }
    stored = mapping.Stored("x", KINDS["logto.smtp"].factory, old, "a@b.example")
    wanted = ProviderInputs({"kind": "logto.smtp_anonymous", "host": "a.example", "port": 25})
    target = mapping.merge(wanted, InputDiff(kind=True, settings=frozenset({"kind", "username"})), stored)
    assert target.settings == {**wanted.settings, "templates": {"SignIn": {}}}


def test_another_port_takes_its_tls_mode_with_it() -> None:
    """TLS at once, which port 465 brought along, does not stay for 587."""
    old = {"kind": "logto.smtp_anonymous", "host": "a.example", "port": 465, "secure": True}
    stored = mapping.Stored("x", KINDS["logto.smtp_anonymous"].factory, old, "a@b.example")
    wanted = ProviderInputs({"kind": "logto.smtp_anonymous", "host": "a.example", "port": 587})
    target = mapping.merge(wanted, InputDiff(settings=frozenset({"port"})), stored)
    assert "secure" not in mapping.provider_body(target, "logto")


def test_an_incomplete_config_is_never_sent() -> None:
    """What is left after cleaning is validated again; everything missing is named."""
    settings = {"kind": "logto.smtp", "host": "a.example", "port": 25, "username": "mailer"}
    with pytest.raises(InvalidSettings) as refused:
        mapping.provider_body(mapping.Stored(factory=KINDS["logto.smtp"].factory, settings=settings), "logto")
    assert [problem.path for problem in refused.value.problems] == ["settings.password", "from_address"]


@pytest.mark.parametrize(
    ("auth", "kind"),
    [
        ({"user": "a", "pass": "b"}, "logto.smtp"),
        ({"type": "LOGIN", "user": "a"}, "logto.smtp"),
        ({"type": "login"}, "logto.smtp_anonymous"),
        ({"user": "a", "privateKey": "k", "serviceClient": "s"}, "logto.smtp_oauth2_key"),
        ({"type": "OAUTH2", "user": "a"}, "logto.smtp_oauth2_token"),
        (None, "logto.simple-mail-transfer-protocol"),
    ],
)
def test_a_stored_login_tells_its_kind(auth: Any, kind: str) -> None:
    """A connector whose login was stripped is of no kind of ours, so that it differs from all."""
    config = {"host": "a.example", "auth": auth} if auth else {"host": "a.example"}
    document = {"id": "x", "connectorId": "simple-mail-transfer-protocol", "config": config}
    assert mapping.read(document).settings["kind"] == kind


def test_a_key_may_stand_alone_or_with_its_passphrase() -> None:
    """Both forms that Logto stores are read."""
    base = {"user": "a", "serviceClient": "s"}
    found = [
        reveal(
            mapping.read(
                {
                    "id": "x",
                    "connectorId": "simple-mail-transfer-protocol",
                    "config": {"auth": {**base, "privateKey": key}},
                }
            ).settings
        )
        for key in ("plain-key-1", {"key": "plain-key-1", "passphrase": "words-1"})
    ]
    assert [each["private_key"] for each in found] == ["plain-key-1", "plain-key-1"]
    assert found[1]["private_key_passphrase"] == "words-1"


def test_an_error_shows_its_message_and_no_dump() -> None:
    """Of the data of a failed send only message or code is taken."""
    read = LogtoDialect().read_error
    dump = {"code": "ECONNREFUSED", "options": {"body": "to@acme.example", "headers": {"authorization": "k"}}}
    assert read(400, {"code": "connector.general", "data": dump, "message": "dump"}) == (
        "connector.general",
        "ECONNREFUSED",
    )
    assert (
        read(400, {"code": "connector.general", "data": {"message": "Invalid login: 535"}})[1] == "Invalid login: 535"
    )
    issue: dict[str, Any] = {"code": "connector.invalid_config", "details": "Error in key path", "data": {"issues": []}}
    assert read(400, issue) == ("connector.invalid_config", "Error in key path")
    assert read(502, None) == ("", "")


def test_what_needs_a_connector_is_named() -> None:
    """Every use that the contract knows, and none for a sign-in by user name."""
    experience = {
        "signUp": {"identifiers": ["email"], "verify": True},
        "signIn": {"methods": [{"identifier": "email", "verificationCode": True}]},
        "forgotPasswordMethods": ["EmailVerificationCode"],
        "mfa": {"factors": ["EmailVerificationCode"]},
        "passwordExpiration": {"enabled": True},
    }
    assert len(dependents(experience)) == 5
    assert dependents({"signUp": {"identifiers": ["username"]}, "forgotPasswordMethods": None}) == []
    assert fallback_language({"languageInfo": {"fallbackLanguage": "de"}}) == "de"


def test_a_factory_that_nobody_knows_shows_its_name_alone() -> None:
    """Of a connector of someone's own making nothing is known, so neither its values nor their names are shown."""
    config = {"endpoint": "canary-one", "canary-two": {"token": "canary-three"}}
    live = mapping.provider_live(mapping.read({"id": "c1", "connectorId": "own-sender", "config": config}), str)
    seen = live.visible_to({"kind": "logto.smtp"})
    assert seen.inputs.settings == {"kind": "logto.own-sender"}
    assert "canary" not in f"{seen.inputs.to_props()} {seen.attributes} {seen.secret_digests}"


def test_a_login_that_is_the_secret_too_identifies_nothing() -> None:
    """Postmark's servers take the token as user and as password: the user is then not shown."""
    config = {"host": "smtp.postmarkapp.com", "port": 587, "auth": {"user": "canary-token", "pass": "canary-token"}}
    document = {"id": "c1", "connectorId": "simple-mail-transfer-protocol", "config": config}
    seen = mapping.provider_live(mapping.read(document), str).visible_to({"kind": "logto.http"})
    assert seen.inputs.settings == {"kind": "logto.smtp", "host": "smtp.postmarkapp.com", "port": 587}
    assert "canary" not in str(seen.attributes)


def test_a_trial_waits_no_longer_than_a_user_would() -> None:
    """Shorter times that a config has stay; only SMTP has any, and the rest is tried as it is to be stored."""
    config = {"host": "a", "dnsTimeout": 100, "socketTimeout": 60_000}
    assert mapping.test_body(SMTP, config, "ops@acme.example") == {
        "email": "ops@acme.example",
        "config": {
            "host": "a",
            "dnsTimeout": 100,
            "connectionTimeout": 5000,
            "greetingTimeout": 15_000,
            "socketTimeout": 15_000,
        },
    }
    assert mapping.test_body("sendgrid-email-service", config, "a@b.example") == {
        "email": "a@b.example",
        "config": config,
    }
