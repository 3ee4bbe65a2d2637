"""Which secrets a tenant of a fleet refers to: variables, and files that a program reads. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin

from tenant_email import platforms
from tenant_email.errors import Problem
from tenant_email.fleet.sending_domains import logins_of
from tenant_email.fleet.shapes import (
    BY_FILE,
    BY_FILES,
    BY_VARIABLE,
    KIND,
    arguments_of,
    is_of_a_kind,
    provider_classes,
    template_class,
)
from tenant_email.json_types import is_list, is_object
from tenant_email.tenants.credentials import FILE, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.fleet.shapes import Argument
    from tenant_email.fleet.stack_config import Unit
    from tenant_email.json_types import Json, PropsView

_NO_KEY: Final = re.compile(r"[^A-Za-z0-9._-]")
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
        return _NO_KEY.sub("_", self.at.partition(".")[2].partition(".")[2])

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
        return tuple(Problem(each.at, what, _REMEDY) for each in self.named if (what := _not_mounted(each)))


def _not_mounted(file: NamedFile) -> str:
    """Returns why a file cannot be where a pod's program looks for it; empty where it can."""
    if file.path.startswith("~"):
        return "begins at a home folder, and a pod has another"
    if file.is_secret and not file.is_outside:
        return "is a secret beside the program, where it would be in the repository"
    return "has a colon, which no path may have that a pod mounts" if file.is_outside and ":" in file.path else ""


def references_of_unit(fleet: Fleet, unit: Unit) -> References:
    """Returns what a stack refers to: its tenant, and the DNS host of the domain that it makes."""
    tenant = fleet.tenants.get(unit.tenant)
    found = references_of(tenant) if tenant else References()
    domain = (tenant.own_domain if tenant else fleet.sending_domains.get(unit.sending_domain)) or {}
    return replace(found, variables=tuple(dict.fromkeys((*found.variables, *logins_of(domain)))))


def references_of(tenant: Tenant) -> References:
    """Returns what a tenant's entry and its email refer to."""
    return _sorted((*_of_entry(tenant), *_of_email(tenant)))


def references_of_entry(tenant: Tenant) -> References:
    """Returns what a tenant's entry refers to, which the library reads itself."""
    return _sorted(_of_entry(tenant))


def secrets_of_email(tenant: Tenant) -> References:
    """Returns the secrets that a tenant's email refers to, without the files of its texts."""
    found = _sorted(_of_email(tenant))
    return replace(found, named=tuple(each for each in found.named if each.is_secret))


def _sorted(found: Iterable[str | NamedFile]) -> References:
    every = tuple(found)
    variables = dict.fromkeys(each for each in every if isinstance(each, str))
    return References(tuple(variables), tuple(each for each in every if isinstance(each, NamedFile)))


def _of_email(tenant: Tenant) -> Iterator[str | NamedFile]:
    """Yields what the settings of its provider and its templates name: only an argument of a class is a reference.

    A tag that somebody calls `app_env` is none.
    """
    at, provider, templates = f"tenants.{tenant.name}.email", *map(tenant.email.get, ("provider", "templates"))
    kind = provider_classes(tenant.platform).get(str(provider.get(KIND))) if is_object(provider) else None
    if kind is not None:
        yield from _of_settings(kind, provider, f"{at}.provider")
    for name, given in templates.items() if is_object(templates) else ():
        yield from _of_settings(template_class(tenant.platform), given, f"{at}.templates.{name}")


def _of_entry(tenant: Tenant) -> Iterator[str | NamedFile]:
    secret = platforms.connection_specs()[tenant.platform].secret
    for name, value in tenant.entry.items():
        if isinstance(value, str) and name.endswith(VARIABLE):
            yield value
        elif isinstance(value, str) and name.endswith(FILE):
            yield NamedFile(f"tenants.{tenant.name}.{name}", value, name.removesuffix(FILE) in secret)


def _of_settings(cls: type[Any], given: Json, at: str) -> Iterator[str | NamedFile]:
    """Yields what settings, or a part of them, name."""
    if not is_object(given):
        return
    for name, argument in arguments_of(cls).items():
        here = f"{at}.{name}"
        if argument.is_secret:
            yield from _of_secret(given, name, at)
        elif argument.secret_keys:
            for key in sorted(argument.secret_keys):
                yield from _of_secret(given.get(name), key, here)
        else:
            yield from _of_texts(argument, given, here)
            yield from _of_parts(argument.hint, given.get(name), here)


def _of_secret(given: Json, name: str, at: str) -> Iterator[str | NamedFile]:
    values = given if is_object(given) else {}
    if isinstance(variable := values.get(f"{name}{BY_VARIABLE}"), str):
        yield variable
    if isinstance(path := values.get(f"{name}{BY_FILE}"), str):
        yield NamedFile(f"{at}.{name}{BY_FILE}", path, is_secret=True)


def _of_texts(argument: Argument, given: PropsView, at: str) -> Iterator[NamedFile]:
    if argument.may_be_a_file and isinstance(path := given.get(f"{argument.name}{BY_FILE}"), str):
        yield NamedFile(f"{at}{BY_FILE}", path, is_secret=False)
    if argument.may_be_files and is_object(paths := given.get(f"{argument.name}{BY_FILES}")):
        named = {key: path for key, path in paths.items() if isinstance(path, str)}
        yield from (NamedFile(f"{at}{BY_FILES}.{key}", path, is_secret=False) for key, path in named.items())


def _of_parts(hint: Any, value: Json, at: str) -> Iterator[str | NamedFile]:
    """Yields what the parts of a value name that are of classes of their own, such as a connector's texts."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield from _of_settings(hint, value, at)
    elif get_origin(hint) is list and is_list(value):
        for number, item in enumerate(value):
            yield from _of_parts(get_args(hint)[0], item, f"{at}.{number}")
    elif get_origin(hint) is dict and is_object(value):
        for key, item in value.items():
            yield from _of_parts(get_args(hint)[1], item, f"{at}.{key}")
    elif is_object(value):
        for kind in filter(is_of_a_kind, get_args(hint)):
            if getattr(kind, KIND) == value.get(KIND):
                yield from _of_settings(kind, value, at)
