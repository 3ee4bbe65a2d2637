"""What a run says of a tenant: texts that hide others, a connector that sign-in needs, a preview in CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.logto import CANARY, CONNECTORS, creation

if TYPE_CHECKING:
    from support.logto import Program, Tenant

PROGRAM = f"""
settings = logto.Smtp(host="127.0.0.1", port=2525, username="mailer", password={CANARY!r})
mail = EmailProvider("mail", settings=settings, from_address="noreply@acme.example")
text = logto.Template(language="en", type="Generic", subject="Code", content="no code", content_type="text/plain")
EmailTemplate("generic", provider_id=mail.id, settings=text)
"""
SES = f"""
settings = logto.AwsSes(region="eu-west-1", access_key_id="AKIA", secret_access_key={CANARY!r})
mail = EmailProvider("mail", settings=settings, from_address="noreply@acme.example")
text = logto.Template(language="fr", type="SignIn", subject="Code", content="{{{{code}}}}", reply_to="a@acme.example")
EmailTemplate("french", provider_id=mail.id, settings=text)
"""


def test_a_run_says_what_is_hidden_and_what_will_break(program: Program, tenant: Tenant) -> None:
    """A text without its code at preview, a text that hides others at up, what needs the connector at destroy."""
    assert "the Generic text has no {{code}}" in program.write(PROGRAM).engine.preview().text
    assert "takes precedence over every text of the connector" in program.engine.up().text
    tenant.call("PATCH", "/api/sign-in-exp", {"forgotPasswordMethods": ["EmailVerificationCode"]})
    gone = program.engine.destroy()
    assert "these stop working: forgot-password by email" in gone.text
    assert tenant.call("GET", CONNECTORS).document == []


def test_a_field_without_effect_shows_in_the_preview(program: Program, tenant: Tenant) -> None:
    """The program's connector sends no reply-to; nothing is asked of the tenant to know it."""
    preview = program.write(SES).engine.preview()
    assert preview.ok, preview.text
    assert "settings.reply_to has no effect: the SES connector sends no reply-to" in preview.text
    assert tenant.calls() == []


def test_what_is_there_stops_an_up_and_names_itself(program: Program, tenant: Tenant) -> None:
    """The error has the factory, the id and the way to adopt; no secret of the connector is shown."""
    id_ = tenant.call("POST", CONNECTORS, creation(host="127.0.0.9")).document["id"]
    refused = program.write(PROGRAM).engine.up()
    assert not refused.ok
    assert f"simple-mail-transfer-protocol, id {id_}" in refused.text
    assert "on_existing='adopt'" in refused.text
    assert not [noise for noise in ("Traceback", "KeyboardInterrupt") if noise in refused.text]
    assert CANARY not in refused.text
    assert tenant.connector()["id"] == id_
