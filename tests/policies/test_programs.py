"""Each policy with a good and a bad program; of resource policies also as the resources of other languages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.policy_runs import CONFIGURED, engine_says, judged, messages
from tenant_email import EmailProvider, EmailTemplate, SesAccount, SesDomainIdentity, auth0, logto, pingone_aic
from tenant_email.resources.ses_records import SesDomainRecord
from tenant_email_policies import NAMES, policies

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD_SMTP: Any = {"host": "smtp.acme.com", "username": "mail", "password": CONFIGURED}
SECURE = "Set settings.require_tls to true, or use port 465, which begins with TLS."


def auth0_smtp(**more: Any) -> None:
    """A provider whose inputs are good but for these."""
    given: dict[str, Any] = {"settings": auth0.Smtp(**GOOD_SMTP), "from_address": "no-reply@acme.com", **more}
    EmailProvider("mail", **given)


def domain(*, dmarc: str = "quarantine", guarded: bool = True, name: str = "acme.com") -> None:
    """A domain of SES's with its DMARC record, in an account out of the sandbox."""
    SesDomainIdentity("mail", domain=name, region="eu-west-1")
    if guarded:
        SesAccount("mail", region="eu-west-1", require_production_access=True)
    if dmarc:
        record(f"v=DMARC1; p={dmarc};", name)


def record(value: str, of: str = "acme.com") -> None:
    """A record as SesSendingDomain publishes it."""
    where: Any = dict.fromkeys(("region", "expected_account", "profile"))
    SesDomainRecord(
        "dmarc", zone_id="Z1", name=f"_dmarc.{of}", type="TXT", ttl=300, value=value, purpose="DMARC", overwrite=False,
        ours_alone=True, keep=False, opts=pulumi.ResourceOptions(), **where,
    )  # fmt: skip


def from_domain(sender: str) -> None:
    """A provider beside a verified domain."""
    domain()
    auth0_smtp(from_address=sender)


def template(body: str) -> None:
    """A template."""
    EmailTemplate("verify", settings=auth0.Template(template="verify_email", subject="Hello", body=body))


PROGRAMS: dict[str, tuple[Callable[[], object], Callable[[], object], str]] = {
    "no-port-25": (
        auth0_smtp,
        partial(auth0_smtp, settings=auth0.Smtp(**GOOD_SMTP, port=25)),
        "settings.port is 25: a port between mail servers, which many networks block and which asks for no login.",
    ),
    "tls-required": (
        partial(auth0_smtp, settings=logto.Smtp(**GOOD_SMTP, require_tls=True)),
        partial(auth0_smtp, settings=logto.Smtp(**GOOD_SMTP)),
        "settings.require_tls is not true: where nobody offers STARTTLS, the password travels in clear text.",
    ),
    "from-address-in-verified-domain": (
        partial(from_domain, "Acme <no-reply@news.ACME.com.>"),
        partial(from_domain, "no-reply@notacme.com"),
        "from_address is in no verified domain; those of the stack's identities and the pack's config are: mail.",
    ),
    "dmarc-enforced": (
        domain,
        partial(domain, dmarc="none"),
        "dmarc asks receivers for less than quarantine.",
    ),
    "no-ses-sandbox": (
        domain,
        partial(domain, guarded=False),
        "mail may send from the sandbox, where mail reaches verified recipients only.",
    ),
    "no-literal-secrets": (
        auth0_smtp,
        partial(auth0_smtp, settings=auth0.SendGrid(api_key="typed-into-the-program")),
        "settings.api_key is a secret that came from neither stack config, the environment nor a resource.",
    ),
    "no-credentials-in-clear": (
        partial(template, "<p>AKIA and SG. are how keys begin; {{ url }}</p>"),
        partial(template, "<p>AKIAQWERTYUIOPASDFGH</p>"),
        "settings.body holds what looks like an AWS access key, in clear.",
    ),
    "protected-tenants": (
        partial(auth0_smtp, on_delete="disable"),
        partial(auth0_smtp, on_delete="delete"),
        "on_delete is delete: a destroy takes down what somebody else changed since, or made.",
    ),
}
OF_IAM = {"least-privilege-key", "key-age"}
"""Those of a key's user, whose programs are in test_sending_users.py."""


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine_says(monkeypatch)


def test_every_policy_has_its_programs() -> None:
    """None is left out."""
    assert {*PROGRAMS, *OF_IAM} == set(NAMES)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_good_and_a_bad_program(name: str) -> None:
    """The good one is left in peace; of the bad one is said what is wrong, and where it is explained."""
    good, bad, expected = PROGRAMS[name]
    assert judged(good, name) == []
    (found,) = judged(bad, name)
    assert found.message.splitlines()[0] == expected
    assert found.message.endswith(f" See docs/policies.md#{name}.")
    assert found.level == "mandatory"


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_resources_of_other_languages(name: str) -> None:
    """They are judged alike, and each property is named as its program spells it."""
    good, bad, expected = PROGRAMS[name]
    assert judged(good, name, plug_in=True) == []
    spelled = {"require_tls": "requireTls", "from_address": "fromAddress", "api_key": "apiKey", "on_delete": "onDelete"}
    for snake, camel in spelled.items():
        expected = expected.replace(snake, camel)
    assert messages(judged(bad, name, plug_in=True)) == [expected]


def test_nobody_elses_resources_are_judged() -> None:
    """A stack without any of ours is none of the pack's business, whatever it holds."""

    class Stranger(pulumi.CustomResource):
        """Somebody's resource with what the policies look for."""

        def __init__(self) -> None:
            settings = {"kind": "auth0.smtp", "port": 25, "password": "typed-into-the-program"}
            super().__init__("other:index:EmailProvider", "x", {"settings": settings, "on_delete": "delete"})

    assert judged(Stranger) == []


def test_a_choice_of_policies() -> None:
    """A pack takes some by name; a name that there is not is refused with those that there are."""
    assert [each.name for each in policies("key-age", "no-port-25")] == ["no-port-25", "key-age"]
    with pytest.raises(ValueError, match="no policy is named no-port; there are no-port-25, tls-required"):
        policies("no-port")


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy.name)
def test_each_policy_says_what_it_is(policy: Any) -> None:
    """Description, remedy, severity, where it is explained, and a schema for each setting."""
    assert policy.description.endswith(".")
    assert policy.url == f"docs/policies.md#{policy.name}"
    assert policy.url in policy.remediation_steps
    assert policy.severity
    assert all(each["description"] and each["type"] for each in policy.config_schema.properties.values())


AIC: Any = {"host": "smtp.acme.com", "username": "mail", "password": CONFIGURED}
CLEAR = "where nobody offers STARTTLS"
TLS: list[tuple[Any, str]] = [
    (auth0.Smtp(**GOOD_SMTP, port=465), ""),
    (auth0.Smtp(**GOOD_SMTP, port=8025), "settings.port is 8025"),
    (logto.Smtp(**GOOD_SMTP, port=465), ""),
    (logto.Smtp(**GOOD_SMTP, port=2465), ""),
    (logto.Smtp(**GOOD_SMTP, port=8465, secure=True), ""),
    (logto.Smtp(**GOOD_SMTP, port=8465), CLEAR),
    (logto.Smtp(**GOOD_SMTP, ignore_tls=True), "settings.ignore_tls is true"),
    (logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"rejectUnauthorized": False}), "tls.rejectUnauthorized is false"),
    (logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"minVersion": "TLSv1.1"}), "tls.minVersion allows a TLS"),
    (logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"maxVersion": "TLSv1"}), "tls.maxVersion allows a TLS"),
    (
        logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"secureProtocol": "TLSv1_1_method"}),
        "secureProtocol allows a TLS",
    ),
    (logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"secureProtocol": "SSLv3_client_method"}), "secureProtocol allows"),
    (logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"secureProtocol": "TLSv1_2_method"}), ""),
    (logto.Smtp(**GOOD_SMTP, require_tls=True, tls={"secureProtocol": "TLS_method"}), ""),
    (logto.Http(endpoint="http://mail.acme.com"), "settings.endpoint is an http url"),
    (logto.Http(endpoint="https://mail.acme.com"), ""),
    (pingone_aic.Smtp(**AIC, port=465), ""),
    (pingone_aic.Smtp(**AIC), f"settings.starttls goes on in clear text {CLEAR}"),
    (pingone_aic.Smtp(**AIC, smtp_properties={"mail.smtp.starttls.required": "true"}), ""),
    (pingone_aic.Smtp(**AIC, ssl=False, starttls=False), "settings.ssl and starttls are off"),
    (pingone_aic.Smtp(**AIC, ssl="false", starttls="true"), CLEAR),
    (pingone_aic.Smtp(**AIC, ssl="&{esv.mail.ssl}"), ""),
    (pingone_aic.Smtp(**AIC, port="&{esv.mail.port}"), CLEAR),
    (pingone_aic.Smtp(**AIC, port=465, smtp_properties={"mail.smtps.ssl.trust": "*"}), "no certificate is looked at"),
    (
        pingone_aic.Smtp(**AIC, port=465, smtp_properties={"mail.smtp.ssl.protocols": "TLSv1.2 TLSv1"}),
        "settings.smtp_properties allows a TLS",
    ),
    (pingone_aic.Smtp(**AIC, port=465, tls_protocols=["TLSv1.2", "TLSv1"]), "settings.tls_protocols allows a TLS"),
]


@pytest.mark.parametrize(("settings", "expected"), TLS)
def test_tls_each_platforms_own_way(settings: Any, expected: str) -> None:
    """What leaves TLS out, or undoes it, is said of each platform; what demands it is left in peace."""
    said = messages(judged(lambda: EmailProvider("mail", settings=settings), "tls-required"))
    assert [expected in each for each in said] == ([True] if expected else [])
