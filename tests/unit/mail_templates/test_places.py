"""Where a value, and each character of it, stands in the text of a JSON document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_email.mail_templates.json_places import inside, places

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def leaves(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yields each value of a document with its place."""
    yield place, value
    for step, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(each, (*place, step))


@settings(max_examples=150, deadline=None)
@given(document=DOCUMENTS, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 2]))
def test_every_value_is_found_where_it_stands(document: Any, ascii_only: bool, indent: int | None) -> None:
    """However a document is written; and of a text each character, behind the escapes before it."""
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent)
    found = places(text)
    assert set(found) == {place for place, _ in leaves(document)}
    for place, value in leaves(document):
        assert json.JSONDecoder().raw_decode(text, found[place])[0] == value
        if isinstance(value, str):
            for index in range(len(value)):
                begin, end = (inside(text, found[place], each) for each in (index, index + 1))
                assert json.loads(f'"{text[begin:end]}"') == value[index]


@pytest.mark.parametrize(
    ("text", "place", "begin"),
    [
        (' {"a": 1, "a": [2, {"b": "x"}]}', ("a",), 15),
        (' {"a": 1, "a": [2, {"b": "x"}]}', ("a", 1, "b"), 25),
        ('{"a\\u0062": "\\\\" , "c":\n"{,:["}', ("c",), 24),
        ("[]", (), 0),
        ('"x"', (), 0),
    ],
)
def test_places_by_hand(text: str, place: tuple[str | int, ...], begin: int) -> None:
    """A key twice, a key with an escape, and what only looks like structure."""
    assert places(text)[place] == begin


def test_a_place_beyond_a_text_is_its_end() -> None:
    """Whoever asks for too much is not led into the next value."""
    text = '["a\\n", "b"]'
    assert text[inside(text, 1, 99)] == '"'
    assert inside(text, 1, 99) == 5
