"""What the tenant is asked, counted, for one SMTP provider and three templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.call_counts import STACK

if TYPE_CHECKING:
    from support.engines import Engine, Outcome
    from support.lab import Lab

PASSWORD = "canary-smtp-password"

PROGRAM = """
import pulumi
from tenant_email import EmailProvider, EmailTemplate, auth0
config = pulumi.Config()
sender = config.require("from")
provider = EmailProvider("mail", from_address=sender, settings=auth0.Smtp(
    host=config.require("host"), username="mailer", password=config.get_secret("password"),
    x_ses_configuration_set=config.get("set")))
for name in ("verify_email", "reset_email", "welcome_email"):
    EmailTemplate(name, provider_id=provider.id, settings=auth0.Template(
        template=name, subject="Hi", body="<p>{{ url }}</p>", from_address=sender))
"""
OTHER_KIND = """
from tenant_email import EmailProvider, auth0
EmailProvider("mail", from_address="no-reply@acme.example",
              settings=auth0.SendGrid(api_key="canary-sendgrid-key"))
"""


def opened(lab: Lab, program: str = PROGRAM) -> Engine:
    """Opens the program with its first settings."""
    lab.write(program)
    engine = lab.open()
    for key, value in {"from": "no-reply@acme.example", "host": "smtp.one.example"}.items():
        engine.set_config(f"lab:{key}", value)
    engine.set_config("lab:password", PASSWORD, secret=True)
    return engine


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def test_each_operation_keeps_to_its_number_of_calls(lab: Lab) -> None:
    """Create 5, preview and no-op 0, from-address change 5, host change 2, destroy 6, the token call included."""
    engine, counts = opened(lab), dict[str, int]()
    good(engine.preview())
    counts["preview"] = len(lab.calls())
    good(engine.up())
    counts["create"] = len(lab.calls())
    good(engine.up())
    counts["no-op"] = len(lab.calls())
    engine.set_config("lab:from", "hello@acme.example")
    good(engine.up())
    assert not any("credentials" in call or "smtp_" in call for call in lab.calls())
    good(engine.preview())
    engine.set_config("lab:from", "again@acme.example")
    good(engine.up())
    counts["from-address change"] = len(lab.calls())
    engine.set_config("lab:host", "smtp.two.example")
    good(engine.up())
    counts["host change"] = len(lab.calls())
    good(engine.destroy())
    counts["destroy"] = len(lab.calls())
    assert all(counts[name] <= limit for name, limit in STACK.items()), counts


def test_a_host_change_sends_all_four_fields_and_a_settings_change_none(lab: Lab) -> None:
    """Credentials go whole when the host changes, and stay out of every other PATCH."""
    engine = opened(lab)
    good(engine.up())
    engine.set_config("lab:host", "smtp.two.example")
    lab.calls()
    good(engine.up())
    smtp = {"smtp_host": "smtp.two.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": PASSWORD}
    assert lab.bodies("PATCH") == [{"name": "smtp", "credentials": smtp}]
    engine.set_config("lab:set", "transactional")
    lab.calls()
    good(engine.up())
    assert lab.bodies("PATCH") == [{"settings": {"headers": {"X-SES-Configuration-Set": "transactional"}}}]


def test_another_kind_leaves_nothing_of_the_old_one(lab: Lab) -> None:
    """A switch of kind sends the new credentials and clears the settings of the old kind."""
    engine = opened(lab)
    engine.set_config("lab:set", "transactional")
    good(engine.up())
    lab.write(OTHER_KIND)
    lab.calls()
    good(engine.up())
    sent: list[Any] = [body for body in lab.bodies("PATCH") if "name" in body]
    assert sent == [{"name": "sendgrid", "credentials": {"api_key": "canary-sendgrid-key"}, "settings": {}}]
    stored = lab.machine.auth0.state.provider
    assert stored is not None
    assert stored["name"] == "sendgrid"
    assert not stored.get("settings")


def test_a_move_without_the_password_is_refused_before_any_call(lab: Lab) -> None:
    """A host change without the password ends at preview with the design's message, and the tenant is not asked."""
    engine = opened(lab)
    good(engine.up())
    lab.write(PROGRAM.replace('config.get_secret("password")', "None"))
    engine.set_config("lab:host", "smtp.two.example")
    lab.calls()
    outcome = engine.preview()
    assert not outcome.ok
    assert "cannot change smtp_host from smtp.one.example to smtp.two.example without the password" in outcome.text
    assert "Set settings.password: Auth0 discards the stored one when host, port or username changes." in outcome.text
    assert not [noise for noise in ("Traceback", "KeyboardInterrupt") if noise in outcome.text]
    assert not lab.calls()
    assert PASSWORD not in outcome.text
