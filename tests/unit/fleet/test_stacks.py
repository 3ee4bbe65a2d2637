"""What is read and written around the CLI: stacks' files, events, locks, and which stacks are meant."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import yaml
from pulumi.automation import CommandError

from support.fleets import STACK
from tenant_email.errors import InvalidSettings, TenantEmailError
from tenant_email.fleet import locks
from tenant_email.fleet.children import FleetCommand
from tenant_email.fleet.events import Said, read_events
from tenant_email.fleet.project import Project
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.references import references_of
from tenant_email.fleet.secret_values import mask_secrets
from tenant_email.fleet.selection import selected
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.stack_files import require_own, write_config
from tenant_email.fleet.stacks import environment_of
from tenant_email.inputs.whole_files import write_whole
from tenant_email.redaction.secrets import scrub

if TYPE_CHECKING:
    from pathlib import Path

FLEET = read_fleet(STACK / "tenants.yaml", judged=False)
ACME = Unit(tenant="acme")


def names(*globs: str, destroys: bool = False) -> list[list[str]]:
    """Returns the stacks of each stage."""
    return [[unit.stack for unit in stage] for stage in selected(FLEET, globs, destroys=destroys)]


def test_selection() -> None:
    """Tenants by pattern, with the domain that they send from; a destroy leaves one that another tenant has."""
    assert names() == [["sending_domain.mail"], ["acme", "umbrella", "initech", "forge"]]
    assert names("f*", "init*") == [[], ["initech", "forge"]]
    assert names("acme") == [["sending_domain.mail"], ["acme"]]
    assert [len(stage) for stage in selected(FLEET, ["acme"], tenants_only=True)] == [0, 1]
    assert names("acme", destroys=True) == [["acme"], []]
    assert names("acme", "umbrella", destroys=True) == [["acme", "umbrella"], ["sending_domain.mail"]]
    with pytest.raises(InvalidSettings) as refused:
        selected(FLEET, ["acne", "acme", "a,b", "zzz"])
    assert [(each.path, each.remedy) for each in refused.value.problems] == [
        ("--tenants acne", "Did you mean acme?"),
        ("--tenants a,b", "Repeat --tenants for each pattern."),
        ("--tenants zzz", "There are: acme, umbrella, initech, forge."),
    ]


@pytest.mark.parametrize(("count", "end"), [(20, "t18, t19."), (21, "t18, t19 and 1 more."), (45, "t19 and 25 more.")])
def test_the_tenants_of_a_message(count: int, end: str) -> None:
    """Twenty are named, and how many more there are."""
    fleet = replace(FLEET, tenants={f"t{number:02}": FLEET.tenants["acme"] for number in range(count)})
    with pytest.raises(
        InvalidSettings, match=r"^fleet: --tenants zzzzzz: matches no tenant of tenants\.yaml"
    ) as refused:
        selected(fleet, ["zzzzzz"])
    assert refused.value.problems[0].remedy.endswith(end)


def test_a_stacks_file(tmp_path: Path) -> None:
    """Our keys are as the file has them, and all else stays: salt, ESC, settings of one's own, the file's mode."""
    file = tmp_path / "Pulumi.acme.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "encryptionsalt": "v1:x",
                "environment": ["acme/prod"],
                "config": {"aws:profile": "old", "lab:mine": True, "lab:tenant": "other", "p:s": {"secure": "AAA"}},
            }
        )
    )
    file.chmod(0o600)
    assert write_config(FLEET, ACME, Project(tmp_path, "lab"), "acme")
    found = yaml.safe_load(file.read_text())
    assert (found["encryptionsalt"], found["environment"]) == ("v1:x", ["acme/prod"])
    assert {key: value for key, value in found["config"].items() if key != "tenant-email:tenants"} == {
        "lab:mine": True,
        "p:s": {"secure": "AAA"},
        "aws:region": "eu-west-1",
        "lab:tenant": "acme",
        "lab:file": os.path.relpath(STACK / "tenants.yaml", tmp_path),
    }
    assert file.stat().st_mode & 0o777 == 0o600
    assert not write_config(FLEET, ACME, Project(tmp_path, "lab"), "acme")
    assert [each.name for each in tmp_path.iterdir()] == ["Pulumi.acme.yaml"]


def test_what_others_wrote_stays_as_it_is_written(tmp_path: Path) -> None:
    """A time is no number, and a name that looks like one is a text: to PyYAML, and to Pulumi's YAML 1.2."""
    file, theirs = tmp_path / "Pulumi.1e3.yaml", "at: 12:30\n  on: yes\n  many: 1_000\n  key: 'a: b'\n  n: 0o17\n"
    file.write_text(f"config:\n  lab:{theirs}")
    fleet = replace(FLEET, tenants={"1e3": replace(FLEET.tenants["acme"], name="1e3")})
    assert write_config(fleet, Unit(tenant="1e3"), Project(tmp_path, "lab"), "1e3")
    found = file.read_text()
    assert found.startswith(f'config:\n  lab:{theirs}  aws:region: "eu-west-1"\n')
    assert '  lab:tenant: "1e3"\n' in found


@pytest.mark.parametrize(
    ("held", "unit", "whose"),
    [
        ("{tenant-email:tenants: {acme: {}, forge: {}}}", ACME, "forge"),
        ("{lab:tenant: acme, tenant-email:tenants: {acme: {}}}", Unit(), "acme"),
        ("{lab:sendingDomain: mail}", ACME, "mail"),
        ("{tenant-email:tenants: {a: {}, b: {}, c: {}, d: {}}}", Unit(sending_domain="mail"), "a, b, c and others"),
        ("{lab:tenant: acme, tenant-email:tenants: {acme: {}}, lab:mine: 1}", ACME, ""),
        ("{tenant-email:tenants: {acme: {}, gone: {}}}", Unit(), ""),
    ],
)
def test_a_stack_that_is_for_something_else(tmp_path: Path, held: str, unit: Unit, whose: str) -> None:
    """It is refused before anything is written: what it has would be deleted."""
    (tmp_path / "Pulumi.prod.yaml").write_text(f"config: {held}\n")
    if not whose:
        require_own(FLEET, [unit], Project(tmp_path, "lab"), "prod")
        return
    with pytest.raises(
        InvalidSettings, match=f"is the config of a stack of {whose}, whose resources this would delete"
    ) as refused:
        require_own(FLEET, [unit], Project(tmp_path, "lab"), "prod")
    assert ("set its renamed_from" in refused.value.problems[0].remedy) == (whose == "mail")


def test_the_stack_of_a_tenant_that_was_renamed(tmp_path: Path) -> None:
    """Its config is still of the old name; of another tenant it is not."""
    (tmp_path / "Pulumi.big.yaml").write_text("config: {lab:tenant: acme, tenant-email:tenants: {acme: {}}}\n")
    for before, problems in (("acme", 0), ("forge", 1), ("", 1)):
        big = replace(FLEET.tenants["acme"], name="big", renamed_from=before)
        with nullcontext() if not problems else pytest.raises(InvalidSettings, match="set its renamed_from"):
            require_own(replace(FLEET, tenants={"big": big}), [Unit(tenant="big")], Project(tmp_path, "lab"))


def test_a_stack_of_another_file(tmp_path: Path) -> None:
    """Two files of one project may call two tenants alike; a file that is not there any more was given another name."""
    (tmp_path / "Pulumi.acme.yaml").write_text("config: {lab:tenant: acme, lab:file: eu.yaml}\n")
    require_own(FLEET, [ACME], Project(tmp_path, "lab"))
    (tmp_path / "eu.yaml").touch()
    with pytest.raises(
        InvalidSettings, match=r"Pulumi\.acme\.yaml: is the config of a stack of eu\.yaml, whose tenant"
    ):
        require_own(FLEET, [ACME], Project(tmp_path, "lab"))
    require_own(replace(FLEET, file=tmp_path / "eu.yaml"), [ACME], Project(tmp_path, "lab"))


@pytest.mark.parametrize("stack", ["", "a b", "../x", "a/b/c/d", "x" * 101, "é"])
def test_no_stack_is_called_so(tmp_path: Path, stack: str) -> None:
    """One with its organization and project is."""
    with pytest.raises(TenantEmailError, match="is not the name of a stack"):
        Project(tmp_path, "lab").file_of(stack)
    assert Project(tmp_path, "lab").file_of("acme/fleet/prod") == tmp_path / "Pulumi.prod.yaml"


@pytest.mark.parametrize(
    ("file", "says", "at"),
    [
        ("Pulumi.yml", "", "Pulumi.acme.yml"),
        ("Pulumi.yaml", "stackConfigDir: stacks/mail/", "stacks/mail/Pulumi.acme.yaml"),
        ("Pulumi.yml", "config: stacks", "stacks/Pulumi.acme.yml"),
        ("Pulumi.yaml", "config: {lab:mine: 1}", "Pulumi.acme.yaml"),
    ],
)
def test_where_a_project_has_the_files_of_its_stacks(tmp_path: Path, file: str, says: str, at: str) -> None:
    """Where the CLI looks for them: a file beside it would be read by nobody."""
    (tmp_path / file).write_text(f"name: lab\n{says}\n")
    assert write_config(FLEET, ACME, Project.at(tmp_path), "acme")
    assert yaml.safe_load((tmp_path / at).read_text())["config"]["lab:tenant"] == "acme"
    (tmp_path / at).write_text("config: {lab:tenant: forge}\n")
    with pytest.raises(InvalidSettings, match="is the config of a stack of forge"):
        require_own(FLEET, [ACME], Project.at(tmp_path))


def test_what_the_file_says_of_aws_no_more(tmp_path: Path) -> None:
    """Whatever it was, no stack keeps it; what is a stack's own stays."""
    project, file = Project(tmp_path, "lab"), tmp_path / "Pulumi.acme.yaml"
    file.write_text("config:\n  aws:maxRetries: 3\n")
    aws = {"region": "eu-west-9", "profile": "mail", "skipRegionValidation": True}
    for given in (aws, {}):
        assert write_config(replace(FLEET, aws=given), ACME, project, "acme")
        found = yaml.safe_load(file.read_text())["config"]
        assert {name for name in found if name.startswith("aws:")} == {
            "aws:maxRetries",
            *(f"aws:{each}" for each in given),
        }


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What cannot be written leaves what was there, and nothing beside it."""
    (tmp_path / "a").write_text("before")
    with pytest.raises(OSError, match=f"{tmp_path}/nowhere/b"):
        write_whole({tmp_path / "a": "after", tmp_path / "nowhere" / "b": "x"})
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "before")]
    write_whole({tmp_path / "a": "after"})
    assert (tmp_path / "a").read_text() == "after"


def test_a_file_that_a_link_leads_to(tmp_path: Path) -> None:
    """It is written in its place, under a name as long as any, and the link stays; so of one that leads nowhere."""
    stored, link = tmp_path / "stored" / ("é" * 127), tmp_path / "Pulumi.acme.yaml"
    stored.parent.mkdir()
    link.symlink_to(stored)
    for text in ("new", "after"):
        write_whole({link: text})
        assert (link.is_symlink(), stored.read_text(encoding="utf-8")) == (True, text)


def test_files_that_are_none(tmp_path: Path) -> None:
    """A stack's file that is not a mapping is not written over; a folder without a project is none."""
    (tmp_path / "Pulumi.acme.yaml").write_text("[")
    with pytest.raises(TenantEmailError, match="is not a YAML mapping"):
        write_config(FLEET, ACME, Project(tmp_path, "lab"), "acme")
    with pytest.raises(TenantEmailError, match=r"has no Pulumi\.yaml with a name"):
        Project.at(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: 5\n")
    with pytest.raises(TenantEmailError, match=r"has no Pulumi\.yaml with a name"):
        Project.at(tmp_path)
    assert Project.at(STACK).name == "tenant-email-fleet"
    assert write_config(FLEET, Unit(tenant="forge"), Project(tmp_path, "lab"), "forge")
    assert (tmp_path / "Pulumi.forge.yaml").read_text().startswith("config:\n")


def test_events() -> None:
    """Counts, errors and warnings, once each, without colors; a line that is cut off is left out.

    What Go's JSON has as it is, such as U+0085, ends no line.
    """
    error = (
        '{"diagnosticEvent": {"severity": "error", "urn": "urn:a::b", "message": "<{%reset%}>n\x85o<{%reset%}>\\n"}}'
    )
    warning = error.replace('"error"', '"warning"').replace("n\x85o<", "warning: late<")
    bare = '{"diagnosticEvent": {"severity": "error", "message": "all"}}'
    summary = '{"summaryEvent": {"resourceChanges": {"create": 2, "same": 1}}}'
    log = f'{error}\n{error}\n{bare}\n{warning}\n{summary}\n{{"x'
    assert read_events(log) == Said({"create": 2, "same": 1}, ("b: n\x85o", "all"), ("b: late",))
    assert (read_events(log).changed, read_events("")) == (2, Said())
    assert Said({"discard": 1, "read": 1, "refresh": 1, "import": 1}).changed == 1


def test_changes_of_what_was_only_previewed() -> None:
    """An update that its preview refuses has changed nothing."""
    previewed, done = (
        json.dumps({"summaryEvent": {"resourceChanges": {"create": count}, "isPreview": is_preview}})
        for count, is_preview in ((3, True), (2, False))
    )
    assert read_events(previewed).changes == {}
    assert read_events(f"{previewed}\n{done}").changes == {"create": 2}
    assert read_events(previewed, of_preview=True).changes == {"create": 3}


@pytest.mark.parametrize(("level", "is_refused"), [("mandatory", True), ("advisory", False)])
def test_what_a_policy_says(level: str, *, is_refused: bool) -> None:
    """Which policy, of what: the engine's own error says neither."""
    said = {"enforcementLevel": level, "policyName": "key-age", "message": "Is old.\nRotate it.\n"}
    events = ({"policyEvent": said | {"resourceUrn": "urn:a::b"}}, {"policyEvent": said})
    found = read_events("\n".join(map(json.dumps, events)))
    told = ("b: key-age: Is old.\nRotate it.", "key-age: Is old.\nRotate it.")
    assert found == (Said(errors=told) if is_refused else Said(warnings=told))


def test_locks() -> None:
    """What the CLI says of a lock (pkg/backend/diy/lock.go): whose it is, and whether that process is gone."""
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)

    def held(host: str, pid: int, user: str = "me") -> tuple[locks.Holder, ...]:
        return locks.holders(
            "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete "
            f"the lock file with `pulumi cancel`.\n  file:///x.json: created by {user}@{host} (pid {pid}) at 2026-01-01"
        )

    here = socket.gethostname()
    assert held(here, 7) == (locks.Holder(here, 7),)
    # as a directory service names users; one that is passed over would lose its lock together with another's
    assert held(here, 7, "CORP\\Ada Lovelace@corp") == held(here, 7)
    assert locks.described(held("x", 7)) == "the lock of process 7 of x"
    assert locks.are_gone(held(here, int(ended.stdout)))
    assert not locks.are_gone(held(here, os.getpid()))
    assert not locks.are_gone(held("elsewhere", int(ended.stdout)))
    assert not locks.may_be_awaited(held("elsewhere", 7))
    assert locks.holders("error: created by me@x (pid 7) at") == ()
    assert not locks.are_gone(())


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FleetCommand:
    """Runs a program in the CLI's place that says what it is given, or waits for a signal."""
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport signal, sys, time, os\n"
        "if sys.argv[1] == 'version': print('v3.260.0'); sys.exit()\n"
        "if 'wait' in sys.argv:\n"
        "    signal.signal(signal.SIGINT, lambda *_: sys.exit('cancelled'))\n"
        "    open('ready', 'w').close()\n    time.sleep(60)\n"
        "print('said', *sys.argv[1:], os.getsid(0) == os.getpid())\nsys.exit(int(os.environ['CODE']))\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return FleetCommand()


def test_a_child(command: FleetCommand, tmp_path: Path) -> None:
    """It is in a session of its own; its lines are told, and its exit code counts."""
    lines: list[str] = []
    result = command.run(["up"], str(tmp_path), {"CODE": "0"}, lines.append)
    assert (result.stdout, lines) == ("said --non-interactive up True", ["said --non-interactive up True"])
    with pytest.raises(CommandError, match="code: 3"):
        command.run(["up"], str(tmp_path), {"CODE": "3"})


def test_stopping_children(command: FleetCommand, tmp_path: Path) -> None:
    """Each ends by a SIGINT, after which none is started."""
    errors: list[CommandError] = []
    before = signal.getsignal(signal.SIGINT)  # in the background of a shell it is ignored

    def run() -> None:
        try:
            command.run(["wait"], str(tmp_path), {"CODE": "0"})
        except CommandError as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + 120
    while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    command.stop()
    thread.join(120)
    assert "cancelled" in str(errors[0])
    with pytest.raises(CommandError, match="it was stopped"):
        command.run(["up"], str(tmp_path), {"CODE": "0"})
    assert signal.getsignal(signal.SIGINT) is before


def test_the_environment_of_the_stacks() -> None:
    """What goes before the entry of an only tenant is emptied, unless an entry names it itself."""
    found = environment_of(FLEET, ACME)
    assert {found[name] for name in ("AUTH0_DOMAIN", "AUTH0_CLIENT_SECRET", "LOGTO_CA_FILE", "FRODO_SA_JWK_FILE")} == {
        ""
    }
    acme = FLEET.tenants["acme"]
    named = replace(acme, entry={**acme.entry, "clientSecretEnv": "AUTH0_CLIENT_SECRET"})
    fleet = replace(FLEET, tenants={**FLEET.tenants, "acme": named})
    assert "AUTH0_CLIENT_SECRET" not in environment_of(fleet, ACME)
    assert environment_of(fleet, Unit(tenant="umbrella"))["AUTH0_CLIENT_SECRET"] == ""


def test_what_is_referred_to_is_masked() -> None:
    """Variables and files, of entries and of providers; what is not there is no error yet."""
    found = [references_of(FLEET.tenants[name]) for name in ("acme", "initech", "forge")]
    assert [each.variables for each in found] == [("ACME_AUTH0_SECRET",), ("INITECH_SMTP_PASSWORD",), ()]
    assert [[file.path for file in each.named if file.is_secret] for each in found] == [
        [],
        ["secrets/initech"],
        ["secrets/forge.jwk.json", "secrets/forge-smtp"],
    ]
    mask_secrets(FLEET, {"ACME_AUTH0_SECRET": "canary-fleet-2"})
    assert scrub("is canary-fleet-2") == "is ***"
