"""Templates against the emulator: one source, locales, protected and stock ones.

Source: docs/contracts/pingone_aic.md#templates.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from support.pingone_aic import smtp as wire_smtp
from support.pingone_aic_site import ADA, Site, template
from tenant_email import Brand, pingone_aic
from tenant_email.errors import AlreadyConfigured
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

TEMPLATE = "/openidm/config/emailTemplate/welcome"
OWN = "/openidm/config/emailTemplate/own"
SENDING = "/openidm/external/email?_action=sendTemplate"
HTML = {"html": {"en": "<p>Hi</p>"}, "styles": "p { color: red; }"}
MESSAGE = {"message": {"en": "<html><body>Hi</body></html>"}}


def test_message_is_made_from_html_and_styles(site: Site) -> None:
    """What the console edits and what is mailed are written together; mail has the styles."""
    site.template(**HTML).up()
    stored = site.tenant.call("GET", TEMPLATE).document
    assert (stored["html"], stored["styles"]) == (HTML["html"], HTML["styles"])
    site.tenant.call("PUT", "/openidm/config/external.email", wire_smtp())
    site.tenant.call("POST", SENDING, {"templateName": "welcome", "to": ADA})
    text = site.server.inbox[0].text()
    assert "<p>Hi</p>" in text
    assert "p { color: red; }" in text


def test_whole_message_is_its_own_source(site: Site) -> None:
    """A given message is written to both places, so that the console shows what is mailed."""
    site.template(**MESSAGE).up()
    stored = site.tenant.call("GET", TEMPLATE).document
    assert stored["html"] == stored["message"] == MESSAGE["message"]
    assert stored["styles"] == ""


@pytest.mark.parametrize("source", [HTML, MESSAGE], ids=["html", "message"])
@pytest.mark.parametrize("field", ["message", "subject"])
def test_changed_mail_is_drift(site: Site, source: dict[str, Any], field: str) -> None:
    """Whatever the source is, someone's change of what is mailed shows, and is put back."""
    made = site.template(**source)
    made.up()
    made.refresh()
    assert made.up() == "same"
    site.tenant.call("PUT", TEMPLATE, {**site.tenant.call("GET", TEMPLATE).document, field: {"en": "<p>other</p>"}})
    made.refresh()
    assert made.up() == "update"
    assert "other" not in str(site.tenant.call("GET", TEMPLATE).document[field])


def test_empty_styles_are_no_drift(site: Site) -> None:
    """A style sheet that is an empty file is what the tenant holds then."""
    made = site.template(html={"en": "<p>Hi</p>"}, styles="")
    made.up()
    made.refresh()
    assert made.up() == "same"


def test_stock_template_is_restored_on_destroy(site: Site) -> None:
    """An adopted template comes back as it was, what is not managed included."""
    before = site.tenant.call("GET", TEMPLATE).document
    made = site.template(**HTML, display_name="Mine")
    made.up()
    made.destroy()
    assert site.tenant.call("GET", TEMPLATE).document == before


def test_own_template_is_deleted_on_destroy(site: Site) -> None:
    """What was made goes."""
    made = site.template(template="own", **HTML)
    made.up()
    assert site.tenant.call("GET", OWN).status == 200
    made.destroy()
    assert site.tenant.call("GET", OWN).status == 404


def test_stock_template_is_never_deleted(site: Site) -> None:
    """One that was as desired from the start has no snapshot; deleting it would lose it for good."""
    before = site.tenant.call("GET", TEMPLATE).document
    made = site.template(subject=before["subject"], message=before["message"])
    made.up()
    made.destroy()
    assert site.tenant.call("GET", TEMPLATE).status == 200


def test_what_is_not_managed_survives(site: Site) -> None:
    """A write keeps the keys that only the console knows, and takes out what the user removed."""
    site.tenant.call("PUT", OWN, {"subject": {"en": "x"}, "templateId": "own", "advancedEditor": True})
    made = site.template(template="own", **HTML, description="mine")
    made.up()
    made.up(settings=template(template="own", **HTML))
    stored = site.tenant.call("GET", OWN).document
    assert (stored["templateId"], stored["advancedEditor"], "description" in stored) == ("own", True, False)


def test_another_template_is_a_replacement(site: Site) -> None:
    """The name is the key."""
    made = site.template(**HTML)
    made.up()
    assert made.plan(settings=template(template="own", **HTML)) == "replace"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"template": "frResetPassword", **HTML}, "frResetPassword is protected(?s:.)*resetPassword"),
        ({"template": "a/b", **HTML}, "is not a template name"),
        ({}, "settings.message: or html is missing"),
        ({**HTML, **MESSAGE}, "are both set"),
        ({**MESSAGE, "styles": "x"}, "settings.styles: needs html"),
        ({**HTML, "default_locale": "fr"}, "lacks the default locale fr"),
        ({**HTML, "subject": {"en": "a", "fr": "b"}}, "settings.html: lacks fr"),
        ({"html": {"pt-br": "x"}}, "Write pt-BR."),
        ({"html": {"en": "x"}, "default_locale": "EN"}, "Write en."),
        ({"html": {"english": "x"}}, "'english' is not a locale"),
        ({**HTML, "from_address": "nobody"}, "is not an email address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_templates_are_found_in_the_preview(site: Site, settings: dict[str, Any], told: str) -> None:
    """The platform would store any of these; no call is made."""
    problems = site.template(**settings).problems()
    with pytest.raises(AssertionError, match=told):
        raise AssertionError("\n".join(problems))
    assert site.calls() == []


def test_placeholders_of_a_template_must_exist(site: Site) -> None:
    """A placeholder in a text is checked like those of the provider."""
    made = site.template(html={"en": "<p>&{esv.support-mail}</p>".replace("-", ".")})
    with pytest.raises(Exception, match="there is no ESV esv-support-mail"):
        made.up()


def test_the_consoles_source_is_replaced_only_with_the_message(site: Site) -> None:
    """A write beside the message keeps html and styles; one of the message names them before it replaces them."""
    source = {"subject": {"en": "Hi"}, "message": {"en": "<b>Hi</b>"}, "html": {"en": "Hi"}, "styles": "b {}"}
    stored = {**source, "from": "", "enabled": True, "mimeType": "text/html", "defaultLocale": "en"}
    site.tenant.call("PUT", OWN, stored)
    made = site.template(template="own", message=source["message"], subject={"en": "Hello"})
    made.up()
    assert site.tenant.call("GET", OWN).document["html"] == source["html"]
    refused = site.resource(EmailTemplateLifecycle(), on_existing="fail", settings=template(template="own", **MESSAGE))
    with pytest.raises(AlreadyConfigured, match=r"settings\.message, settings\.html, settings\.styles"):
        refused.up()


def test_styles_that_the_program_does_not_give_are_drift(site: Site) -> None:
    """With html alone a write takes the styles away, so a refresh shows those that someone added."""
    made = site.template(template="own", html={"en": "<p>Hi</p>"})
    made.up()
    stored = site.tenant.call("GET", OWN).document
    styled = '<html><head><style type="text/css">p {}</style></head><body><p>Hi</p></body></html>'
    site.tenant.call("PUT", OWN, {**stored, "styles": "p {}", "message": {"en": styled}})
    made.refresh()
    assert made.state["settings"]["styles"] == "p {}"
    assert made.up() == "update"
    assert site.tenant.call("GET", OWN).document["styles"] == ""


def test_a_starter_arrives(site: Site) -> None:
    """Its subject has the brand's name, its text the username, and the link as it is."""
    link = "https://acme.example/am/?realm=alpha&suspendedId=a=b"
    starter = pingone_aic.Template.starter("resetPassword", brand=Brand(name='A&B {{ "x" }} <i>'))
    site.resource(EmailTemplateLifecycle(), settings=starter.to_props(), on_existing="adopt").up()
    site.tenant.call("PUT", "/openidm/config/external.email", wire_smtp())
    values = {"userName": "jane", "resumeURI": link}
    site.tenant.call("POST", SENDING, {"templateName": "resetPassword", "to": ADA, "object": values})
    (mail,) = site.server.inbox.wait_for(1)
    assert mail.message["Subject"] == 'Reset your A&B {{ "x" }} <i> password'
    assert "<strong>jane</strong>" in mail.text()
    assert unescape(mail.text()).count(link) == 3  # of the button, and in text under it, which is a link too
