"""What a program gives to a constructor by mistake: told at once, with the resource, the argument and what to write."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import tenant_email
from tenant_email import auth0, logto, pingone_aic
from tenant_email.errors import InvalidSettings
from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable

if TYPE_CHECKING:
    from collections.abc import Callable

SMTP: dict[str, Any] = {"host": "smtp.one.example", "port": 587, "username": "mailer", "password": "canary-pw"}
TEXT = logto.MailText(subject="Hi", content="{{code}}")


def provider(settings: Any = None, **more: Any) -> Any:
    """Makes an EmailProvider."""
    return tenant_email.EmailProvider("it", settings=auth0.Smtp(**SMTP) if settings is None else settings, **more)


def smtp(**changes: Any) -> Any:
    """Makes an EmailProvider with some settings of auth0.Smtp changed."""
    return provider(auth0.Smtp(**{**SMTP, **changes}))


def template(**changes: Any) -> Any:
    """Makes an EmailTemplate with some settings changed."""
    given: dict[str, Any] = {"template": "verify_email", "subject": "Hi", "body": "{{ url }}", **changes}
    return tenant_email.EmailTemplate("it", settings=auth0.Template(**given))


def resource(of: Any, **arguments: Any) -> Any:
    """Makes any resource."""
    return of("it", **arguments)


CASES: dict[str, tuple[Callable[[], Any], str, str]] = {
    "bytes for a text": (lambda: smtp(host=b"smtp.one.example"), "settings.host: is a bytes", ".decode()"),
    "a path for a body": (lambda: template(body=Path("a.html")), "settings.body: is a PosixPath", "read_text()"),
    "an asset for a body": (
        lambda: template(body=pulumi.FileAsset("a.html")),
        "settings.body: is a FileAsset",
        "read_text()",
    ),
    "a path for a password": (lambda: smtp(password=Path("pw")), "settings.password: is a PosixPath", "read_text()"),
    "a set": (lambda: provider(sending_addresses={"a@b.example"}), "sending_addresses: is a set", "list"),
    "a decimal": (lambda: smtp(port=Decimal(587)), "settings.port: is a Decimal", "number"),
    "an infinite number": (lambda: smtp(port=float("inf")), "settings.port: is inf", "finite"),
    "a huge number": (lambda: smtp(port=10**5000), "settings.port: is a whole number", "smaller"),
    "half a character": (lambda: template(body="\ud800"), "settings.body: holds half a character", "UTF-8"),
    "a key that is no text": (lambda: smtp(x_msys_api={1: "x"}), "settings.x_msys_api: has the key 1", "quotes"),
    "a function": (lambda: smtp(host=len), "settings.host: is the function len", "Call it"),
    "a resource for its id": (lambda: provider(from_address=object.__new__(pulumi.Resource)), "is a Resource", "id"),
    "a dict for a class": (lambda: provider(SMTP), "settings: is a dict", "auth0.Smtp(…)"),
    "a dict with a kind": (lambda: provider({"kind": "logto.aws_ses"}), "settings: is a dict", "logto.AwsSes(…)"),
    "a dict of a template": (
        lambda: tenant_email.EmailTemplate("it", settings={"language": "en", "type": "SignIn", "content": "x"}),  # type: ignore[arg-type]
        "settings: is a dict",
        "Write logto.Template(…)",
    ),
    "a class for an instance": (lambda: provider(auth0.Ses), "settings: is the class Ses", "auth0.Ses.from_ses"),
    "an Output of settings": (
        lambda: provider(pulumi.Output.from_input(SMTP)),
        "settings: is an Output",
        "each of its arguments may be an Output",
    ),
    "no settings": (lambda: tenant_email.EmailProvider("it", settings=None), "settings: is None", "auth0.Smtp"),  # type: ignore[arg-type]
    "a text for settings": (lambda: provider("auth0.smtp"), "settings: is a str", "auth0.Smtp"),
    "a tenant that is an Output": (
        lambda: provider(tenant=pulumi.Output.from_input("main")),
        "tenant: is an Output",
        "plain string",
    ),
    "a tenant that is None": (lambda: provider(tenant=None), "tenant: must be a string, not None", "Set tenant"),
    "on_existing as a boolean": (
        lambda: provider(on_existing=True),
        "on_existing: must be a string, not a bool",
        "Set on_existing",
    ),
    "dicts for mail texts": (
        lambda: provider(logto.SendGrid(templates={"SignIn": {"subject": "Hi"}})),  # type: ignore[dict-item]
        "settings.templates.SignIn: is a dict",
        "logto.MailText(…)",
    ),
    "dicts for deliveries": (
        lambda: provider(logto.Mailgun(domain="b.example", deliveries={"SignIn": TEXT})),  # type: ignore[dict-item]
        "settings.deliveries.SignIn: is a MailText",
        "logto.MailgunDelivery(…)",
    ),
    "a login that Logto lacks": (
        lambda: provider(logto.Smtp(host="b.example", auth="plain")),  # type: ignore[arg-type]
        "settings.auth: is 'plain'",
        "login, oauth2_key",
    ),
    "an ESV without a name": (
        lambda: resource(EsvVariable, esv=None, value="x"),
        "esv: must be a string, not None",
        "Set esv",
    ),
    "an ESV named by an Output": (
        lambda: resource(EsvSecret, esv=pulumi.Output.from_input("x"), value="x"),
        "esv: is an Output",
        "plain string",
    ),
    "a list for a value": (lambda: resource(EsvVariable, esv="x", value={1, 2}), "value: is a set", "list"),
    "bytes for a secret": (lambda: resource(EsvSecret, esv="x", value=b"x"), "value: is a bytes", ".decode()"),
    "names for ESVs": (lambda: resource(EsvRestart, esvs=["esv-x"]), "esvs.0: is a str", "EsvVariable"),
    "one ESV for a list": (lambda: resource(EsvRestart, esvs="esv-x"), "esvs: must be a list, not a str", "esvs=[…]"),
    "a path for a DKIM key": (
        lambda: resource(tenant_email.SesDomainIdentity, domain="b.example", dkim_private_key=Path("k.pem")),
        "dkim_private_key: is a PosixPath",
        "read_text()",
    ),
    "a domain as bytes": (
        lambda: resource(tenant_email.SesDomainIdentity, domain=b"b.example"),
        "domain: is a bytes",
        ".decode()",
    ),
    "records as a set": (
        lambda: resource(tenant_email.SesDomainVerification, domain="b.example", records=set()),
        "records: is a set",
        "list",
    ),
    "a path for a key": (
        lambda: resource(tenant_email.AwsKeyReady, access_key_id="AKIA", secret_access_key=Path("k")),
        "secret_access_key: is a PosixPath",
        "read_text()",
    ),
    "a use case in a file": (
        lambda: resource(tenant_email.SesAccount, request_production_access={"use_case": Path("why.txt")}),
        "request_production_access.use_case: is a PosixPath",
        "read_text()",
    ),
    "a selector as bytes": (lambda: resource(tenant_email.SesDkimKey, selector=b"x"), "selector: is a bytes", "decode"),
    "a sending domain without a domain": (
        lambda: resource(tenant_email.SesSendingDomain, domain=None),
        "domain: must be a string, not None",
        "Set domain",
    ),
    "a text for a list of addresses": (
        lambda: resource(tenant_email.SesSendingDomain, domain="b.example", from_addresses="a@b.example"),
        "from_addresses: must be a list, not a str",
        "from_addresses=[…]",
    ),
    "a text for the class that a key is for": (
        lambda: resource(tenant_email.AwsKeyReady, access_key_id="a", secret_access_key="b", sends_through="smtp"),
        "sends_through: is a str, not a settings class",
        "auth0.Smtp",
    ),
    "settings for the class that a key is for": (
        lambda: resource(
            tenant_email.SesSendingDomain, domain="b.example", sends_through=auth0.Smtp(host="h", username="u")
        ),
        "sends_through: is a Smtp, not a settings class",
        "auth0.Smtp",
    ),
    "a text for a sending domain": (
        lambda: resource(tenant_email.TenantEmail, sending_domain="b.example", settings=auth0.Ses, from_address="x"),
        "sending_domain: is a str",
        "SesSendingDomain(…)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_type_is_refused_by_name(case: str) -> None:
    """The error names the resource and the argument, and says what to write."""
    make, what, remedy = CASES[case]
    with pytest.raises(InvalidSettings) as caught:
        make()
    text = str(caught.value)
    assert what in text
    assert remedy in text.partition(what)[2]
    assert "canary" not in text


def test_all_wrong_types_are_reported_at_once() -> None:
    """Several wrong arguments of a class are reported together."""
    with pytest.raises(InvalidSettings, match=r"(?s)settings\.host: is a bytes.*settings\.username: is a PosixPath"):
        provider(pingone_aic.Smtp(host=b"x", username=Path("u")))  # type: ignore[arg-type]
