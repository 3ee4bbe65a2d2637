"""Auth0 sends its mail through an SMTP server of yours.

Settings (`pulumi config set KEY VALUE`, the password with `--secret`):
    host, username   where mail goes out, port 587
    password         may be omitted to keep the one that the tenant holds
    fromAddress      the built-in sender
"""

import pulumi

from tenant_email import EmailProvider, auth0

config = pulumi.Config()
provider = EmailProvider(
    "mail",
    settings=auth0.Smtp(
        host=config.require("host"),
        username=config.require("username"),
        password=config.get_secret("password"),
    ),
    from_address=config.require("fromAddress"),
)

pulumi.export("provider", provider.id)
