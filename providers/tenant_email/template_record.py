"""What a state holds of a document in a tenant, to tell whether someone else changed it since our last write: pure.

A refresh records what others did as what is live, so what we wrote is kept apart from what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.json_types import Props, PropsView


_NOTHING: Final = (None, "")  # a platform answers a field that was never set in either way, or leaves it out


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """What is recorded of a template, as the platform shows it.

    snapshot: before it was adopted; None when this stack made it.
    ours: as our last write left it; None when it does not matter, because the program says what a destroy does.
    seen: as it was seen last.
    """

    snapshot: Props | None = field(repr=False)
    ours: Props | None = field(repr=False)
    seen: Props = field(repr=False)


def changed_paths(ours: PropsView, now: PropsView | None) -> tuple[str, ...]:
    """Returns the paths of what is no longer as our last write left it; a document that is gone is one change."""
    if now is None:
        return ("it is gone",)
    one, other = dict(_leaves(ours)), dict(_leaves(now))
    return tuple(sorted(path for path in {*one, *other} if one.get(path) != other.get(path)))


def merge_written(before: Props, now: Props, sent: frozenset[str] | None) -> Props:
    """Returns what counts as ours after a write: what it sent; the rest as it was ours before, whatever it is now.

    `sent` are the fields of `now` that the write set; None means the whole of it.
    """
    if sent is None:
        return now
    kept = {name: value for name, value in before.items() if name not in sent}
    return kept | {name: value for name, value in now.items() if name in sent}


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yields every value that is not an object, with its path; what is not set is left out."""
    if is_object(value):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif value not in _NOTHING:
        yield path, value
