"""An `up` without changes, and an import, beside what Pulumi's SDK takes for as much that does nothing.

All are measured in turns in one run, and the medians compared, in an environment as a user has it: built wheels and
what they require, nothing else, because pydantic asks every distribution for plug-ins. What is compared is CPU time of
all processes, because seconds depend on what else a machine does; they are printed too. TENANT_EMAIL_ROUNDS says how
many turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import pytest

from support import process_cost
from support.auth0 import config_entry
from support.engines import engine_params, environment, open_engine
from support.wheels import Environment, build, metadata
from tenant_email.platforms.auth0.liquid import REQUIRED
from tenant_email.platforms.auth0.templates import NAMES
from tenant_email_local.emulators.auth0 import Auth0Emulator, SubscriptionPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ROUNDS: Final = int(os.environ.get("TENANT_EMAIL_ROUNDS", "7"))
AIM: Final = 1.15
UP: Final = {"embedded": {15: 1.4, 105: 1.4}, "pulumi": {15: 1.2, 105: 1.3}}
"""What an `up` has come down to, by engine and number of resources, whatever else the machine does; see AIM.

Of what fifteen of ours take more on the embedded engine, three fifths are the host's, nearly all of it imports:
pydantic as much as all of this package, of whose modules a check runs all but a few. Each of 105 of ours has a dozen
properties where a trivial one has one, and each property is a task of Pulumi's event loop. The CLI itself takes most of
the time there, and hides it.
"""
IMPORT: Final = 1.3
TENANTS: Final = [f"t{number}" for number in range(16)]
BODIES: Final = {name: f"<p>{{{{ {REQUIRED.get(name, 'application.name')} }}}}</p>" for name in NAMES}
TRIVIAL: Final = """
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
class Trivial(ResourceProvider):
    serialize_as_secret_always = False
    def create(self, props):
        return CreateResult("x", props)
class Thing(Resource):
    def __init__(self, name, text):
        super().__init__(Trivial(), name, {{"text": text}})
for number in range({number}):
    Thing(f"thing-{{number}}", f"text {{number}}")
"""
OURS: Final = """
from tenant_email import EmailProvider, EmailTemplate, auth0
for tenant in {tenants}:
    smtp = auth0.Smtp(host="smtp.one.example", username="mailer", password="canary-startup")
    provider = EmailProvider(f"{{tenant}}-mail", tenant=tenant, settings=smtp)
    for name, body in {bodies}.items():
        settings = auth0.Template(template=name, subject="Hi", body=body)
        EmailTemplate(f"{{tenant}}-{{name}}", tenant=tenant, settings=settings, provider_id=provider.id)
"""
PLUGIN: Final = """
from pulumi import CustomResource
for tenant in {tenants}:
    smtp = {{"kind": "auth0.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-startup"}}
    inputs = {{"tenant": tenant, "settings": smtp}}
    provider = CustomResource("tenant-email:index:EmailProvider", f"{{tenant}}-mail", inputs)
    for name, body in {bodies}.items():
        settings = {{"kind": "auth0.template", "template": name, "subject": "Hi", "body": body}}
        CustomResource("tenant-email:index:EmailTemplate", f"{{tenant}}-{{name}}",
                       {{"tenant": tenant, "settings": settings, "providerId": provider.id}})
"""
PROGRAMS: Final = {
    "empty": "import pulumi",
    "trivial 15": TRIVIAL.format(number=15),
    "ours 15": OURS.format(tenants=TENANTS[7:8], bodies=BODIES),
    "trivial 105": TRIVIAL.format(number=105),
    "ours 105": OURS.format(tenants=TENANTS[:7], bodies=BODIES),
    "plug-in 15": PLUGIN.format(tenants=TENANTS[15:], bodies=BODIES),
    "plug-in 105": PLUGIN.format(tenants=TENANTS[8:15], bodies=BODIES),
}
EMBEDDED: Final = """
import os, sys
from pathlib import Path
from embedded_pulumi_engine import Stack
project, state = map(Path, sys.argv[1:])
ran = Stack(project, "dev", state_dir=state, environ=dict(os.environ), console=lambda _: None).up()
sys.exit(None if ran.ok else ran.text)
"""
IMPORTS: Final = {
    "auth0": "from tenant_email import EmailProvider, EmailTemplate, auth0",
    "logto": "from tenant_email import EmailProvider, EmailTemplate, logto",
    "pingone_aic": "from tenant_email import EmailProvider, EmailTemplate, pingone_aic",
    "SES": "from tenant_email import SesDomainIdentity, SesDomainVerification",
    "SesSendingDomain": "from tenant_email import SesSendingDomain",
}

Costs = dict[str, list[dict[str, float]]]


def cost_of(command: list[str], folder: Path, environ: Mapping[str, str]) -> dict[str, float]:
    """Returns the seconds and the CPU seconds of a command."""
    measured = [sys.executable, process_cost.__file__, *command]
    ran = subprocess.run(measured, cwd=folder, env=dict(environ), capture_output=True, text=True, check=True)
    cost: dict[str, Any] = json.loads(ran.stdout)
    assert not cost.pop("failed"), cost["text"]
    return {name: cost[name] for name in ("seconds", "cpu")}


def ratio_of(costs: Costs, one: str, other: str) -> float:
    """Prints both ratios of two medians and returns that of CPU time."""
    ratios = {
        each: median(c[each] for c in costs[one]) / median(c[each] for c in costs[other]) for each in ("seconds", "cpu")
    }
    shown = ", ".join(f"{each} {ratio:.2f}" for each, ratio in ratios.items())
    print(f"{one} / {other}: {shown}")  # noqa: T201 - a benchmark reports
    return ratios["cpu"]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the library, the embedded engine and what both require."""
    packages = ("tenant_email", "embedded_pulumi_engine")
    built = [build(package, tmp_path_factory.mktemp("wheel")) for package in packages]
    names = ["pip", *(metadata(package)["name"] for package in packages)]  # the CLI asks pip what is installed
    return Environment.make(tmp_path_factory.mktemp("environment") / "venv", built, with_only=names).python


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What a user's shell has: compiled modules are kept, as pip leaves them."""
    kept = {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(tmp_path / "home")}


def command_for(kind: str, python: Path, project: Path, scratch: Path) -> list[str]:
    """Returns the command of an `up` on an engine."""
    if kind == "embedded":
        return [str(python), "-c", EMBEDDED, str(project), str(scratch / "state")]
    return ["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"]


@pytest.mark.parametrize("kind", engine_params())
def test_an_up_without_changes(kind: str, python: Path, tmp_path: Path, environ: dict[str, str]) -> None:
    """It costs little more than as many trivial dynamic resources, of one property each; the plug-in is beside it."""
    costs: Costs = {name: [] for name in PROGRAMS}
    runs: dict[str, tuple[list[str], Path, dict[str, str]]] = {}
    with ExitStack() as opened:
        config: dict[str, Any] = {}
        for name in TENANTS:
            tenant = opened.enter_context(Auth0Emulator(plan=SubscriptionPlan.OFF))
            tenant.switches.legacy_templates = True
            config[name] = config_entry(tenant)
        for name, program in PROGRAMS.items():
            scratch = tmp_path / name.replace(" ", "-")
            project = scratch / "project"
            project.mkdir(parents=True)
            runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(python.parents[1])}}
            (project / "Pulumi.yaml").write_text(json.dumps({"name": "bench", "runtime": runtime}))
            (project / "__main__.py").write_text(program)
            engine = open_engine(kind, project, scratch, environ=environ)
            engine.set_config("tenant-email:tenants", json.dumps(config), secret=True)
            backend = {"PULUMI_BACKEND_URL": f"file://{scratch / 'backend'}", "PULUMI_HOME": str(scratch / "home")}
            path = {"PATH": os.pathsep.join([str(python.parent), environ["PATH"]])}  # where the plug-in is
            runs[name] = (command_for(kind, python, project, scratch), project, {**environ, **backend, **path})
            cost_of(*runs[name])
        for _ in range(ROUNDS):
            for name, run in runs.items():
                costs[name].append(cost_of(*run))
    print(f"\n{kind}, {ROUNDS} turns")  # noqa: T201 - a benchmark reports
    for name in ("trivial 15", "ours 15", "trivial 105", "ours 105"):
        ratio_of(costs, name, "empty")
    for number in UP[kind]:
        ratio_of(costs, f"plug-in {number}", f"ours {number}")
    reached = {number: ratio_of(costs, f"ours {number}", f"trivial {number}") for number in UP[kind]}
    print(f"the aim is {AIM}")  # noqa: T201 - as above
    assert {number: ratio for number, ratio in reached.items() if ratio > UP[kind][number]} == {}


def test_an_import(python: Path, tmp_path: Path, environ: dict[str, str]) -> None:
    """The resources with one platform cost at most 1.3 times what `import pulumi` does."""
    programs = {"import pulumi": "import pulumi", **IMPORTS}
    costs: Costs = {name: [] for name in programs}
    for _ in range(ROUNDS + 1):
        for name, program in programs.items():
            costs[name].append(cost_of([str(python), "-c", program], tmp_path, environ))
    print(f"\n{ROUNDS} turns")  # noqa: T201 - a benchmark reports
    ratios = {
        name: ratio_of({each: found[1:] for each, found in costs.items()}, name, "import pulumi") for name in IMPORTS
    }
    assert max(ratios.values()) <= IMPORT
