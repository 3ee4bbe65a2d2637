"""What a preview says of texts: each finding once, with every text that it is about."""

from __future__ import annotations

from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms.logto import checks
from tenant_email.platforms.logto.effects import find_gaps
from tenant_email.platforms.logto.mails import render

BAD = {"subject": "{{ code }} {{#if x}}", "content": "no code {{#if x}} {{#if x}}"}


def test_the_same_finding_is_said_once() -> None:
    """Of four texts alike there are two lines, not eight."""
    text: tuple[object, ...] = ("Hello", "{{#if x}}")
    texts = dict.fromkeys(("Register", "SignIn", "Generic"), text)
    assert find_gaps(texts) == [
        "each of the texts Register, SignIn, Generic has no {{code}}",
        "each of the texts Register, SignIn, Generic has {{#if x}}, which Logto does not render",
    ]
    assert find_gaps({"OrganizationInvitation": ("{{code}}", "{{code}}")}) == [
        "the OrganizationInvitation text has no {{link}}",
        "the OrganizationInvitation text has {{code}}, which is sent as is: an invitation has none",
    ]


def test_a_template_says_the_same_once() -> None:
    """Braces that occur in subject and content are one finding."""
    settings = {"kind": "logto.template", "language": "en", "type": "SignIn", **BAD}
    warnings = checks.check_template(TemplateInputs(settings, tenant="main")).warnings
    assert warnings == ("the SignIn text has {{#if x}}, which Logto does not render",)


def test_a_name_that_is_not_ascii_is_no_variable() -> None:
    """Logto leaves it as it is, as the text is shown, with whitespace of any kind around a name that is one."""
    text = "{{\N{NO-BREAK SPACE}code\N{NO-BREAK SPACE}}} {{größe}}"
    assert find_gaps({"SignIn": ("Hello", text)}) == ["the SignIn text has {{größe}}, which Logto does not render"]
    assert render(text, {"code": "481516", "größe": "5"}) == "481516 {{größe}}"
