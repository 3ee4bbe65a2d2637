"""What comes of a judgement by zod: the value, or Logto's words for its issues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.logto.zod import UNDEFINED, Array, Default, Nullable, Optional, Union, ZodObject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email_local.emulators.logto.zod import Issue, Schema


def parsed(schema: Schema, value: Any) -> Any:
    """Returns what zod makes of a value that has no issues: keys that no object names are gone."""
    match schema:
        case ZodObject() if schema.fields:
            made = {name: parsed(inner, value.get(name, UNDEFINED)) for name, inner in schema.fields.items()}
            return {name: item for name, item in made.items() if item is not UNDEFINED}
        case Array():
            return [parsed(schema.items, item) for item in value]
        case Default() if value is UNDEFINED:
            return schema.value
        case Optional() | Nullable() | Default():
            return value if value is None or value is UNDEFINED else parsed(schema.schema, value)
        case Union():
            return parsed(next(option for option in schema.options if not option.issues(value)), value)
        case _:
            return value


def details(issues: Sequence[Issue]) -> str:
    """Returns issues as Logto words them, a line each."""
    return "\n".join(_line(issue) for issue in issues)


def _line(issue: Issue) -> str:
    path = ".".join(str(part) for part in issue["path"])
    if issue["code"] == "invalid_type":
        text = f"Expected {issue['expected']} but received {issue['received']}."
    else:
        text = issue["message"]
    return f'Error in key path "{path}": ({issue["code"]}) {text}'
