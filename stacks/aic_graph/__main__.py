"""PingOne Advanced Identity Cloud sends its mail through Microsoft Graph, and welcomes users in two languages.

Settings (`pulumi config set KEY VALUE`, the secret with `--secret`):
    mailbox          the mailbox that sends, in the Microsoft 365 directory
    directory        the directory's id
    clientId         the id of an application with the permission Mail.Send
    clientSecret     its secret
    tenant           a name in tenant-email:tenants (default: main)
    testRecipient    where a test email goes after each change (default: none)
"""

from pathlib import Path

import pulumi
from pydantic import BaseModel, ConfigDict

from tenant_email import EmailProvider, EmailTemplate, pingone_aic

HERE = Path(__file__).parent
LOCALES = ("en", "fr")
SUBJECTS = {"en": "Welcome, {{object.givenName}}", "fr": "Bienvenue, {{object.givenName}}"}


class Settings(BaseModel):
    """The stack's plain settings, checked before anything is made."""

    model_config = ConfigDict(extra="forbid")

    mailbox: str
    directory: str
    clientId: str  # noqa: N815 - the name in the stack config
    tenant: str = "main"
    testRecipient: str | None = None  # noqa: N815 - the name in the stack config


def settings() -> Settings:
    """Read the stack config."""
    given = {name: pulumi.Config().get(name) for name in Settings.model_fields}
    return Settings.model_validate({name: value for name, value in given.items() if value is not None})


config = settings()
provider = EmailProvider(
    "mail",
    tenant=config.tenant,
    settings=pingone_aic.MsGraph(
        mail_endpoint=f"https://graph.microsoft.com/v1.0/users/{config.mailbox}/sendMail",
        token_endpoint=f"https://login.microsoftonline.com/{config.directory}/oauth2/v2.0/token",
        client_id=config.clientId,
        client_secret=pulumi.Config().require_secret("clientSecret"),
    ),
    from_address=config.mailbox,
    test_recipient=config.testRecipient,
)
welcome = EmailTemplate(
    "welcome",
    tenant=config.tenant,
    settings=pingone_aic.Template(
        template="welcome",
        subject=SUBJECTS,
        html={
            locale: (HERE / "templates" / f"welcome.{locale}.html").read_text(encoding="utf-8") for locale in LOCALES
        },
        styles=(HERE / "templates" / "welcome.css").read_text(encoding="utf-8"),
    ),
    provider_id=provider.id,
)

pulumi.export("provider", provider.id)
pulumi.export("template", welcome.id)
