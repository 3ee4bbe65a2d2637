"""Masks what a fleet file refers to, before anything is shown of programs that may repeat it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.fleet.program_secrets import ProgramSecrets
from tenant_email.fleet.shapes import BY_FILE, BY_VARIABLE, arguments_of, provider_classes
from tenant_email.json_types import Json, is_object
from tenant_email.tenants.credentials import FILE, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.fleet.document import Fleet, Tenant


def mask_secrets(fleet: Fleet, environ: Mapping[str, str]) -> None:
    """Registers every secret that the file refers to; one that is not there is told of where it is needed."""
    secrets = ProgramSecrets(environ)
    for tenant in fleet.tenants.values():
        for name, is_file in references(tenant):
            with suppress(ValueError):
                secrets.of_file(fleet.folder / name) if is_file else secrets.of_variable(name)


def references(tenant: Tenant) -> Iterator[tuple[str, bool]]:
    """Yields (name of a variable or path of a file, whether it is a file) of each secret of a tenant."""
    for key in platforms.connection_specs()[tenant.platform].credentials:
        yield from _named(tenant.entry, key, VARIABLE, FILE)
    provider = tenant.email.get("provider")
    given = provider if is_object(provider) else {}
    cls = provider_classes(tenant.platform).get(str(given.get("kind")))
    for name, argument in arguments_of(cls).items() if cls else ():
        if argument.is_secret:
            yield from _named(given, name, BY_VARIABLE, BY_FILE)
        for part in argument.secret_keys:
            yield from _named(given.get(name) or {}, part, BY_VARIABLE, BY_FILE)


def _named(values: Json, key: str, by_variable: str, by_file: str) -> Iterator[tuple[str, bool]]:
    for name, is_file in ((f"{key}{by_variable}", False), (f"{key}{by_file}", True)):
        if isinstance(named := values.get(name), str):
            yield named, is_file
