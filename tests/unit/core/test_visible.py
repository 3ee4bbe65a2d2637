"""Text of others never steers a terminal and never fakes a line of ours, wherever it gets into a message."""

from __future__ import annotations

import unicodedata

import pytest

from tenant_email.errors import InvalidSettings, Problem, Rejected, TenantEmailError, redact_external
from tenant_email.redaction.visible import cut, find_unseen, visible

HOSTILE = {
    "\x1b[31mred\x1b[0m": r"\x1b[31mred\x1b[0m",
    "\x9b31mred": r"\x9b31mred",
    "safe\rmain": r"safe\rmain",
    "ab\b\bcd\x7f": r"ab\x08\x08cd\x7f",
    "one\nerror: two": r"one\nerror: two",
    "one\r\n   two": r"one\ntwo",
    "one\u2028two\u2029three\x85four\x0bfive\x0csix": r"one\u2028two\u2029three\x85four\x0bfive\x0csix",
    "\u202eecila\u202c \u2066x\u2069 \u200f": r"\u202eecila\u202c \u2066x\u2069 \u200f",
    "pay\u200bpal\u200d\ufeff\u00ad\u2060": r"pay\u200bpal\u200d\ufeff\xad\u2060",
    "tag\U000e0041": r"tag\U000e0041",
    "half\ud800": r"half\ud800",
    "nul\0l\tx": r"nul\x00l\tx",
    "blank\u3164\u2800": r"blank\u3164\u2800",
    "wide\u2003and\u00a0narrow": "wide and narrow",
    "grün 中文 😀 ñ": "grün 中文 😀 ñ",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_steers_becomes_visible(text: str) -> None:
    """Control characters, escapes, line ends, directions and what cannot be seen are written out; words are not."""
    assert redact_external(text) == HOSTILE[text]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_message_can_be_faked(text: str) -> None:
    """Whoever forgets to clean a value that a message quotes still shows neither a line nor a sign that steers."""
    problem = Problem(f"settings.{text}", f"is {text}", f"Remove {text}.")
    errors = (
        TenantEmailError(f"who: {text} came back", remedy=f"Look at {text}."),
        InvalidSettings(f"who {text}", (problem, problem)),
        Rejected(f"who: rejected\n  - {text}", code=text, text=text, remedy="Run again."),
    )
    for error, count in zip(errors, (2, 4, 3), strict=True):
        shown = str(error)
        assert len(shown.split("\n")) == count
        assert not [c for c in shown if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
        shown.encode()


def test_a_blank_is_one_whatever_its_width() -> None:
    """And a text that just fits stays whole."""
    assert visible("wide\u2003and\x1b") == r"wide and\x1b"
    assert (cut("three", 5), cut("three", 4)) == ("three", "thr…")


def test_length_is_cut() -> None:
    """Text of others has 256 characters at most, and a value in a message of ours cannot flood the console."""
    assert len(redact_external("x" * 10_000)) == 256
    assert len(redact_external("\x1b" * 10_000)) == 256
    assert len(str(TenantEmailError("x" * 10_000, remedy="y" * 10_000))) < 4_100
    told = str(Problem("p" * 10_000, f"is no name: {'x' * 201}, nor is {'y' * 200}", f"Write {'z' * 10_000}"))
    assert told == f"{'p' * 255}…: is no name: {'x' * 199}… nor is {'y' * 200}\nWrite {'z' * 199}…"
    assert len(str(Problem("p " * 10_000, "x " * 10_000, "y " * 10_000))) < 4_500


@pytest.mark.parametrize(
    ("text", "unseen"),
    [
        ("canary", ""),
        ("canary pass\u00a0wörd\t\r\n", ""),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627", ""),
        ("\U0001f469\u200d\U0001f4bb", ""),
        ("\ufeffcanary", r"\ufeff"),
        ("can\u200bary\u202e", r"\u200b"),
        ("canary\x85", r"\x85"),
        ("canary\u2028", r"\u2028"),
        ("can\u3164ary", r"\u3164"),
        ("canary\ue000", ""),
    ],
)
def test_what_nobody_sees_is_found(text: str, unseen: str) -> None:
    """What came along with a copy; neither lines nor what joins letters, which are written."""
    assert find_unseen(text) == unseen
