"""The tenant that an ESV lifecycle's inputs or recorded id name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations import operation
from tenant_email.operations.console import info
from tenant_email.operations.tenant_scoped import TenantScoped
from tenant_email.tenants.connections import nowhere

if TYPE_CHECKING:
    from tenant_email.json_types import Props
    from tenant_email.platforms.pingone_aic.api import PingOneAic
    from tenant_email.tenants.connections import Connection

PLATFORM: Final = "pingone_aic"


class TenantPart(Model):
    """The input that says where."""

    tenant: Text = "main"


InputsT = TypeVar("InputsT", bound=TenantPart)


@dataclass(frozen=True, slots=True)
class ValidatedEsv(TenantScoped, Generic[InputsT]):
    """Inputs, `UNKNOWN` where they are not known or not valid, and the tenant they are for."""

    inputs: InputsT

    def api(self) -> PingOneAic:
        """Returns what talks to the tenant."""
        return tenant_of(self.connection)


def tenant_of(connection: Connection) -> PingOneAic:
    """Returns what talks to a tenant of this platform."""
    return cast("PingOneAic", operation.current().tenant(connection, info))


def owner_of(id_: str) -> PingOneAic:
    """Returns what talks to the tenant that an id names, whatever the program says now; raises WrongTenant."""
    return tenant_of(operation.current().connections().by_host(id_.split("/")[1], PLATFORM))


def validate(model: type[InputsT], raw: Props) -> tuple[ValidatedEsv[InputsT], list[Problem]]:
    """Validates inputs and finds their tenant; what failed is `UNKNOWN`, a tenant that is not found `nowhere`."""
    inputs, problems = parse(model, raw)
    if not is_known(inputs.tenant):
        return ValidatedEsv(nowhere("", PLATFORM), inputs), problems
    try:
        connection = operation.current().connections().get(inputs.tenant, PLATFORM)
    except InvalidSettings as error:
        connection = nowhere(inputs.tenant, PLATFORM)
        problems += error.problems
    return ValidatedEsv(connection, inputs), problems


def require_valid(model: type[InputsT], raw: Props) -> ValidatedEsv[InputsT]:
    """Validates inputs that are all known; raises InvalidSettings with every problem."""
    found, problems = validate(model, raw)
    if problems:
        raise InvalidSettings("inputs", tuple(problems))
    return found
