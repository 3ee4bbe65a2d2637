"""The templates of a tenant: starters in its brand, and those of its own, each of which goes before a starter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.shapes import template_class
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.starters.brand import Brand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.fleet.document import Tenant
    from tenant_email.fleet.settings import SettingsReader
    from tenant_email.platforms.settings import TemplateSettings


_ANY: Final = Brand(name="A")


@dataclass(frozen=True, slots=True)
class NamedTemplate:
    """A template by the name that its resource gets; `at` is where the file has it."""

    name: str
    at: str
    cls: type[TemplateSettings]
    arguments: Mapping[str, Json]


def templates_of(tenant: Tenant, reader: SettingsReader) -> Iterator[NamedTemplate]:
    """Yields the templates of a tenant; what is wrong with them is noted by the reader."""
    cls, own = template_class(tenant.platform), tenant.email.get("templates")
    named = own if is_object(own) else {}
    taken = set[tuple[Json, ...]]()
    for name, values in named.items():
        if not is_object(values):
            continue
        at = f"tenants.{tenant.name}.email.templates.{name}"
        arguments = reader.arguments(cls, values, at)
        reader.require(cls, arguments, at)
        key = _key(cls, arguments)
        if None not in key and is_known(*key):  # else it is said already what is wrong with it
            if key in taken:
                what = f"is a second template of {', '.join(map(str, key))}"
                reader.problems.append(Problem(at, what, "Keep one of them."))
            taken.add(key)
        yield NamedTemplate(name, at, cls, arguments)
    for name, made in _starters(tenant, cls, reader).items():
        arguments = {each: value for each, value in vars(made).items() if value is not None}
        # the resource's name is not enough: a tenant may call its own text of the same template otherwise
        if _key(cls, arguments) not in taken and name not in named:
            yield NamedTemplate(name, f"tenants.{tenant.name}.email.starters", cls, arguments)


def _key(cls: type[TemplateSettings], arguments: Mapping[str, Json]) -> tuple[Json, ...]:
    return tuple(arguments.get(name) for name in cls.keyed_by)


def _starters(tenant: Tenant, cls: type[Any], reader: SettingsReader) -> dict[str, TemplateSettings]:
    wanted, at = tenant.email.get("starters"), f"tenants.{tenant.name}.email"
    if wanted != "all" and not is_list(wanted):
        return {}
    brand = _brand(tenant.email.get("brand"), at, reader)
    if not hasattr(cls, "starters"):
        reader.problems.append(Problem(f"{at}.starters", f"{tenant.platform} has none", "Write templates."))
        return {}
    if wanted == "all":
        found: dict[str, TemplateSettings] = cls.starters(brand=brand)
        return found
    made: dict[str, TemplateSettings] = {}
    for number, name in enumerate(wanted):
        try:
            made[str(name)] = cls.starter(name, brand=brand)
        except InvalidSettings as error:
            reader.problems += [Problem(f"{at}.starters.{number}", each.what, each.remedy) for each in error.problems]
        except (TypeError, ValueError, KeyError):  # of what was found to be no name already
            continue
    return made


def _brand(given: Json, at: str, reader: SettingsReader) -> Brand:
    if given is None:
        what, remedy = "need a brand, and there is none", "Name one in the email's brand: {name: Acme}."
        reader.problems.append(Problem(f"{at}.starters", what, remedy))
    known: Props = {name: value for name, value in given.items() if is_known(value)} if is_object(given) else {}
    if not is_object(given) or len(known) < len(given):
        return _ANY  # so that what else is wrong is said all the same
    try:
        made: Any = Brand
        return cast("Brand", made(**{"name": "", **known}))
    except InvalidSettings as error:
        reader.problems += [Problem(f"{at}.brand.{each.path}", each.what, each.remedy) for each in error.problems]
        return _ANY
