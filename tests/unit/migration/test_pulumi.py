"""What is read from an export of a Pulumi stack with pulumi_auth0: with secrets in clear, and encrypted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.other_tools import SIGNATURE, auth0_terraform_state, pulumi_state
from tenant_email.errors import TenantEmailError
from tenant_email.inputs.model import reveal
from tenant_email.migration.reading import read

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.migration.found import Reading

SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.com",
    "credentials": {"smtp_host": "smtp.acme.com", "smtp_port": 2525, "smtp_user": "mailer"},
}
WELCOME = {
    "template": "welcome_email",
    "subject": "Hi",
    "body": "<p>Hi</p>",
    "from": "a@acme.com",
    "syntax": "liquid",
    "enabled": True,
    "urlLifetimeInSeconds": 3600,
}
URN = "urn:pulumi:dev::mail::auth0:index/emailProvider:EmailProvider::main"


def export(*, show_secrets: bool = True) -> Any:
    """Returns the export of a stack with a provider and a template."""
    state = auth0_terraform_state(SMTP, [WELCOME], {"smtp_pass": "canary-pass"})
    return pulumi_state(state, "Acme.eu.auth0.com", show_secrets=show_secrets)


def reading(tmp_path: Path, document: Any) -> Reading:
    """Returns what is read from an export."""
    file = tmp_path / "stack.json"
    file.write_text(json.dumps(document))
    return read(file, None, {})


def test_a_stack_is_read(tmp_path: Path) -> None:
    """Its provider, its template, and the tenant that its provider of Auth0 is for."""
    found = reading(tmp_path, export())
    assert found.tenant
    assert found.tenant.provider
    assert (found.source, found.tenant.host, found.tenant.provider.address) == ("pulumi", "acme.eu.auth0.com", URN)
    expected = {"host": "smtp.acme.com", "port": 2525, "username": "mailer", "password": "canary-pass"}
    assert reveal(found.tenant.provider.settings) == {"kind": "auth0.smtp", **expected}
    (template,) = found.tenant.templates
    assert template.settings["url_lifetime_in_seconds"] == 3600
    assert template.settings["from_address"] == "a@acme.com"
    assert found.left == {"auth0:index/client:Client": 1}


def test_what_is_encrypted_stays_with_the_tenant(tmp_path: Path) -> None:
    """And the note says how to take it along."""
    found = reading(tmp_path, export(show_secrets=False))
    assert found.tenant
    assert found.tenant.provider
    assert "password" not in found.tenant.provider.settings
    (note,) = [each for each in found.notes if each.address == URN]
    assert note.text == "smtp_pass is encrypted in this export: the tenant keeps what it has"
    assert "--show-secrets" in note.remedy


@pytest.mark.parametrize("name", ["credentials", "smtpHost"])
def test_settings_that_are_encrypted_are_refused(tmp_path: Path, name: str) -> None:
    """What a program needs cannot be left to the tenant."""
    document = export()
    row = next(each for each in document["deployment"]["resources"] if each["urn"] == URN)
    holder = row["outputs"] if name == "credentials" else row["outputs"]["credentials"]
    holder[name] = {**SIGNATURE, "ciphertext": "AAAB"}
    found = reading(tmp_path, document)
    assert found.tenant
    assert found.tenant.provider is None
    assert [note.remedy for note in found.notes if note.refused] == ["Export it with --show-secrets."]


def test_a_whole_secret_in_clear_is_read(tmp_path: Path) -> None:
    """Credentials that the program marked as one secret: every text in them is one."""
    document = export()
    row = next(each for each in document["deployment"]["resources"] if each["urn"] == URN)
    plain = {"smtpHost": "canary.acme.com", "smtpPort": 587, "smtpUser": "canary-user", "smtpPass": "canary"}
    row["outputs"]["credentials"] = {**SIGNATURE, "plaintext": json.dumps(plain)}
    found = reading(tmp_path, document)
    assert found.tenant
    assert found.tenant.provider
    assert reveal(found.tenant.provider.settings)["host"] == "canary.acme.com"
    assert "canary" not in repr(found.tenant.provider.settings)


def test_what_the_stack_does_not_own_is_refused(tmp_path: Path) -> None:
    """A resource that is only read, and one that is about to go."""
    document = export()
    rows = {each["urn"]: each for each in document["deployment"]["resources"]}
    rows[URN]["external"] = True
    next(row for urn, row in rows.items() if "EmailTemplate" in urn)["delete"] = True
    found = reading(tmp_path, document)
    assert found.tenant is None
    assert [note.refused for note in found.notes] == [True, True]


def test_what_pulumi_aws_manages_is_read(tmp_path: Path) -> None:
    """By its own types, with single blocks as objects; keys of tags stay as they are."""
    arn = "arn:aws:ses:eu-west-1:123456789012:identity/acme.com"
    send = json.dumps({"Statement": {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": arn}})
    outputs: dict[str, Any] = {
        "aws:sesv2/emailIdentity:EmailIdentity": {"emailIdentity": "acme.com", "arn": arn}
        | {"dkimSigningAttributes": {"signingAttributesOrigin": "AWS_SES", "tokens": ["t1"]}},
        "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": {"emailIdentity": "acme.com"}
        | {"mailFromDomain": "bounce.acme.com", "behaviorOnMxFailure": "USE_DEFAULT_VALUE"},
        "aws:route53/record:Record": {"zoneId": "Z1", "name": "t1._domainkey", "fqdn": "t1._domainkey.acme.com"}
        | {"type": "CNAME", "ttl": 300, "records": ["t1.dkim.amazonses.com"]},
        "aws:iam/user:User": {"name": "mail", "path": "/", "tags": {"CostCenter": "7"}},
        "aws:iam/userPolicy:UserPolicy": {"name": "send", "user": "mail", "policy": send},
    }
    rows = [
        {"urn": f"urn:pulumi:dev::x::{kind}::a", "type": kind, "custom": True, "id": "a", "outputs": values}
        for kind, values in outputs.items()
    ]
    (domain,) = reading(tmp_path, {"version": 3, "deployment": {"resources": rows}}).domains
    assert (domain.region, domain.mail_from, domain.dkim_tokens) == ("eu-west-1", "bounce.acme.com", ("t1",))
    assert [each.name for each in domain.records] == ["t1._domainkey.acme.com"]
    assert [(each.name, each.tags, [policy.name for policy in each.policies]) for each in domain.users] == [
        ("mail", {"CostCenter": "7"}, ["send"])
    ]


def test_the_file_of_a_local_backend_is_read(tmp_path: Path) -> None:
    """`.pulumi/stacks/PROJECT/STACK.json` has the same in another place."""
    latest = export(show_secrets=False)["deployment"]
    found = reading(tmp_path, {"version": 3, "checkpoint": {"stack": "dev", "latest": latest}})
    assert found.tenant
    assert found.tenant.provider


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"version": 1, "deployment": {"resources": []}}, "is an export of version 1"),
        ({"version": 3, "deployment": {}}, "is the state of a stack without resources"),
        ({"version": 3, "checkpoint": {"latest": None}}, "is the state of a stack without resources"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, document: Any, text: str) -> None:
    """With the command that makes one."""
    with pytest.raises(TenantEmailError) as refused:
        reading(tmp_path, document)
    assert text in str(refused.value)
    assert "pulumi stack export" in str(refused.value)
