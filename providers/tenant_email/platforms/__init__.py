"""The platforms: one folder each, found by name, so that a new one changes no existing module."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.connections import ConnectionSpec
    from tenant_email.platforms.base import Platform


@cache
def names() -> tuple[str, ...]:
    """Returns the names of all platforms, as they stand before the dot of a `kind`."""
    folders = (module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return tuple(sorted(name for name in folders if find_spec(f"{__name__}.{name}.platform")))


def load(name: str) -> Platform:
    """Returns a platform; KeyError when there is none of that name."""
    if name not in names():
        raise KeyError(name)
    return cast("Platform", importlib.import_module(f"{__name__}.{name}.platform").PLATFORM)


def connection_specs() -> Mapping[str, ConnectionSpec]:
    """Returns how each platform is logged in to."""
    return {name: load(name).connection for name in names()}
