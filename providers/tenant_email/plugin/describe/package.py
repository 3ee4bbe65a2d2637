"""The package schema as a whole."""

from __future__ import annotations

import json
from importlib.metadata import metadata
from typing import TYPE_CHECKING, Any, Final

from tenant_email.plugin.describe import provider, resources
from tenant_email.plugin.describe.found import (
    documented_classes,
    found_components,
    found_platforms,
    found_resources,
    settings_class,
)
from tenant_email.plugin.describe.hints import hints_of
from tenant_email.plugin.describe.specs import PACKAGE, Types
from tenant_email.plugin.describe.wording import Wording

if TYPE_CHECKING:
    from tenant_email.json_types import Props

_DISTRIBUTION: Final = "pulumi-tenant-email"
_GO: Final = "pulumi-tenant-email/sdk/go/tenantemail"
_NAMESPACES: Final = {PACKAGE: "TenantEmail"}


def document() -> str:
    """Returns the schema as it stands in its file."""
    return json.dumps(package(), indent=2, ensure_ascii=False) + "\n"


def package() -> Props:
    """Returns the schema."""
    about = metadata(_DISTRIBUTION)
    wording = Wording(_names(), _kinds())
    types = Types(wording, documented_classes())
    described = {
        **{_token(found.cls): resources.resource(types, wording, found) for found in found_resources()},
        **{_token(cls): resources.component(types, wording, cls) for cls in found_components()},
    }
    configuration = provider.configuration(types)
    return {
        "name": PACKAGE,
        "displayName": "Tenant Email",
        "version": about["Version"],
        "description": about["Summary"],
        "keywords": [*sorted(about["Keywords"].split(",")), "category/utility", "kind/native"],
        "license": about["License-Expression"],
        "publisher": about["Author"],
        "meta": {"moduleFormat": "(.*)", "supportPack": True},
        "language": _languages(about),
        "config": {"variables": configuration},
        "provider": {
            "description": "Where the tenants are and how to log in to them, and how AWS is reached.",
            "inputProperties": configuration,
        },
        "types": dict(sorted(types.named.items())),
        "resources": dict(sorted(described.items())),
    }


def _token(cls: type[Any]) -> str:
    return f"{PACKAGE}:index:{cls.__name__}"


def _languages(about: Any) -> Props:
    """Returns what each language's SDK is called.

    In Python neither as our own package `tenant_email` nor as `pulumi_tenant_email`, which tells Pulumi that our
    distribution is no plug-in: both may be installed beside it.
    """
    respected = {"respectSchemaVersion": True}
    return {
        "nodejs": {"packageName": _DISTRIBUTION, "packageDescription": about["Summary"], **respected},
        "python": {
            "packageName": "pulumi_tenant_email_sdk",
            "pyproject": {"enabled": True},
            **respected,
        },
        "go": {
            "importBasePath": _GO,
            "generateResourceContainerTypes": True,
            **respected,
        },
        "csharp": {"namespaces": _NAMESPACES, "packageReferences": {"Pulumi": "3.*"}, **respected},
        "java": {"buildFiles": "gradle", **respected},
    }


def _names() -> set[str]:
    """Returns every name that a docstring may speak of."""
    models = [found.model for found in found_resources()]
    for platform in found_platforms():
        models += [*platform.models.values(), *platform.templates.values()]
    names = {name for model in models for name in model.model_fields}
    classes: list[type[Any]] = [*(found.cls for found in found_resources()), *found_components()]
    for cls in classes:
        properties = (name for name, member in vars(cls).items() if isinstance(member, property))
        names |= {*hints_of(cls), *hints_of(cls.__init__), *properties}
    return names


def _kinds() -> dict[str, str]:
    """Returns the kinds by the classes that a program in Python writes, as docstrings name them: `auth0.Smtp`."""
    kinds = [kind for platform in found_platforms() for kind in {**platform.models, **platform.templates}.items()]
    classes = [(kind, settings_class(model)) for kind, model in kinds]
    return {f"{kind.partition('.')[0]}.{cls.__name__}": kind for kind, cls in classes if cls.kind == kind}
