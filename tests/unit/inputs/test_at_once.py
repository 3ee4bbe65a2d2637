"""A contradiction between inputs is reported together with what is wrong with others, in one preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.checking import reasons
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle

if TYPE_CHECKING:
    from tenant_email.operations.border import DynamicLifecycle

SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer", "password": "canary-pw"}
AIC = {"kind": "pingone_aic.smtp", "host": "smtp.one.example"}
LOGTO = {"kind": "logto.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
SES = {"domain": "acme.example", "region": "eu-west-1"}

CASES: dict[str, tuple[type[DynamicLifecycle], dict[str, Any], tuple[str, ...]]] = {
    "a policy, a sender and an unknown tenant": (
        EmailProviderLifecycle,
        {"tenant": "mian", "settings": SMTP, "on_delete": "restore", "from_address": "a@b.example"}
        | {"sending_domain": "acme.example"},
        ("tenant: no tenant", "on_delete: Auth0 cannot", "from_address: a@b.example is not in"),
    ),
    "half of the credentials, and a misspelling": (
        EmailProviderLifecycle,
        {"settings": {"kind": "auth0.ses", "region": "eu-west-1", "access_key_id": "AKIA", "regoin": "x"}},
        ("settings.regoin: is not a known setting", "settings.secret_access_key: is missing"),
    ),
    "a useless password, and a bad host": (
        EmailProviderLifecycle,
        {"tenant": "aic", "settings": {**AIC, "host": "", "password": "canary-pw"}, "from_address": "a@b.example"},
        ("settings.host: is empty", "settings.password: is useless"),
    ),
    "a switch that Logto lacks, and a bad setting": (
        EmailProviderLifecycle,
        {"tenant": "logto", "settings": {**LOGTO, "prot": 1}, "from_address": "a@b.example", "enabled": False},
        ("settings.prot: is not a known setting", "enabled: cannot be False"),
    ),
    "a policy of a template, and no subject": (
        EmailTemplateLifecycle,
        {"settings": {"kind": "auth0.template", "template": "verify_email", "body": "{{ url }"}, "on_delete": "delete"},
        ("settings.subject: is missing", "settings.body: broken Liquid", "on_delete: Auth0 cannot delete"),
    ),
    "two sources, and a bad flag": (
        EmailTemplateLifecycle,
        {
            "tenant": "aic",
            "settings": {"kind": "pingone_aic.template", "template": "welcome", "subject": {"en": "Hi"}}
            | {"message": {"en": "Hi"}, "html": {"en": "Hi"}, "enabled": "yes"},
        },
        ("settings.enabled: ", "settings.message: and html are both set"),
    ),
    "a value that is no key, a name that is none, and an unknown tenant": (
        EsvSecretLifecycle,
        {"tenant": "mian", "esv": "Ä", "value": "x", "encoding": "pem"},
        ("tenant: no tenant", "esv: ", "value: is not of encoding pem"),
    ),
    "a key without effect, and a misspelling": (
        SesDomainIdentityLifecycle,
        {**SES, "zone": "other.example", "dkim_selector": "mail", "foo": 1},
        ("foo: is not a known setting", "dkim_selector: has no effect", "zone: other.example does not contain"),
    ),
    "no MAIL FROM, and a bad domain": (
        SesDomainSettingsLifecycle,
        {**SES, "domain": "acme", "on_mx_failure": "REJECT_MESSAGE", "foo": 1},
        ("foo: is not a known setting", "domain: 'acme' is a single label", "on_mx_failure: needs"),
    ),
    "a timeout that is none, and no records": (
        SesDomainVerificationLifecycle,
        {**SES, "timeout": "soon"},
        ("records: is missing", "timeout: 'soon'"),
    ),
    "no region, and too many contacts": (
        SesAccountLifecycle,
        {
            "request_production_access": {"website": "", "use_case": "x" * 5001, "contacts": ["a@b.example"] * 5},
        },
        ("request_production_access.website: is empty", "use_case: has 5001", "contacts: has 5", "region: is missing"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_contradictions_come_with_the_faults_of_fields(case: str) -> None:
    """Each of several faults is told, whichever check finds it."""
    lifecycle, inputs, expected = CASES[case]
    found = reasons(lifecycle, inputs)
    assert [what for what in expected if not any(what in reason for reason in found)] == []
    assert len(found) == len(expected)


def test_a_move_is_refused_beside_a_misspelling() -> None:
    """The password rule speaks also while another setting is wrong."""
    moved = {**SMTP, "host": "smtp.two.example", "prot": 1}
    del moved["password"]
    found = reasons(EmailProviderLifecycle, {"settings": moved}, {"settings": SMTP})
    assert [reason.split(":")[0] for reason in found] == ["settings.prot", "auth0 acme.eu.auth0.com"]


class Inner(Model):
    """An object within another one."""

    name: str
    size: int | None = None


class Outer(Model):
    """An object with another one in it."""

    inner: Inner


@pytest.mark.parametrize(
    ("inner", "left"),
    [({"name": "a", "nmae": "b"}, ("a", None)), ({"name": "a", "size": "b"}, ("a", UNKNOWN))],
)
def test_what_is_wrong_in_an_object_leaves_the_rest_of_it(inner: dict[str, Any], left: tuple[object, object]) -> None:
    """An unknown name and a wrong value hide nothing beside them from the checks that follow."""
    found, problems = parse(Outer, {"inner": inner})
    assert len(problems) == 1
    assert (found.inner.name, found.inner.size) == left
