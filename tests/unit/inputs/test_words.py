"""What a problem says: the field by its own name, what is wrong with it, and what to do about just that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from support.checking import TENANTS, reasons
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle

if TYPE_CHECKING:
    from tenant_email.operations.border import DynamicLifecycle

SMTP: dict[str, Any] = {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}
AIC: dict[str, Any] = {"kind": "pingone_aic.smtp", "host": "smtp.one.example"}
LOGTO: dict[str, Any] = {**SMTP, "kind": "logto.smtp"}


def provider(settings: dict[str, Any], tenant: str = "main", **more: Any) -> list[str]:
    """Returns what is wrong with a provider."""
    inputs = {"tenant": tenant, "settings": settings, "from_address": "a@b.example", **more}
    return reasons(EmailProviderLifecycle, inputs)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Returns a key as Google ships it: PKCS#8 in PEM, with a final line end."""
    encoding, none = serialization.Encoding.PEM, serialization.NoEncryption()
    text = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, none).decode()
    assert text.endswith("\n")
    return text


PEM = pem(rsa.generate_private_key(65537, 2048))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_key_in_pem_may_end_with_its_line_end(end: str) -> None:
    """Wherever a key belongs: it is a file's text, and its last line ends too."""
    key = PEM.rstrip() + end
    google = {"kind": "logto.smtp_oauth2_key", "host": "b.example", "username": "a", "service_client": "1"}
    assert provider({**google, "private_key": key}, "logto") == []
    assert provider({"kind": "auth0.other", "name": "newer", "credentials": {"key": key}}) == []
    assert reasons(EsvSecretLifecycle, {"tenant": "aic", "esv": "key", "value": key, "encoding": "pem"}) == []
    dkim = {"dkim": "byo", "dkim_selector": "mail", "dkim_private_key": key}
    assert reasons(SesDomainIdentityLifecycle, {"domain": "b.example", "region": "eu-west-1", **dkim}) == []


@pytest.mark.parametrize(
    "text", ["canary-pw\n", "-----BEGIN half of a key\n", " -----BEGIN KEY-----\n-----END KEY-----"]
)
def test_no_other_secret_ends_with_a_line_end(text: str) -> None:
    """A line end of a file is reported with the remedy."""
    (reason,) = provider({**SMTP, "password": text})
    assert reason.startswith("settings.password: has leading or trailing whitespace")
    assert reason.endswith("with .strip().")
    (reason,) = reasons(EsvSecretLifecycle, {"tenant": "aic", "esv": "x", "value": text})
    assert reason.startswith("value: has leading or trailing")


def test_a_body_of_a_file_is_taken_as_it_is() -> None:
    """Its final line end is part of it."""
    template = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "<p>Hi</p>\n"}
    assert reasons(EmailTemplateLifecycle, {"settings": template}) == []
    (reason,) = reasons(EmailTemplateLifecycle, {"settings": {**template, "subject": "Hi\n"}})
    assert ".strip()" in reason


CASES: dict[str, tuple[list[str], str, str]] = {
    "a number of stack config": (provider({**SMTP, "port": "587"}), "port: must be a valid integer", 'int("port")'),
    "a number or a placeholder": (
        provider({**AIC, "port": "587"}, "aic"),
        "settings.port: must be a valid integer",
        "require_int",
    ),
    "a boolean or a placeholder": (
        provider({**AIC, "starttls": "true"}, "aic"),
        "settings.starttls: must be a valid boolean",
        "require_bool",
    ),
    "a wrong placeholder": (
        provider({**AIC, "timeout": "&{esv.x"}, "aic"),
        "settings.timeout: must not be a string",
        'pingone_aic.esv("name")',
    ),
    "a port beyond the last": (provider({**AIC, "port": 70000}, "aic"), "settings.port: must be a port", "587"),
    "no type that fits": (provider({**AIC, "port": [587]}, "aic"), "settings.port: must be a valid integer", "a list"),
    "a boolean for a number": (provider({**SMTP, "port": True}), "settings.port: must be", "a boolean"),
    "half a number": (provider({**SMTP, "port": 587.5}), "settings.port: must be", "not a whole number"),
    "a number for a text": (
        provider({**SMTP, "username": 7}),
        "username: must be a valid string",
        "write it in quotes",
    ),
    "a list for a text": (provider({**SMTP, "host": ["b"]}), "host: must be a valid string", "it is a list"),
    "a number for a secret": (provider({**SMTP, "password": 7}), "password: must be a string", "write it in quotes"),
    "an empty secret": (provider({**SMTP, "password": ""}), "password: is empty", "omit it to keep"),
    "a text for a list": (
        provider(SMTP, sending_addresses="a@b.example"),
        "sending_addresses: must be a valid list",
        "brackets",
    ),
    "a text for a dict": (provider({**SMTP, "x_msys_api": "{}"}), "x_msys_api: must be a valid dict", "it is a string"),
    "a near choice": (provider(SMTP, on_existing="adpot"), "must be 'fail' or 'adopt'\n", "Did you mean adopt?"),
    "a nested misspelling": (
        provider({**LOGTO, "templates": {"SignIn": {"subject": "x", "contnet": "y"}}}, "logto"),
        "settings.templates.SignIn.contnet: is not a known setting",
        "Did you mean content?",
    ),
    "a key that is none": (
        provider({**LOGTO, "templates": {"Signin": {"subject": "x", "content": "{{code}}"}}}, "logto"),
        "settings.templates.Signin: is not a usage type",
        "Did you mean SignIn?",
    ),
    "a text for an object": (
        provider({**LOGTO, "templates": {"SignIn": "x"}}, "logto"),
        "settings.templates.SignIn: must be a valid dict",
        "it is a string",
    ),
    "a host beyond ASCII": (
        provider({**SMTP, "host": "müller.example"}),
        "host: has non-ASCII",
        "xn--mller-kva.example",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_problem_says_what_to_do(case: str) -> None:
    """Field, fault and remedy; none of pydantic's own names."""
    found, what, remedy = CASES[case]
    (reason,) = [reason for reason in found if what in reason]
    assert remedy in reason.partition("\n")[2]
    for noise in ("function-", "constrained", "[key]", "instance of", "Input"):
        assert noise not in "".join(found)


@pytest.mark.parametrize(
    ("key", "value", "what", "remedy"),
    [
        ("clientId", 123456, "--path turned it into a number", "config set --path --type string 'tenant-email:tenants"),
        ("clientId", True, "--path turned it into a boolean", "--path --type string"),
        ("clientSecret", 123456, "--path turned it into a number", "--secret --path --type string"),
        ("url", 5, "--path turned it into a number", "--type string"),
        (
            "clientID",
            "x",
            "is not a known tenant setting",
            "Did you mean clientId? A tenant of auth0 takes platform, url, clientId",
        ),
        (
            "serviceAccountId",
            "x",
            "is not a known tenant setting",
            "takes platform, url, clientId, clientSecret and aliases.",
        ),
        ("url", "https://a b.example", "is not an https url", "https://"),
    ],
)
def test_a_tenant_entry_is_explained(key: str, value: object, what: str, remedy: str) -> None:
    """What `pulumi config set --path` makes of numbers, and which keys there are."""
    inputs = {"settings": SMTP}
    tenants = {"main": {**TENANTS["main"], key: value}}
    found = reasons(EmailProviderLifecycle, inputs, tenants=tenants)
    assert any(what in reason and remedy in reason for reason in found), found


def test_nesting_without_end_in_config_is_no_map() -> None:
    """Deep JSON in the stack config ends in a problem as well."""
    kinds: tuple[type[DynamicLifecycle], ...] = (EmailProviderLifecycle, EsvSecretLifecycle)
    for lifecycle in kinds:
        deep: Any = "x"
        for _ in range(900):
            deep = [deep]
        found = reasons(lifecycle, {"settings": SMTP, "esv": "x"}, tenants={"main": {"platform": "auth0", "x": deep}})
        assert any("must be a map of tenants" in reason for reason in found)
