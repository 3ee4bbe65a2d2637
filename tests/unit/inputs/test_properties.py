"""Whatever is given to a resource, its check answers with problems, never with an error, and soon.

A fixed seed, and few examples, by default; `TENANT_EMAIL_EXAMPLES=2000 pytest tests/unit/inputs/test_properties.py`
tries more, and others each time.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi.output import Unknown

from support.checking import TENANTS
from tenant_email import platforms
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle, KeyInputs
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle, SlotInputs
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle, ProviderModel
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle, TemplateModel
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle, RestartInputs
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle, SecretInputs
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle, VariableInputs
from tenant_email.lifecycle.ses_account import AccountInputs, SesAccountLifecycle
from tenant_email.lifecycle.ses_dkim_key import DkimKeyInputs, SesDkimKeyLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_preflight import PreflightInputs, SesDomainPreflightLifecycle
from tenant_email.lifecycle.ses_domain_record import RecordInputs, SesDomainRecordLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle, SettingsInputs
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle, VerificationInputs
from tenant_email.operations import operation
from tenant_email.operations.ses_identity_origin import IdentityInputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.inputs.model import Model
    from tenant_email.operations.border import DynamicLifecycle

MORE: Final = int(os.environ.get("TENANT_EMAIL_EXAMPLES", "0"))
FEW: Final = settings(
    max_examples=MORE or 20,
    derandomize=not MORE,
    deadline=5000,  # milliseconds
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)

RESOURCES: Final[dict[str, tuple[type[DynamicLifecycle], type[Model]]]] = {
    "auth0/acme.eu.auth0.com/email-provider": (EmailProviderLifecycle, ProviderModel),
    "logto/acme.logto.app/email-template/en/SignIn": (EmailTemplateLifecycle, TemplateModel),
    "pingone_aic/openam-acme.forgeblocks.com/esv-variable/esv-x": (EsvVariableLifecycle, VariableInputs),
    "pingone_aic/openam-acme.forgeblocks.com/esv-secret/esv-x": (EsvSecretLifecycle, SecretInputs),
    "pingone_aic/openam-acme.forgeblocks.com/esv-restart": (EsvRestartLifecycle, RestartInputs),
    "aws-ses/eu-west-1/acme.example": (SesDomainIdentityLifecycle, IdentityInputs),
    "aws-ses/eu-west-1/acme.example/settings": (SesDomainSettingsLifecycle, SettingsInputs),
    "aws-ses/eu-west-1/acme.example/verification": (SesDomainVerificationLifecycle, VerificationInputs),
    "aws-ses/eu-west-1/account": (SesAccountLifecycle, AccountInputs),
    "aws-ses/eu-west-1/acme.example/preflight": (SesDomainPreflightLifecycle, PreflightInputs),
    "route53/Z1/_dmarc.acme.example/TXT": (SesDomainRecordLifecycle, RecordInputs),
    "dkim-key/0123456789abcdef": (SesDkimKeyLifecycle, DkimKeyInputs),
    "aws-key/AKIA": (AwsKeyReadyLifecycle, KeyInputs),
    "aws-key-slot/mailer/a": (AwsKeySlotLifecycle, SlotInputs),
}
MODELS: Final = {
    name: model
    for platform in map(platforms.load, platforms.names())
    for name, model in {**platform.models, f"{platform.name}.template": platform.template}.items()
}

# texts that fields react to, so that more than one rule is reached
WORDS: Final = (
    *(
        "main",
        "logto",
        "aic",
        "",
        " ",
        "x",
        "587",
        "true",
        "a@b.example",
        "Acme, Inc. <a@b.example>",
        "ü@müller.example",
    ),
    *("{{ url }}", "{% raw %}", "&{esv.x}", "&{", "YOUR_KEY", "-----BEGIN KEY-----\n", "https://b.example/x", "10m"),
    *("acme.example", "eu-west-1", "SignIn", "en", "pt-br", "verify_email", "pingone_aic", "fail", "adopt", "connect"),
    *(
        "byo",
        "pem",
        "base64aes",
        "int",
        "1" * 5000,
        "[" * 5000,
        "x" * 100_000,
        "(" * 5000,
        "{" * 5000,
        "\ud800",
        "\0",
        "a\nb",
        "%s{}",
    ),
)
SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from((10**400, 2**63, -1, 0, 25, 465, 587))
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(st.characters(), max_size=20)
    | st.builds(Unknown)
)
JSON: Final = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(st.characters(), max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def some_of(names: Iterator[str] | list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Returns anything at some of these names, and now and then at another."""
    return st.dictionaries(st.sampled_from(sorted(names)) | st.text(max_size=4), JSON, max_size=8)


SETTINGS: Final = st.sampled_from(sorted(MODELS)).flatmap(
    lambda kind: some_of(list(MODELS[kind].model_fields)).map(lambda fields: {**fields, "kind": kind})
)


def inputs_of(model: type[Model]) -> st.SearchStrategy[dict[str, Any]]:
    """Returns anything at some of a resource's inputs; settings are mostly those of a kind."""
    anything = some_of(list(model.model_fields))
    if "settings" not in model.model_fields:
        return anything
    return st.builds(lambda some, of_kind: {**some, "settings": of_kind}, anything, SETTINGS | JSON)


@pytest.fixture(autouse=True)
def _tenants() -> None:
    """Lets the resources find tenants that are never called."""
    operation.begin()
    operation.current().configure({"tenant-email:tenants": json.dumps(TENANTS)}.get)


@pytest.mark.parametrize("id_", RESOURCES)
@FEW
@given(data=st.data())
def test_a_check_answers_whatever_it_is_given(id_: str, data: st.DataObject) -> None:
    """Each reason has a remedy and a length that can be read; a comparison of the same two answers as well."""
    lifecycle, model = RESOURCES[id_]
    recorded, desired = data.draw(inputs_of(model), "recorded"), data.draw(inputs_of(model), "desired")
    for failure in lifecycle().check(recorded, desired).failures:
        assert "\n" in failure.reason
        assert len(failure.reason) < 1000
        assert "internal error" not in failure.reason
    lifecycle().diff(id_, recorded, desired)


@pytest.mark.parametrize("id_", RESOURCES)
@pytest.mark.parametrize("long", [False, True])
def test_what_is_long_is_not_reported_whole(id_: str, *, long: bool) -> None:
    """Wherever a text can be given, also inside of one that would be right."""
    lifecycle, model = RESOURCES[id_]
    right = {"tenant": "main", "domain": "acme.example", "region": "eu-west-1", "esv": "esv-x", "selector": "mail"}
    for name in model.model_fields:
        inputs = {**({each: text for each, text in right.items() if each in model.model_fields} if long else {})}
        for value in ("1" * 5000, "a@b." + "x." * 2000 + "example", ["1" * 5000], {"1" * 5000: "1" * 5000}):
            for failure in lifecycle().check({}, {**inputs, name: value}).failures:
                assert len(failure.reason) < 1000, (name, failure.reason[:200])


@pytest.mark.parametrize("id_", RESOURCES)
@FEW
@given(data=st.data())
def test_nothing_differs_from_itself(id_: str, data: st.DataObject) -> None:
    """Inputs that a check takes are no change of themselves."""
    lifecycle, model = RESOURCES[id_]
    inputs = data.draw(inputs_of(model))
    if lifecycle().check({}, inputs).failures:
        return
    found = lifecycle().diff(id_, inputs, inputs)
    assert set(found.replaces or ()) <= {"tenant", "settings", "esv"}  # the id is of another object than the inputs
    assert not found.changes or found.replaces
