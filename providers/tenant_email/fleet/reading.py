"""Reads a fleet file: a fleet, or everything that is wrong with the file at once, each with its line and column.

First what no fleet could be (YAML, names, types: what the JSON schema says too), then, of all that is left, what the
library would refuse in a preview. Nothing here needs a secret, an environment or a network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.errors import InvalidSettings, Problem, TenantEmailError
from tenant_email.fleet import shapes
from tenant_email.fleet.document import (
    EXTENSION,
    Fleet,
    PlatformEmail,
    Tenant,
    TenantEmail,
    common_model,
    email_model,
    root_model,
)
from tenant_email.fleet.merging import borrowed_secrets, merge
from tenant_email.fleet.places import Locator
from tenant_email.fleet.telling import tell
from tenant_email.fleet.yaml_places import LARGEST_FILE, PlacedYaml, read_places
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.spelling import nearest, one_of
from tenant_email.inputs.text_files import read_text
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.redaction.secrets import register
from tenant_email.tenants.credentials import FILE, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


ALL: Final = "all"
_PROVIDER: Final = "provider"


class InvalidFleet(InvalidSettings):
    """A fleet file that cannot be used; `problems` have their lines and columns."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What is in a fleet file.

    fleet: of what is wrong in it, `UNKNOWN` stands in its place. shape: what no fleet could be; rules: what the library
    refuses of the rest; warnings: what is worth a look.
    """

    fleet: Fleet
    shape: tuple[Problem, ...]
    rules: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Returns all that is wrong, in the order of the file."""
        return _in_order((*self.shape, *self.rules))


def read_fleet(file: Path, *, judged: bool = True) -> Fleet:
    """Returns the fleet of a file; not `judged` by the library's rules where a preview does that anyway.

    Raises:
        InvalidFleet: with everything that is wrong with it.
        TenantEmailError: it cannot be read.
    """
    examined = examine_file(file, judged=judged)
    if examined.problems:
        placed = (replace(each, path=f"{place_of(file, each)}: {each.path}") for each in examined.problems)
        raise InvalidFleet("fleet", tuple(placed))
    return examined.fleet


def place_of(file: Path, problem: Problem) -> str:
    """Returns where a problem is, as compilers have it and editors read it."""
    return f"{file}:{problem.line}:{problem.column}"


def examine_file(file: Path, *, judged: bool = True) -> Examined:
    """Returns what is in a file; raises TenantEmailError when it cannot be read."""
    text = read_text(file, largest=LARGEST_FILE)
    found = examine(text, file, judged=judged)
    return replace(found, fleet=replace(found.fleet, digest=_digest(text)))


def is_changed(fleet: Fleet) -> bool:
    """Returns whether the file of a fleet is no more as it was read: the program of a stack reads it anew."""
    try:
        return bool(fleet.digest) and _digest(read_text(fleet.file, largest=LARGEST_FILE)) != fleet.digest
    except TenantEmailError:
        return True


def _digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def examine(text: str, file: Path, *, judged: bool = True) -> Examined:
    """Returns what is in the text of a file, whose path says where its relative paths begin."""
    document = read_places(text)
    shapes_of = _Shapes(document, file)
    fleet = shapes_of.fleet()
    shape = _in_order(shapes_of.problems)
    if not judged:
        return Examined(fleet, shape, _in_order(shapes_of.borrowed))
    from tenant_email.fleet import rules  # noqa: PLC0415 - it loads what a host of resources loads, and a program does not

    said = rules.judge(fleet, shapes_of.layers)
    locator = Locator(document)
    tenants = shapes_of.layers.values()
    found, warnings = (tell(each, tenants, locator) for each in (said.problems, said.warnings))
    return Examined(fleet, shape, _in_order([*shapes_of.borrowed, *found]), _in_order(warnings))


def _in_order(problems: Collection[Problem]) -> tuple[Problem, ...]:
    unique = {(each.path, each.what, each.line, each.column): each for each in problems}
    return tuple(sorted(unique.values(), key=lambda each: (each.line, each.column)))


@dataclass(slots=True)
class _Shapes:
    """One reading of names and types."""

    document: PlacedYaml
    file: Path
    problems: list[Problem] = field(default_factory=list[Problem])
    borrowed: list[Problem] = field(default_factory=list[Problem])
    """What no type says: secrets of a default that would go elsewhere."""
    layers: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By tenant, the paths of what its email is laid together from, the last first."""

    def fleet(self) -> Fleet:
        """Returns the fleet, as far as it is right."""
        self.problems += self.document.problems
        values = self.document.values
        if not is_object(values):
            if is_known(values):
                self._refuse("", "is not a mapping", "Begin with the line `version: 1`.")
            return Fleet(self.file)
        values = {name: value for name, value in values.items() if not name.startswith(EXTENSION)}
        root = self._parsed(root_model(), values, "")
        given = _known_object(values.get("defaults"))
        defaults = self._defaults(given)
        shared = self._domains(_known_object(values.get("sending_domains")), root.get("sending_domains"))
        tenants: dict[str, Tenant] = {}
        for name, entry in _items(values.get("tenants")):
            if re.fullmatch(shapes.NAME, name) and is_object(entry):
                tenant = self._tenant(name, entry, given, defaults)
                if tenant:
                    tenants[name] = tenant
        told = any(each.path == "tenants" for each in self.problems)  # of the only tenant's name, for one
        if is_object(values.get("tenants")) and not values["tenants"] and not told:
            self._refuse("tenants", "is empty", "Name a tenant.")
        aws = root.get("aws")
        return Fleet(self.file, aws.to_props() if isinstance(aws, Model) else {}, shared, tenants)

    def _domains(self, given: PropsView, parsed: Json) -> dict[str, Props]:
        """Returns the sending domains that are shared; of one that is wrong, that it is there."""
        found: dict[str, Json] = dict(_items(parsed))
        return {
            name: merge({}, _written(value, domain))
            if isinstance(domain := found.get(name), Model)
            else {"domain": UNKNOWN}
            for name, value in given.items()
            if re.fullmatch(shapes.NAME, name)
        }

    def _defaults(self, given: PropsView) -> dict[str, Props]:
        """Returns the defaults of each platform, those of all among them."""
        known = (ALL, *platforms.names())
        for name in given:
            if name not in known:
                remedy = one_of(name, known)
                self._refuse(f"defaults.{name}", "is neither `all` nor a platform", remedy)
        every = self._email(common_model(), given.get(ALL), f"defaults.{ALL}", "")
        return {
            name: merge(every, self._email(email_model(name, PlatformEmail), given.get(name), f"defaults.{name}", name))
            for name in platforms.names()
        }

    def _tenant(self, name: str, entry: Props, given: PropsView, defaults: dict[str, Props]) -> Tenant | None:
        at, platform = f"tenants.{name}", entry.get("platform")
        if not is_known(platform):
            return None
        if not isinstance(platform, str) or platform not in platforms.names():
            listed = f"Use one of: {', '.join(platforms.names())}."
            remedy = f"{nearest(platform, platforms.names())} {listed}" if isinstance(platform, str) else listed
            what = "is missing" if platform is None else "is not a platform"
            self._refuse(f"{at}.platform", what, remedy.strip())
            return None
        spec = platforms.connection_specs()[platform]
        own = {key: value for key, value in entry.items() if key != "email"}
        own = self._without_secrets(own, frozenset(spec.secret), at, VARIABLE, FILE)
        parsed = self._parsed(shapes.entry_model(platform), own, at)
        kept = {key: value for key, value in parsed.items() if value is not None}
        before = kept.pop(shapes.RENAMED_FROM, "")
        email = self._email(email_model(platform, TenantEmail), entry.get("email"), f"{at}.email", platform)
        self.layers[name] = (f"{at}.email", f"defaults.{platform}", f"defaults.{ALL}")
        self._require_own_secrets(name, platform, defaults[platform], email)
        return Tenant(name, platform, kept, merge(defaults[platform], email), before if is_known(before) else "")

    def _require_own_secrets(self, name: str, platform: str, base: Props, email: Props) -> None:
        """Refuses to have a default's secret sent to a host, port or user that a tenant names in place of its own."""
        below, over = base.get(_PROVIDER), email.get(_PROVIDER)
        cls = shapes.provider_classes(platform).get(str(_known_object(over).get("kind")))
        if cls is None:
            return
        scope = platforms.load(platform).capabilities.transports[cls.kind].secret_scope
        for secret in borrowed_secrets(below, over, scope, cls.secret):
            at = f"tenants.{name}.email.{_PROVIDER}"
            what = f"names another {' or '.join(scope)} than the defaults, whose {secret} was not given for it"
            ways = f"{secret}{shapes.BY_VARIABLE} or {secret}{shapes.BY_FILE}"
            problem = Problem(at, what, f"Give {ways} here too; the same one, if it is meant for both.")
            self.borrowed.append(Locator(self.document).place(problem))

    def _email(self, model: type[Model], value: Json, at: str, platform: str) -> Props:
        """Returns the email at a path as it is written, what is wrong in it `UNKNOWN`."""
        if value is None:
            return {}
        if not is_object(value):
            if is_known(value):
                self._refuse(at, "is not a mapping", "Write what it holds below it, each with its name.")
            return {_PROVIDER: UNKNOWN}  # perhaps it was meant to hold one
        parsed = self._parsed(model, value, at)
        kept: Props = {name: _written(value[name], parsed[name]) for name in value if name in parsed}
        if _PROVIDER in kept and platform:
            kept[_PROVIDER] = self._provider(kept[_PROVIDER], f"{at}.{_PROVIDER}", platform)
        return kept

    def _provider(self, value: Json, at: str, platform: str) -> Json:
        if not is_object(value):
            return value
        kinds = shapes.provider_classes(platform)
        kind = value.get("kind")
        if not is_known(kind):
            return UNKNOWN
        cls = kinds.get(kind) if isinstance(kind, str) else None
        if cls is None:
            listed = f"Use one of: {', '.join(kinds)}."
            hint = nearest(kind, kinds) if isinstance(kind, str) else ""
            what = "is missing" if kind is None else f"is not a kind of {platform}'s providers"
            self._refuse(f"{at}.kind", what, f"{hint} {listed}".strip())
            return UNKNOWN
        value = self._without_secrets(value, cls.secret, at, shapes.BY_VARIABLE, shapes.BY_FILE)
        parsed = self._parsed(shapes.provider_model(cls), value, at)
        return {name: _written(value[name], parsed[name]) for name in value if name in parsed}

    def _without_secrets(
        self, values: Props, secret: Collection[str], at: str, by_variable: str, by_file: str
    ) -> Props:
        """Returns values without the secrets that are literally there, each of which is refused and masked.

        In the place of each is a reference that is not known, so that nobody says that it is missing.
        """
        found: Props = {}
        for name in sorted(secret & values.keys()):
            for text in _texts(values[name]):
                register(text)
            what, _, remedy = shapes.literal_secret(name, by_variable, by_file).partition("\n")
            self._refuse(f"{at}.{name}", what, remedy)
            found[f"{name}{by_variable}"] = UNKNOWN
        return found | {name: value for name, value in values.items() if name not in secret}

    def _parsed(self, model: type[Model], values: PropsView, at: str) -> Props:
        """Returns the fields of a model, what is wrong `UNKNOWN`; problems are noted with their places."""
        found, problems = parse(model, values, at)
        locator = Locator(self.document)
        self.problems += [locator.place(_reworded(each)) for each in problems]
        return {name: getattr(found, name) for name in model.model_fields}

    def _refuse(self, path: str, what: str, remedy: str) -> None:
        self.problems.append(Locator(self.document).place(Problem(path, what, remedy)))


def _reworded(problem: Problem) -> Problem:
    """Returns a problem in the words of YAML, where the library's are those of a program in Python."""
    what = problem.what.replace("a valid dictionary", "a mapping").replace("a dict", "a mapping")
    remedy = re.sub(r", from stack config with config\.require_\w+\(.*\)", "", problem.remedy)
    remedy = remedy.replace("True or False", "true or false").replace("it is a dict", "it is a mapping")
    return replace(problem, what=what, remedy=remedy)


def _written(value: Json, parsed: Json) -> Json:
    """Returns a value as it is written, with `UNKNOWN` where it was found to be wrong."""
    if not is_known(parsed):
        return UNKNOWN
    inner: Json = (
        {name: getattr(parsed, name) for name in type(parsed).model_fields} if isinstance(parsed, Model) else parsed
    )
    if is_object(value) and is_object(inner):
        return {name: _written(item, inner[name]) for name, item in value.items() if name in inner}
    return value


def _known_object(value: Json) -> Props:
    return value if is_object(value) else {}


def _items(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if is_object(value) else []


def _texts(value: Json) -> list[str]:
    if is_object(value):
        return [text for item in value.values() for text in _texts(item)]
    return [value] if isinstance(value, str) else []
