"""A cloud in two files: `cloud.json` holds the objects, `calls.jsonl` every call that a lifecycle received."""

from __future__ import annotations

import fcntl
import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).parent
REPLACING = ("kind",)


def plain(value: Any) -> Any:
    """Returns a value that JSON can hold; what is unknown shows as such."""
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items() if key != "__provider"}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return "<unknown>" if type(value).__name__ == "Unknown" else value


def note(call: str, name: Any, **details: Any) -> None:
    """Writes down a call."""
    with (HOME / "calls.jsonl").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps({"call": call, "name": plain(name), "time": time.time(), **plain(details)}) + "\n")


@contextmanager
def objects() -> Iterator[dict[str, Any]]:
    """Opens the cloud for one change."""
    with (HOME / "cloud.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        held = json.loads(file.read() or "{}")
        yield held
        file.seek(0)
        file.truncate()
        file.write(json.dumps(held))


def obey(call: str, props: dict[str, Any]) -> None:
    """Takes as long as the resource says, and fails where it says so."""
    time.sleep(props.get("delay", 0))
    if props.get("fail") == call:
        raise RuntimeError(f"the cloud refused to {call} {props['name']}")


class ThingLifecycle(ResourceProvider):
    """Keeps things in the cloud."""

    serialize_as_secret_always = False
    token: str | None = None

    def configure(self, req: ConfigureRequest) -> None:
        """Notes the token that it is configured with."""
        self.token = req.config.get("token")
        note("configure", None, token=self.token, tenants=req.config.get("tenant-email:tenants"))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuses the size `bad`, and adds a default."""
        note("check", news.get("name"), olds=olds, news=news)
        failures = [CheckFailure("", "size: bad is not a size")] if news.get("size") == "bad" else []
        return CheckResult({**news, "color": news.get("color") or "grey"}, failures)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compares what the user gave; a new kind is a new thing."""
        note("diff", news.get("name"), olds=olds, news=news)
        changed = [key for key in {*olds, *news} - {"serial", "stamp"} if olds.get(key) != news.get(key)]
        replaces = [key for key in changed if key in REPLACING]
        return DiffResult(bool(changed), replaces, delete_before_replace=bool(news.get("dbr")))

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Creates a thing with a serial number."""
        note("create", props["name"], props=props)
        print(props.get("say", ""))  # noqa: T201 - what a lifecycle prints is shown to the user
        obey("create", props)
        with objects() as held:
            serial = held["serial"] = held.get("serial", 0) + 1
            held[f"{props['name']}-{serial}"] = plain(props)
        note("created", props["name"])
        return CreateResult(f"{props['name']}-{serial}", {**props, "serial": serial})

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Changes a thing in place."""
        note("update", news["name"], olds=olds, news=news)
        obey("update", news)
        with objects() as held:
            held[id_] = plain(news)
        return UpdateResult({**news, "serial": olds["serial"]})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Deletes a thing."""
        note("delete", props["name"], id=id_, props=props, token=self.token)
        obey("delete", props)
        with objects() as held:
            held.pop(id_, None)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Reads a thing; one that is gone has no id."""
        note("read", props["name"], id=id_, props=props, token=self.token)
        obey("read", props)
        with objects() as held:
            found = held.get(id_)
        if found is None:
            return ReadResult("", {})
        return ReadResult(id_, {**found, "serial": props["serial"]}, inputs=found)


class UndiffedLifecycle(ThingLifecycle):
    """Leaves the comparison to the engine."""

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Does not say what changes."""
        return DiffResult()


class Thing(Resource, module="cloud", name="Thing"):
    """A thing in the cloud."""

    lifecycle = ThingLifecycle
    serial: pulumi.Output[int]
    color: pulumi.Output[str]
    password: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, /, **props: Any) -> None:
        outputs = {"serial": None, "color": None, "password": None, "stamp": None}
        super().__init__(self.lifecycle(), name, {**outputs, "name": name, **props}, opts)


class Undiffed(Thing, module="cloud", name="Undiffed"):
    """A thing whose changes the engine has to find."""

    lifecycle = UndiffedLifecycle


class Group(pulumi.ComponentResource):
    """Two things under one parent, the second made from the first."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:index:Group", name, {}, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.first = Thing(f"{name}-first", inside)
        self.second = Thing(f"{name}-second", inside, size=self.first.serial)
        self.register_outputs({"serial": self.first.serial})
