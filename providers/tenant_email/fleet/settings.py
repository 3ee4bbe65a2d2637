"""From what a fleet file says of a provider or a template to an instance of the library's own settings class.

A text in a file is read here. What is secret is asked of `Secrets`: a program takes it from its environment, a check
knows only that it is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, get_args, get_origin

from tenant_email.aws import smtp_password
from tenant_email.errors import Problem
from tenant_email.fleet.shapes import (
    BY_FILE,
    BY_FILES,
    BY_VARIABLE,
    FROM_SES,
    KIND,
    Argument,
    arguments_of,
    is_of_a_kind,
)
from tenant_email.inputs.text_files import read_named
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import Json, Props, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tenant_email.json_types import PropsView
    from tenant_email.platforms.settings import SendingDomain, Settings

SettingsT = TypeVar("SettingsT", bound="Settings")

LARGEST_TEXT: Final = 2 * 1024 * 1024
"""Bytes of a template's file; no platform takes half of it."""


class Secrets(Protocol):
    """Where the values of what a file names are."""

    def of_variable(self, name: str) -> Json:
        """Returns the value of an environment variable; ValueError says what is wrong with it."""
        ...

    def of_file(self, folder: Path, named: str) -> Json:
        """Returns the text of a file that is named from a folder; ValueError says what is wrong with it."""
        ...


class UnknownSecrets:
    """Knows that there is a secret, and not which: for a check, which needs no environment."""

    def of_variable(self, name: str) -> Json:
        """Returns what no rule judges."""
        return UNKNOWN

    def of_file(self, folder: Path, named: str) -> Json:
        """Returns what no rule judges."""
        return UNKNOWN


@dataclass(slots=True)
class SettingsReader:
    """Reads the settings of one provider or template; `problems` has what is wrong, each under its path.

    folder: where relative paths begin. at: the path of the settings, for messages.
    """

    folder: Path
    secrets: Secrets
    at: str
    problems: list[Problem] = field(default_factory=list[Problem])

    def arguments(self, cls: type[Any], values: PropsView, at: str = "") -> Props:
        """Returns the arguments of a class of settings, or of a part of them, by the names of the class."""
        at = at or self.at
        found: Props = {}
        for name, argument in arguments_of(cls).items():
            value = self._value(argument, values, at)
            if value is not None:
                found[name] = value
        return found

    def require(self, cls: type[Any], found: PropsView, at: str = "", filled: tuple[str, ...] = ()) -> None:
        """Notes each argument that nobody gives; `filled` are those that come from elsewhere."""
        at = at or self.at
        for name, argument in arguments_of(cls).items():
            if argument.is_required and name not in found and name not in filled:
                ways = f" or {name}{BY_FILE}" if argument.may_be_a_file else ""
                remedy = f"Set {name}{ways}, in the tenant or in defaults."
                self.problems.append(Problem(f"{at}.{name}", "is missing", remedy))

    def _value(self, argument: Argument, values: PropsView, at: str) -> Json:
        name = argument.name
        given = [way for way in ("", BY_VARIABLE, BY_FILE, BY_FILES) if values.get(f"{name}{way}") is not None]
        if len(given) > 1:
            names = " and ".join(f"{name}{way}" for way in given)
            self._refuse(f"{at}.{name}{given[1]}", f"is set together with {name}{given[0]}", f"Keep one of {names}.")
            return UNKNOWN
        if not given:
            return None
        path, value = f"{at}.{name}{given[0]}", values[f"{name}{given[0]}"]
        return self._given(argument, given[0], value, path) if is_known(value) else UNKNOWN

    def _given(self, argument: Argument, way: str, value: Json, path: str) -> Json:
        """Returns a value that is given in one of the ways: as it is, or by reference."""
        if argument.is_secret:
            return self._secret(path, value, by_file=way == BY_FILE, is_mapping=get_origin(argument.hint) is dict)
        if way == BY_FILE:
            return self._text(path, value)
        if way == BY_FILES:
            return {key: self._text(f"{path}.{key}", named) for key, named in value.items()}
        if argument.secret_keys and is_object(value):
            return self._parts(path, value, argument.secret_keys)
        return self._whole(argument.hint, value, path)

    def _whole(self, hint: Any, value: Json, at: str) -> Json:
        """Returns a value whose parts are of classes of their own, such as a connector's texts."""
        if isinstance(hint, type) and is_dataclass(hint) and is_object(value):
            found = self.arguments(hint, value, at)
            self.require(hint, found, at)
            whole = all(name in found for name, part in arguments_of(hint).items() if part.is_required)
            return hint(**found) if whole else UNKNOWN
        if get_origin(hint) is list and is_list(value):
            return [self._whole(get_args(hint)[0], item, f"{at}.{number}") for number, item in enumerate(value)]
        if is_object(value) and (kinds := [each for each in get_args(hint) if is_of_a_kind(each)]):
            return next((self._whole(each, value, at) for each in kinds if each.kind == value.get(KIND)), UNKNOWN)
        if get_origin(hint) is dict and is_object(value):
            inner = get_args(hint)[1]
            return {key: self._whole(inner, item, f"{at}.{key}") for key, item in value.items() if item is not None}
        return value

    def _parts(self, at: str, value: Props, secret_keys: frozenset[str]) -> Props:
        found: Props = {}
        for name, item in value.items():
            key = name.removesuffix(BY_VARIABLE).removesuffix(BY_FILE)
            if name != key and key in secret_keys:
                found[key] = self._secret(f"{at}.{name}", item, by_file=name.endswith(BY_FILE), is_mapping=False)
            else:
                found[name] = item
        return found

    def _text(self, path: str, named: Json) -> Json:
        if not isinstance(named, str):
            return UNKNOWN
        try:
            return read_named(self.folder, named, largest=LARGEST_TEXT)
        except ValueError as error:
            remedy = "Correct the path, which begins at the folder of the fleet file."
            return self._refuse(path, f"names {named}, which {error}", remedy)

    def _secret(self, path: str, named: Json, *, by_file: bool, is_mapping: bool) -> Json:
        if not isinstance(named, str):
            return self._refuse(path, "is not a text", "Name a variable, or the path of a file.")
        try:
            found = self.secrets.of_file(self.folder, named) if by_file else self.secrets.of_variable(named)
            if is_mapping and isinstance(found, str):
                found = read_json(found)
                if not is_object(found):
                    return self._refuse(path, "does not hold a JSON object", 'Write it as {"api_key": "…"}.')
        except ValueError as error:
            what, _, remedy = str(error).partition("\n")
            return self._refuse(path, what, remedy or "Correct what it names; it takes no secret itself.")
        return found

    def _refuse(self, path: str, what: str, remedy: str) -> Any:
        self.problems.append(Problem(path, what, remedy))
        return UNKNOWN


def filled_by_ses(cls: type[Settings]) -> tuple[str, ...]:
    """Returns the arguments that `from_ses` of a class takes from the sending domain."""
    probe = UnknownDomain({})
    made: Any = getattr(cls, FROM_SES)(probe)
    return tuple(each.name for each in fields(cls) if getattr(made, each.name) is UNKNOWN)


class DomainOfFile:
    """What a fleet file says of a sending domain itself: which senders the policy of its key allows."""

    held_here = False

    def __init__(self, arguments: PropsView) -> None:
        self.domain: str = arguments.get("domain") or ""
        self.from_addresses: list[str] = arguments.get("from_addresses") or []
        self.further_domains: list[str] = arguments.get("further_domains") or []
        self.from_display_names: list[str] = arguments.get("from_display_names") or []


class UnknownDomain(DomainOfFile):
    """Stands for a sending domain of which nothing is known yet but what the file says."""

    configuration_set = None  # of the file's own, so that no tenant has to leave it to the domain

    def __init__(self, arguments: PropsView, regions: Sequence[str] = ()) -> None:
        super().__init__(arguments)
        self._regions = regions

    @property
    def smtp_host(self) -> Any:
        """Returns what is not known; NotSupported where a region that the file names has no SMTP, a standby's too."""
        for region in filter(None, self._regions):
            smtp_password.smtp_host(region)
        return UNKNOWN

    def __getattr__(self, name: str) -> Any:
        return UNKNOWN


def props_of(cls: type[Settings], found: PropsView, domain: SendingDomain | None = None) -> Props:
    """Returns settings as a resource has them among its inputs, what is secret `UNKNOWN`: for a check.

    Raises:
        InvalidSettings: the class refuses them.
    """
    given: Props = dict(found)
    if domain is not None:
        made: Any = getattr(cls, FROM_SES)(domain)
        given = {each.name: getattr(made, each.name) for each in fields(cls)} | given
    arguments = arguments_of(cls)
    hidden = {name: UNKNOWN for name in given if arguments[name].is_secret and given[name] is not None}
    parts = {name: given[name] for name in given if arguments[name].secret_keys and is_object(given[name])}
    plain = {name: value for name, value in given.items() if name not in hidden and name not in parts}
    known = {name: value for name, value in plain.items() if value is not None}
    missing = {name: UNKNOWN for name, argument in arguments.items() if argument.is_required and name not in known}
    return {**cls(**known, **missing).to_props(), **hidden, **parts}


def make(cls: type[SettingsT], found: PropsView, domain: SendingDomain | None = None) -> SettingsT:
    """Returns settings for a program; with a sending domain, those of its key.

    Raises:
        InvalidSettings: the class refuses them.
    """
    if domain is None:
        return cls(**found)
    made: Any = getattr(cls, FROM_SES)(domain)
    given = {each.name: getattr(made, each.name) for each in fields(cls)}
    return cls(**{**given, **found}).with_key_of(domain)
