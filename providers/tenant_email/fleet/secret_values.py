"""Masks what a fleet file refers to, before anything is shown of programs that may repeat it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tenant_email.fleet.program_secrets import ProgramSecrets
from tenant_email.fleet.references import references_of_unit
from tenant_email.fleet.stack_config import units

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.fleet.document import Fleet


def mask_secrets(fleet: Fleet, environ: Mapping[str, str]) -> None:
    """Registers every secret that the file refers to; one that is not there is told of where it is needed."""
    secrets = ProgramSecrets(environ)
    for found in (references_of_unit(fleet, unit) for unit in units(fleet)):
        for variable in found.variables:
            with suppress(ValueError):
                secrets.of_variable(variable)
        for file in found.named:
            if file.is_secret:
                with suppress(ValueError):
                    secrets.of_file(fleet.folder, file.path)
