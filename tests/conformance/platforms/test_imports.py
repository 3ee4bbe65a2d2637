"""What exists is read without a state: inputs as a program writes them, whose next preview is empty, and no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from support.by_hand import BY_HAND, FROM, SECRETS, UNMADE, host_of, id_of, platform_of, put_by_hand
from support.imported import import_
from support.kinds import EVERY, name_of
from tenant_email.errors import InvalidSettings, NotSupported, TenantEmailError, WrongTenant
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.operations import operation, steps
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.pingone_aic import AicEmulator

if TYPE_CHECKING:
    from support.conformance import Case

ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in ("auth0", "logto", "pingone_aic")}
BUILT_IN = {"pingone_aic": {"kind": "pingone_aic.built_in"}}
ABSENT = {"auth0": "welcome_email", "logto": "fr/SignIn", "pingone_aic": "nothing"}
MADE = "<html><head></head><body><p>Hi</p></body></html>"
STYLED = '<html><head><style type="text/css">p{}</style></head><body><p>Hi</p></body></html>'


def test_what_a_console_left_is_read_as_a_program_writes_it(case: Case) -> None:
    """Short, with the placeholder of a secret but no secret; and neither a preview nor a refresh sees a difference."""
    for document, expected in BY_HAND[platform_of(case)]:
        put_by_hand(case, document)
        imported = import_(EmailProviderLifecycle(), id_of(case))
        inputs = {"tenant": "main", "from_address": FROM, **expected}
        assert imported.inputs == {name: value for name, value in inputs.items() if value is not None}
        assert imported.unsettled() == []
        assert not any(secret in json.dumps(imported.state) for secret in SECRETS)


def test_every_kind_is_imported_and_stays_when_it_is_destroyed(case: Case) -> None:
    """With nothing for a next preview to do, no warning that its own program has not, and no secret anywhere."""
    for inputs in EVERY:
        if name_of(inputs).partition(".")[0] != platform_of(case) or name_of(inputs) in UNMADE:
            continue
        made = case.stack(**{"from_address": None, **inputs})
        made.up()
        imported = import_(EmailProviderLifecycle(), made.id)
        assert imported.unsettled() == []
        assert set(imported.warnings()) <= set(EmailProviderLifecycle().do_check(None, made.inputs).warnings)
        assert not any(secret in json.dumps(imported.state) for secret in SECRETS)
        case.writes()
        imported.destroy()
        assert case.writes() == 0
        made.destroy()


def test_what_is_not_there_is_none(case: Case) -> None:
    """Pulumi then says that it does not exist; the built-in sender that a tenant can be set to is there."""
    found = steps.import_(case.provider, id_of(case))
    assert (found and found[0]["settings"]) == BUILT_IN.get(platform_of(case))
    assert steps.import_(case.template, id_of(case, f"email-template/{ABSENT[platform_of(case)]}")) is None


@ONLY["pingone_aic"]
def test_the_built_in_sender_is_a_kind(case: Case) -> None:
    """A program may say that nothing else is to send."""
    imported = import_(EmailProviderLifecycle(), id_of(case))
    assert imported.unsettled() == []


@ONLY["logto"]
def test_a_console_is_told_what_the_tenant_keeps(case: Case, said: list[str]) -> None:
    """A header may hold a token as well as a password is one: a program that was generated shows neither."""
    document, _ = BY_HAND["logto"][0]
    put_by_hand(case, document)
    import_(EmailProviderLifecycle(), id_of(case))
    kept = "settings.custom_headers, settings.password, which the imported inputs leave out"
    assert f"{id_of(case)}: the tenant keeps {kept}" in "\n".join(said)


@ONLY["logto"]
def test_what_no_class_is_for_is_not_imported(case: Case) -> None:
    """Several connectors at once, or one without a login: which, and what to do, without its config."""
    assert isinstance(case.tenant, LogtoEmulator)
    document, _ = BY_HAND["logto"][0]
    ours = Row("one", document["connectorId"], document["config"])
    for rows, what in (
        ([ours, replace(ours, id="two")], "several email connectors at once"),
        ([replace(ours, config={**ours.config, "auth": None})], "simple-mail-transfer-protocol, id one"),
    ):
        case.tenant.state.connectors[:] = rows
        with pytest.raises(NotSupported) as caught:
            steps.import_(case.provider, id_of(case))
        assert f"import of {id_of(case)}: cannot be imported: logto has {what}" in str(caught.value)
        assert str(caught.value).endswith("remove the others in the tenant, or upgrade pulumi-tenant-email.")
        assert "canary" not in repr(caught.value)


def template_of(case: Case, **changed: Any) -> dict[str, Any]:
    """Returns the inputs of the sample template, without the default that it says."""
    inputs = case.template_inputs(**changed)
    return {**inputs, "settings": {k: v for k, v in inputs["settings"].items() if k != "default_locale"}}


def test_a_template_is_imported_and_put_back(case: Case) -> None:
    """Untouched it stays as it is; what the program changed is as it was before once it is destroyed."""
    made = case.template.create({**case.template_inputs(), "on_existing": "fail"})
    imported = import_(EmailTemplateLifecycle(), made.id)
    assert imported.inputs == template_of(case)
    assert imported.unsettled() == []
    case.writes()
    imported.destroy()
    assert case.writes() == 0
    changed = template_of(case, **case.samples["template_change"])
    operation.begin()
    state = steps.update(imported.lifecycle, made.id, imported.state, changed)
    assert import_(EmailTemplateLifecycle(), made.id).inputs == changed
    imported._replace(state=state).destroy()
    assert import_(EmailTemplateLifecycle(), made.id).inputs == template_of(case)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({"html": {"en": "<p>Hi</p>"}, "message": {"en": MADE}}, {"html": {"en": "<p>Hi</p>"}}),
        (
            {"html": {"en": "<p>Hi</p>"}, "styles": "p{}", "message": {"en": STYLED}},
            {"html": {"en": "<p>Hi</p>"}, "styles": "p{}"},
        ),
        ({"html": {"en": "<p>Old</p>"}, "message": {"en": "<p>Hi</p>"}}, {"message": {"en": "<p>Hi</p>"}}),
        (
            {"message": {"en": "<p>Hi</p>"}, "from": "a@b.example", "enabled": False, "mimeType": "text/plain"},
            {
                "message": {"en": "<p>Hi</p>"},
                "from_address": "a@b.example",
                "enabled": False,
                "mime_type": "text/plain",
            },
        ),
    ],
)
@ONLY["pingone_aic"]
def test_of_two_sources_the_one_that_counts_is_imported(
    case: Case, stored: dict[str, Any], shown: dict[str, Any]
) -> None:
    """The console's while the message is made of it, else the message."""
    assert isinstance(case.tenant, AicEmulator)
    usual = {"subject": {"en": "Hello"}, "defaultLocale": "en", "enabled": True, "mimeType": "text/html", "from": ""}
    case.tenant.state.config["emailTemplate/hello"] = {**usual, **stored}
    imported = import_(EmailTemplateLifecycle(), id_of(case, "email-template/hello"))
    settings = {"kind": "pingone_aic.template", "template": "hello", "subject": {"en": "Hello"}, **shown}
    assert imported.inputs == {"tenant": "main", "settings": settings}
    assert imported.unsettled() == []


@ONLY["auth0"]
def test_an_empty_text_is_left_out_where_it_may_be(case: Case) -> None:
    """Auth0's own is used for it, as without it; a subject must be there, and may be empty."""
    assert isinstance(case.tenant, Auth0Emulator)
    case.tenant.state.templates["welcome_email"] = {
        "template": "welcome_email",
        "subject": "",
        "body": "<p>Hi</p>",
        "from": "",
        "resultUrl": "",
        "syntax": "liquid",
        "enabled": False,
        "urlLifetimeInSeconds": 432_000.0,
    }
    imported = import_(EmailTemplateLifecycle(), id_of(case, "email-template/welcome_email"))
    said = {"template": "welcome_email", "subject": "", "body": "<p>Hi</p>", "enabled": False}
    assert imported.inputs["settings"] == {"kind": "auth0.template", **said, "url_lifetime_in_seconds": 432_000}
    assert imported.unsettled() == []


PROVIDER_FORM = "Write it as {platform}/{host}/email-provider, such as auth0/acme.eu.auth0.com/email-provider."
KEYS = "{platform}/{host}/email-template/{key}, such as auth0/acme.eu.auth0.com/email-template/welcome_email."
WRONG: tuple[tuple[type[EmailProviderLifecycle | EmailTemplateLifecycle], str, str], ...] = (
    (EmailProviderLifecycle, "main", f"is not the id of an EmailProvider\n{PROVIDER_FORM}"),
    (EmailProviderLifecycle, "https://acme.eu.auth0.com", f"is not the id of an EmailProvider\n{PROVIDER_FORM}"),
    (EmailProviderLifecycle, "auth0//email-provider", f"is not the id of an EmailProvider\n{PROVIDER_FORM}"),
    (
        EmailProviderLifecycle,
        "auth0/acme.eu.auth0.com/email-template/welcome_email",
        f"is the id of EmailTemplate, not of EmailProvider\n{PROVIDER_FORM}",
    ),
    (
        EmailTemplateLifecycle,
        "aws-ses/eu-west-1/account",
        f"is the id of SesAccount, not of EmailTemplate\nWrite it as {KEYS}",
    ),
    (
        EmailProviderLifecycle,
        "auth/a.example/email-provider",
        "begins with auth, which is not a platform\nDid you mean auth0?",
    ),
    (
        EmailProviderLifecycle,
        "okta/a.example/email-provider",
        "begins with okta, which is not a platform\nUse one of: auth0, logto, pingone_aic.",
    ),
)


@pytest.mark.parametrize(("lifecycle", "id_", "why"), WRONG)
def test_a_wrong_id_is_told_with_the_right_form(
    lifecycle: type[EmailProviderLifecycle | EmailTemplateLifecycle], id_: str, why: str
) -> None:
    """And whose id it is, where it is another resource's; no tenant is needed for that."""
    with pytest.raises(InvalidSettings) as caught:
        steps.import_(lifecycle(), id_)
    assert str(caught.value) == f"import of {id_}: id: {why}"


@pytest.mark.parametrize("what", ["email-provider", "email-template/x"])
def test_a_tenant_that_nobody_configured_is_not_asked(case: Case, what: str) -> None:
    """The remedy names the hosts that are there."""
    id_, lifecycle = f"{platform_of(case)}/else.example/{what}", case.template if "/" in what else case.provider
    with pytest.raises(WrongTenant) as caught:
        steps.import_(lifecycle, id_)
    assert str(caught.value) == (
        f"{platform_of(case)} else.example: no tenant in the stack config or environment has this host; nothing was "
        f"changed\nAdd the tenant to tenant-email:tenants, or write the host of one that is there: {host_of(case)}."
    )
    assert case.tenant.calls == []


@pytest.mark.parametrize(
    ("case", "key", "why"),
    [
        ("auth0", "welcome email", "settings.template: is not a template name\nDid you mean welcome_email?"),
        ("logto", "en", "id: names no template of Logto\nWrite it as logto/{}/email-template/{{language}}/{{type}}."),
        ("logto", "en/Signin", "settings.type: must be 'SignIn', 'Register'"),
        ("pingone_aic", "frOnboarding", "settings.template: frOnboarding is protected: the platform refuses"),
    ],
    indirect=["case"],
)
def test_a_key_that_no_template_has_is_told_before_a_call(case: Case, key: str, why: str) -> None:
    """It is not absent but misspelled, or not the program's to change."""
    id_ = id_of(case, f"email-template/{key}")
    with pytest.raises(TenantEmailError) as caught:
        steps.import_(case.template, id_)
    assert str(caught.value).startswith(f"import of {id_}: {why.format(host_of(case))}")
    assert case.tenant.calls == []
