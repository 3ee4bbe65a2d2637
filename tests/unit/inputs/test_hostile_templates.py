"""Templates that nobody wrote: each ends in a problem or a few warnings, within a second, and nothing recurses."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms import load
from tenant_email.platforms.logto import effects
from tenant_email.platforms.pingone_aic.placeholders import has_platform_placeholder, placeholder_fault

AUTH0 = load("auth0")
SECONDS = 3  # on a busy machine; a quiet one takes a tenth of it

HOSTILE: dict[str, tuple[str, str]] = {
    "2,000 unknown tags": ("".join(f"{{% t{number} %}}" for number in range(2000)), "more than 1000 tags"),
    "50,000 raw blocks": ("{% raw %}x{% endraw %}" * 50_000, "more than 1000 tags"),
    "50,000 raw blocks without an end": ("{% raw %}" * 50_000, "expected tag endraw"),
    "a megabyte of opening braces": ("{{" * 500_000, "expected '}}'"),
    "a megabyte of single braces": ("{" * 1_000_000, "expected '}}'"),
    "a megabyte of opening tags": ("{%" * 500_000, "expected '%}'"),
    "an output of a megabyte": ("{{ " + "a" * 1_000_000 + " }}", "more than 4000 characters"),
    "a megabyte of outputs": ("{{ url }}" * 110_000, "more than 1000 tags"),
    "blocks in each other": ("{% if url %}" * 400 + "{% endif %}" * 400, "nesting"),
    "brackets in each other": ("{{ " + "a[" * 900 + "1" + "]" * 900 + "}}", "more than 40 brackets"),
    "parentheses in each other": ("{% if " + "(" * 3900 + "%}{% endif %}", "disallowed parentheses"),
    "20,000 parentheses": ("{% if " + "(" * 20_000 + "%}{% endif %}", "more than 4000 characters"),
    "quotes without an end": ("{{ ' }}" * 100_000, "more than 1000 tags"),
    "many long filters": (("{{ url " + "| upcase " * 430 + "}}\n") * 100, "between all braces"),
    "comments without an end": ("{% comment %}" * 900, "expected tag endcomment"),
}


def check(body: str) -> Any:
    """Judges a template with this body."""
    settings = {"kind": "auth0.template", "template": "verify_email", "subject": "Hi", "syntax": "liquid", "body": body}
    return AUTH0.check_template(TemplateInputs(settings))


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_template_is_a_problem_at_once(case: str) -> None:
    """One problem, with the place where reading ended."""
    body, what = HOSTILE[case]
    started = time.process_time()
    (problem,) = check(body).problems
    assert time.process_time() - started < SECONDS
    assert what in problem.what
    assert problem.what.startswith("broken Liquid at line ")


@pytest.mark.parametrize("body", ["}" * 1_000_000, "<p>Hi</p>\n" * 100_000, "{{ url }}" + "é" * 1_000_000])
def test_a_large_text_is_read(body: str) -> None:
    """What is only long is no problem."""
    started = time.process_time()
    assert check(body).problems == ()
    assert time.process_time() - started < SECONDS


def test_one_finding_is_said_once() -> None:
    """Unknown words of a template come in one line, each once, with the lines of all texts."""
    body = "{{ url }}\n{{ a }}{{ b }}\n{{ a }}\n{{ user.nam }}\n{% echo url %}{% echo url %}"
    settings = {"kind": "auth0.template", "template": "verify_email", "syntax": "liquid", "body": body}
    warnings = AUTH0.check_template(TemplateInputs({**settings, "subject": "{{ a }}"})).warnings
    assert warnings == (
        (
            "settings.subject, line 1; settings.body, lines 2, 3: variables a, b are unknown to the platform. They "
            "will be empty."
        ),
        "settings.body, line 4, column 4: variable 'user.nam' is unknown to the platform. Did you mean user.name?",
        "settings.body, line 5: tag 'echo' is unknown to the platform. It will not work as it does elsewhere.",
    )


def test_many_findings_are_reported_in_part() -> None:
    """Ten words and ten lines are enough to begin with."""
    (warning,) = check("{{ url }}" + "".join(f"{{{{ v{number} }}}}\n" for number in range(300))).warnings
    assert "lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 290 more: variables v0, v1" in warning
    assert "v9 and 290 more are unknown to the platform." in warning


def test_unsafe_variables_come_in_one_line() -> None:
    """What the user chooses is warned about once."""
    body = "{{ url }}{{ user.name }}\n{{ user.nickname }}{{ user.name }}"
    (warning,) = check(body).warnings
    assert warning.startswith("settings.body, lines 1, 2: user.name, user.nickname are chosen by the user. Write {{")


@pytest.mark.parametrize("text", ["{{" * 500_000, "{{ " * 300_000 + "}}", "{{a}}{" * 150_000, "{{" + " " * 1_000_000])
def test_logtos_braces_are_read_once(text: str) -> None:
    """Megabytes of braces in a text of Logto."""
    started = time.process_time()
    assert len(effects.find_gaps({"SignIn": (text,)})) < 8
    assert time.process_time() - started < SECONDS


def test_logtos_odd_braces_are_reported_in_part() -> None:
    """Each once, and no more than a few."""
    text = "{{code}}{{a b}}{{a b}}" + "".join(f"{{{{x {number}}}}}" for number in range(9))
    warnings = effects.find_gaps({"SignIn": (text,)})
    assert len(warnings) == 6
    assert warnings[0] == "the SignIn text has {{a b}}, which Logto does not render"
    assert warnings[-1] == "the SignIn text has 5 more such braces, which Logto does not render"


@pytest.mark.parametrize("text", ["&{" * 500_000, "&{a" * 300_000, "&{" + "|" * 1_000_000, "&{esv.a}" * 120_000])
def test_placeholders_are_read_once(text: str) -> None:
    """Megabytes of placeholders of PingOne AIC."""
    started = time.process_time()
    placeholder_fault(text)
    has_platform_placeholder(text)
    assert time.process_time() - started < SECONDS
