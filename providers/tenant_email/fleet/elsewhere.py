"""A sending domain of another stack, as the stacks of the tenants that share it see it: by that stack's outputs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import is_dry_run

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.sending_domains import CONFIGURATION_SET, SHARED_OUTPUTS, shared_outputs
from tenant_email.fleet.stack_config import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping


class DomainElsewhere:
    """A sending domain of another stack, by that stack's outputs; its key stays secret.

    What the other stack does not have yet is unknown in a preview, as in a program that makes both: so a preview of a
    new fleet shows what each tenant gets. An update refuses it.

    Args:
        name: its name in the file.
        arguments: what the file says of it, in the region that is meant.
        prefix: what the names of that region's outputs begin with, of PREFIXES.

    """

    def __init__(self, name: str, arguments: Mapping[str, Any], prefix: str) -> None:
        self.domain: str = arguments["domain"]
        self.from_addresses: list[str] = list(arguments.get("from_addresses") or ())
        self.further_domains: list[str] = list(arguments.get("further_domains") or ())
        self.held_here = False
        self._name, self._prefix, self._is_told = name, prefix, False
        self._stack = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{self._stack_name}")
        has_set = CONFIGURATION_SET in shared_outputs(arguments)
        self.configuration_set = self._output(CONFIGURATION_SET) if has_set else None

    @property
    def _stack_name(self) -> str:
        return Unit(sending_domain=self._name).stack

    def __getattr__(self, name: str) -> pulumi.Output[Any]:
        if name not in SHARED_OUTPUTS:
            raise AttributeError(name)
        return self._output(name)

    def _output(self, name: str) -> pulumi.Output[Any]:
        return self._stack.get_output(f"{self._prefix}{name}").apply(self._there)

    def _there(self, value: object) -> Any:
        """Returns what the other stack has; what it does not have is unknown in a preview, and an error else."""
        if value is not None:
            return value
        what = f"the stack {self._stack_name} is not up, or not as the file is now"
        remedy = f"Bring it up first: tenant-email fleet up does, or pulumi up --stack {self._stack_name}."
        if not is_dry_run():
            raise InvalidSettings("fleet", (Problem(f"sending_domains.{self._name}", what, remedy),))
        if not self._is_told:
            self._is_told = True
            pulumi.log.warn(f"sending_domains.{self._name}: {what}: what comes from it is not known yet\n{remedy}")
        return _unknown()


def _unknown() -> pulumi.Output[Any]:
    async def always(value: Any) -> Any:
        return value

    found, is_known, is_secret = (asyncio.ensure_future(always(value)) for value in (None, False, False))
    return pulumi.Output(set(), found, is_known, is_secret)
