"""A template in a file, for the command that checks one without a stack."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - a type of public arguments
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, TenantEmailError
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from tenant_email.json_types import Props
    from tenant_email.platforms.base import Platform

_BODY: Final = frozenset({"template", "subject", "body"})


def check(platform: Platform, file: Path, name: str) -> tuple[TemplateInputs, tuple[str, ...]]:
    """Checks a template's settings, or only its body, as a preview does; returns the inputs and the warnings.

    A body without settings stands for the template `name`, where a template of the platform is little more than a body.

    Raises:
        InvalidSettings: with every problem.
        TenantEmailError: the file cannot be read, or does not hold a template.
    """
    settings, problems = drop_unusable(_settings(platform, file, name), "settings")
    model = platform.templates[f"{platform.name}.template"]
    values, more = parse(model, {"kind": f"{platform.name}.template", **settings}, "settings")
    inputs = TemplateInputs(values.to_props())
    findings = platform.check_template(inputs)
    if problems := [*problems, *more, *findings.problems]:
        raise InvalidSettings(str(file), tuple(dict.fromkeys(problems)))
    return inputs, findings.warnings


def read_object(file: Path) -> Props:
    """Returns the JSON object in a file; raises TenantEmailError when it holds none."""
    try:
        found: object = json.loads(_read(file))
    except RecursionError:
        raise _unreadable(file, "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _unreadable(file, f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    if not is_object(found):
        raise _unreadable(file, "does not hold a JSON object")
    return found


def _settings(platform: Platform, file: Path, name: str) -> Props:
    if file.suffix.lower() == ".json":
        return read_object(file)
    fields = platform.templates[f"{platform.name}.template"].model_fields
    if not fields.keys() >= _BODY:
        names = ", ".join(field for field in fields if field != "kind")
        remedy = f"Write its settings into a .json file: {names}."
        raise TenantEmailError(f"{file}: a template of {platform.name} is more than its body", remedy=remedy)
    return {"template": name, "subject": name, "body": _read(file)}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise _unreadable(file, "is not text in UTF-8") from None
    except OSError as error:
        raise _unreadable(file, f"cannot be read: {error.strerror}") from None


def _unreadable(file: Path, what: str) -> TenantEmailError:
    return TenantEmailError(f"{file}: {what}", remedy="Correct the file, or name another one.")
