"""PingOne Advanced Identity Cloud from development to production, with different hosts and secrets in each.

One stack an environment, all of this program. Each makes the environment's own values (ESVs). Only in development is
there an email configuration to write: it names the values by placeholders, holds no secret, and is promoted.

Settings (`pulumi config set KEY VALUE`, the password with `--secret`):
    environment      development, or the name of an upper environment
    host, port       this environment's SMTP server
    username         its login
    password         its secret
    fromAddress      this environment's sender
    tenant           a name in tenant-email:tenants (default: main)
"""

import pulumi
from pulumi import ResourceOptions
from pydantic import BaseModel, ConfigDict

from tenant_email import EmailProvider, EmailTemplate, pingone_aic
from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable


class Settings(BaseModel):
    """The stack's plain settings, checked before anything is made."""

    model_config = ConfigDict(extra="forbid")

    environment: str
    host: str
    port: int = 587
    username: str
    fromAddress: str  # noqa: N815 - the name in the stack config
    tenant: str = "main"


def settings() -> Settings:
    """Read the stack config."""
    given = {name: pulumi.Config().get(name) for name in Settings.model_fields}
    return Settings.model_validate({name: value for name, value in given.items() if value is not None})


config = settings()
host = EsvVariable("host", tenant=config.tenant, esv="mail-host", value=config.host)
port = EsvVariable("port", tenant=config.tenant, esv="mail-port", value=config.port, expression_type="int")
username = EsvVariable("username", tenant=config.tenant, esv="mail-username", value=config.username)
sender = EsvVariable("from", tenant=config.tenant, esv="mail-from", value=config.fromAddress)
password = EsvSecret(
    "password", tenant=config.tenant, esv="mail-password", value=pulumi.Config().require_secret("password")
)
loaded = EsvRestart("loaded", tenant=config.tenant, esvs=[host, port, username, sender, password])

if config.environment == "development":
    provider = EmailProvider(
        "mail",
        tenant=config.tenant,
        settings=pingone_aic.Smtp(
            host=host.placeholder,
            port=port.placeholder,
            username=username.placeholder,
            password=password.placeholder,
            promotable=True,
        ),
        from_address=sender.placeholder,
        opts=ResourceOptions(depends_on=[loaded]),
    )
    EmailTemplate(
        "welcome",
        tenant=config.tenant,
        settings=pingone_aic.Template(
            template="welcome",
            subject={"en": "Welcome, {{object.givenName}}"},
            html={"en": "<h1>Welcome, {{object.givenName}}</h1>"},
        ),
        provider_id=provider.id,
    )
    pulumi.export("provider", provider.id)
