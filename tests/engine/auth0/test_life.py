"""What happens to names, options and classes in the life of a stack: the tenant is never without its configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.ways import ON_PLUGIN

if TYPE_CHECKING:
    from support.engines import Engine, Outcome
    from support.lab import Lab

HEADER = """
import pulumi
from pulumi import ResourceOptions as O
from tenant_email import EmailProvider, EmailTemplate, auth0
smtp = auth0.Smtp(host="smtp.one.example", username="mailer", password="canary-smtp-password")
sendgrid = auth0.SendGrid(api_key="canary-smtp-password")
def template(name, **more):
    return auth0.Template(template=name, subject="Hi", body="<p>{{ url }}</p>", **more)
sender = {"from_address": "no-reply@acme.example"}
"""
BOTH = """
provider = EmailProvider("{0}", settings=smtp, **sender)
EmailTemplate("{0}-t", settings=template("verify_email"), provider_id=provider.id)
"""


def opened(lab: Lab) -> Engine:
    """Opens an empty stack."""
    lab.write(HEADER)
    return lab.open()


def up(lab: Lab, engine: Engine, program: str, **options: Any) -> Outcome:
    """Runs a program and returns its outcome, which must be good."""
    lab.write(HEADER + program)
    outcome = engine.up(**options)
    assert outcome.ok, outcome.text
    return outcome


def holds(lab: Lab) -> tuple[str | None, list[str]]:
    """Returns (kind of provider, enabled templates) of the tenant."""
    state = lab.machine.auth0.state
    enabled = [name for name, template in state.templates.items() if template["enabled"]]
    return (state.provider or {}).get("name"), enabled


def removals(calls: list[str]) -> list[str]:
    """Returns the calls that took something away."""
    return [call for call in calls if call.startswith("DELETE") or call.endswith("200 (enabled)")]


def urn(kind: str, name: str) -> str:
    """Returns the URN of a resource of the lab."""
    type_ = f"tenant-email:index:{kind}" if ON_PLUGIN else f"pulumi-python:dynamic/tenant-email:{kind}"
    return f"urn:pulumi:dev::lab::{type_}::{name}"


def test_a_rename_keeps_what_is_configured(lab: Lab) -> None:
    """Without aliases the new resource is refused, and the message names them; with aliases nothing is called."""
    engine = opened(lab)
    up(lab, engine, BOTH.format("mail"))
    lab.calls()
    lab.write(HEADER + BOTH.format("post"))
    refused = engine.up()
    assert not refused.ok
    assert "If you renamed the resource, set opts.aliases to the old name instead" in refused.text
    assert (removals(lab.calls()), holds(lab)) == ([], ("smtp", ["verify_email"]))
    aliased = """
old = pulumi.Alias
provider = EmailProvider("post", settings=smtp, opts=O(aliases=[old(name="mail")]), **sender)
EmailTemplate("t", settings=template("verify_email"), provider_id=provider.id, opts=O(aliases=[old(name="mail-t")]))
"""
    assert "create" not in up(lab, engine, aliased).changes
    assert lab.calls() == []
    assert engine.destroy().ok
    assert holds(lab) == (None, [])


def test_a_replacement_keeps_what_is_configured(lab: Lab) -> None:
    """`--replace` needs delete_before_replace, and with it the tenant is not without its configuration in between."""
    engine = opened(lab)
    program = BOTH.replace("settings=smtp,", "settings=smtp, opts=O(delete_before_replace={1}),")
    program = program.replace("provider_id=provider.id)", "opts=O(delete_before_replace=True))")
    up(lab, engine, program.format("mail", False))
    lab.calls()
    both = [urn("EmailProvider", "mail"), urn("EmailTemplate", "mail-t")]
    refused = engine.up(replace=both)
    assert not refused.ok
    assert "If you are replacing a resource of this stack, set opts.delete_before_replace" in refused.text
    replaced = up(lab, engine, program.format("mail", True), replace=both)
    assert replaced.operations["mail"] == "replace"
    assert (removals(lab.calls()), holds(lab)) == ([], ("smtp", ["verify_email"]))


def test_delete_before_replace_hands_over_hidden_credentials(lab: Lab) -> None:
    """With delete_before_replace even a kind that shows nothing of itself is replaced, as what it was: ours."""
    engine = opened(lab)
    program = "EmailProvider('mail', settings=sendgrid, opts=O(delete_before_replace={}), **sender)"
    up(lab, engine, program.format(False))
    refused = engine.up(replace=[urn("EmailProvider", "mail")])
    assert not refused.ok
    assert "delete_before_replace" in refused.text
    assert holds(lab)[0] == "sendgrid"
    lab.calls()
    up(lab, engine, program.format(True), replace=[urn("EmailProvider", "mail")])
    assert (removals(lab.calls()), holds(lab)[0]) == ([], "sendgrid")
    assert engine.destroy().ok
    assert holds(lab)[0] is None


def test_options_of_the_engine_are_kept(lab: Lab) -> None:
    """`protect` refuses, `ignore_changes` leaves credentials with their host, `retain_on_delete` the tenant alone."""
    engine = opened(lab)
    up(lab, engine, "EmailProvider('mail', settings=smtp, opts=O(protect=True), **sender)")
    lab.calls()
    assert not engine.destroy().ok
    other = 'smtp = auth0.Smtp(host="smtp.one.example", username="mailer", password="changed-smtp-password")\n'
    options = "opts=O(ignore_changes=['settings.password'])"
    up(lab, engine, f"{other}EmailProvider('mail', settings=smtp, {options}, **sender)")
    assert lab.calls() == []
    lab.write(f"{HEADER}{other.replace('one', 'two')}EmailProvider('mail', settings=smtp, {options}, **sender)")
    moved = engine.preview()
    assert not moved.ok
    assert "to smtp.two.example with settings.password in ignore_changes\nTake it out of ignore_changes" in moved.text
    lab.write(f"{HEADER}{other}EmailProvider('mail', settings=smtp, {options.replace('password', 'host')}, **sender)")
    held = engine.preview()
    assert not held.ok
    assert "cannot send settings.password with settings.host in ignore_changes\nTake it out of ignore_" in held.text
    up(lab, engine, "EmailProvider('mail', settings=smtp, opts=O(retain_on_delete=True), **sender)")
    assert engine.destroy().ok
    assert (lab.calls(), holds(lab)[0]) == ([], "smtp")


def test_policies_change_before_a_destroy(lab: Lab) -> None:
    """A change of on_delete is recorded without a call and counts in the destroy; so does the one with the program."""
    engine = opened(lab)
    up(lab, engine, "EmailProvider('mail', settings=smtp, **sender)")
    lab.calls()
    recorded = up(lab, engine, "EmailProvider('mail', settings=smtp, on_delete='disable', **sender)")
    assert (recorded.operations, lab.calls()) == ({"mail": "update"}, [])
    assert engine.destroy(run_program=True).ok
    assert lab.machine.auth0.state.provider is not None
    assert lab.machine.auth0.state.provider["enabled"] is False
    lab.machine.auth0.state.provider = None
    up(lab, engine, "EmailProvider('mail', settings=smtp, on_delete='retain', **sender)")
    assert engine.destroy().ok
    assert holds(lab)[0] == "smtp"


def test_a_subclass_in_a_component_is_the_same_resource(lab: Lab) -> None:
    """A subclass keeps the type token, and a transformation of the user's own component reaches the inputs."""
    engine = opened(lab)
    component = """
class {0}(EmailProvider):
    pass
def disabled(args):
    return pulumi.ResourceTransformationResult({{**args.props, "enabled": False}}, args.opts)
class Mail(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("acme:index:Mail", "mail", None, O(transformations=[disabled]))
        {1}("mail", settings=smtp, opts=O(parent=self), **sender)
Mail()
"""
    up(lab, engine, component.format("House", "House"))
    assert (lab.machine.auth0.state.provider or {})["enabled"] is False
    lab.calls()
    assert up(lab, engine, component.format("House", "EmailProvider")).operations == {}
    assert lab.calls() == []
