"""Decides what a difference means. Pure: no plug-in, no state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from embedded_pulumi_engine import paths
from embedded_pulumi_engine.values import Props, Value, is_array, is_object, reveal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ABSENT = object()


@dataclass(frozen=True)
class Diff:
    """What a plug-in says about a difference; `changes` None means that it cannot say."""

    changes: bool | None
    replaces: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True)
class PropertyChange:
    """One property that differs: `+` added, `-` removed, `~` changed."""

    path: str
    sign: str
    old: Value = field(repr=False)
    new: Value = field(repr=False)


def compare(old: Props, new: Props) -> tuple[PropertyChange, ...]:
    """Lists the differing properties, at the depth where they differ; secrets are compared by what they hold."""
    return tuple(_compare(old, new, ()))


def decide(diff: Diff, old_inputs: Props, new_inputs: Props, ignore: Sequence[str], replace_on: Sequence[str]) -> Diff:
    """Completes a plug-in's answer: an unknown one by comparing inputs, then `replace_on_changes`."""
    if diff.changes is None:
        differing = compare(old_inputs, keep_ignored(new_inputs, old_inputs, ignore))
        tops = dict.fromkeys(str(paths.parse(change.path)[0]) for change in differing)
        diff = replace(diff, changes=bool(differing), changed=(*tops, *(c.path for c in differing)))
    if not diff.changes:
        return diff
    patterns = [paths.parse(text) for text in replace_on]
    forced = [c for c in diff.changed if any(paths.contains(pattern, paths.parse(c)) for pattern in patterns)]
    return replace(diff, replaces=tuple(dict.fromkeys((*diff.replaces, *forced))))


def keep_ignored(new: Props, old: Props, ignore: Sequence[str]) -> Props:
    """Returns the new inputs with the old values at every ignored path."""
    for text in ignore:
        new = paths.carry_over(new, old, paths.parse(text))
    return new


def _compare(old: Value, new: Value, path: paths.Path) -> Iterator[PropertyChange]:
    if is_object(old) and is_object(new):
        for key in sorted(old.keys() | new.keys()):
            yield from _compare(old.get(key, _ABSENT), new.get(key, _ABSENT), (*path, key))
    elif is_array(old) and is_array(new):
        for index in range(max(len(old), len(new))):
            left, right = (v[index] if index < len(v) else _ABSENT for v in (old, new))
            yield from _compare(left, right, (*path, index))
    elif old is _ABSENT:
        yield PropertyChange(paths.show(path), "+", None, new)
    elif new is _ABSENT:
        yield PropertyChange(paths.show(path), "-", old, None)
    elif reveal(old) != reveal(new):
        yield PropertyChange(paths.show(path), "~", old, new)
