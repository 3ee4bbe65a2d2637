"""A sending domain of another stack, as the stacks of the tenants that share it see it: by that stack's outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import is_dry_run

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.sending_domains import DomainByOutputs
from tenant_email.fleet.stack_config import Unit
from tenant_email.resources.outputs import always, output_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class DomainElsewhere(DomainByOutputs):
    """A sending domain of another stack, by that stack's outputs; its key stays secret.

    What the other stack does not have yet is unknown in a preview, as in a program that makes both: so a preview of a
    new fleet shows what each tenant gets. An update refuses it.

    Args:
        name: its name in the file.
        arguments: what the file says of it, in the region that is meant.
        prefix: what the names of that region's outputs begin with, of PREFIXES.
        region: that region; empty where the file does not say.

    """

    def __init__(self, name: str, arguments: Mapping[str, Any], prefix: str, region: str) -> None:
        self._name, self._prefix, self._is_told = name, prefix, False
        self._stack = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{self._stack_name}")
        super().__init__(arguments, region)

    @property
    def _stack_name(self) -> str:
        return Unit(sending_domain=self._name).stack

    def output(self, name: str) -> pulumi.Output[Any]:
        """Returns an output of the other stack."""
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
        return output_of(always(None), is_known=False)
