"""Email templates by language and type: calls, adoption, what they hide, and which of their fields count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.logto import TEMPLATES
from support.logto_site import smtp, text, texts
from tenant_email import Brand, logto
from tenant_email.errors import AlreadyConfigured, InvalidSettings
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.net.client import TRIES
from tenant_email.operations import operation
from tenant_email.platforms.logto import effects
from tenant_email.platforms.logto.checks import check_provider, check_template, template_effects
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.logto_site import Site

CODES = "/api/verification-codes"
KEY = "languageTag=fr&templateType=SignIn"


def test_a_template_lives_by_its_key(site: Site) -> None:
    """Look, write; so is a change; delete looks whose it is, and is one call by key."""
    template = site.template()
    template.up(settings=text("fr"))
    assert site.calls() == [f"GET {TEMPLATES}", f"PUT {TEMPLATES}", "GET /api/sign-in-exp"]
    assert template.id.endswith("/email-template/fr/SignIn")
    template.up(settings=text("fr", subject="Bonjour"))
    assert site.calls() == [f"GET {TEMPLATES}", f"PUT {TEMPLATES}"]
    assert site.raw.call("GET", f"{TEMPLATES}?{KEY}").document[0]["details"]["subject"] == "Bonjour"
    site.calls()
    template.destroy()
    assert site.calls() == [f"GET {TEMPLATES}", f"DELETE {TEMPLATES}"]
    assert site.emulator.state.templates == []


def test_another_key_is_another_template(site: Site) -> None:
    """A new language replaces the resource."""
    template = site.template()
    template.up(settings=text("fr"))
    assert template.plan(settings=text("de")) == "replace"


HAND_MADE = {
    "subject": "Hello",
    "content": "<p>{{code}}</p>",
    "replyTo": "help@acme.example",
    "sendFrom": "a@b.example",
}
ENTRY = {"languageTag": "fr", "templateType": "SignIn"}


def test_what_a_write_would_take_away_is_seen(site: Site) -> None:
    """The options of a hand-made entry that the program does not give are refused, named, and put back by a destroy."""
    site.raw.call(
        "PUT", TEMPLATES, {"templates": [{"languageTag": "fr", "templateType": "SignIn", "details": HAND_MADE}]}
    )
    for mode in ("fail", "import"):
        with pytest.raises(AlreadyConfigured, match=r"differs in settings\.from_address, settings\.reply_to"):
            site.template(on_existing=mode).up(settings=text("fr"))
    template = site.template()
    template.up(settings=text("fr"))
    assert "sendFrom" not in site.emulator.state.templates[0]["details"]
    template.destroy()
    assert site.emulator.state.templates[0]["details"] == HAND_MADE


def test_a_sender_that_someone_set_is_drift_and_kept(site: Site) -> None:
    """A refresh shows it, the next up takes it away, and a destroy in its place keeps it."""
    template = site.template()
    template.up(settings=text("fr"))
    site.emulator.state.templates[0]["details"]["sendFrom"] = "them@acme.example"
    template.refresh()
    assert template.state["settings"]["from_address"] == "them@acme.example"
    seen = dict(template.state)
    template.destroy()
    assert site.emulator.state.templates[0]["details"]["sendFrom"] == "them@acme.example"
    template.state = seen
    assert template.up(settings=text("fr")) == "update"
    assert "sendFrom" not in site.emulator.state.templates[0]["details"]


@pytest.mark.parametrize("release", ["now", "earlier"])
def test_an_entry_that_someone_made_anew_is_theirs(site: Site, release: str) -> None:
    """Logto's own id tells it from ours, though the text is equal; a state without an id goes by the text."""
    template = site.template()
    template.up(settings=text("fr"))
    (entry,) = site.emulator.state.templates
    if release == "earlier":
        del template.state["live"]["id"]
    site.raw.call("DELETE", f"{TEMPLATES}?{KEY}")
    site.raw.call("PUT", TEMPLATES, {"templates": [{**entry, "id": "theirs"}]})
    template.destroy()
    assert bool(site.emulator.state.templates) is (release == "now")


def test_a_refusal_shows_live_and_desired(site: Site) -> None:
    """Each difference is a line with both values."""
    entry = {"languageTag": "fr", "templateType": "SignIn", "details": {**HAND_MADE, "subject": "Salut"}}
    site.raw.call("PUT", TEMPLATES, {"templates": [entry]})
    with pytest.raises(AlreadyConfigured) as refused:
        site.template(on_existing="import").up(settings=text("fr"))
    assert '\n  - settings.subject: "Salut" is live; the inputs say "Hello"' in str(refused.value)
    assert '\n  - settings.reply_to: "help@acme.example" is live; the inputs say nothing' in str(refused.value)
    assert str(refused.value).endswith("or set on_existing='adopt', which changes what differs.")


def test_an_option_taken_away_is_gone(site: Site) -> None:
    """The entry is written whole, because a PATCH cannot remove."""
    template = site.template()
    template.up(settings=text("fr", reply_to="help@acme.example"))
    template.up(settings=text("fr"))
    assert "replyTo" not in site.emulator.state.templates[0]["details"]


def test_an_adopted_template_is_put_back(site: Site) -> None:
    """Destroy restores what was there before, details that we do not know the use of included."""
    entry = {
        "languageTag": "fr",
        "templateType": "SignIn",
        "details": {"subject": "Salut", "content": "", "replyTo": ""},
    }
    site.raw.call("PUT", TEMPLATES, {"templates": [entry]})
    template = site.template()
    template.up(settings=text("fr"))
    template.destroy()
    assert site.emulator.state.templates[0]["details"] == entry["details"]


def test_each_key_has_its_own(site: Site) -> None:
    """A look asks for one of them."""
    for language in ("fr", "de", "en"):
        site.template(on_existing="fail").up(settings=text(language, subject=language))
    german = site.template()
    german.up(settings=text("de", subject="de"))
    assert german.refresh()
    assert german.state["settings"] == text("de", subject="de")


def test_the_sign_in_experience_is_asked_for_once(site: Site) -> None:
    """However many templates a run makes."""
    operation.begin()
    for language in ("fr", "de"):
        EmailTemplateLifecycle().create({"tenant": "main", "on_existing": "adopt", "settings": text(language)})
    assert site.calls().count("GET /api/sign-in-exp") == 1


@pytest.mark.parametrize(("policy", "adopted"), [("restore", False), ("delete", True), ("delete", False)])
def test_a_policy_that_is_given_is_done_without_a_look(site: Site, policy: str, *, adopted: bool) -> None:
    """What has nothing to be put back to is deleted, and so is what was adopted, when that is asked for."""
    if adopted:
        site.raw.call("PUT", TEMPLATES, {"templates": [{**ENTRY, "details": HAND_MADE}]})
    template = site.template(on_delete=policy)
    template.up(settings=text("fr"))
    site.calls()
    template.destroy()
    assert site.calls() == [f"DELETE {TEMPLATES}"]
    assert site.emulator.state.templates == []


def test_what_someone_removed_stays_so(site: Site, said: list[str]) -> None:
    """What was created is destroyed already; what was adopted is not put back unless that is asked for."""
    for adopted, kept in ((False, False), (True, True)):
        if adopted:
            site.raw.call("PUT", TEMPLATES, {"templates": [{**ENTRY, "details": HAND_MADE}]})
        template = site.template()
        template.up(settings=text("fr"))
        site.raw.call("DELETE", f"{TEMPLATES}?{KEY}")
        site.calls()
        del said[:]
        template.destroy()
        assert site.calls() == [f"GET {TEMPLATES}"]
        assert ["kept, because someone else changed it since" in line for line in said] == [True] * kept


def test_a_template_is_written_whatever_there_is_to_say_of_it(site: Site) -> None:
    """The look at the sign-in experience may fail."""
    operation.begin(Timing(sleep=lambda _: None))
    try:
        site.emulator.inject(Fault("GET", "/api/sign-in-exp", status=500, times=TRIES))
        assert site.template().up(settings=text("fr")) == "create"
    finally:
        operation.begin(Timing())
    assert len(site.emulator.state.templates) == 1


def test_a_template_that_is_too_large_is_not_sent(site: Site) -> None:
    """Where a preview did not know it: the tenant would say that it knows no templates."""
    inputs = {"tenant": "main", "settings": text("fr", content="é" * 525_000)}
    with pytest.raises(InvalidSettings) as caught:
        EmailTemplateLifecycle().create(inputs)
    assert str(caught.value).startswith(f"logto {site.emulator.url[7:]}: settings: are larger than 1 MiB: ")
    assert f"PUT {TEMPLATES}" not in site.calls()


def test_an_existing_template_can_be_refused(site: Site) -> None:
    """on_existing="fail" names what differs."""
    entry = {"languageTag": "fr", "templateType": "SignIn", "details": {"subject": "Salut", "content": "x"}}
    site.raw.call("PUT", TEMPLATES, {"templates": [entry]})
    with pytest.raises(AlreadyConfigured, match=r"fr/SignIn exists and differs in settings\.subject"):
        site.template(on_existing="fail").up(settings=text("fr"))


def test_a_refresh_sees_a_changed_text(site: Site) -> None:
    """Drift shows in the next run, which writes ours again."""
    template = site.template()
    template.up(settings=text("fr"))
    site.emulator.state.templates[0]["details"]["subject"] = "theirs"
    assert template.refresh()
    assert template.up(settings=text("fr")) == "update"
    assert site.emulator.state.templates[0]["details"]["subject"] == "Hello"


def test_unguarded_one_generic_entry_hides_every_text(site: Site) -> None:
    """An invitation is sent as Generic of the fallback language, with a literal {{code}} and no link."""
    site.connector().up(
        settings=smtp(templates={**texts(), "OrganizationInvitation": {"subject": "Join", "content": "{{link}}"}})
    )
    site.raw.call(
        "PUT",
        TEMPLATES,
        {
            "templates": [
                {"languageTag": "en", "templateType": "Generic", "details": {"subject": "G", "content": "{{code}}"}}
            ]
        },
    )
    body = {
        "organizationId": "acme",
        "invitee": "ada@customer.example",
        "expiresAt": 4102444800000,
        "messagePayload": {"link": "https://x"},
    }
    assert site.raw.call("POST", "/api/organization-invitations", body).status == 201
    (mail,) = site.sinks.mails()
    assert mail.seen()["body"] == "{{code}}"


def test_a_shadow_is_announced() -> None:
    """The Generic text of the fallback language is said to hide the connector's; that of another one is not."""
    (line,) = effects.find_shadowed(text("en", "Generic"), "en")
    assert "takes precedence over every text of the connector" in line
    assert effects.find_shadowed(text("fr", "Generic"), "en") == []
    assert "takes precedence over the connector's" in effects.find_shadowed(text("en", "SignIn"), "en")[0]


def test_a_missing_invitation_text_is_reported() -> None:
    """A connector whose texts lack it would send {{code}} and no link."""
    inputs = {"tenant": "main", "settings": smtp(templates=texts()), "from_address": "a@acme.example"}
    assert any(
        "has no OrganizationInvitation" in line for line in check_provider(ProviderInputs.from_props(inputs)).warnings
    )


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("logto.aws_ses", {"reply_to": "help@acme.example"}, "settings.reply_to has no effect"),
        ("logto.aws_ses", {"content_type": "text/plain"}, "settings.content_type has no effect"),
        ("logto.sendgrid", {"from_address": "a@acme.example"}, "settings.from_address has no effect"),
        ("logto.mailjunky", {"reply_to": "help@acme.example"}, "settings.reply_to has no effect"),
        ("logto.http", {}, "never uses email templates"),
    ],
)
def test_a_field_without_effect_is_reported(kind: str, change: dict[str, str], said: str) -> None:
    """The program's connector for that tenant decides."""
    warnings = template_effects(text("fr", **change), kind)
    assert any(said in line for line in warnings)
    assert not template_effects(text("fr", **change), "logto.smtp")


@pytest.mark.parametrize(
    ("usage", "content", "said"),
    [
        ("SignIn", "no code", "has no {{code}}"),
        ("OrganizationInvitation", "{{code}}", "has no {{link}}"),
        ("SignIn", "{{code}} {{#if a}}x{{/if}}", "{{#if a}}, which Logto does not render"),
    ],
)
def test_a_text_that_misses_its_point_is_reported(usage: str, content: str, said: str) -> None:
    """A code mail needs a code, an invitation a link, and there is no logic in braces."""
    settings = text("fr", usage, content=content)
    assert any(said in line for line in check_template(TemplateInputs(settings, tenant="main")).warnings)


def test_a_starter_arrives(site: Site) -> None:
    """Its subject has the code and the brand's name, its text is HTML with both."""
    site.connector().up(settings=smtp(templates=texts()))
    brand = Brand(name='A&B {{ "x" }} <i>')
    site.template().up(settings=logto.Template.starter("Generic", brand=brand).to_props())
    assert site.raw.call("POST", CODES, {"email": "ada@customer.example"}).status == 204
    (mail,) = site.sinks.mails()
    code, _, name = str(mail.message["Subject"]).partition(" is your ")
    assert name.replace("\u2060", "") == 'A&B {{ "x" }} <i> verification code'
    text = str(mail.message.get_content())
    assert f">{code}</p>" in text
    assert "A&amp;B &#123;&#123; &quot;x&quot; &#125;&#125; &lt;i&gt;" in text
