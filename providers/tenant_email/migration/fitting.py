"""Whether what was found can be said with our resources, and what is left to the tenant where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.migration.found import FromConfig, Joined, Note
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.errors import Problem
    from tenant_email.platforms.base import Platform


T = TypeVar("T")


def read_or_refuse(address: str, notes: list[Note], read: Callable[[], T]) -> T | None:
    """Returns what a platform's mapping makes of a document, or None with a note where it is none of the platform's.

    A mapping trusts what its platform answers; what stands in a file may be of any shape.
    """
    try:
        return read()
    except (AttributeError, KeyError, TypeError, ValueError):
        notes.append(Note(address, "is not of the shape that the platform has", "Export it again.", refused=True))
        return None


def fit_provider(
    platform: Platform, address: str, settings: Props, from_address: Json, notes: list[Note]
) -> tuple[Props, Json] | None:
    """Returns settings and sender of a provider that the resource takes, or None with a note that says why not.

    A setting that may be omitted and is not acceptable is left as the tenant has it, with a note.
    """
    model = platform.models.get(settings.get("kind", ""))
    if model is None:
        kind = str(settings.get("kind", "")).partition(".")[2]
        notes.append(Note(address, f"is of a kind that has no class here ({kind})", refused=True))
        return None
    problems = drop_unusable(as_given(settings), "settings")[1] + parse(model, as_given(settings), "settings")[1]
    fields = model.model_fields
    required = {name for name, field in fields.items() if field.is_required()}
    left = _without(address, settings, problems, required, notes)
    if left is None:
        return None
    inputs = ProviderInputs(parse(model, as_given(left))[0].to_props(), from_address=as_given(from_address))
    sender = from_address
    for problem in platform.check_provider(inputs).problems:
        if problem.path != "from_address":
            notes.append(_refusal(address, problem))
            return None
        notes.append(_left(address, problem))
        sender = None
    return left, sender


def fit_template(platform: Platform, address: str, settings: Props, notes: list[Note]) -> Props | None:
    """Returns settings of a template that the resource takes, or None with a note that says why not."""
    model = platform.template
    problems = drop_unusable(as_given(settings), "settings")[1] + parse(model, as_given(settings), "settings")[1]
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    left = _without(address, settings, problems, required, notes)
    if left is None:
        return None
    inputs = TemplateInputs(parse(model, as_given(left))[0].to_props())
    found = list(platform.check_template(inputs).problems)
    return _without(address, left, found, required, notes) if found else left


def _without(
    address: str, settings: Props, problems: list[Problem], required: set[str], notes: list[Note]
) -> Props | None:
    left = dict(settings)
    for problem in problems:
        name = problem.path.removeprefix("settings.").partition(".")[0]
        if name in required or name not in left:
            notes.append(_refusal(address, problem))
            return None
        notes.append(_left(address, problem))
        left.pop(name)
    return left


def _refusal(address: str, problem: Problem) -> Note:
    return Note(address, f"{problem.path}: {problem.what}", problem.remedy, refused=True)


def _left(address: str, problem: Problem) -> Note:
    return Note(address, f"{problem.path}: {problem.what}; it is left as the tenant has it")


def as_given(value: Json) -> Json:
    """Returns a value as a check is given it: what comes from stack config is not known yet, a secret is its text."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, FromConfig | Joined):
        return UNKNOWN
    if is_object(value):
        return {key: as_given(item) for key, item in value.items()}
    return [as_given(item) for item in value] if is_list(value) else value
