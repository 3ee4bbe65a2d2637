"""What there is to describe: resources with their lifecycles and models, components, and the kinds of settings."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pulumi

from tenant_email import components, lifecycle, platforms, resources
from tenant_email.inputs.model import Model
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.resources.base import Named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from tenant_email.platforms.base import Platform


@dataclass(frozen=True, slots=True)
class Described:
    """A resource: the class that a program in Python writes, its lifecycle, and the model of its inputs."""

    cls: type[Named]
    lifecycle: type[Lifecycle]
    model: type[Model]


@cache
def found_resources() -> tuple[Described, ...]:
    """Returns all resources, by name."""
    lifecycles = {cls.__name__: cls for cls in _classes(lifecycle, Lifecycle)}
    classes = sorted(_classes(resources, Named), key=lambda cls: cls.__name__)
    return tuple(_described(cls, lifecycles[f"{cls.__name__}Lifecycle"]) for cls in classes)


@cache
def found_components() -> tuple[type[pulumi.ComponentResource], ...]:
    """Returns all components, by name."""
    return tuple(sorted(_classes(components, pulumi.ComponentResource), key=lambda cls: cls.__name__))


@cache
def found_platforms() -> tuple[Platform, ...]:
    """Returns the platforms of this distribution; those of others are in no schema."""
    names = sorted(module.name for module in pkgutil.iter_modules(platforms.__path__) if module.ispkg)
    return tuple(platforms.load(name) for name in names)


def documented_classes() -> tuple[type[Any], ...]:
    """Returns the classes by which a program in Python writes inputs: what they say of a part of a model is meant."""
    return tuple(_classes(resources, object))


def settings_class(model: type[Model]) -> type[Any]:
    """Returns the class of settings that a model was made of."""
    found: type[Any] = getattr(import_module(model.__module__), model.__name__)
    return found


def _described(cls: type[Named], found: type[Lifecycle]) -> Described:
    module = import_module(found.__module__)
    models = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Model)]
    model = next(each for each in models if frozenset(each.model_fields) == found.inputs)
    return Described(cls, found, model)


def _classes(package: ModuleType, base: type[Any]) -> Iterator[type[Any]]:
    """Yields the classes of a package that are derived from one, each where it is defined."""
    for module in pkgutil.iter_modules(package.__path__):
        if not module.ispkg:
            found = import_module(f"{package.__name__}.{module.name}")
            own = (each for each in vars(found).values() if getattr(each, "__module__", "") == found.__name__)
            yield from (each for each in own if isinstance(each, type) and issubclass(each, base) and each is not base)
