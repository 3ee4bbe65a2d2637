"""Logto sends its mail through an SMTP server of yours.

Settings (`pulumi config set KEY VALUE`, the password with `--secret`):
    host, username   where mail goes out, port 587, never without TLS
    password         may be omitted to keep the one that the tenant holds
    fromAddress      the built-in sender
    testRecipient    gets a test email before anything is written (default: no test)
"""

import pulumi

from tenant_email import EmailProvider, logto

config = pulumi.Config()
recipient = config.get("testRecipient")
provider = EmailProvider(
    "mail",
    settings=logto.Smtp(
        host=config.require("host"),
        username=config.require("username"),
        password=config.get_secret("password"),
        require_tls=True,
    ),
    from_address=config.require("fromAddress"),
    preflight="send" if recipient else "off",
    test_recipient=recipient,
)

pulumi.export("provider", provider.id)
