"""Logto sends its mail through Amazon SES: verified domain, a key that may do nothing but send, texts per language.

Settings (`pulumi config set KEY VALUE`):
    domain           the domain to send from, in a Route 53 zone of this account
    fromAddress      the built-in sender, at that domain
    onExisting       adopt, to take over a connector that was configured by hand (default: fail)
"""

import pulumi

from tenant_email import SesSendingDomain, TenantEmail, logto, ses

config = pulumi.Config()
sender = config.require("fromAddress")
sending = SesSendingDomain(
    "mail",
    domain=config.require("domain"),
    sending=ses.SendingPolicy(from_addresses=[sender], sends_through=logto.AwsSes),
)
email = TenantEmail(
    "mail",
    sending_domain=sending,
    settings=logto.AwsSes.from_ses,
    from_address=sender,
    templates={
        "sign-in-de": logto.Template(
            language="de",
            type="SignIn",
            subject="Ihr Code zur Anmeldung: {{code}}",
            content="<p>Mit diesem Code melden Sie sich an:</p><p><b>{{code}}</b></p>",
        ),
    },
    on_existing="adopt" if config.get("onExisting") == "adopt" else "fail",
)

pulumi.export("provider", email.provider.id)
pulumi.export("policy", sending.policy_json)
