"""Starters: a template for each name of a platform, taken without a warning, whatever the brand is called."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from support.managed import Operated
from support.starters import ACME, FULL, HOSTILE, LINK, Mail, mails, rendered, starters, texts
from tenant_email import Brand, auth0, logto, pingone_aic, platforms
from tenant_email.errors import InvalidSettings
from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.platforms.auth0.templates import LEGACY, NAMES
from tenant_email.platforms.logto.texts import USAGE_TYPES
from tenant_email.platforms.pingone_aic.templates import BUILT_IN

if TYPE_CHECKING:
    from support.conformance import Case

LARGEST = 102_000  # bytes; what Gmail shows of a message before it cuts it off
PLATFORMS: dict[str, Any] = {"auth0": auth0, "logto": logto, "pingone_aic": pingone_aic}
AUTH0, LOGTO, AIC = (partial(partial, each.Template.starter, brand=ACME) for each in PLATFORMS.values())
JOINER = "\u2060"


class Shown(HTMLParser):
    """What a document shows: its text by element, its elements, and where its links lead."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self._silent = False
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Counts an element."""
        self._silent = tag == "style"
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        """Ends what is not shown."""
        self._silent = self._silent and tag != "style"

    def handle_data(self, data: str) -> None:
        """Collects text."""
        self.text += "" if self._silent else data


@pytest.mark.parametrize(
    "brand", [ACME, FULL, *(Brand(name=name) for name in HOSTILE)], ids=lambda each: ascii(each.name)[:30]
)
def test_no_platform_warns_of_a_starter(brand: Brand) -> None:
    """What a preview says of each: nothing, but that a legacy name is one."""
    said = dict[tuple[str, str], tuple[object, ...]]()
    for (platform, name), settings in starters(brand).items():
        found = platforms.load(platform).check_template(TemplateInputs(settings.to_props()))
        said[platform, name] = (*found.problems, *found.warnings)
    legacy = {key: said.pop(key) for key in (("auth0", name) for name in LEGACY)}
    assert {key: found for key, found in said.items() if found} == {}
    assert all(len(found) == 1 and "legacy" in str(found[0]) for found in legacy.values())


def test_there_is_one_for_every_name() -> None:
    """Of Auth0, every type of Logto, and every template that an AIC tenant has and lets one change."""
    expected = [("auth0", name) for name in NAMES] + [("logto", usage) for usage in USAGE_TYPES]
    assert sorted(starters()) == sorted(expected + [("pingone_aic", name) for name in BUILT_IN])


def test_each_lives_on_the_tenant(case: Case) -> None:
    """It is written, and the next preview finds it as it was written."""
    every: Any = PLATFORMS[case.samples["template"]["kind"].partition(".")[0]].Template
    for settings in every.starters(brand=FULL).values():
        template = Operated(EmailTemplateLifecycle(), tenant="main", on_existing="adopt", settings=settings.to_props())
        assert template.problems() == []
        assert template.up() == "create"
        assert template.refresh()
        assert template.up() == "same"


@pytest.mark.parametrize("mail", mails(FULL), ids=str)
def test_what_a_mail_has(mail: Mail) -> None:
    """The brand in its subject, its code or its link, no braces of a template, and few bytes."""
    shown = Shown(mail.html)
    assert "Acme" in mail.subject
    assert "{" not in mail.subject + shown.text
    assert ("482913" in shown.text) is ("482913" in mail.subject)
    written = texts(starters(FULL)[mail.platform, mail.name])[1]
    linked = any(variable in written for variable in ("{{ url", "{{ link", "{{link", "resumeURI"))
    # Logto escapes nothing: in an attribute an ampersand alone is one, in text it may begin something else
    escaped = mail.platform != "logto"
    addresses = [unescape(each) if escaped else each for each in re.findall(r'href="([^"]*)"', mail.html)]
    assert addresses.count(LINK) == (2 if linked else 0)
    assert (LINK in shown.text) is (linked and escaped)
    assert escaped or mail.html.count(LINK) == addresses.count(LINK)
    assert linked or "482913" in shown.text or addresses.count(str(FULL.website)) == 3
    assert "mailto:help+mail@acme.example" in shown.links
    assert len(mail.html.encode()) < LARGEST
    assert max(map(len, mail.html.splitlines())) < 998  # octets of a line, RFC 5322
    assert not {"click here", "click", "please note"} & set(shown.text.lower().split("."))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_comes_out_literally(name: str) -> None:
    """In each subject and each document, in which it adds no element."""
    plain = {str(mail): Shown(mail.html).elements for mail in mails()}
    for mail in mails(Brand(name=name, footer=name, logo_url="https://acme.example/x.png", logo_alt=name)):
        shown = Shown(mail.html)
        assert name in mail.subject.replace(JOINER, "")
        assert name in shown.text
        added = [each for each in shown.elements if each not in ("bdi", "img", "br", "span", "p")]
        assert added == [each for each in plain[str(mail)] if each not in ("bdi", "img", "br", "span", "p")]
        assert len(mail.html.encode()) < LARGEST


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (432_000, "5 days"),
        (86_400, "1 day"),
        (129_600, "36 hours"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
        (1, "1 second"),
    ],
)
def test_a_mail_says_how_long_its_link_works(seconds: int, words: str) -> None:
    """As long as the setting beside it says."""
    template = auth0.Template.starter("reset_email", brand=ACME, url_lifetime_in_seconds=seconds)
    assert f"The link works for {words}." in str(template.body)
    assert template.url_lifetime_in_seconds == seconds


def test_auth0s_own_lifetime_is_set_where_a_mail_says_it() -> None:
    """A mail that says five days has a link of five days, whatever the tenant had; others have no lifetime."""
    found = {name: each.url_lifetime_in_seconds for name, each in auth0.Template.starters(brand=ACME).items()}
    assert {name for name, seconds in found.items() if seconds == 432_000} == {
        "verify_email",
        "reset_email",
        "blocked_account",
    }
    assert set(found.values()) == {432_000, None}


def test_options_of_the_template_are_taken() -> None:
    """Over what the starter has."""
    template = auth0.Template.starter(
        "welcome_email", brand=ACME, subject="Hello", from_address="hi@acme.com", enabled=False
    )
    assert (template.subject, template.from_address, template.enabled) == ("Hello", "hi@acme.com", False)
    text = logto.Template.starter("SignIn", brand=ACME, language="en-GB", reply_to="help@acme.com")
    assert (text.language, text.reply_to) == ("en-GB", "help@acme.com")
    assert '<html lang="en-GB"' in str(text.content)
    mail = pingone_aic.Template.starter("welcome", brand=ACME, locale="en-GB", display_name="Welcome")
    assert (mail.default_locale, mail.display_name, list(dict(mail.to_props()["subject"]))) == (
        "en-GB",
        "Welcome",
        ["en-GB"],
    )


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (AUTH0("welcome"), "auth0: name: welcome has no starter\nDid you mean welcome_email"),
        (LOGTO("signin"), "logto: type: signin has no starter\n.*Use one of: SignIn"),
        (LOGTO("SignIn", language="fr"), "language: is fr, but starters are in English\nUse en"),
        (AIC("frResetPassword"), "has no starter\nDid you mean resetPassword"),
        (AIC("welcome", locale="de"), "locale: is de, but starters are in English"),
        (AUTH0("welcome_email", brand="Acme"), "brand: is a str, not a Brand\nPass tenant_email.Brand"),
        (
            AUTH0("reset_email", url_lifetime_in_seconds="5"),
            "url_lifetime_in_seconds: is a str, not a number of seconds\nThe mail says it: give a plain number.",
        ),
    ],
)
def test_what_has_no_starter(make: Any, told: str) -> None:
    """Said with what there is."""
    with pytest.raises(InvalidSettings, match=told):
        make()


def test_what_is_absent_leaves_no_gap() -> None:
    """Without an organization, an inviter, a place or a username the sentences are whole."""
    invited = rendered("auth0", "user_invitation", auth0.Template.starter("user_invitation", brand=ACME), {"url": LINK})
    assert "You are invited to join Acme." in Shown(invited.html).text
    assert invited.subject == "You are invited to join Acme"
    blocked = auth0.Template.starter("blocked_account", brand=ACME)
    values = {"url": LINK, "user": {"email": "a@b.example", "source_ip": "::1"}}
    assert "Near" not in Shown(rendered("auth0", "blocked_account", blocked, values).html).text
    reset = pingone_aic.Template.starter("resetPassword", brand=ACME)
    assert "your Acme account. If" in Shown(rendered("pingone_aic", "resetPassword", reset, {"object": {}}).html).text


def test_what_a_user_chooses_is_escaped() -> None:
    """No markup of an inviter or of an organization gets into a mail; Logto, which escapes nothing, has neither."""
    values = {
        "url": LINK,
        "inviter": {"name": "<img src=x>"},
        "organization": {"name": "<b>", "display_name": "<i>x</i>"},
    }
    invited = rendered("auth0", "user_invitation", auth0.Template.starter("user_invitation", brand=ACME), values)
    assert "<img src=x> invites you to join <i>x</i> on Acme." in Shown(invited.html).text
    text = logto.Template.starter("OrganizationInvitation", brand=ACME)
    assert "organization" not in "".join(
        part for part in str(text.content).split("{{")[1:] for part in part.split("}}")[:1]
    )
    welcome = rendered(
        "pingone_aic", "welcome", pingone_aic.Template.starter("welcome", brand=ACME), {"object": {"userName": "<u>"}}
    )
    assert "Your username is <u>." in Shown(welcome.html).text
