"""A stack moves from the dynamic resources to the plug-in and back: by type aliases, without a write to the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.plugin import on_path

if TYPE_CHECKING:
    from support.lab import Lab

BODY = "<p>Welcome, {{ user.email }}</p>"
DYNAMIC = f"""
import pulumi
from tenant_email import EmailProvider, EmailTemplate, auth0

def former(name):
    return pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=f"tenant-email:index:{{name}}")])

password, user = (pulumi.Config().require_secret(name) for name in ("password", "user"))
provider = EmailProvider("mail", from_address="no-reply@acme.example", opts=former("EmailProvider"),
    settings=auth0.Smtp(host="smtp.one.example", port=587, username=user, password=password))
EmailTemplate("welcome", provider_id=provider.id, opts=former("EmailTemplate"),
    settings=auth0.Template(template="welcome_email", subject="Welcome", body="{BODY}", syntax="liquid", enabled=True))
"""
PLUGIN = f"""
import pulumi

class Resource(pulumi.CustomResource):
    def __init__(self, kind, name, **props):
        former = pulumi.Alias(type_=f"pulumi-python:dynamic/tenant-email:{{kind}}")
        super().__init__(f"tenant-email:index:{{kind}}", name, props, pulumi.ResourceOptions(aliases=[former]))

password, user = (pulumi.Config().require_secret(name) for name in ("password", "user"))
provider = Resource("EmailProvider", "mail", fromAddress="no-reply@acme.example",
    settings={{"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": user, "password": password}})
Resource("EmailTemplate", "welcome", providerId=provider.id, settings={{"kind": "auth0.template", "template":
    "welcome_email", "subject": "Welcome", "body": "{BODY}", "syntax": "liquid", "enabled": True}})
"""


def test_a_stack_moves_to_the_plugin_and_back(lab: Lab) -> None:
    """State is understood by both; nothing is replaced, nothing asked of the tenant, and the end is found."""
    lab.write(DYNAMIC)
    engine = lab.open(on_path(lab.machine.environment()))
    engine.set_config("lab:password", "canary-password", secret=True)
    engine.set_config("lab:user", "canary-user", secret=True)
    assert engine.up().operations == {"mail": "create", "welcome": "create"}
    lab.calls()
    lab.write(PLUGIN)
    moved = engine.up()
    assert moved.ok, moved.text
    assert not {"create", "replace", "delete"} & set(moved.operations.values())
    assert engine.preview().operations == {}
    assert lab.calls() == []
    assert engine.refresh().ok
    lab.calls()
    lab.write(DYNAMIC)
    back = engine.up()
    assert back.operations == {"mail": "update", "welcome": "update"}, back.text
    assert engine.preview().operations == {}
    assert lab.calls() == []
    assert engine.destroy().ok
    assert lab.machine.auth0.state.provider is None
