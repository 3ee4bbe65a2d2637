"""A state of Terraform or OpenTofu, version 4: what `terraform state pull` prints."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.text_files import unusable
from tenant_email.json_types import Json, Props, PropsView, is_list, is_object
from tenant_email.migration.found import Note
from tenant_email.migration.resources import OURS, StateResource, as_secret

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VERSION: Final = 4  # since Terraform 0.12, and in every OpenTofu
_PULL: Final = "Run: terraform state pull > state.json (or: tofu state pull), and name that file."
_PROVIDER: Final = re.compile(r'provider\["(?:[^"/]*/)*(?P<type>[^"/]+)"\](?:\.(?P<alias>[\w-]+))?$')


def is_state(document: Json) -> bool:
    """Returns whether a document looks like anything that Terraform writes about a state."""
    if not is_object(document):
        return False
    return (
        {"lineage", "serial"} <= document.keys()
        or ("terraform_version" in document and "version" in document)
        or ("format_version" in document and ("values" in document or "resource_changes" in document))
        or "encrypted_data" in document
        or ("backend" in document and "modules" in document)
    )


def read_state(document: Props, file: Path) -> tuple[list[StateResource], list[Note], Counter[str]]:
    """Returns our resources, what is to be said of them, and how many there are of each other type.

    Raises:
        TenantEmailError: it is not a whole state of version 4.

    """
    if what := _refusal(document):
        raise unusable(file, what, _PULL)
    found, notes, left = list[StateResource](), list[Note](), Counter[str]()
    for resource in document["resources"]:
        if not is_object(resource) or resource.get("mode") != "managed" or not is_list(resource.get("instances")):
            continue
        kind = str(resource.get("type"))
        if kind not in OURS:
            left[kind] += len(resource["instances"])
            continue
        for instance in resource["instances"]:
            if is_object(instance):
                _read_instance(resource, instance, found, notes)
    return found, notes, left


def _refusal(document: PropsView) -> str:
    """Returns why a document is not a state that can be read; empty for one that can."""
    if "encrypted_data" in document:
        return "is a state that OpenTofu encrypted"
    if "format_version" in document:
        return "is what `terraform show -json` prints, which is not the state"
    backend = document.get("backend")
    if is_object(backend) and not is_list(document.get("resources")):
        kind = backend.get("type") or "remote"
        return f"only says where the state is (backend {kind}); the state itself is there"
    version = document.get("version")
    if version != _VERSION:
        shown = version if isinstance(version, int) else "unknown"
        return f"is a state of version {shown}, and version {_VERSION} is what can be read"
    if not is_list(document.get("resources")):
        return "is not a whole state: it has no list of resources"
    return ""


def _read_instance(resource: PropsView, instance: PropsView, found: list[StateResource], notes: list[Note]) -> None:
    address = _address(resource, instance)
    if instance.get("deposed"):
        remedy = "Finish the replacement with terraform apply, and export again."
        notes.append(Note(address, "is an old object that Terraform is about to delete", remedy, refused=True))
        return
    attributes = instance.get("attributes")
    if not is_object(attributes):
        what = "is kept in the way of Terraform 0.11" if instance.get("attributes_flat") else "has no attributes"
        remedy = "Run terraform apply -refresh-only with a current Terraform, and export again."
        notes.append(Note(address, what, remedy, refused=True))
        return
    if instance.get("status") == "tainted":
        notes.append(Note(address, "is tainted: Terraform would replace it; it is taken as it is"))
    for path in _sensitive_paths(instance):
        attributes = _seal(attributes, path)
    found.append(StateResource(address, str(resource["type"]), attributes, _provider_of(resource)))


def _address(resource: PropsView, instance: PropsView) -> str:
    """Returns the address as Terraform's command line takes it."""
    module = f"{resource['module']}." if resource.get("module") else ""
    index = instance.get("index_key")
    if isinstance(index, str):
        quoted = index.replace("\\", "\\\\").replace('"', '\\"')
        place = f'["{quoted}"]'
    else:
        place = "" if index is None else f"[{index}]"
    return f"{module}{resource.get('type')}.{resource.get('name')}{place}"


def _provider_of(resource: PropsView) -> str:
    """Returns the provider's short name with its alias, within its module: `module.eu.auth0.second`."""
    text = str(resource.get("provider") or "")
    match = _PROVIDER.search(text)
    if not match:
        return text
    alias = f".{match['alias']}" if match["alias"] else ""
    return f"{text[: match.start()]}{match['type']}{alias}"


def _sensitive_paths(instance: PropsView) -> Iterator[tuple[Json, ...]]:
    """Yields where an attribute is sensitive, by the schema or by the program."""
    paths = instance.get("sensitive_attributes")
    for path in paths if is_list(paths) else []:
        steps = [step.get("value") for step in path if is_object(step)] if is_list(path) else []
        yield tuple(step.get("value") if is_object(step) else step for step in steps)


def _seal(value: Json, path: tuple[Json, ...]) -> Json:
    """Returns a value with the texts at a path, and below it, as secrets."""
    if not path:
        return as_secret(value)
    step, *rest = path
    if is_object(value) and isinstance(step, str) and step in value:
        return {**value, step: _seal(value[step], tuple(rest))}
    if is_list(value) and str(step).isdecimal() and int(step) < len(value):
        return [_seal(item, tuple(rest)) if at == int(step) else item for at, item in enumerate(value)]
    return value
