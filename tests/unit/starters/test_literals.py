"""Any text comes out literally: as HTML, and through each platform's language as the local tenants read it."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.starters import HOSTILE
from tenant_email.starters.literals import WORD_JOINER, in_handlebars, in_html, in_liquid, in_logto
from tenant_email_local.emulators.auth0 import liquid
from tenant_email_local.emulators.logto import composition
from tenant_email_local.emulators.pingone_aic import handlebars

VALUES = {"code": "1", "x": "2", "url": "3", "object": {"userName": "4"}}
TEXTS = st.text(alphabet="{}%\\\"'&<>$#!-~ax code.", max_size=24)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_comes_out(text: str) -> None:
    """As it is, between words of ours."""
    assert liquid.render(f"to {in_liquid(text)} now", VALUES) == f"to {text} now"
    shown = handlebars.render(f"to {in_handlebars(text)} now", VALUES)
    assert shown.replace(WORD_JOINER, "") == f"to {text} now"
    assert composition.render(f"to {in_logto(text)} now", VALUES).replace(WORD_JOINER, "") == f"to {text} now"


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_comes_out(text: str) -> None:
    """Whatever braces, signs and backslashes stand in it, beside a variable."""
    assert liquid.render(f"{{{{ code }}}} {in_liquid(text)} ", VALUES) == f"1 {text} "
    shown = handlebars.render(f"{{{{code}}}} {in_handlebars(text)} ", VALUES)
    assert shown.replace(WORD_JOINER, "") == f"1 {text} "
    assert composition.render(f"{{{{code}}}} {in_logto(text)} ", VALUES).replace(WORD_JOINER, "") == f"1 {text} "


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_html_is_no_language_of_templates(text: str) -> None:
    """It has no brace and no backslash at all, and shows the text."""
    written = in_html(text)
    assert not set(written) & set("{}\\<>\"'")
    assert html.unescape(written) == text


def test_a_joiner_stands_only_where_there_is_no_other_way() -> None:
    """In a subject of Logto with two braces, and before what AIC would take for a placeholder."""
    assert in_logto("{a} {{b") == f"{{a}} {{{WORD_JOINER}{{b"
    assert in_handlebars("a & b &{c}") == f"a & b &{WORD_JOINER}{{c}}"
    assert in_liquid("{a} {%b") == '{a} {{ "{" }}%b'
