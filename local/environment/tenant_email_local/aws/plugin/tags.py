"""Tags: those of a resource on top of its provider's, and as AWS lists them."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from tenant_email_local.aws.plugin.session import Aws
from tenant_email_local.aws.plugin.values import Properties


class Tag(TypedDict):
    """Is a tag as most of AWS's services list it."""

    Key: str
    Value: str


def listed(tags: Mapping[str, str]) -> list[Tag]:
    """Lists tags."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def mapped(tags: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Returns listed tags by key."""
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags}


def changed(olds: Properties, tags: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Returns the keys to take away and the tags to set."""
    before: Mapping[str, str] = olds.get("tagsAll") or {}
    return sorted(set(before) - set(tags)), {key: value for key, value in tags.items() if before.get(key) != value}


def own(aws: Aws, state: Properties, live: Mapping[str, str]) -> dict[str, str]:
    """Returns live tags without the provider's defaults, unless the resource repeats them itself."""
    recorded: Mapping[str, str] = state.get("tags") or {}
    defaults = aws.tags(None)
    return {key: value for key, value in live.items() if key in recorded or defaults.get(key) != value}
