"""A mail that holds plain variables alone is judged without a parser, and exactly as the parser judges it."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_email.checks.liquid import findings as read
from tenant_email.checks.liquid.reading import WORDS_OF_THE_LANGUAGE
from tenant_email.checks.liquid_words import Words
from tenant_email.checks.templates import KEYWORDS, lint, mentions, variables_alone
from tenant_email.platforms.auth0.liquid import LANGUAGE

WORDS: Final = Words(frozenset({"url", "client.*", "user.name", "user.email", "raw"}), frozenset({"user.name"}))
PARTS: Final = st.sampled_from(
    (
        *("{{ url }}", "{{url}}", "{{ client.x }}", "{{ user.email\t}}", "{{ user }}", "{{ user.name }}", "{{ raw }}"),
        *("{{ x }}", "{{-url-}}", "{{ url | upcase }}", "{{ client['a'] }}"),
        *("{", "{{", "}", "}}", "{%", "%}", "{#", " ", "\n", "<p>", "é"),
        *(f"{{{{ client.{word} }}}}" for word in sorted(KEYWORDS)),
    )
)


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.lists(PARTS, max_size=6).map("".join))
def test_both_ways_say_the_same(text: str) -> None:
    """Of any text, whatever it is made of."""
    found = read.findings(text, LANGUAGE, WORDS)
    assert lint(text, LANGUAGE, WORDS) == found
    if variables_alone(text) is not None:
        assert not any(each.broken for each in found)
        assert mentions(text, LANGUAGE, "url") is read.mentions(text, LANGUAGE, "url")


def test_every_keyword_of_the_parser_is_known() -> None:
    """A name that the parser does not take for a variable's is not read without it."""
    assert {word for word in WORDS_OF_THE_LANGUAGE if word.isalpha()} == KEYWORDS


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<p>{{ url }} and {{user.email}}</p>", {"url", "user.email"}),
        ("no braces }} at all", set[str]()),
        ("{{ url | escape }}", None),
        ("{{{ url }}", None),
        ("{% if url %}{{ url }}{% endif %}", None),
        ("{{ client.in }}", {"client.in"}),
        ("{{ client.or }}", None),
        ("{{ url }}" * 101, None),
    ],
)
def test_what_holds_variables_alone(text: str, names: set[str] | None) -> None:
    """Filters, tags, keywords and long texts are for the parser."""
    assert variables_alone(text) == names
