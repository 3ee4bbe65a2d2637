"""What `secret_inputs` names stays out of messages and ids, and out of nothing that the lifecycle needs."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.inputs import SMTP, provider_inputs
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations.secret_inputs import SECRET_INPUTS, public_id, real_id, secret_paths
from tenant_email.platforms.base import LiveProvider
from tenant_email.redaction.secrets import guard_paths, scrub, texts_at

ID = "auth0/acme.auth0.example/email-provider"


@pytest.fixture(autouse=True)
def _tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH0_DOMAIN", "acme.auth0.example")


def inputs(user: str, **more: Any) -> dict[str, Any]:
    """Returns the inputs of a provider without its password."""
    settings = {name: value for name, value in SMTP.items() if name != "password"}
    return {**provider_inputs({**settings, "username": user}), **more}


def test_from_and_to_are_hidden_where_the_input_is() -> None:
    """A refused change names both hosts, and masks both users, the recorded one too."""
    marked = {SECRET_INPUTS: ["settings.username"]}
    old = inputs("first-marked-user", **marked)
    new = inputs("second-marked-user", **marked)
    new["settings"]["host"] = "smtp.two.example"
    (failure,) = EmailProviderLifecycle().check(old, new).failures
    assert f"from {SMTP['host']} to smtp.two.example" in failure.reason
    assert "smtp_user from *** to ***" in failure.reason


def test_an_old_state_without_marks_is_read() -> None:
    """What an earlier release recorded has no secret_digests: nothing differs, and nothing is hidden."""
    lifecycle, given = EmailProviderLifecycle(), inputs("unmarked-user")
    assert lifecycle.diff(ID, given, given).changes is False
    assert scrub("unmarked-user") == "unmarked-user"


def test_a_new_mark_is_a_change_and_its_placeholders_are_none() -> None:
    """The list differs, so the outputs are recorded anew; what secret_digests an output secret is no input of ours."""
    lifecycle, given = EmailProviderLifecycle(), inputs("marked-user")
    marked = {**given, SECRET_INPUTS: ["settings.username"], "live": {"credentials": {"smtp_user": "[secret]"}}}
    assert not lifecycle.check({}, marked).failures
    assert lifecycle.diff(ID, given, marked).changes
    assert lifecycle.diff(ID, {**marked, "live": {}}, marked).changes is False


def test_a_live_value_at_a_marked_place_is_hidden() -> None:
    """What someone else put at a place that is secret for the user is hidden too."""
    with guard_paths(("settings.username",)):
        LiveProvider(ProviderInputs({"kind": "k", "username": "their-marked-user", "host": "their-host"}), {})
    assert scrub("their-marked-user at their-host") == "*** at their-host"


@pytest.mark.parametrize(
    ("id_", "props", "path"),
    [
        ("auth0/h.example/email-template/my_mail", {"settings": {"template": "my_mail"}}, "settings.template"),
        ("aws-ses/eu-west-1/acme.com", {"domain": "ACME.com."}, "domain"),
        ("aws-key/AKIAEXAMPLE", {"access_key_id": "AKIAEXAMPLE"}, "access_key_id"),
        ("logto/h.example:3001/email-template/en/SignIn", {"settings": {"language": "en"}}, "settings.language"),
    ],
)
def test_an_id_shows_a_digest(id_: str, props: dict[str, Any], path: str) -> None:
    """An id holds a digest in the secret's place; the lifecycle gets it as it is, also when the mark is gone."""
    shown = public_id(id_, props, (path,))
    assert shown != id_
    assert not [text for text in texts_at(props, path) if text.lower().rstrip(".") in shown.lower().split("/")]
    assert real_id(shown, props) == id_
    assert public_id(id_, props, ()) == id_


def test_an_id_keeps_what_is_not_secret() -> None:
    """Another input's text, and a digest of nothing that is recorded."""
    props = {"settings": {"language": "en", "type": "SignIn"}}
    shown = public_id("logto/h.example/email-template/en/SignIn/open", props, ("settings.language",))
    assert shown.startswith("logto/h.example/email-template/secret-")
    assert shown.endswith("/SignIn/open")
    assert real_id("a/secret-0123456789abcdef", props) == "a/secret-0123456789abcdef"


def test_the_digest_in_an_id_is_recorded() -> None:
    """Any other would be another resource's id to Pulumi."""
    props, path = {"settings": {"template": "my_mail"}}, ("settings.template",)
    assert public_id("a/my_mail", props, path) == "a/secret-57ae1b2d9d7e1f17"


def test_paths_may_hold_dots() -> None:
    """A header's or a property's name has dots of its own."""
    props = {"settings": {"smtp_properties": {"mail.smtp.x": "one", "mail": {"smtp.x": 2}}, "list": ["a", {"b": "c"}]}}
    assert list(texts_at(props, "settings.smtp_properties.mail.smtp.x")) == ["one", "2"]
    assert list(texts_at(props, "settings.list")) == ["a", "c"]
    assert list(texts_at(props, "settings.none")) == []
    assert secret_paths({SECRET_INPUTS: ["a"]}, None, {SECRET_INPUTS: ["b", "a"]}, {}) == ("a", "b")


def test_of_many_texts_few_are_looked_at() -> None:
    """A digest is slow on purpose: one for each text of a connector, in every step, took seconds."""
    props = {
        "settings": {"texts": [f"a text of a mail, the {number}th" for number in range(2_000)], "host": "h.example"}
    }
    began = time.process_time()
    shown = public_id("logto/h.example/x", props, ("settings",))
    assert (real_id(shown, props), shown.count("secret-")) == ("logto/h.example/x", 1)
    assert time.process_time() - began < 5
