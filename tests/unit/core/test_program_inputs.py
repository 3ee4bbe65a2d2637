"""What a program writes for what is there: nothing that it means anyway, nothing empty, nothing secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations.program_inputs import as_written, without_defaults, without_empty, without_secrets
from tenant_email.platforms.auth0.models import TEMPLATES
from tenant_email.platforms.logto import mapping
from tenant_email.platforms.logto.models import TRANSPORTS as LOGTO
from tenant_email.platforms.pingone_aic.models import TRANSPORTS as AIC
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.inputs.model import Model

SMTP = {"kind": "pingone_aic.smtp", "host": "a.example"}
TEXT = {"subject": "Hi", "content": "{{code}}"}


@pytest.mark.parametrize(
    ("model", "written", "short"),
    [
        (AIC, {**SMTP, "port": 587, "starttls": True, "ssl": False}, SMTP),
        (AIC, {**SMTP, "port": 465, "starttls": False, "ssl": True}, {**SMTP, "port": 465}),
        (AIC, {**SMTP, "port": 587, "starttls": False, "ssl": False}, {**SMTP, "starttls": False}),
        (AIC, {**SMTP, "timeout": 0, "debug": False}, {**SMTP, "timeout": 0}),
        (
            LOGTO,
            {"kind": "logto.sendgrid", "templates": {"Generic": {**TEXT, "content_type": "text/html"}}},
            {"kind": "logto.sendgrid", "templates": {"Generic": TEXT}},
        ),
        (AIC, {**SMTP, "port": "587", "debug": False}, {**SMTP, "port": "587"}),
    ],
)
def test_what_a_model_reads_the_same_is_left_out(model: Any, written: dict[str, Any], short: dict[str, Any]) -> None:
    """A default may depend on another value, or stand inside of an object; what is wrong stays, to be seen."""
    found: type[Model] = model[written["kind"]]
    assert without_defaults(found, written) == short
    assert without_defaults(found, written, keep=written) == written


def test_an_empty_text_stays_only_where_there_must_be_one() -> None:
    """An empty subject is one; an empty sender is none."""
    shown = {"kind": "auth0.template", "subject": "", "from_address": "", "body": "x"}
    assert without_empty(TEMPLATES["auth0.template"], shown) == {"kind": "auth0.template", "subject": "", "body": "x"}


def test_a_secret_is_left_out_wherever_it_is() -> None:
    """At the top, in an object, in a list."""
    secret = Secret("canary-program-secret")
    assert without_secrets({"a": secret, "b": {"c": secret}, "d": [secret], "e": {"f": ["x"]}, "g": None}) == {
        "e": {"f": ["x"]}
    }


def test_a_default_that_nobody_wrote_stays_unwritten() -> None:
    """Until it is live otherwise."""
    defaults = {"port": 587, "host": "a"}
    assert as_written({"port": 587, "host": "a", "x": 1}, {"host": "a"}, defaults) == {"host": "a", "x": 1}
    assert as_written({"port": 25, "host": "a"}, {"host": "a"}, defaults) == {"port": 25, "host": "a"}


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"senderName": "Acme"}, {"sender_name": "Acme"}),
        ({"senderName": ""}, {}),
    ],
)
def test_logtos_own_service_is_read_too(settings: dict[str, Any], shown: dict[str, Any]) -> None:
    """Only Logto Cloud has it."""
    stored = mapping.read({"id": "1", "connectorId": "logto-email", "config": settings})
    live = mapping.provider_live(stored, str)
    inputs = EmailProviderLifecycle().program_inputs("main", LOGTO["logto.logto_email"], live)
    assert inputs == {"tenant": "main", "settings": {"kind": "logto.logto_email", **shown}}


@pytest.mark.parametrize(("tls", "kept"), [({"ca": "x"}, True), ({"ca": "x", "key": "canary-tls"}, False)])
def test_tls_options_with_a_key_of_ones_own_stay_at_logto(tls: dict[str, Any], kept: bool) -> None:
    """A header may always be a token."""
    config = {"host": "a.example", "port": 25, "auth": {"type": "login"}, "tls": tls, "customHeaders": {"X": "y"}}
    stored = mapping.read({"id": "1", "connectorId": "simple-mail-transfer-protocol", "config": config})
    written = mapping.provider_live(stored, str).program_settings or {}
    assert ("tls" in written, "custom_headers" in written) == (kept, False)
