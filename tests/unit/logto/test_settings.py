"""What users write for Logto: kinds by login, secrets marked, starter texts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, get_args

import pulumi
import pytest

from support.checking import reasons
from tenant_email import logto
from tenant_email.aws.regions import ses_regions
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.platforms.logto.kinds import KINDS, Kind
from tenant_email.platforms.logto.texts import REQUIRED, STARTERS, USAGE_TYPES, UsageType

CLASSES: dict[str, type[Any]] = {
    cls.kind: cls
    for cls in (
        logto.Smtp,
        logto.AwsSes,
        logto.Mailgun,
        logto.SendGrid,
        logto.AliyunDm,
        logto.Postmark,
        logto.Http,
        logto.LogtoEmail,
        logto.Smtp2Go,
        logto.MailJunky,
    )
}


def _kinds(kind: str) -> list[Kind]:
    return [known for name, known in KINDS.items() if name == kind or name.startswith(f"{kind}_")]


@pytest.mark.parametrize("kind", CLASSES)
def test_secrets_are_marked(kind: str) -> None:
    """What the kinds call secret, the classes make secret outputs of."""
    named = {name for known in _kinds(kind) for name in known.secret}
    assert named == CLASSES[kind].secret


@pytest.mark.parametrize(
    ("auth", "kind"),
    [
        ("login", "logto.smtp"),
        ("none", "logto.smtp_anonymous"),
        ("oauth2_key", "logto.smtp_oauth2_key"),
        ("oauth2_token", "logto.smtp_oauth2_token"),
    ],
)
def test_each_way_to_log_in_is_a_kind(auth: Any, kind: str) -> None:
    """`auth` itself is not in the inputs."""
    props = logto.Smtp(host="smtp.acme.example", auth=auth).to_props()
    assert (props["kind"], "auth" in props) == (kind, False)
    assert kind in KINDS


def test_required_texts_that_are_missing_are_filled_in() -> None:
    """One text given makes four; none given makes none, so that an adopted connector keeps its own."""
    mine = logto.MailText(subject="Mine {{code}}", content="{{code}}")
    templates = logto.Smtp(host="smtp.acme.example", templates={"SignIn": mine}).to_props()["templates"]
    assert set(templates) == set(REQUIRED)
    assert templates["SignIn"] == {"subject": "Mine {{code}}", "content": "{{code}}", "content_type": "text/html"}
    assert "templates" not in logto.Smtp(host="smtp.acme.example").to_props()


def test_required_deliveries_that_are_missing_are_filled_in() -> None:
    """Mailgun's texts have another form."""
    mine = logto.MailgunDelivery(template="code")
    deliveries = logto.Mailgun(domain="mg.acme.example", deliveries={"SignIn": mine}).to_props()["deliveries"]
    assert deliveries["SignIn"] == {"template": "code"}
    assert set(deliveries["Generic"]) == {"subject", "html"}


def test_starter_texts_carry_what_their_mail_is_for() -> None:
    """A code in four, a link in the invitation; every type is a known one."""
    assert get_args(UsageType) == USAGE_TYPES
    assert set(STARTERS) == {*REQUIRED, "OrganizationInvitation"}
    for usage, (_, content) in STARTERS.items():
        assert ("{{link}}" if usage == "OrganizationInvitation" else "{{code}}") in content


def test_a_sending_domain_fits_both_ways_to_ses() -> None:
    """SMTP takes the SMTP password and insists on TLS; the API takes the key, and the set as a setting."""
    key = ("region", "access_key_id", "secret_access_key", "configuration_set")
    names = (*key, "smtp_host", "smtp_port", "smtp_username", "smtp_password")
    domain: Any = SimpleNamespace(**{name: pulumi.Output.from_input(name) for name in names})
    smtp, api = logto.Smtp.from_ses(domain), logto.AwsSes.from_ses(domain)
    assert (smtp.host, smtp.password, smtp.require_tls) == (domain.smtp_host, domain.smtp_password, True)
    assert (api.region, api.access_key_id) == (domain.region, domain.access_key_id)
    assert api.configuration_set_name is domain.configuration_set


def test_a_repr_shows_no_secret() -> None:
    """The classes can be printed."""
    shown = repr(logto.SendGrid(api_key="canary-key", from_name="Acme"))
    assert ("canary" in shown, "Acme" in shown) == (False, True)


def test_each_region_that_has_ses_is_one() -> None:
    """As the regions of SES are known here, that of the European Sovereign Cloud among them."""
    places = {each for partition in ("aws", "aws-us-gov", "aws-eusc") for each in ses_regions(partition)}
    assert "eusc-de-east-1" in places
    for region in sorted(places):
        settings = {"kind": "logto.aws_ses", "region": region, "access_key_id": "AKIA", "secret_access_key": "canary"}
        inputs = {"tenant": "main", "settings": settings, "from_address": "a@acme.com"}
        assert not [each for each in reasons(EmailProviderLifecycle, inputs) if "settings.region" in each]
