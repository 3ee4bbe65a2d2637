"""Which secrets a tenant of a fleet refers to: variables, and files that a program reads. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.errors import Problem
from tenant_email.fleet.merging import argument_of
from tenant_email.fleet.shapes import BY_FILE, BY_FILES, BY_VARIABLE, provider_classes
from tenant_email.json_types import Json, PropsView, is_list, is_object
from tenant_email.tenants.credentials import FILE, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.fleet.document import Tenant

_REMEDY: Final = "Name an absolute path, such as /run/secrets/acme: there the file is mounted."


@dataclass(frozen=True, slots=True)
class References:
    """What has to be there where a tenant's program runs; `files` are absolute paths by a key each."""

    variables: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


def references_of(tenant: Tenant) -> References:
    """Returns what a tenant's entry and its email refer to.

    A file that is named by a relative path comes with the program; one with a secret must not, and is a problem.
    """
    found = [*_of_entry(tenant), *_of_email(tenant.email, f"tenants.{tenant.name}.email", _secret_arguments(tenant))]
    variables = dict.fromkeys(each for each in found if isinstance(each, str))
    files: dict[str, str] = {}
    for each in found:
        if isinstance(each, _File) and each.is_mounted:
            files.setdefault(each.path, each.key)
    problems = [each.problem for each in found if isinstance(each, _File) and each.problem is not None]
    return References(tuple(variables), tuple((key, path) for path, key in files.items()), tuple(problems))


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is named at a place."""

    at: str
    path: str
    secret: bool

    @property
    def key(self) -> str:
        """Returns what its content is called in a Secret: by its place, because two may have one name."""
        return self.at.partition(".")[2].partition(".")[2]

    @property
    def is_mounted(self) -> bool:
        """Returns whether it is none of the program's own files."""
        return self.path.startswith("/")

    @property
    def problem(self) -> Problem | None:
        """Returns what is wrong with it where a program runs in a pod."""
        if self.path.startswith("~"):
            return Problem(self.at, "begins at a home folder, and a pod has another", _REMEDY)
        if self.secret and not self.is_mounted:
            return Problem(self.at, "is a secret beside the program, where it would be in the repository", _REMEDY)
        return None


def _of_entry(tenant: Tenant) -> Iterator[str | _File]:
    secret = platforms.connection_specs()[tenant.platform].secret
    for name, value in tenant.entry.items():
        if isinstance(value, str) and name.endswith(VARIABLE):
            yield value
        elif isinstance(value, str) and name.endswith(FILE):
            yield _File(f"tenants.{tenant.name}.{name}", value, name.removesuffix(FILE) in secret)


def _secret_arguments(tenant: Tenant) -> frozenset[str]:
    provider = tenant.email.get("provider")
    kind = provider_classes(tenant.platform).get(str(provider.get("kind"))) if is_object(provider) else None
    return frozenset(kind.secret) if kind is not None else frozenset()


def _of_email(given: PropsView, at: str, secret: frozenset[str]) -> Iterator[str | _File]:
    for name, value in given.items():
        here = f"{at}.{name}"
        if isinstance(value, str) and name.endswith(BY_VARIABLE):
            yield value
        elif isinstance(value, str) and name.endswith(BY_FILE):
            yield _File(here, value, argument_of(name) in secret)
        elif is_object(value) and name.endswith(BY_FILES):
            yield from (_File(f"{here}.{key}", path, secret=False) for key, path in value.items())
        elif is_object(value):
            yield from _of_email(value, here, secret)
        elif is_list(value):
            yield from (found for each in value for found in _in_list(each, here, secret))


def _in_list(value: Json, at: str, secret: frozenset[str]) -> Iterator[str | _File]:
    if is_object(value):
        yield from _of_email(value, at, secret)
