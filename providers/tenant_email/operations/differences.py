"""How a message shows where live and desired differ: one line each, with both values of what is not a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external
from tenant_email.redaction.secrets import Secret
from tenant_email.redaction.visible import ITEM, cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.json_types import PropsView


_LONGEST: Final = 80  # characters of a value: enough to know a text again


def list_differences(paths: Iterable[str], live: PropsView, desired: PropsView, impossible: Sequence[str] = ()) -> str:
    """Returns the items of a list, each for one path of inputs such as `settings.subject`.

    `impossible` are the paths whose live value no input can have, such as a port that is stored as a string.
    """
    said = dict.fromkeys(impossible, ", and no input can equal that")

    def line(path: str) -> str:
        live_value, desired_value = _at(live, path), _at(desired, path)
        if isinstance(live_value, Secret) and isinstance(desired_value, Secret):
            return f"{path}: the live secret differs from the one in the inputs"
        shown, desired_text = format_value(live_value), format_value(desired_value)
        return f"{path}: {shown} is live{said.get(path, '')}; the inputs say {desired_text}"

    return "".join(ITEM + line(path) for path in paths)


def format_value(value: object) -> str:
    """Returns a value as a message shows it; of a secret only that it is one."""
    if value is None:
        return "nothing"
    if isinstance(value, Secret):
        return "a secret"
    return cut(redact_external(json.dumps(value, ensure_ascii=False, default=lambda _: "a secret")), _LONGEST)


def _at(props: PropsView, path: str) -> object:
    parent, _, name = path.rpartition(".")
    return (props.get(parent, {}) if parent else props).get(name)
