"""A stack that is called like one of a fleet and is something else's, or another tenant's. Pure.

An `up` would delete what the one has, and could never delete what the other has: nothing logs in there any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.json_types import is_list, is_object
from tenant_email.operations.import_ids import FORMS
from tenant_email.package_schema import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tenant_email.fleet.hosts import Host
    from tenant_email.json_types import Json, PropsView

Identity = tuple[str, str]
"""A region, and a domain that SES sends from there."""
_OURS: Final = (f"{PACKAGE}:", f"pulumi-python:dynamic/{PACKAGE}:")
_IDENTITY: Final = FORMS["SesDomainIdentity"]
_OF_THE_ENGINE: Final = "pulumi:"  # the stack itself, its providers, references to other stacks


def foreign_resource(state: Json, names: Collection[str]) -> str:
    """Returns a resource of a stack that holds no resource of a tenant or a domain of these names; empty if it may be.

    A stack that has nothing yet may be anybody's, and one that has a tenant's resources may have others beside them.

    Args:
        state: what `pulumi stack export` prints.
        names: what the resources of the tenant or the domain are called, or begin with before a dot.

    """
    found = list(_resources(state))
    if any(kind.startswith(_OURS) and name.partition(".")[0] in names for kind, name in found):
        return ""
    return next((f"{kind} {name}" for kind, name in found), "")


def other_host(state: Json, hosts: Collection[Host]) -> str:
    """Returns the tenant that a stack has resources of, where it is another than these; empty where it has none."""
    for each in _all(state):
        platform, _, rest = str(each.get("id")).partition("/")
        host = rest.partition("/")[0]
        is_ours = str(each.get("type")).startswith(_OURS) and platform in platforms.names()
        if is_ours and (platform, host) not in hosts:
            return f"{platform} {host}"
    return ""


def identities_in(state: Json) -> dict[Identity, str]:
    """Returns the identities of SES's that a stack has, each with the URN of the component that has it."""
    ours = [each for each in _all(state) if str(each.get("type")).startswith(_OURS)]
    found = ((_IDENTITY.parts(str(each.get("id"))), str(each.get("parent") or "")) for each in ours)
    return {(parts["region"], parts["domain"]): parent for parts, parent in found if parts is not None}


def _resources(state: Json) -> Iterator[tuple[str, str]]:
    """Yields (type, name) of what a program made."""
    for each in _all(state):
        kind, name = str(each.get("type")), str(each.get("urn")).rpartition("::")[2]
        if not kind.startswith(_OF_THE_ENGINE):
            yield kind, name


def _all(state: Json) -> Iterator[PropsView]:
    deployment: Json = state.get("deployment") if is_object(state) else None
    resources: Json = deployment.get("resources") if is_object(deployment) else None
    yield from filter(is_object, resources if is_list(resources) else ())
