"""Whether an `up` takes a resource over without a write: found out as it does, by a look at the tenant.

What the program says is made by the same classes, judged by the same check, and compared by the same step of the
lifecycle, which in an import writes nothing whatever it finds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import AlreadyConfigured, InvalidSettings, Problem, TenantEmailError
from tenant_email.operations import operation
from tenant_email.operations.imports import IMPORT
from tenant_email.platforms.settings import Settings
from tenant_email.programs.found import ConfigSecret, ConfigSetting, Construction, FilledText, TextFile, parts_of

if TYPE_CHECKING:
    from tenant_email.json_types import Json, Props
    from tenant_email.operations.lifecycle import Lifecycle
    from tenant_email.programs.found import FoundResource, Value

_STEERING: Final = frozenset({"opts", "provider_id"})


def refusal(lifecycle: Lifecycle, resource: FoundResource, tenant: str | None = None) -> str:
    """Returns why an `up` would not take a resource over as the program has it; empty where it would.

    `tenant` is what its tenant is called here and now, where the program will call it otherwise.

    Raises:
        PlatformError: the tenant could not be asked.
    """
    given = {name: value for name, value in resource.arguments.items() if name not in _STEERING and value is not None}
    try:
        desired: Props = {name: _input(value) for name, value in given.items()}
    except TenantEmailError as error:
        return str(error)
    desired |= {"tenant": tenant or desired.get("tenant", "main"), "on_existing": IMPORT, "import_id": resource.id}
    findings = lifecycle.do_check(None, desired)
    findings += operation.current().ownership.register(findings.claims, resource.id)
    if findings.problems:
        return str(InvalidSettings("it", findings.problems)).removeprefix("it: ")
    try:
        lifecycle.do_create(desired)
    except (AlreadyConfigured, InvalidSettings) as error:
        return str(error)
    return ""


def _input(value: Value) -> Json:
    """Returns an argument as it is among the inputs; a secret that nobody knows is left out, as None."""
    made = _made(value)
    return _properties(value, made) if isinstance(value, Construction) and isinstance(made, Settings) else made


def _properties(of: Construction, made: Settings) -> Props:
    secrets = {name: _known(value) for name, value in of.arguments.items() if name in made.secret}
    return {**made.to_props(), **{name: value for name, value in secrets.items() if value is not None}}


def _made(value: Value) -> Any:
    """Returns what the program makes of an argument; of settings without their secrets, which would be Outputs."""
    if isinstance(value, TextFile | FilledText | ConfigSecret | ConfigSetting):
        return _known(value)
    if isinstance(value, Construction):
        module, _, name = value.name.partition(".")
        made: Any = getattr(import_module(f"tenant_email.{module}"), name)
        secret = getattr(made, "secret", frozenset[str]())
        needed = [each.name for each in fields(made) if each.default is MISSING and each.default_factory is MISSING]
        if missing := [name for name in needed if value.arguments.get(name) is None]:
            problems = (Problem(f"settings.{name}", "is missing", f"Set settings.{name}.") for name in missing)
            raise InvalidSettings(value.name, tuple(problems))
        return made(**{key: _made(item) for key, item in value.arguments.items() if key not in secret})
    if isinstance(value, Mapping):
        return {key: _made(item) for key, item in value.items()}
    return [_made(item) for item in value] if isinstance(value, list | tuple) else value


def _known(value: Value) -> Json:
    if isinstance(value, ConfigSecret):
        return None if value.value is None else value.value.reveal()
    if isinstance(value, ConfigSetting):
        return None if value.value is None else json.loads(value.value) if value.kind != "text" else value.value
    if isinstance(value, FilledText):
        text = str(_known(value.text))
        for mark, setting in value.marks.items():
            text = text.replace(mark, setting.value or "")
        return text
    return value.text if isinstance(value, TextFile) else value


def unknown_settings(value: Value) -> list[str]:
    """Returns the settings of the stack in an argument that nobody has given a value: with them it cannot be tried."""
    known = (each for each in parts_of(value) if isinstance(each, ConfigSetting))
    return list(dict.fromkeys(each.key for each in known if each.value is None))
