"""What the ESV lifecycles share: an id that names the tenant and the ESV, and fields that can never be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar, cast

from pydantic import AfterValidator

from tenant_email.connections import nowhere
from tenant_email.errors import AlreadyConfigured, InvalidSettings, NotFound, Problem, Rejected
from tenant_email.fields import Text
from tenant_email.lifecycle import session
from tenant_email.lifecycle.border import Lifecycle, info, warn
from tenant_email.lifecycle.imports import import_problems
from tenant_email.model import Model, known, parse
from tenant_email.platforms.pingone_aic.placeholders import esv_id

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tenant_email.changes import Props
    from tenant_email.connections import Connection
    from tenant_email.platforms.pingone_aic.api import PingOneAic

PLATFORM: Final = "pingone_aic"
EsvName = Annotated[Text, AfterValidator(esv_id)]


class TenantPart(Model):
    """The input that says where."""

    tenant: Text = "main"


class EsvInputs(TenantPart):
    """The inputs that variables and secrets have."""

    esv: EsvName
    description: str = ""
    on_existing: Literal["fail", "adopt", "import"] = "fail"
    import_id: Text | None = None
    on_delete: Literal["delete", "retain"] | None = None


InputsT = TypeVar("InputsT", bound=TenantPart)


@dataclass(frozen=True, slots=True)
class Resolved(Generic[InputsT]):
    """Inputs, `UNKNOWN` where they are not known or not valid, and the tenant they are for."""

    inputs: InputsT
    connection: Connection

    @property
    def host(self) -> str:
        """Returns the tenant's host as it stands in ids."""
        return self.connection.host

    @property
    def who(self) -> str:
        """Returns how messages begin."""
        return f"{PLATFORM} {self.host}"

    def is_at(self, host: str) -> bool:
        """Tells whether the tenant answers to a host, as far as the inputs name one."""
        return self.connection.is_nowhere or self.connection.answers_to(host)

    def writing(self) -> AbstractContextManager[object]:
        """Returns the lock that serialises writes to the tenant."""
        return session.writing(PLATFORM, self.host)

    def api(self) -> PingOneAic:
        """Returns what talks to the tenant."""
        return tenant_of(self.connection)


def tenant_of(connection: Connection) -> PingOneAic:
    """Returns what talks to a tenant of this platform."""
    return cast("PingOneAic", session.tenant(connection, info))


def owner_of(id_: str) -> PingOneAic:
    """Returns what talks to the tenant that an id names, whatever the program says now; raises WrongTenant."""
    return tenant_of(session.connections().by_host(id_.split("/")[1], PLATFORM))


def resolve(model: type[InputsT], raw: Props) -> tuple[Resolved[InputsT], list[Problem]]:
    """Validates inputs and finds their tenant; what failed is `UNKNOWN`, a tenant that is not found `nowhere`."""
    inputs, problems = parse(model, raw)
    if not known(inputs.tenant):
        return Resolved(inputs, nowhere("", PLATFORM)), problems
    try:
        connection = session.connections().get(inputs.tenant, PLATFORM)
    except InvalidSettings as error:
        connection = nowhere(inputs.tenant, PLATFORM)
        problems += error.problems
    return Resolved(inputs, connection), problems


def resolved(model: type[InputsT], raw: Props) -> Resolved[InputsT]:
    """Validates inputs that are all known; raises InvalidSettings with every problem."""
    found, problems = resolve(model, raw)
    if problems:
        raise InvalidSettings("inputs", tuple(problems))
    return found


class EsvObject(Lifecycle):
    """A lifecycle whose id is `pingone_aic/{host}/{what}/{esv id}`."""

    model: ClassVar[type[EsvInputs]]
    what: ClassVar[str]
    collection: ClassVar[str]
    fixed: ClassVar[tuple[str, ...]]
    """The inputs that the platform lets nobody change (contract section 6)."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.inputs = frozenset(cls.model.model_fields)

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates, and explains what can never be changed."""
        found, problems = resolve(self.model, desired)
        if known(found.inputs.esv):
            ids = [self.id_at(host, found.inputs.esv) for host in (found.host, *found.connection.aliases)]
            for id_ in ids:
                session.claim(id_)
            problems += [] if found.connection.is_nowhere else import_problems(found.inputs.import_id, ids)
        if found.connection.missing:
            warn(f"{found.who}: {found.connection.missing[0]} It is needed at `up`.")
        before, _ = parse(self.model, recorded or {})
        if known(before.esv) and before.esv == found.inputs.esv:
            problems += [_fixed(name, before.esv) for name in self.fixed if _differ(before, found.inputs, name)]
        return problems

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; another tenant or another name is another ESV."""
        found, _ = resolve(self.model, desired)
        _, host, _, esv = id_.split("/")
        if not found.is_at(host):
            return True, ["tenant"]
        if known(found.inputs.esv) and found.inputs.esv != esv:
            return True, ["esv"]
        return self.recorded_inputs(recorded) != desired, []

    def id_of(self, found: Resolved[Any]) -> str:
        """Returns the id of what these inputs name."""
        return self.id_at(found.host, found.inputs.esv)

    def id_at(self, host: str, esv: str) -> str:
        """Returns the id of an ESV on one of a tenant's hosts: an older id may hold another of them."""
        return f"{PLATFORM}/{host}/{self.what}/{esv}"

    def path_of(self, esv: str) -> str:
        """Returns where the API has it."""
        return f"{self.collection}/{esv}"

    def read_live(self, id_: str) -> dict[str, Any] | None:
        """Returns the live document of a recorded id."""
        return owner_of(id_).esvs.read(self.path_of(id_.rpartition("/")[2]))

    def remove(self, id_: str, recorded: Props) -> None:
        """Deletes what was created, unless the tenant's configuration still names it."""
        policy = recorded.get("on_delete") or ("retain" if recorded.get("adopted") else "delete")
        if policy == "retain" or session.is_claimed(id_):
            info(f"{id_}: left as it is in the tenant")
            return
        api, esv = owner_of(id_), id_.rpartition("/")[2]
        with session.writing(PLATFORM, id_.split("/")[1]):
            if users := api.users_of(esv):
                message = f"{api.who}: {esv} is still used by {', '.join(users)}; deleting it would break them"
                remedy = "Make what uses it depend on it, so that it goes first; or set on_delete='retain'."
                raise AlreadyConfigured(message, remedy=remedy)
            try:
                api.esvs.write("DELETE", self.path_of(esv))
            except NotFound:
                return


def exists(who: str, esv: str, differs: str) -> AlreadyConfigured:
    """Returns the error for an ESV that this stack did not make."""
    message = f"{who}: {esv} exists already{differs}, and this stack did not make it"
    return AlreadyConfigured(message, remedy="Set on_existing='adopt' to take it over; a destroy then leaves it.")


def cannot_change(who: str, esv: str, name: str) -> Rejected:
    """Returns the error for an ESV that is taken over with a field that can never be changed."""
    return Rejected(f"{who}: {esv} exists with another {name}", remedy=_REMEDY)


_REMEDY: Final = "Use another ESV name; or remove this resource, run `pulumi up`, and add it again."


def _fixed(name: str, esv: str) -> Problem:
    return Problem(name, f"of {esv} cannot be changed: the platform fixes it when an ESV is created", _REMEDY)


def _differ(before: EsvInputs, after: EsvInputs, name: str) -> bool:
    old, new = getattr(before, name), getattr(after, name)
    return known(old, new) and old != new
