"""Which stack is to have each sending domain of a fleet, and which one has it.

What takes a domain out of the one stack, while the other is to have it, takes it down in SES and in DNS, and all mail
from it. So nothing is done before its state is where the file has it.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import normalize_domain
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.left_over import option_of
from tenant_email.fleet.sending_domains import regions_of, second_name
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.fleet.stack_config import Unit, called_before, made_domain, units

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.foreign import Identity
    from tenant_email.fleet.left_over import LeftOver
    from tenant_email.fleet.project import Project

    Look = Callable[[str], Mapping[Identity, str]]
    """Returns the identities of SES's that a stack has, each with the URN of the component that has it."""

_PROVIDER: Final = "pulumi:providers:pulumi-python::default"
_MOVED: Final = "default_moved"  # a default provider all the same, so that nothing is made anew for its name


@dataclass(frozen=True, slots=True)
class DomainOwners:
    """What a fleet's stacks are to have.

    known: the stacks that are there. makers: of each identity the stacks that are to have it, each in an AWS account of
    its own where there are several.
    """

    fleet: Fleet
    project: Project
    known: Collection[str]
    makers: Mapping[Identity, Sequence[Unit]] = field(default_factory=dict["Identity", "Sequence[Unit]"])

    @classmethod
    def of(cls, fleet: Fleet, project: Project, known: Collection[str]) -> DomainOwners:
        """Returns them as the file has them."""
        makers: dict[Identity, list[Unit]] = {}
        for unit in units(fleet):
            for identity in _identities(fleet, unit):
                makers.setdefault(identity, []).append(unit)
        return cls(fleet, project, known, makers)

    def require_before(self, chosen: Collection[Unit], found: Collection[LeftOver], look: Look) -> None:
        """Refuses a domain of the chosen stacks that a stack has which is left over, or a tenant that now shares it.

        Raises:
            InvalidSettings: with every such domain.
        """
        wanted = [(identity, unit) for identity, makers in self.makers.items() for unit in makers if unit in chosen]
        if not wanted:
            return
        shared = [(identity, unit) for identity, unit in wanted if unit.sending_domain]
        stacks = {unit.stack for _, unit in shared} & {*self.known}
        held = {stack: look(stack) for stack in sorted({each.unit.stack for each in found} | stacks)}
        new = {unit.sending_domain for identity, unit in shared if identity not in held.get(unit.stack, ())}
        sharing = {tenant.name for tenant in self.fleet.tenants.values() if tenant.shared_domain in new}
        held |= {stack: look(stack) for stack in sorted(sharing & {*self.known})}
        self._refuse(each for stack, there in held.items() for each in self._problems(stack, there, look, chosen))

    def require_of(self, unit: Unit, held: Mapping[Identity, str], look: Look) -> None:
        """Refuses a stack that has a domain which another one is to have, or which is its own under another name.

        Raises:
            InvalidSettings: with every such domain.
        """
        self._refuse((*self._problems(unit.stack, held, look, units(self.fleet)), *self._misnamed(unit, held)))

    def _refuse(self, problems: Iterable[Problem]) -> None:
        if found := tuple(problems):
            raise InvalidSettings(str(self.fleet.file), found)

    def _problems(
        self, stack: str, held: Mapping[Identity, str], look: Look, chosen: Collection[Unit]
    ) -> Iterator[Problem]:
        """Yields a problem for each domain that a stack has, and one of those chosen is to have in its place."""
        urns: dict[Unit, set[str]] = {}
        for identity, urn in held.items():
            makers = self.makers.get(identity, ())
            others = [each for each in makers if each in chosen]
            if others and all(each.stack != stack for each in makers):
                urns.setdefault(others[0], set()).add(urn)
        for unit, there in urns.items():
            what = f"is a domain that the stack {stack} has, which would take it down in SES and in DNS"
            yield Problem(made_domain(self.fleet, unit)[0], what, self._remedy(unit, stack, sorted(there), look))

    def _remedy(self, unit: Unit, stack: str, urns: list[str], look: Look) -> str:
        """Returns what to do for a stack to have what another one has under these URNs."""
        at, given = made_domain(self.fleet, unit)
        back, old = f"Have the file say of {stack} what it said before: it keeps its domain.", _name_in(urns[0])
        is_there = unit.stack in self.known
        if not old or (is_there and look(unit.stack)):
            return back  # two that are called alike cannot be in one stack
        if unit.sending_domain and Unit.of(stack).sending_domain and Unit.of(stack) not in units(self.fleet):
            moves = [f"stack rename {unit.stack} --stack {stack}"]
        else:
            provider = shlex.quote(f"urn:pulumi:{stack}::{self.project.name}::{_PROVIDER}")
            # a stack that has something has a default provider too, and the two must not be called alike
            ready = f"state rename {provider} {_MOVED} --yes --stack {stack}"
            moved = " ".join(map(shlex.quote, urns))
            moves = [
                ready if is_there else f"stack init {unit.stack} --no-select",
                f"state move {moved} --yes --source {stack} --dest {unit.stack}",
            ]
        commands = " && ".join(f"pulumi {move}{option_of(self.project.folder)}" for move in moves)
        if given.get(RENAMED_FROM) == old:
            return f"Its {RENAMED_FROM} says so: move its state there too: {commands}"
        return f"{back} Or set {at}.{RENAMED_FROM} to {old}, and move it: {commands}"

    def _misnamed(self, unit: Unit, held: Mapping[Identity, str]) -> Iterator[Problem]:
        """Yields a problem for each domain of a stack's own that its program would make anew, under its name."""
        at, given = made_domain(self.fleet, unit)
        names = {unit.tenant or unit.sending_domain, called_before(self.fleet, unit), str(given.get(RENAMED_FROM))}
        names |= {second_name(name, region) for name in names for region in regions_of(given)}
        found = (_name_in(held.get(identity, "")) for identity in _identities(self.fleet, unit))
        if name := next((each for each in found if each and each not in names), ""):
            what = f"is called {name} in the state of the stack {unit.stack}, and would be taken down as that"
            yield Problem(at, what, f"Set its {RENAMED_FROM} to {name}.")


def _identities(fleet: Fleet, unit: Unit) -> list[Identity]:
    """Returns the identities of SES's that a stack is to have."""
    _, given = made_domain(fleet, unit)
    regions = regions_of(given, fleet.aws.get("region")) if given else ()
    return [(region, normalize_domain(given["domain"])) for region in regions]


def _name_in(urn: str) -> str:
    return urn.rpartition("::")[2]
