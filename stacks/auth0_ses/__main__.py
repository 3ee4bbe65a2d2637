"""Auth0 sends its mail through Amazon SES: verified domain, least-privilege key, provider and templates.

Settings (`pulumi config set KEY VALUE`):
    domain           the domain to send from, in a Route 53 zone of this account
    fromAddress      the built-in sender, at that domain
    tenant           a name in tenant-email:tenants (default: main)
    onExisting       adopt, to take over an email provider that was configured by hand (default: fail)
"""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import BaseModel, ConfigDict

from tenant_email import SesSendingDomain, TenantEmail, auth0

TEMPLATES = Path(__file__).parent / "templates"
SUBJECTS = {
    "verify_email": "Confirm your address for {{ application.name }}",
    "reset_email": "Reset your password for {{ application.name }}",
    "welcome_email": "Welcome to {{ application.name }}",
}


class Settings(BaseModel):
    """The stack's settings, checked before anything is made."""

    model_config = ConfigDict(extra="forbid")

    domain: str
    fromAddress: str  # noqa: N815 - the name in the stack config
    tenant: str = "main"
    onExisting: Literal["fail", "adopt"] = "fail"  # noqa: N815 - the name in the stack config


def settings() -> Settings:
    """Read the stack config."""
    config = pulumi.Config()
    given = {name: config.get(name) for name in Settings.model_fields}
    return Settings.model_validate({name: value for name, value in given.items() if value is not None})


def template(name: str, subject: str, sender: str) -> auth0.Template:
    """Take a template's body from its file."""
    return auth0.Template(
        template=name,
        subject=subject,
        body=(TEMPLATES / f"{name}.html").read_text(encoding="utf-8"),
        from_address=sender,
    )


config = settings()
sending = SesSendingDomain("mail", domain=config.domain, from_addresses=[config.fromAddress])
email = TenantEmail(
    "mail",
    tenant=config.tenant,
    sending_domain=sending,
    settings=auth0.Ses.from_ses,
    from_address=config.fromAddress,
    templates={name: template(name, subject, config.fromAddress) for name, subject in SUBJECTS.items()},
    on_existing=config.onExisting,
)

pulumi.export("provider", email.provider.id)
pulumi.export("identity", sending.identity_arn)
pulumi.export("policy", sending.policy_json)
