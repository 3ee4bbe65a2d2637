"""Language tags: one spelling, refused with the one that works where a platform would never match another."""

from __future__ import annotations

import pytest

from tenant_email.inputs.language_tags import canonical
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms.logto import checks, languages
from tenant_email.platforms.logto.models import TEMPLATES

TEXT = {"kind": "logto.template", "type": "SignIn", "subject": "Hello", "content": "{{code}}"}


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("pt_br", "pt-BR"),
        ("ZH-hans-cn", "zh-Hans-CN"),
        ("es-419", "es-419"),
        ("de-de-1996", "de-DE-1996"),
        ("sl-ROZAJ-biske-1994", "sl-rozaj-biske-1994"),
        ("en-a-MYEXT-b-DE", "en-a-myext-b-de"),
        ("zh-yue-hk", "zh-yue-HK"),
        ("en-X-US", "en-x-us"),
        ("English", None),
        ("e", None),
        ("", None),
        ("de-", None),
        ("de--at", None),
        ("de at", None),
        ("en-" * 400, None),
    ],
)
def test_a_tag_has_one_spelling(text: str, spelled: str | None) -> None:
    """As RFC 5646 section 2.1.1 says, underscores taken for hyphens."""
    assert canonical(text) == spelled


@pytest.mark.parametrize("tag", [*sorted(languages.LANGUAGES), "de-AT", "zh-Hans"])
def test_what_logto_can_match_is_accepted(tag: str) -> None:
    """Every language of Logto's own, and others in the one spelling."""
    assert parse(TEMPLATES["logto.template"], {**TEXT, "language": tag})[1] == []


@pytest.mark.parametrize(
    ("tag", "remedy"),
    [
        ("pt-br", "Write pt-BR."),
        ("de_DE", "Write de-DE."),
        ("EN", "Write en."),
        ("zh_tw", "Write zh-TW."),
        ("TL-ph", "Write tl-PH."),
        ("de-at", "Write de or de-DE."),
        ("zh-hans", "Write zh or zh-CN or zh-HK or zh-MO or zh-TW."),
        ("deutsch", "Write it as fr or pt-BR."),
        ("fr ", "whitespace"),
    ],
)
def test_what_logto_would_never_match_is_refused(tag: str, remedy: str) -> None:
    """With the spelling that works."""
    (problem,) = parse(TEMPLATES["logto.template"], {**TEXT, "language": tag}, "settings")[1]
    assert problem.path == "settings.language"
    assert remedy in str(problem)


def test_a_language_without_sign_in_page_is_reported() -> None:
    """Nobody who signs in sees such a text; an invitation may name its language."""
    checked = checks.check_template(TemplateInputs({**TEXT, "language": "de-AT"}, tenant="main"))
    assert checked.problems == ()
    (told,) = checked.warnings
    assert "no sign-in page of Logto is in de-AT: its readers see de or de-DE" in told
