"""The programs that are measured: so many resources of ours, of the plug-in's, or of Pulumi's SDK that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.platforms.auth0.liquid import REQUIRED
from tenant_email.platforms.auth0.templates import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

EACH: Final = 1 + len(NAMES)
"""The resources of a tenant: an email provider and every template."""
SIZES: Final = (1, EACH, 7 * EACH, 67 * EACH)
BODIES: Final = {name: f"<p>{{{{ {REQUIRED.get(name, 'application.name')} }}}}</p>" for name in NAMES}
SENDER: Final = "no-reply@acme.example"

EMPTY: Final = "import pulumi"
_OURS: Final = """
from tenant_email import EmailProvider, EmailTemplate, auth0

for tenant in {tenants}:
    smtp = auth0.Smtp(host="smtp.one.example", username="mailer", password="canary-benchmark")
    provider = EmailProvider(
        f"{{tenant}}-mail", tenant=tenant, settings=smtp, from_address={sender!r} if tenant == "t0" else {SENDER!r}
    )
    for name, body in {bodies}.items():
        subject = {subject!r} if (tenant, name) == ("t0", "verify_email") else "Hi"
        settings = auth0.Template(template=name, subject=subject, body=body)
        EmailTemplate(f"{{tenant}}-{{name}}", tenant=tenant, settings=settings, provider_id=provider.id)
"""
_PLUGIN: Final = """
from pulumi import CustomResource

for tenant in {tenants}:
    smtp = {{"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-benchmark"}}
    inputs = {{"tenant": tenant, "settings": smtp, "fromAddress": {SENDER!r}}}
    provider = CustomResource("tenant-email:index:EmailProvider", f"{{tenant}}-mail", inputs)
    for name, body in {bodies}.items():
        settings = {{"kind": "auth0.template", "template": name, "subject": "Hi", "body": body}}
        CustomResource("tenant-email:index:EmailTemplate", f"{{tenant}}-{{name}}",
                       {{"tenant": tenant, "settings": settings, "providerId": provider.id}})
"""
_TRIVIAL: Final = """
from trivial import Thing

for number in range({number}):
    Thing(f"thing-{{number}}", {text!r} if number == 0 else f"text {{number}}")
"""
_SHAPED: Final = """
from pulumi import Output, ResourceOptions
from trivial import ShapedThing

smtp = {{"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer"}}
for tenant in {tenants}:
    settings = {{**smtp, "password": Output.secret("canary-benchmark")}}
    sender = {sender!r} if tenant == "t0" else {SENDER!r}
    props = {{"tenant": tenant, "settings": settings, "from_address": sender, "enabled": True,
             "on_drift": "overwrite", "preflight": "off"}}
    provider = ShapedThing(f"{{tenant}}-mail", props, ["live", "secret_digests", "adopted", "written_identity"])
    for name, body in {bodies}.items():
        subject = {subject!r} if (tenant, name) == ("t0", "verify_email") else "Hi"
        settings = {{"kind": "auth0.template", "template": name, "subject": subject, "body": body, "syntax": "liquid",
                    "enabled": True}}
        props = {{"tenant": tenant, "settings": settings, "provider_id": provider.id}}
        ShapedThing(f"{{tenant}}-{{name}}", props, ["live", "adopted", "snapshot", "last_written"],
                    ResourceOptions(additional_secret_outputs=["snapshot", "last_written"]))
"""
"""The properties of ours, as many, as long, and as many secrets among them, of resources that do nothing."""
_WAITING: Final = """
from trivial import WaitingThing

for tenant in {tenants}:
    text = {sender!r} if tenant == "t0" else {SENDER!r}
    provider = WaitingThing(f"{{tenant}}-mail", text, {latency}, login=1, look=1)
    for name in {bodies}:
        text = {subject!r} if (tenant, name) == ("t0", "verify_email") else "Hi"
        WaitingThing(f"{{tenant}}-{{name}}", text, {latency}, of=provider.id)
"""
"""As trivial, in the order of ours; each waits as often as ours for an answer: one of a tenant's for the login too."""
TRIVIAL_MODULE: Final = """
from time import sleep

from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult


class Trivial(ResourceProvider):
    serialize_as_secret_always = False

    def create(self, props):
        return CreateResult("x", props)

    def update(self, id_, olds, news):
        return UpdateResult(news)


class Thing(Resource):
    def __init__(self, name, text):
        super().__init__(Trivial(), name, {"text": text})


class Waiting(Trivial):
    def create(self, props):
        sleep(props["latency"] * (1 + props["login"]))
        return CreateResult("x", props)

    def read(self, id_, props):
        sleep(props["latency"] * (1 + props["login"]))
        return ReadResult(id_, props)

    def update(self, id_, olds, news):
        sleep(news["latency"] * 2)
        return UpdateResult(news)

    def delete(self, id_, props):
        sleep(props["latency"] * (1 + props["login"] + props["look"]))


class WaitingThing(Resource):
    def __init__(self, name, text, latency, *, login=0, look=0, of=None):
        props = {"text": text, "latency": latency, "login": login, "look": look, "of": of}
        super().__init__(Waiting(), name, props)


class Shaped(Trivial):
    def create(self, props):
        shown = {name: value for name, value in props["settings"].items() if name not in ("kind", "password")}
        found = {"live": {**shown, "from": ""}, "adopted": False}
        if "provider_id" in props:
            return CreateResult("x", {**props, **found})
        return CreateResult("x", {**props, **found, "written_identity": {**shown, "attributes": found["live"]}})


class ShapedThing(Resource):
    def __init__(self, name, props, outputs, opts=None):
        super().__init__(Shaped(), name, {**props, **dict.fromkeys(outputs)}, opts)
"""
"""Beside the program, as users have it: a provider in `__main__` is pickled whole, with which the SDK fails at 314."""


def names(resources: int) -> list[str]:
    """Returns the names of the tenants of a stack."""
    return [f"t{number}" for number in range(-(-resources // EACH))]


def trivial(resources: int, *, changed: bool = False) -> str:
    """Returns a program of dynamic resources of one property each; with `changed` one of them has another text."""
    return _TRIVIAL.format(number=resources, text="another text" if changed else "text 0")


def ours(resources: int, *, changed: bool = False) -> str:
    """Returns a program of ours, a provider and its templates for each tenant; with `changed` one is another."""
    return _of_tenants(_OURS, resources, changed=changed)


def shaped(resources: int, *, changed: bool = False) -> str:
    """Returns a program of dynamic resources that do nothing, with the properties of `ours`."""
    return _of_tenants(_SHAPED, resources, changed=changed)


def waiting(resources: int, latency: float, *, changed: bool = False) -> str:
    """Returns a program of dynamic resources that only wait, for as many answers as `ours` ask for, in seconds each."""
    return _of_tenants(_WAITING, resources, changed=changed, latency=latency)


def _of_tenants(program: str, resources: int, *, changed: bool, latency: float = 0) -> str:
    bodies = BODIES if resources > 1 else {}
    return program.format(
        tenants=names(resources),
        bodies=bodies,
        SENDER=SENDER,
        sender=SENDER if bodies or not changed else "hello@acme.example",
        subject="Welcome" if changed else "Hi",
        latency=latency,
    )


def plugin(tenants: Sequence[str]) -> str:
    """Returns a program of the plug-in's resources."""
    return _PLUGIN.format(tenants=tenants, bodies=BODIES, SENDER=SENDER)
