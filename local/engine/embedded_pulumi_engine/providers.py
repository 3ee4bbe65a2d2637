"""The registry of provider resources: each stands for one configured plug-in process."""

from __future__ import annotations

import shutil
import threading
import uuid
from typing import TYPE_CHECKING, Final

from embedded_pulumi_engine import builtin
from embedded_pulumi_engine.diffs import Diff, compare
from embedded_pulumi_engine.plugins import Checked, Plugin, PluginError
from embedded_pulumi_engine.urns import DYNAMIC_PACKAGE, package_of, split_reference, type_of
from embedded_pulumi_engine.values import UNKNOWN, Props

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from embedded_pulumi_engine.builtin import StackStates
    from embedded_pulumi_engine.plugins import ResourcePlugin
    from embedded_pulumi_engine.processes import Children
    from embedded_pulumi_engine.resources import Resource

INTERNAL: Final = "__internal"  # the engine's own key in a provider's inputs; no plug-in sees it


class Launcher:
    """The plug-ins of an operation: the SDK's own host for dynamic resources, `pulumi-resource-<package>` else."""

    def __init__(
        self,
        children: Children,
        cwd: Path,
        environ: Mapping[str, str],
        *,
        python: str,
        say: Callable[[str], None],
        states: StackStates,
    ) -> None:
        self.engine_address = ""  # known once the engine's services listen
        self._states = states
        self._children = children
        self._cwd = cwd
        self.environ = environ
        self._python = python
        self._say = say

    def start(self, package: str) -> ResourcePlugin:
        """Starts a plug-in; raises PluginError when there is none or it does not come up."""
        if package == builtin.PACKAGE:
            return builtin.BuiltinPlugin(self._states)
        process = self._children.start([*self._command(package), self.engine_address], self._cwd, self.environ)
        self._children.relay(process.stderr, self._say)
        line = next(iter(process.stdout or ()), "").strip()
        if not line.isdecimal():
            process.kill()
        self._children.relay(process.stdout, self._say)
        if not line.isdecimal():
            raise PluginError(f"could not start the plug-in for {package}: it said {line!r} instead of its port")
        return Plugin(int(line))

    def _command(self, package: str) -> list[str]:
        if package == DYNAMIC_PACKAGE:
            return [self._python, "-u", "-m", "pulumi.dynamic"]
        found = shutil.which(f"pulumi-resource-{package}", path=self.environ.get("PATH"))
        if found is None:
            raise PluginError(f"no resource plugin 'pulumi-resource-{package}' found on PATH")
        return [found]


class Registry:
    """The lifecycle of provider resources, and the finder of the plug-in of any other resource."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._lock = threading.RLock()
        self._unconfigured: dict[str, ResourcePlugin] = {}
        self._ready: dict[str, ResourcePlugin] = {}

    def check(self, urn: str, olds: Props | None, news: Props) -> Checked:
        """Starts the plug-in and lets it validate its configuration."""
        plugin = self._launcher.start(package_of(type_of(urn)))
        checked = plugin.check_config(urn, _without_internal(olds or {}), _without_internal(news))
        with self._lock:
            self._unconfigured[urn] = plugin
        return Checked(
            {**{k: v for k, v in news.items() if k in (INTERNAL, "version")}, **checked.inputs}, checked.failures
        )

    def diff(self, old: Resource, news: Props, ignore: Sequence[str]) -> Diff:
        """Compares configurations; what the plug-in cannot tell is an update, never a replacement."""
        del ignore  # the engine has applied it to the inputs already
        diff = self._any(old).diff_config(old, _without_internal(news))
        if diff.changes is not None:
            return diff
        return Diff(changes=bool(compare(old.outputs, _without_internal(news))))

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Props]:
        """Configures the plug-in under a new id, unknown in a preview."""
        identifier = UNKNOWN if preview else str(uuid.uuid4())
        self._configure(new.urn, identifier, new.inputs)
        return identifier, _without_internal(new.inputs)

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Props:
        """Configures the plug-in anew under the same id."""
        del preview  # a plug-in is configured in either case
        self._configure(new.urn, old.id, new.inputs)
        return _without_internal(new.inputs)

    def delete(self, old: Resource) -> None:
        """Forgets a provider; its process ends with the run."""
        with self._lock:
            self._ready.pop(f"{old.urn}::{old.id}", None)

    def same(self, recorded: Resource, urn: str = "") -> None:
        """Configures the plug-in of an unchanged provider with the recorded configuration."""
        reference = f"{urn or recorded.urn}::{recorded.id}"
        with self._lock:
            if reference not in self._ready:
                self._configure(urn or recorded.urn, recorded.id, recorded.inputs)

    def get(self, reference: str) -> ResourcePlugin:
        """Returns the plug-in of a provider reference."""
        with self._lock:
            if reference not in self._ready:
                raise PluginError(f"unknown provider {split_reference(reference)[0]}")
            return self._ready[reference]

    def ensure(self, reference: str, recorded: Mapping[str, Resource]) -> ResourcePlugin:
        """Returns the plug-in of a reference, starting it with its recorded configuration when necessary."""
        with self._lock:
            if reference not in self._ready:
                urn, identifier = split_reference(reference)
                if urn not in recorded or recorded[urn].id != identifier:
                    raise PluginError(f"the state holds no provider {reference}")
                self.same(recorded[urn])
            return self._ready[reference]

    def close(self) -> None:
        """Ends the connections to all plug-ins."""
        for plugin in (*self._ready.values(), *self._unconfigured.values()):
            plugin.close()

    def _any(self, old: Resource) -> ResourcePlugin:
        return self._unconfigured.get(old.urn) or self.get(f"{old.urn}::{old.id}")

    def _configure(self, urn: str, identifier: str, inputs: Props) -> None:
        with self._lock:
            plugin = self._unconfigured.pop(urn, None) or self._launcher.start(package_of(type_of(urn)))
            plugin.configure(urn, identifier, _without_internal(inputs))
            self._ready[f"{urn}::{identifier}"] = plugin


def _without_internal(props: Props) -> Props:
    return {key: value for key, value in props.items() if key != INTERNAL}
