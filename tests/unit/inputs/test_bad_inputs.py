"""Bad inputs, each refused by the real host at preview with its field and what to do, and without a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.host import UNKNOWN, Host, running_host
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "canary-smtp-password"
SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer", "password": PASSWORD}
TEMPLATE = {"kind": "auth0.template", "template": "verify_email", "subject": "Hi", "body": "<p>{{ url }}</p>"}

TENANTS = {
    "other": {"platform": "auth0", "url": "https://other.eu.auth0.com"},
    "plain": {"platform": "auth0", "url": "http://acme.eu.auth0.com"},
    "pathed": {"platform": "auth0", "url": "https://acme.eu.auth0.com/api/v2"},
    "nowhere": {"platform": "auth0"},
    "typo": {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientID": "x"},
    "empty": {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientSecret": ""},
    "foreign": {"platform": "zoho", "url": "https://acme.example"},
}


@pytest.fixture(scope="module")
def tenant() -> Iterator[Auth0Emulator]:
    """Runs a tenant that must not be called."""
    with Auth0Emulator() as emulator:
        yield emulator
        assert not emulator.calls


@pytest.fixture(scope="module")
def host(tenant: Auth0Emulator) -> Iterator[Host]:
    """Runs the SDK's host with a stack's config."""
    tenants = {"main": {"platform": "auth0", "url": tenant.url}, **TENANTS}
    with running_host({"tenant-email:tenants": json.dumps(tenants)}, {"AWS_REGION": ""}) as running:
        yield running


def provider(**changes: Any) -> dict[str, Any]:
    """Returns good inputs of an EmailProvider with some settings or inputs changed; None leaves one out."""
    top = {key: changes.pop(key) for key in list(changes) if key in _TOP}
    settings = {key: value for key, value in {**SMTP, **changes}.items() if value is not None}
    return {"tenant": "main", "settings": settings, "from_address": "no-reply@acme.example", "enabled": True, **top}


_TOP = {
    "tenant",
    "settings",
    "from_address",
    "enabled",
    "on_existing",
    "on_delete",
    "on_drift",
    "preflight",
    "test_recipient",
    "sending_domain",
    "further_domains",
    "sending_addresses",
    "sending_names",
}

PROVIDERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a kind that does not exist": (provider(kind="auth0.smpt"), "settings.kind", "auth0.smtp"),
    "a template's kind": (provider(kind="auth0.template"), "settings.kind", "Did you mean"),
    "no kind": (provider(kind=None), "settings.kind: is missing", "Use one of"),
    "no host": (provider(host=None), "settings.host: is missing", "Set settings.host"),
    "an empty host": (provider(host=""), "settings.host: is empty", "Correct"),
    "a url for a host": (provider(host="smtp://one.example"), "settings.host", "Write only the host"),
    "a host with a port": (provider(host="one.example:587"), "settings.host", "without scheme, port"),
    "port 0": (provider(port=0), "settings.port", "587"),
    "port 70000": (provider(port=70000), "settings.port", "465"),
    "a port in quotes": (provider(port="587"), "settings.port: must be a valid integer", "require_int"),
    "half a port": (provider(port=587.5), "settings.port", "Correct"),
    "no user": (provider(username=None), "settings.username: is missing", "Set settings.username"),
    "a user with a zero-width space": (
        provider(username="ma\u200biler"),
        r"settings.username: holds a character that nobody sees (\u200b)",
        "Type it anew.",
    ),
    "a password with a byte order mark": (
        provider(password="\ufeffcanary"),
        r"settings.password: holds a character that nobody sees (\ufeff)",
        "encoding='utf-8-sig'",
    ),
    "a user with a line end": (provider(username="mailer\n"), "settings.username: has leading or trailing", ".strip()"),
    "an empty password": (provider(password=""), "settings.password: is empty", "Correct"),
    "a password with a line end": (
        provider(password=PASSWORD + "\n"),
        "settings.password: has leading or trailing",
        ".strip()",
    ),
    "a placeholder": (provider(password="YOUR_PASSWORD"), "settings.password: is a placeholder", "omit it"),
    "an export's placeholder": (provider(password="##SMTP_PASS##"), "settings.password: is a placeholder", "omit it"),
    "a misspelled setting": (provider(usernmae="x"), "settings.usernmae: is not a known setting", "username"),
    "another kind's setting": (provider(api_key="x-key"), "settings.api_key: is not a known setting", "Remove"),
    "a bad from address": (provider(from_address="no-reply"), "from_address: is not an email address", "no-reply@"),
    "two from addresses": (provider(from_address="a@b.example\nc@d.example"), "from_address", "Write it as"),
    "enabled in quotes": (provider(enabled="yes"), "enabled: must be a valid boolean", "require_bool"),
    "on_existing misspelled": (
        provider(on_existing="addopt"),
        "on_existing: must be 'fail' or 'adopt'",
        "Did you mean adopt?",
    ),
    "a restore of a provider": (provider(on_delete="restore"), "on_delete: Auth0 cannot restore", "Use one of"),
    "a test email, which Auth0 cannot send": (provider(preflight="send"), "preflight: Auth0", "Use one of"),
    "an unknown tenant": (provider(tenant="mian"), "tenant: no tenant named 'mian'", "main"),
    "a tenant without a url": (provider(tenant="nowhere"), "tenants.nowhere.url: is missing", "pulumi config set"),
    "plain http": (provider(tenant="plain"), "tenants.plain.url: must begin with https", "https://"),
    "a url with a path of the API": (
        provider(tenant="pathed"),
        "tenants.pathed.url: ends with /api/v2, which",
        "Write it as https://acme.eu.auth0.com.",
    ),
    "a misspelled connection field": (
        provider(tenant="typo"),
        "tenants.typo.clientID: is not a known tenant setting",
        "clientId",
    ),
    "an empty client secret": (
        provider(tenant="empty"),
        "tenants.empty.clientSecret: must be a non-empty string",
        "Set",
    ),
    "another platform's tenant": (provider(tenant="foreign"), "tenants.foreign.platform: is 'zoho'", "auth0"),
    "a sender outside the domain": (
        provider(sending_domain="acme.example", from_address="no-reply@acme.test"),
        "from_address: no-reply@acme.test is not in the verified domain acme.example",
        "Use an address at acme.example",
    ),
    "a domain that only ends alike": (
        provider(sending_domain="acme.example", from_address="a@notacme.example"),
        "from_address",
        "verified domain",
    ),
    "a sender in none of a key's domains": (
        provider(sending_domain="acme.example", further_domains=["brand.example"], from_address="a@other.example"),
        "from_address: a@other.example is in none of the domains acme.example or brand.example",
        "set further_domains=['other.example'] on the SesSendingDomain whose key the tenant uses",
    ),
    "a sender that no pattern allows": (
        provider(sending_addresses=["*@acme.example"], from_address="b@brand.example"),
        "from_address: b@brand.example is not one of the addresses",
        "from_addresses",
    ),
    "a sender that the policy denies": (
        provider(sending_addresses=["a@acme.example"], from_address="b@acme.example"),
        "from_address: b@acme.example",
        "from_addresses",
    ),
    "half of the credentials": (
        provider(settings={"kind": "auth0.ses", "region": "us-east-1", "access_key_id": "AKIA"}),
        "settings.secret_access_key: is missing",
        "Set all of the credentials",
    ),
}

TEMPLATES: dict[str, tuple[dict[str, Any], str, str]] = {
    "no body": ({**TEMPLATE, "body": ""}, "settings.body", "Correct"),
    "a blank subject": ({**TEMPLATE, "subject": " "}, "settings.subject: is empty", "Correct"),
    "a path for a name": ({**TEMPLATE, "template": "templates/verify_email"}, "settings.template", "verify_email"),
    "auth0.com as a sender": ({**TEMPLATE, "from_address": "x@auth0.com"}, "settings.from_address", "your own domain"),
    "a negative lifetime": ({**TEMPLATE, "url_lifetime_in_seconds": -1}, "url_lifetime_in_seconds", "Correct"),
    "the console's field name": ({**TEMPLATE, "resultUrl": "https://x.example"}, "settings.resultUrl", "result_url"),
}


@pytest.mark.parametrize("case", PROVIDERS)
def test_a_bad_provider_is_refused(host: Host, case: str) -> None:
    """A bad provider is refused with its field and what to do, and the password is not shown."""
    inputs, field, remedy = PROVIDERS[case]
    text = "\n".join(host.check(EmailProviderLifecycle, inputs))
    assert field in text
    assert remedy in text
    assert PASSWORD not in text


@pytest.mark.parametrize("case", TEMPLATES)
def test_a_bad_template_is_refused(host: Host, case: str) -> None:
    """A bad template is refused with its field and what to do."""
    settings, field, remedy = TEMPLATES[case]
    text = "\n".join(host.check(EmailTemplateLifecycle, {"settings": settings}))
    assert field in text
    assert remedy in text


def test_a_templates_sender_is_held_to_the_providers_key(host: Host) -> None:
    """A template that names no domain has those of the program's provider, whose key sends its mail."""
    key = {"sending_domain": "acme.example", "further_domains": ["brand.example"]}
    assert host.check(EmailProviderLifecycle, provider(**key)) == []
    (reason,) = host.check(EmailTemplateLifecycle, {"settings": {**TEMPLATE, "from_address": "a@other.example"}})
    assert reason.startswith("settings.from_address: a@other.example is in none of the domains acme.example")
    assert host.check(EmailTemplateLifecycle, {"settings": {**TEMPLATE, "from_address": "a@brand.example"}}) == []
    assert host.check(EmailProviderLifecycle, provider()) == []
    assert host.check(EmailTemplateLifecycle, {"settings": {**TEMPLATE, "from_address": "a@other.example"}}) == []


@pytest.mark.parametrize(
    ("lifecycle", "inputs", "field"),
    [
        (SesDomainIdentityLifecycle, {"domain": "a@acme.example", "region": "us-east-1"}, "domain"),
        (SesDomainIdentityLifecycle, {"domain": "*.acme.example", "region": "us-east-1"}, "domain"),
        (SesDomainIdentityLifecycle, {"domain": "acme", "region": "us-east-1"}, "domain"),
        (SesDomainIdentityLifecycle, {"domain": "acme.example"}, "region"),
        (
            SesDomainVerificationLifecycle,
            {"domain": "acme.example", "region": "us-east-1", "records": [], "timeout": "soon"},
            "timeout",
        ),
        (
            AwsKeyReadyLifecycle,
            {"access_key_id": "AKIA", "secret_access_key": "", "region": "us-east-1"},
            "secret_access_key",
        ),
    ],
)
def test_a_bad_ses_input_is_refused(host: Host, lifecycle: Any, inputs: dict[str, Any], field: str) -> None:
    """A bad input of the SES resources is refused with its field."""
    (reason,) = host.check(lifecycle, inputs)
    assert reason.startswith(f"{field}: ")
    assert "\n" in reason


def test_all_problems_come_at_once(host: Host) -> None:
    """Every problem of a resource is reported in one preview."""
    reasons = host.check(EmailProviderLifecycle, provider(host="", port=0, from_address="x", tenant="mian", foo=1))
    fields = sorted(reason.split(":")[0] for reason in reasons)
    assert fields == ["from_address", "settings.foo", "settings.host", "settings.port", "tenant"]


@pytest.mark.parametrize("name", ["host", "port", "username", "password", "settings", "from_address", "enabled"])
def test_any_value_may_be_unknown(host: Host, name: str) -> None:
    """A value that only `up` will know is no problem."""
    assert host.check(EmailProviderLifecycle, provider(**{name: UNKNOWN})) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"host": "smtp.two.example"}, "smtp_host from smtp.one.example to smtp.two.example"),
        ({"port": 465}, "smtp_port from 587 to 465"),
        ({"username": "other"}, "smtp_user from mailer to other"),
    ],
)
def test_a_move_needs_the_password(host: Host, tenant: Auth0Emulator, change: dict[str, Any], what: str) -> None:
    """Host, port or user cannot change without the password, in the words of the design."""
    reasons = host.check(EmailProviderLifecycle, provider(password=None, **change), provider())
    who = tenant.url.removeprefix("http://")
    remedy = "Set settings.password: Auth0 discards the stored one when host, port or username changes."
    assert reasons == [f"auth0 {who}: cannot change {what} without the password\n{remedy}"]


def test_another_kind_needs_its_credentials(host: Host) -> None:
    """A switch to another kind needs the credentials of that kind."""
    settings = {"kind": "auth0.sendgrid"}
    (reason,) = host.check(EmailProviderLifecycle, provider(settings=settings), provider())
    assert "cannot switch from smtp to sendgrid without the api_key\nSet settings.api_key" in reason
