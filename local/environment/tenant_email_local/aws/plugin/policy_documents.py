"""Policy documents: JSON texts, which a program may give as objects, and which mean the same in another order."""

import json
from typing import Any

from tenant_email_local.aws.plugin.values import Properties, has_unknown, is_list, is_map


def as_text(document: Any) -> str:
    """Writes a document as AWS shows it."""
    return json.dumps(document, separators=(",", ":"))


def with_text(inputs: Properties) -> Properties:
    """Returns inputs whose `policy` is a text, where it was given as an object and all of it is known."""
    policy = inputs.get("policy")
    return {**inputs, "policy": as_text(policy)} if is_map(policy) and not has_unknown(policy) else inputs


def same_document(old: str, new: str) -> bool:
    """Compares policies by what they mean: order of keys and of list entries does not matter, nor a list of one."""
    try:
        return bool(_meaning(json.loads(old)) == _meaning(json.loads(new)))
    except ValueError:
        return old == new


def _meaning(value: Any) -> Any:
    if is_list(value):
        meanings = sorted((_meaning(each) for each in value), key=json.dumps)
        return meanings[0] if len(meanings) == 1 else meanings
    if is_map(value):
        return {key: _meaning(each) for key, each in sorted(value.items())}
    return value
