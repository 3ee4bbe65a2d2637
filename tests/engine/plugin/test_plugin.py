"""The plug-in on whole stacks: its resources and components, registered as a program in any language does it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.auth0 import config_entry
from support.plugin import on_path
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from support.lab import Lab

SENDING = """
import pulumi
from pulumi import ComponentResource

class SesSendingDomain(ComponentResource):
    def __init__(self, name, props, opts=None):
        outputs = dict.fromkeys(("accessKeyId", "secretAccessKey", "region", "identityArn", "recordsTable"))
        super().__init__("tenant-email:index:SesSendingDomain", name, {**props, **outputs}, opts, remote=True)

class TenantEmail(ComponentResource):
    def __init__(self, name, props, opts=None):
        super().__init__("tenant-email:index:TenantEmail", name, props, opts, remote=True)

config = pulumi.Config()
mail = SesSendingDomain("mail", {
    "domain": config.get("domain") or "mail.acme.example", "fromAddresses": ["no-reply@mail.acme.example"],
    "dkim": {"kind": "easy"}, "mailFrom": "bounce", "sending": {"sendsThrough": "auth0.ses"}})
TenantEmail("tenant", {
    "sendingDomain": mail,
    "settings": {"kind": "auth0.ses", "accessKeyId": mail.accessKeyId, "secretAccessKey": mail.secretAccessKey,
                 "region": mail.region},
    "fromAddress": config.get("from") or "no-reply@mail.acme.example",
    "templates": {"welcome": {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi",
                              "body": "<p>Hi</p>", "syntax": "liquid", "enabled": True}}})
pulumi.export("identity", mail.identityArn)
pulumi.export("table", mail.recordsTable)
pulumi.export("key", mail.accessKeyId)
"""


PYTHON = """
import pulumi
from tenant_email import SesSendingDomain, TenantEmail, auth0

mail = SesSendingDomain("mail", domain="mail.acme.example", from_addresses=["no-reply@mail.acme.example"],
                        mail_from="bounce", sends_through=auth0.Ses)
TenantEmail("tenant", sending_domain=mail, settings=auth0.Ses.from_ses, from_address="no-reply@mail.acme.example",
    templates={"welcome": auth0.Template(template="welcome_email", subject="Hi", body="<p>Hi</p>", syntax="liquid",
                                         enabled=True)})
"""
TWO = """
import json
import pulumi

class Provider(pulumi.ProviderResource):
    def __init__(self, name, tenants):
        super().__init__("tenant-email", name, {"tenants": tenants})

for name in ("one", "two"):
    tenants = pulumi.Config().require_secret(name)
    pulumi.CustomResource("tenant-email:index:EmailProvider", name,
        {"settings": {"kind": "auth0.smtp", "host": f"smtp.{name}.example", "port": 587, "username": name,
                      "password": pulumi.Output.secret(f"canary-{name}")}, "fromAddress": "no-reply@acme.example"},
        pulumi.ResourceOptions(provider=Provider(name, tenants)))
"""


def test_two_tenants_by_two_providers(lab: Lab) -> None:
    """Each provider of a program has tenants of its own, in an object or as JSON text; none sees the other's."""
    lab.write(TWO)
    engine = lab.open(on_path(lab.machine.environment()))
    with Auth0Emulator() as other:
        for name, tenant in (("one", lab.machine.auth0), ("two", other)):
            engine.set_config(f"lab:{name}", json.dumps({"main": config_entry(tenant)}), secret=True)
        made = engine.up()
        assert made.ok, made.text
        hosts = [(tenant.state.provider or {})["credentials"]["smtp_host"] for tenant in (lab.machine.auth0, other)]
        assert hosts == ["smtp.one.example", "smtp.two.example"]
        assert engine.up().operations == {}
        assert engine.destroy().ok
        assert (lab.machine.auth0.state.provider, other.state.provider) == (None, None)


def test_a_sending_domain_for_any_language(lab: Lab) -> None:
    """The component comes up in the plug-in's own resources, and a second `up` has nothing to do."""
    lab.write(SENDING)
    engine = lab.open(on_path(lab.machine.environment()))
    engine.set_config("lab:domain", "acme")
    # what Pulumi's SDK for Python ends with then, a traceback of its own, comes by another pipe, in any order
    refused, _, told = engine.preview().text.partition("'acme' is a single label")
    told, end, _ = told.partition("Write a domain that you own, such as acme.com.")
    assert "domain" in refused
    assert end
    assert not any(word in told for word in ("Traceback", "unhandled exception", "File "))
    engine.set_config("lab:domain", "mail.acme.example")
    lab.write(PYTHON)
    python = engine.up()
    assert python.ok, python.text
    lab.write(SENDING)
    made = engine.up()
    assert not {"create", "delete", "replace"} & set(made.operations.values()), made.text
    assert made.ok, made.text
    assert made.outputs["identity"].endswith("identity/mail.acme.example")
    assert "_dmarc" not in made.outputs["table"]
    types = {each["type"] for each in engine.export()["deployment"]["resources"]}
    assert "tenant-email:index:SesDomainIdentity" in types
    assert not [each for each in types if "dynamic" in each]
    engine.set_config("lab:from", "no-reply@acme.example")
    other = engine.preview()
    assert "fromAddress" in other.text
    assert "mail.acme.example" in other.text
    engine.set_config("lab:from", "no-reply@mail.acme.example")
    assert engine.preview().operations == {}
    assert engine.up().operations == {}
    gone = engine.destroy()
    assert gone.ok, gone.text
