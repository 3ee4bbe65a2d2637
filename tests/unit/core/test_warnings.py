"""What a preview warns of on each platform: Markdown mailed as HTML, and certificates that are not looked at."""

from __future__ import annotations

import time
from typing import Any

import pytest

from support.logto_site import smtp as logto_smtp
from support.logto_site import text, texts
from support.pingone_aic_site import smtp as aic_smtp
from support.pingone_aic_site import template
from tenant_email.checks.markdown import is_markdown
from tenant_email.checks.one_line import breaks_line
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.platforms.auth0.platform import PLATFORM as AUTH0
from tenant_email.platforms.logto.platform import PLATFORM as LOGTO
from tenant_email.platforms.pingone_aic.platform import PLATFORM as AIC

MARKDOWN = "# Welcome\n\nPlease **confirm** at [this page](https://acme.example).\n"
HTML = "<h1>Welcome</h1>\n<p>2. Please <b>confirm</b> ** **</p>"


@pytest.mark.parametrize(
    ("written", "is_it"),
    [
        (MARKDOWN, True),
        ("* one\n* two", True),
        ("1. one\n2. two", True),
        ("see [us](https://acme.example)", True),
        ("**{{code}}**<br>", False),
        (HTML, False),
        ("Your code is {{code}}", False),
        ("{{#if object.name}}Hi{{/if}}", False),
        ("3 * 4 * 5 - 6", False),
        ("#hashtag", False),
        ("", False),
    ],
)
def test_markdown_is_distinguished_from_html(written: str, is_it: bool) -> None:
    """Marks at their places, and no element that lays out a page."""
    assert is_markdown(written) is is_it


@pytest.mark.parametrize("part", ["*", "[", "[a](", "#", "- ", "<", "**a", "{{", "{{- }}", "%}", "}", "{%-"])
def test_a_hostile_text_takes_no_time(part: str) -> None:
    """A megabyte of any mark is read in one go."""
    began = time.process_time()
    is_markdown(part * (1_000_000 // len(part)))
    breaks_line(part * (1_000_000 // len(part)) + "\n")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("subject", "breaks"),
    [
        ("Welcome", False),
        ("Welcome\r\nBcc: spy@evil.example", True),
        ("Welcome\rthere", True),
        ("\nHi", True),
        ("Hi\n{{ user.name }}", True),
        ("Hi {{\n user.name\n}}!", False),
        ("{% if a\n%}Hi{% endif\n%}", False),
        ("{% if a %}\nHi{% endif %}", True),
        ("{% if a -%}\nHi\n{%- endif %}", False),
        ("{{#if a~}}\nHi\n{{~/if}}", False),
        ("Hi\n{{- user.name }}", False),
        ("{{ user.name -}}\nHi\nyou", True),
    ],
)
def test_a_line_break_is_one_that_is_mailed(subject: str, breaks: bool) -> None:
    """Within a tag, or where a tag takes white space away, it is none; Auth0 and PingOne AIC warn of the others."""
    assert breaks_line(subject) is breaks
    kind = {"kind": "auth0.template", "template": "welcome_email", "body": "<p>Hi</p>", "syntax": "liquid"}
    settings = template(message={"en": "<p>Hi</p>", "fr": "<p>Oui</p>"}, subject={"en": subject, "fr": "Oui"})
    said = [*AUTH0.check_template(TemplateInputs({**kind, "subject": subject})).warnings]
    said += AIC.check_template(TemplateInputs(settings)).warnings
    told = [line.partition(" has a line break")[0] for line in said if "has a line break" in line]
    assert told == (["settings.subject", "settings.subject in en"] if breaks else [])


def test_aic_says_markdown_once_a_template() -> None:
    """All locales of one source are one line."""
    settings = template(html={"en": MARKDOWN, "fr": MARKDOWN, "de": HTML}, subject={"en": "a", "fr": "b", "de": "c"})
    (told,) = AIC.check_template(TemplateInputs(settings)).warnings
    assert told == "settings.html in en, fr looks like Markdown, which is sent as is; write HTML."
    plain = template(message={"en": MARKDOWN}, mime_type="text/plain")
    assert AIC.check_template(TemplateInputs(plain)).warnings == ()


def test_aic_says_which_locale_has_no_text() -> None:
    """A tenant's own may be like that, so that it is no error; one line a text."""
    settings = template(message={"en": HTML, "fr": "", "de": " "}, subject={"en": "", "fr": "b", "de": "c"})
    assert AIC.check_template(TemplateInputs(settings)).warnings == (
        "settings.subject in en is empty, and mail goes out like that; write it.",
        "settings.message in fr, de is empty, and mail goes out like that; write it.",
    )


def test_the_other_platforms_say_it_too() -> None:
    """Auth0's bodies and Logto's texts are HTML as well."""
    body = {
        "kind": "auth0.template",
        "template": "welcome_email",
        "subject": "Hi",
        "body": MARKDOWN,
        "syntax": "liquid",
    }
    assert "settings.body looks like Markdown" in "\n".join(AUTH0.check_template(TemplateInputs(body)).warnings)
    settings = text(content=MARKDOWN + "{{code}}")
    (told,) = LOGTO.check_template(TemplateInputs(settings, tenant="main")).warnings
    assert "the SignIn text looks like Markdown" in told
    settings = logto_smtp(templates=texts(content=MARKDOWN + "{{code}}", content_type="text/html"), ignore_tls=None)
    warnings = LOGTO.check_provider(ProviderInputs(settings, tenant="main")).warnings
    assert len([line for line in warnings if "Markdown" in line]) == 1


@pytest.mark.parametrize(
    ("platform", "settings", "told"),
    [
        (
            LOGTO,
            logto_smtp(tls={"rejectUnauthorized": False}, ignore_tls=None),
            "settings.tls.rejectUnauthorized is False",
        ),
        (LOGTO, logto_smtp(tls={"rejectUnauthorized": True}, ignore_tls=None), ""),
        (LOGTO, logto_smtp(), "settings.ignore_tls is True: the password travels in clear text"),
        (LOGTO, logto_smtp(kind="logto.smtp_anonymous", username=None, password=None), ""),
        (AIC, aic_smtp(port=465, ssl=True, starttls=False, smtp_properties={"mail.smtp.ssl.trust": "*"}), "trust=*"),
        (
            AIC,
            aic_smtp(
                port=465, ssl=True, starttls=False, smtp_properties={"mail.smtps.ssl.checkserveridentity": "FALSE"}
            ),
            "checkserveridentity=FALSE",
        ),
        (
            AIC,
            aic_smtp(port=465, ssl=True, starttls=False, smtp_properties={"mail.smtp.ssl.checkserveridentity": "true"}),
            "",
        ),
        (AIC, aic_smtp(), "continues in clear text"),
        (AIC, aic_smtp(smtp_properties={"mail.smtp.starttls.required": "true"}), ""),
        (AUTH0, {"kind": "auth0.smtp", "host": "smtp.acme.example", "port": 2465}, "use 465 or 587"),
        (AUTH0, {"kind": "auth0.smtp", "host": "smtp.acme.example", "port": 465}, ""),
    ],
)
def test_what_leaves_a_password_to_others_is_reported(platform: Any, settings: dict[str, Any], told: str) -> None:
    """A certificate that is not looked at, clear text, and a port that may be used without TLS."""
    inputs = {"tenant": "main", "settings": settings, "from_address": "no-reply@acme.example"}
    warnings = platform.check_provider(ProviderInputs.from_props(inputs)).warnings
    assert told in "\n".join(warnings)
    assert len(warnings) == (1 if told else 0)


def test_ses_endpoints_have_no_2525() -> None:
    """Auth0's settings are held to the table too."""
    settings = {"kind": "auth0.smtp", "host": "email-smtp.eu-west-1.amazonaws.com", "port": 2525}
    assert [problem.path for problem in AUTH0.check_provider(ProviderInputs(settings)).problems] == ["settings.port"]
