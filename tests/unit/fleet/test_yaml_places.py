"""YAML with places: what it stands for, where each part is, and an end to whatever is hostile."""

from __future__ import annotations

import time

import pytest

from tenant_email.fleet.yaml_places import Place, read_places
from tenant_email.inputs.unknowns import UNKNOWN

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_values_of_the_core_schema() -> None:
    """`yes` and `12:30` are texts, as in YAML 1.2, and a whole number may be written with a fraction of nothing."""
    values = read_places("{a: yes, b: 12:30, c: 587.0, d: ~, e: true, f: 0x10, g: 1.5, h: 010, i: 0o17}").values
    assert values == {"a": "yes", "b": "12:30", "c": 587, "d": None, "e": True, "f": 16, "g": 1.5, "h": 10, "i": 15}
    assert isinstance(values["c"], int)


def test_merge_keys_and_anchors() -> None:
    """An own key goes before a merged one, an earlier mapping before a later one; a place is where it is written."""
    found = read_places("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 9\n")
    assert found.values["c"] == {"x": 9, "y": 2, "z": 4}
    assert found.places["c", "x"] == Place(5, 3)
    assert found.places["c", "y"] == Place(1, 14)
    assert found.place_of(("c", "q", "r")) == Place(3, 1)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a: 1\nb: 2\n'a': 3\n", (3, 1), "comes twice; the first is in line 1, column 1"),
        (
            "a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n",
            (5, 3),
            "comes twice; the first is in line 4, column 3",
        ),
        ("1: x", (1, 1), "has a key that is not a text"),
        ("? [a]\n: b", (1, 3), "has a key that is not a text"),
        ("x: !!python/object:os.system 3", (1, 4), "has a tag, which nothing here needs"),
        ("x: !secret 3", (1, 4), "has a tag, which nothing here needs"),
        ("x: !!int abc", (1, 4), "is a number that is too large"),
        ("x: 1e999", (1, 4), "is a number that is too large"),
        (f"x: {'9' * 400}", (1, 4), "is a number that is too large"),
        (f"x: {'9' * 5000}", (1, 4), "is a number that is too large"),
        ("x:\n  <<: 3", (2, 7), "merges what is no mapping"),
        ('x: "\\0"', (1, 4), "holds a NUL character (\\0), which no text of an email can have"),
        ("a: [", (2, 1), "is not YAML that can be read: did not find expected node content"),
        ("--- a\n--- b", (2, 1), "is not YAML that can be read: found another document"),
        ("a: 1\nb: \x07", (2, 4), "holds a character that YAML does not allow"),
        ("", (1, 1), "is empty"),
        ("a: &a [*a]", (1, 4), "is nested deeper than 30 levels, or holds itself by an alias"),
        ("a: &a\n  <<: *a", (1, 4), "merges more than can be meant, or merges itself"),
        ("[" * 100_000, (1, 1), "is nested too deeply"),
        ("{a: " * 40 + "}" * 40, (1, 125), "is nested deeper than 30 levels, or holds itself by an alias"),
    ],
)
def test_what_is_wrong(text: str, place: tuple[int, int], what: str) -> None:
    """Each with its place; whatever holds it is not known, so that nothing else is said of it."""
    (problem,) = read_places(text).problems
    assert (problem.line, problem.column, problem.what) == (*place, what)
    assert problem.remedy


@pytest.mark.parametrize(
    ("text", "remedy"), [("a:\n\tb: 1", "It is a tab: indent"), ("a:\n  @b: 1", "Correct it there")]
)
def test_a_tab(text: str, remedy: str) -> None:
    """No editor shows it."""
    (problem,) = read_places(text).problems
    assert problem.what == "is not YAML that can be read: found character that cannot start any token"
    assert problem.remedy.startswith(remedy)


def test_a_bomb() -> None:
    """A billion values of a few hundred characters end after some thousand."""
    began = time.process_time()
    found = read_places(BOMB)
    assert found.problems[0].what == "holds more than 100000 values, with what its aliases repeat"
    assert found.values is UNKNOWN
    assert time.process_time() - began < 10
