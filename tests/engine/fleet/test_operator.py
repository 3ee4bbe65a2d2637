"""A Stack of the Pulumi Kubernetes Operator: what its agent does with the CLI, on a manifest that was generated.

An agent is a process in the workspace's pod, which drives the CLI by the Automation API. The steps and their options
are those of pulumi/pulumi-kubernetes-operator at 475dbc6c: `workspace_controller.go` (Install, SelectStack,
SetAllConfig), `update_controller.go` (Preview, Up) and the agent's `server.go`, which answers them. Install is left
out: it would change the environment that the tests run in; `tests/engine/install` shows it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import automation
from pulumi.automation.errors import StackNotFoundError

from support.auth0 import PROVIDER, Tenant
from support.fleets import LocalFleet
from tenant_email.fleet.kubernetes import Cluster, generate
from tenant_email.fleet.reading import read_fleet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")


@dataclass
class Agent:
    """The agent of one workspace: `spec` is that of the Stack, the folder what was cloned."""

    spec: dict[str, Any]
    workspace: automation.LocalWorkspace

    def begin(self) -> automation.Stack:
        """Does what makes a workspace ready."""
        name = self.spec["stack"]
        try:
            stack = automation.Stack.select(name, self.workspace)
        except StackNotFoundError:
            self._run("stack", "init", name)
            stack = automation.Stack.select(name, self.workspace)
        given = {key: self._item(value) for key, value in self.spec["config"].items()}
        if any("objectValue" in item for item in given.values()):
            stack.set_all_config_json(json.dumps(given))
        else:
            path = {key.replace(":", ':["', 1) + '"]': item["value"] for key, item in given.items()}
            stack.set_all_config({key: automation.ConfigValue(value) for key, value in path.items()}, path=True)
        return stack

    def _run(self, *words: str) -> None:
        self.workspace.pulumi_command.run(list(words), self.workspace.work_dir, self.workspace.env_vars)

    @staticmethod
    def _item(value: Any) -> dict[str, Any]:
        return {"value": value} if isinstance(value, str) else {"value": json.dumps(value), "objectValue": value}


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[LocalFleet]:
    """Runs a tenant, with its file."""
    with LocalFleet(tmp_path / "fleet", 1) as running:
        running.write()
        yield running


def agent_of(fleet: LocalFleet, scratch: Path, *, preview_only: bool = False) -> Agent:
    """Returns the agent of the tenant's Stack, whose pod has what the manifest names."""
    (scratch / "backend").mkdir(exist_ok=True)
    cluster = Cluster(
        namespace="mail",
        repository="https://github.com/acme/mail",
        backend=f"file://{scratch / 'backend'}",
        preview_only=preview_only,
    )
    generated = generate(read_fleet(fleet.file), cluster, fleet.folder, "tenant-email-fleet")
    (stack,) = generated.files["stack-t000.yaml"]
    environ, spec = fleet.environment(), stack["spec"]
    named = {each["name"]: environ[each["name"]] for each in spec["workspaceTemplate"]["spec"]["env"]}
    named |= {name: environ[name] for name in spec["envRefs"]}
    assert named.keys() == {"FLEET_SMTP", "FLEET_T000", "PULUMI_CONFIG_PASSPHRASE"}
    kept = {**named, "PULUMI_BACKEND_URL": spec["backend"], "PULUMI_SKIP_UPDATE_CHECK": "true"}
    workspace = automation.LocalWorkspace(
        work_dir=str(fleet.folder), pulumi_home=str(scratch / "home"), env_vars={**kept, "PYTHONDONTWRITEBYTECODE": "1"}
    )
    return Agent(spec, workspace)


def test_what_the_agent_does(fleet: LocalFleet, tmp_path: Path) -> None:
    """It brings the tenant up, writes nothing more, and puts right what somebody changed, or tells of it."""
    agent = agent_of(fleet, tmp_path)
    assert agent.spec["refresh"]
    stack = agent.begin()
    assert stack.preview(diff=True, refresh=True).change_summary == {"create": 3}
    for expected in (2, 0):
        stack.up(diff=True, refresh=True, suppress_progress=True)
        assert fleet.writes() == {"t000": expected}
        fleet.forget()
    watching = agent_of(fleet, tmp_path, preview_only=True)
    assert (watching.spec["preview"], watching.spec["updateTemplate"]["spec"]) == (True, {"expectNoChanges": True})
    stack = watching.begin()
    stack.preview(diff=True, refresh=True, expect_no_changes=True)
    tenant: Any = fleet.tenants["t000"]
    Tenant(tenant).call("PATCH", PROVIDER, {"default_from_address": "someone@acme.example"})
    with pytest.raises(automation.CommandError, match="no changes were expected"):
        stack.preview(diff=True, refresh=True, expect_no_changes=True)
    fleet.forget()
    stack.up(diff=True, refresh=True, suppress_progress=True)
    assert fleet.writes() == {"t000": 1}
