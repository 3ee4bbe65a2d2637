"""Provider: what a package's default provider is called and configured with. Pure: no plug-in, no state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embedded_pulumi_engine import urns
from embedded_pulumi_engine.goals import Goal
from embedded_pulumi_engine.project import as_properties
from embedded_pulumi_engine.providers import INTERNAL
from embedded_pulumi_engine.values import seal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_pulumi_engine.project import ConfigValue
    from embedded_pulumi_engine.values import Props


def default_provider(package: str, version: str, config: Mapping[str, ConfigValue]) -> Goal:
    """Returns the provider resource that serves a package's resources when the program names none."""
    name = "_".join(["default", *(part for part in re.split(r"[.+-]", version) if part)])
    inputs = configuration(package, config)
    if version:
        inputs |= {INTERNAL: {}, "version": version}
    return Goal(type=f"{urns.PROVIDER_PREFIX}{package}", name=name, custom=True, inputs=inputs)


def configuration(package: str, config: Mapping[str, ConfigValue]) -> Props:
    """Returns the stack config as a plug-in receives it: its own namespace.

    A dynamic host receives all namespaces, under full keys.
    """
    if package == urns.DYNAMIC_PACKAGE:
        return {key: seal(value.text) if value.secret else value.text for key, value in config.items()}
    return as_properties(config, package, seal)


def needs_provider(goal: Goal) -> bool:
    """Returns whether a provider serves the resource: not a component, and not a provider itself."""
    return goal.custom and not urns.is_provider(goal.type)
