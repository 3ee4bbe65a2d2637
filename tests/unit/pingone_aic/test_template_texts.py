"""What a preview says of the Handlebars in a template's texts."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tenant_email.checks.handlebars.nodes import HandlebarsError
from tenant_email.checks.handlebars.rendering import render
from tenant_email.findings import Findings, Warned
from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms import load

AIC = load("pingone_aic")


def check(text: str, **more: Any) -> Findings:
    """Judges a template with this message."""
    settings = {"kind": "pingone_aic.template", "template": "welcome", "subject": {"en": "Hi"}, "message": {"en": text}}
    return AIC.check_template(TemplateInputs({**settings, "default_locale": "en", "mime_type": "text/html", **more}))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<p>\n{{#if a}}", "line 2, column 1: 'if' is not closed"),
        ("{{#if a}}\n {{/each}}", "line 2, column 2: 'if' is closed by 'each'"),
        ("a {{/if}}", "line 1, column 3: a closing tag without a block"),
        ("a {{else}}", "line 1, column 3: an else without a block"),
        ("{{#if a}}{{else}}{{else}}{{/if}}", "line 1, column 18: a second else"),
        ("{{ object.userName }", "line 1, column 20: a tag without an end"),
        ("{{!-- a }}", "line 1, column 1: a comment without an end"),
    ],
)
def test_what_no_implementation_takes_is_a_problem(text: str, place: str) -> None:
    """With its place: no mail could be made of it."""
    (problem,) = check(text).problems
    assert str(problem) == f"settings.message.en: broken Handlebars at {place}\nCorrect the template."
    assert problem.rule == "handlebars-syntax"


@pytest.mark.parametrize("text", ["{{> footer}}", "{{ a/this }}", "{{{{raw}}}}{{{{/raw}}}}", "{{#each a b=}}{{/each}}"])
def test_what_another_implementation_may_take_is_a_warning(text: str) -> None:
    """It stops nothing."""
    findings = check(text)
    (warning,) = findings.warnings
    assert findings.problems == ()
    assert isinstance(warning, Warned)
    assert (warning.rule, warning.spots[0].path) == ("handlebars-unsupported", "settings.message.en")
    assert "a mail of it may fail" in warning


@pytest.mark.parametrize(
    "text",
    [
        "{{object.givenName}} {{ object.resumeURI }}",
        "{{#if a}}b{{else}}c{{/if}}",
        "\\{{#if",
        "{{{html}}}",
        "a { b } c }}",
        "{{elsewhere}}",
    ],
)
def test_what_the_language_has_is_silent(text: str) -> None:
    """Also where braces are only text."""
    assert check(text) == check("plain")


def test_every_text_is_read() -> None:
    """Subjects and the console's source, of every locale."""
    texts = {"subject": {"en": "{{/if}}", "fr": "x"}, "message": None, "html": {"en": "x", "fr": "{{#if}}"}}
    assert [each.path for each in check("", **texts).problems] == ["settings.subject.en", "settings.html.fr"]


@pytest.mark.parametrize(
    "text",
    [
        "{{#if a}}" * 50_000, "{{" * 500_000, "{{!--" * 200_000, "{{a " * 250_000, "{{a}}" * 200_000, "\\{{" * 300_000,
        "{{ a" + " b" * 500_000 + "}}", "{{(" * 300_000, "{{a '" * 200_000, "{{#a}}" * 99 + "{{/a}}" * 99,
        "{{a=" * 200_000, " \n{{! c }}" * 9_000,
    ],
    ids=range(12),
)  # fmt: skip
def test_what_nobody_wrote_is_judged_at_once(text: str) -> None:
    """Whatever it is, within seconds, and nothing recurses."""
    started = time.process_time()
    findings = check(text)
    assert len(findings.problems) + len(findings.warnings) <= 1
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "text",
    [
        "{{#each @root.a}}" * 6 + "{{/each}}" * 6,
        "{{#each @root.a}}" * 3 + "x" * 400 + "{{/each}}" * 3,
        "{{#each @root.a}}{{/each}}" * 850,  # nothing but turns
    ],
)
def test_no_mail_grows_without_end(text: str) -> None:
    """A loop in a loop ends, whether it shows anything or not."""
    with pytest.raises(HandlebarsError, match=r"more than 50000 steps|grows beyond"):
        render(text, {"a": list(range(60))})
