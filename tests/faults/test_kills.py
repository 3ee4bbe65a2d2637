"""Kill -9 of a whole run, of its host or its engine, and Ctrl-C, at every kind of write: the next run puts it right.

Each write is held up by a proxy, before its effect or after it. The next `up` ends as desired; or it says that
something is there and both ways out of that, and adopting it does.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from support.campaign.matrix import SUBJECTS
from support.campaign.trial import Trial
from support.campaign.world import World
from support.kills import Scene, killed, killed_host
from support.writes import WRITES

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_iam import IAMClient

    from support.campaign.subject import Operation
    from support.kills import Victim, Write
    from tenant_email_local.machine import LocalMachine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
BY_NAME = {write.name: write for write in WRITES}
SAMPLE: tuple[tuple[str, Victim, bool], ...] = (
    ("auth0 provider, create", "tree", True),
    ("logto provider, create", "interrupt", True),
    ("SES identity, create", "tree", True),
)
MADE = [write.name for write in WRITES if write.name.endswith("create") or "," not in write.name]
EVERY: tuple[tuple[str, Victim, bool], ...] = (
    *SAMPLE,
    *((name, "tree", True) for name in MADE),
    *((name, "tree", False) for name in ("logto provider, create", "SES MAIL FROM")),
    *((name, "interrupt", True) for name in ("auth0 provider, create", "aic provider, update", "IAM access key")),
    ("auth0 provider, update", "host", True),
    ("SES DKIM, update", "tree", True),
    ("SES DKIM, update", "tree", False),
    ("aic provider, create", "engine", False),
    *((name, "engine", True) for name in ("auth0 template, create", "logto provider, update", "Route 53 records")),
)
"""With the whole engine all that is made; changes and removals are killed in the host, which is all that they need."""
HOST_SAMPLE = (("auth0 EmailProvider", "create", True), ("logto EmailProvider", "update", True))
HOST_EVERY = tuple(
    (subject.name, operation, written)
    for subject in SUBJECTS
    for operation in subject.operations
    if operation in ("create", "update", "delete")
    for written in (False, True)
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes all tests with --all-faults, and a sample without."""
    everything = metafunc.config.getoption("--all-faults", default=False)
    if "victim" in metafunc.fixturenames:
        metafunc.parametrize(("name", "victim", "written"), list(dict.fromkeys(EVERY if everything else SAMPLE)))
    elif "operation" in metafunc.fixturenames:
        metafunc.parametrize(("subject", "operation", "written"), HOST_EVERY if everything else HOST_SAMPLE)


def test_a_kill_of_the_host_at_a_write(subject: str, operation: Operation, *, written: bool) -> None:
    """The SDK's own host is killed within create, update or delete; the judge of the campaign finds nothing lost."""
    (chosen,) = (each for each in SUBJECTS if each.name == subject)
    with World(chosen, in_process=False) as world:
        trial = Trial(world)
        call = [call for call in trial.calls(operation) if call.writes and call.path != chosen.words.login][-1]
        trial.judge_end(operation, call, lambda: killed_host(trial, operation, call, written=written))


def test_a_kill_at_a_write(name: str, victim: Victim, *, written: bool, tmp_path: Path) -> None:
    """Nothing is lost: the next run completes it, or tells both ways out, and a destroy removes it."""
    write = BY_NAME[name]
    with Scene(tmp_path, write.platforms).running() as scene:
        write.prepare(scene.machine)
        value = "one"
        scene.lab.write(write.written(value))
        engine = scene.lab.open(scene.environ())
        if write.changes:
            first = engine.up()
            assert first.ok, first.text
        if write.changes and write.command == "up":
            value = "two"
            scene.lab.write(write.written(value))
        killed(scene, write, victim, written=written)
        if write.command == "up":
            _completes(scene, write, value, victim)
        destroyed = engine.destroy()
        if "DeleteConflict" in destroyed.text:  # a key, or an attachment, that nobody recorded
            _strip_users(scene.machine)
            destroyed = engine.destroy()
        assert destroyed.ok, destroyed.text
        assert write.held(scene.machine) is None


def _completes(scene: Scene, write: Write, value: str, victim: Victim) -> None:
    """Runs `up` again, each time after what the one before says is to be done."""
    engine = scene.lab.open(scene.environ())
    outcome = engine.up()
    for _ in range(2):
        if outcome.ok:
            break
        assert victim != "interrupt", f"Ctrl-C lets running operations end: {outcome.text}"
        if "EntityAlreadyExists" in outcome.text:
            _by_hand(scene.machine, outcome.text)
        else:
            assert "on_existing='adopt'" in outcome.text, outcome.text
            named = re.search(r"on_delete='(\w+)'", outcome.text)
            assert named, outcome.text
            scene.lab.write(write.written(value, f', on_existing="adopt", on_delete="{named[1]}"'))
        outcome = engine.up()
    assert outcome.ok, outcome.text
    assert write.held(scene.machine) == write.whole(value)


def _iam(machine: LocalMachine) -> IAMClient:
    client: IAMClient = machine.aws.session().client("iam", endpoint_url=machine.aws.url)
    return client


def _strip_users(machine: LocalMachine) -> None:
    """Takes keys and policies from all users, as AWS's message asks for before a user or a policy can go."""
    iam = _iam(machine)
    for user in iam.list_users()["Users"]:
        for key in iam.list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]:
            iam.delete_access_key(UserName=user["UserName"], AccessKeyId=key["AccessKeyId"])
        for policy in iam.list_attached_user_policies(UserName=user["UserName"])["AttachedPolicies"]:
            iam.detach_user_policy(UserName=user["UserName"], PolicyArn=policy["PolicyArn"])


def _by_hand(machine: LocalMachine, text: str) -> None:
    """Deletes what pulumi-aws says is there; it has no memory of it, and no way to take it over."""
    iam = _iam(machine)
    for name in set(re.findall(r"User (\S+) already exists", text)):
        iam.delete_user(UserName=name)
    for name in set(re.findall(r"A policy called (\S+) already exists", text)):
        (found,) = [each["Arn"] for each in iam.list_policies(Scope="Local")["Policies"] if each["PolicyName"] == name]
        iam.delete_policy(PolicyArn=found)
