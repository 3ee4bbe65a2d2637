"""The component with PingOne AIC: a verified SES domain, its derived password, mail through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.lab import DOMAIN
from support.pingone_aic import SEND, Tenant
from support.pingone_aic_site import ADA

if TYPE_CHECKING:
    from support.lab import Lab
    from tenant_email_local.emulators.pingone_aic import AicEmulator

PROGRAM = f"""
from tenant_email import SesSendingDomain, TenantEmail, pingone_aic
domain = SesSendingDomain("mail", domain="{DOMAIN}", from_addresses=["no-reply@{DOMAIN}"])
TenantEmail("mail", sending_domain=domain, settings=pingone_aic.Smtp.from_ses, from_address="no-reply@{DOMAIN}")
"""


def test_tenant_sends_through_ses_with_the_derived_password(lab: Lab, tenant: AicEmulator) -> None:
    """One run verifies the domain, makes the key, and switches the tenant to SES over SMTP."""
    lab.machine.aws.create_zone(DOMAIN)
    lab.write(PROGRAM)
    outcome = lab.open().up()
    assert outcome.ok, outcome.text
    assert Tenant(tenant).call("POST", SEND, {"to": ADA, "subject": "Hi"}).status == 200
    (mail,) = lab.machine.smtp.inbox
    assert (mail.mail_from, mail.username.startswith("AKIA")) == (f"no-reply@{DOMAIN}", True)
