"""The programs of docs/composition.md, brought up as they stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.blocks import ROOT, blocks
from support.engines import engine_params
from support.lab import DOMAIN, Lab
from support.ways import ON_PLUGIN

if TYPE_CHECKING:
    from pathlib import Path

    from support.canary import Watched
    from support.engines import Outcome
    from tenant_email_local.machine import LocalMachine

WRITES = ("Create", "Put", "Change", "Update", "Delete", "Attach", "Detach", "Tag")
OWNER, TENANT, BACK, COMPONENT, MOVED, _, TRANSFORMS = (
    block.text.replace("acme.com", DOMAIN) for block in blocks(ROOT / "docs" / "composition.md", language="python")
)
AT_THE_TOP = f"""
from tenant_email import SesSendingDomain, TenantEmail, auth0

sender = "no-reply@{DOMAIN}"
sending = SesSendingDomain("mail", domain="{DOMAIN}", from_addresses=[sender])
TenantEmail("mail", sending_domain=sending, settings=auth0.Ses.from_ses, from_address=sender)
"""


@pytest.fixture(params=engine_params())
def kind(request: pytest.FixtureRequest) -> str:
    """The engine."""
    found: str = request.param
    return found


def stack(machine: LocalMachine, scratch: Path, kind: str, name: str, program: str) -> Watched:
    """Opens a stack of its own project; all lie in one backend."""
    folder = scratch / name
    folder.mkdir()
    lab = Lab.make(machine, folder, kind)
    lab.scratch = scratch
    lab.write(program, name)
    return lab.open()


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def test_outputs_go_to_other_stacks_and_back(quick_machine: LocalMachine, tmp_path: Path, kind: str) -> None:
    """The key travels as a secret, a change in one stack is not one in the other, and a missing stack is an error."""
    tenant = stack(quick_machine, tmp_path, kind, "tenant", TENANT)
    assert "unknown stack" in tenant.preview().text
    owner = stack(quick_machine, tmp_path, kind, "sending", OWNER)
    key = good(owner.up()).outputs["secretAccessKey"]
    tenant.secrets.add(key)
    made = good(tenant.up())
    assert made.operations["mail"] == "create"
    assert quick_machine.auth0.state.provider is not None
    back = stack(quick_machine, tmp_path, kind, "back", BACK)
    assert good(back.up()).outputs["provider"] == made.outputs["provider"]
    good(tenant.refresh())
    assert "mail" not in good(tenant.preview()).operations


def test_what_moves_into_a_component_is_not_made_anew(quick_machine: LocalMachine, tmp_path: Path, kind: str) -> None:
    """Under another parent and another name: all that is new is the component."""
    lab = Lab.make(quick_machine, tmp_path, kind)
    lab.write(AT_THE_TOP)
    engine, calls = lab.open(), quick_machine.aws.calls
    good(engine.up())
    lab.calls()
    before = len(calls)
    lab.write(MOVED)
    assert good(engine.up()).operations == {"sign-in": "create"}
    assert lab.calls() == []
    assert [call.operation for call in calls[before:] if call.operation.startswith(WRITES)] == []


@pytest.mark.skipif(ON_PLUGIN, reason="the names of properties are Python's")
def test_transforms_reach_every_part_and_uncover_nothing(
    quick_machine: LocalMachine, tmp_path: Path, kind: str
) -> None:
    """The user and the identity are tagged, and what a transform made secret is so in what the tenant shows."""
    lab = Lab.make(quick_machine, tmp_path, kind)
    lab.write(COMPONENT)
    engine = lab.open()
    assert good(engine.preview()).operations["mail-verified"] == "create"
    lab.write(TRANSFORMS)
    good(engine.up())
    found = {each["type"].rpartition(":")[2]: each for each in engine.export()["deployment"]["resources"]}
    assert found["User"]["inputs"]["tags"] == {"owner": "identity"}
    assert found["SesDomainIdentity"]["inputs"]["tags"]["owner"] == "identity"
    provider = found["EmailProvider"]
    assert provider["protect"]
    assert provider["outputs"]["live"]["name"] == "ses"
    assert "ciphertext" in provider["outputs"]["live"]["default_from_address"]
    assert "ciphertext" in provider["outputs"]["written_identity"]["attributes"]["default_from_address"]


HANDED_OVER = """
import pulumi
from tenant_email import EmailProvider, auth0, ses

smtp = auth0.Smtp(host="smtp.acme.com", username="u", password="canary-written")

def change(args):
    if args.type_.endswith(":EmailProvider"):
        settings = {**args.props["settings"], "password": "canary-put-there"}
        return pulumi.ResourceTransformResult({**args.props, "settings": settings}, args.opts)

pulumi.runtime.register_resource_transform(change)
provider = EmailProvider("mail", settings=smtp, from_address="no-reply@acme.com")
pulumi.export("smtp", smtp)
pulumi.export("all", [{"dkim": ses.ByoDkim(selector="mail", private_key="canary-key")}, provider])
pulumi.export("text", pulumi.Output.json_dumps(provider.settings))
"""


@pytest.mark.skipif(ON_PLUGIN, reason="the names of properties are Python's")
def test_nothing_is_uncovered_by_a_transform_or_an_output(lab: Lab) -> None:
    """A password that a transform writes, and outputs that hold settings and resources whole: all of it is secret."""
    lab.write(HANDED_OVER)
    engine = lab.open()
    good(engine.preview())
    good(engine.up())
    configured = lab.machine.auth0.state.provider
    assert configured is not None
    assert configured["credentials"]["smtp_pass"] == "canary-put-there"
    found = {each["type"].rpartition(":")[2]: each for each in engine.export()["deployment"]["resources"]}
    assert found["EmailProvider"]["inputs"]["settings"]["host"] == "smtp.acme.com"
    assert "ciphertext" in found["EmailProvider"]["inputs"]["settings"]["password"]
    assert engine.preview().operations == {}
