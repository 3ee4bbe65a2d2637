"""Which secrets a tenant of a fleet refers to: variables, and files that a program reads. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.errors import Problem
from tenant_email.fleet.merging import argument_of
from tenant_email.fleet.sending_domains import logins_of
from tenant_email.fleet.shapes import BY_FILE, BY_FILES, BY_VARIABLE, provider_classes
from tenant_email.json_types import Json, PropsView, is_list, is_object
from tenant_email.tenants.credentials import FILE, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.fleet.stack_config import Unit

_REMEDY: Final = "Name an absolute path, such as /run/secrets/acme: there the file is mounted."


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that is named at a place of the fleet file."""

    at: str
    path: str
    is_secret: bool

    @property
    def key(self) -> str:
        """Returns what its content is called in a Secret: by its place, because two may have one name."""
        return self.at.partition(".")[2].partition(".")[2]

    @property
    def is_outside(self) -> bool:
        """Returns whether it is none of the program's own files."""
        return self.path.startswith(("/", "~"))


@dataclass(frozen=True, slots=True)
class References:
    """What has to be there where a tenant's program runs.

    A file that is named by a relative path comes with the program; one with a secret must not.
    """

    variables: tuple[str, ...] = ()
    named: tuple[NamedFile, ...] = ()

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Returns the (key, absolute path) of each file that is mounted, once each."""
        keys: dict[str, str] = {}
        for each in self.named:
            if each.path.startswith("/"):
                keys.setdefault(each.path, each.key)
        return tuple((key, path) for path, key in keys.items())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Returns what is wrong where a program runs in a pod."""
        home, beside = "begins at a home folder, and a pod has another", "is a secret beside the program"
        return tuple(
            Problem(each.at, home if each.is_outside else f"{beside}, where it would be in the repository", _REMEDY)
            for each in self.named
            if each.path.startswith("~") or (each.is_secret and not each.is_outside)
        )


def references_of_unit(fleet: Fleet, unit: Unit) -> References:
    """Returns what a stack refers to: its tenant, and the DNS host of the domain that it makes."""
    tenant = fleet.tenants.get(unit.tenant)
    found = references_of(tenant) if tenant else References()
    domain = (tenant.own_domain if tenant else fleet.sending_domains.get(unit.sending_domain)) or {}
    return replace(found, variables=tuple(dict.fromkeys((*found.variables, *logins_of(domain)))))


def references_of(tenant: Tenant) -> References:
    """Returns what a tenant's entry and its email refer to."""
    return _sorted((*_of_entry(tenant), *_of_whole_email(tenant)))


def references_of_entry(tenant: Tenant) -> References:
    """Returns what a tenant's entry refers to, which the library reads itself."""
    return _sorted(_of_entry(tenant))


def secrets_of_email(tenant: Tenant) -> References:
    """Returns the secrets that a tenant's email refers to, without the files of its texts."""
    found = _sorted(_of_whole_email(tenant))
    return replace(found, named=tuple(each for each in found.named if each.is_secret))


def _sorted(found: Iterable[str | NamedFile]) -> References:
    every = tuple(found)
    variables = dict.fromkeys(each for each in every if isinstance(each, str))
    return References(tuple(variables), tuple(each for each in every if isinstance(each, NamedFile)))


def _of_whole_email(tenant: Tenant) -> Iterator[str | NamedFile]:
    yield from _of_email(tenant.email, f"tenants.{tenant.name}.email", _secret_arguments(tenant))


def _of_entry(tenant: Tenant) -> Iterator[str | NamedFile]:
    secret = platforms.connection_specs()[tenant.platform].secret
    for name, value in tenant.entry.items():
        if isinstance(value, str) and name.endswith(VARIABLE):
            yield value
        elif isinstance(value, str) and name.endswith(FILE):
            yield NamedFile(f"tenants.{tenant.name}.{name}", value, name.removesuffix(FILE) in secret)


def _secret_arguments(tenant: Tenant) -> frozenset[str]:
    provider = tenant.email.get("provider")
    kind = provider_classes(tenant.platform).get(str(provider.get("kind"))) if is_object(provider) else None
    return frozenset(kind.secret) if kind is not None else frozenset()


def _of_email(given: PropsView, at: str, secret: frozenset[str]) -> Iterator[str | NamedFile]:
    for name, value in given.items():
        here = f"{at}.{name}"
        if isinstance(value, str) and name.endswith(BY_VARIABLE):
            yield value
        elif isinstance(value, str) and name.endswith(BY_FILE):
            yield NamedFile(here, value, argument_of(name) in secret)
        elif is_object(value) and name.endswith(BY_FILES):
            yield from (NamedFile(f"{here}.{key}", path, is_secret=False) for key, path in value.items())
        elif is_object(value):
            yield from _of_email(value, here, secret)
        elif is_list(value):
            yield from (found for each in value for found in _in_list(each, here, secret))


def _in_list(value: Json, at: str, secret: frozenset[str]) -> Iterator[str | NamedFile]:
    if is_object(value):
        yield from _of_email(value, at, secret)
