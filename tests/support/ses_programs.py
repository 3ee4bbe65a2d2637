"""The stack that the SES tests run: everything that a sending domain can have, its choices in the stack config.

The provider is bound to the sending domain by its outputs alone, not by TenantEmail's `depends_on`: so what they wait
for is what is tested.
"""

PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
from tenant_email import EmailProvider, SesSendingDomain, auth0

given = json.loads(pulumi.Config().get("sending") or "{}")
kind = getattr(auth0, pulumi.Config().get("kind") or "Ses")
used = aws.sesv2.ConfigurationSet("set", configuration_set_name="sign-in")
if given.pop("with_set", False):
    given["configuration_set"] = used.configuration_set_name
if key := pulumi.Config().get_secret("dkim-key"):
    given["dkim_private_key"] = key
given.setdefault("from_addresses", ["no-reply@mail.acme.example"])
sending = SesSendingDomain("mail", domain="mail.acme.example", sends_through=kind, **given)
if pulumi.Config().get_bool("switch") is not False:
    EmailProvider("tenant", settings=kind.from_ses(sending), sending_domain=sending.domain,
                  from_address=pulumi.Config().get("from") or "no-reply@mail.acme.example")

pulumi.export("identity", sending.identity_arn)
pulumi.export("policy", sending.policy_json)
pulumi.export("records", sending.dns_records)
pulumi.export("table", sending.records_table)
pulumi.export("sandbox", sending.sandbox)
pulumi.export("key", sending.access_key_id)
pulumi.export("smtp_host", sending.smtp_host)
pulumi.export("smtp_password", sending.smtp_password)
"""
