"""Whole programs against a tenant: calls, drift, secrets, previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.engines import Outcome
    from support.lab import Lab
    from tenant_email_local.emulators.pingone_aic import AicEmulator

PROVIDER = "/openidm/config/external.email"
PROGRAM = """
import pulumi
from tenant_email import EmailProvider, pingone_aic
config = pulumi.Config()
EmailProvider("mail", from_address="no-reply@acme.example", settings=pingone_aic.Smtp(
    host=config.require("host"), username="mailer", password=config.get_secret("password"),
    timeout=config.get_int("timeout") or 300000, promotable=config.get_bool("promotable") or False))
"""
ESVS = """
import pulumi
from tenant_email import EmailProvider, pingone_aic
from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable, esv
config = pulumi.Config()
host = EsvVariable("host", esv="mail-host", value=config.require("host"))
password = EsvSecret("password", esv="mail-password", value=config.get_secret("password"))
loaded = EsvRestart("loaded", esvs=[host, password])
provider = EmailProvider("mail", from_address="no-reply@acme.example", test_recipient="ada@customer.example",
    settings=pingone_aic.Smtp(host=host.placeholder, username="mailer", password=password.placeholder, promotable=True),
    opts=pulumi.ResourceOptions(depends_on=[loaded]))
pulumi.export("provider", provider.id)
pulumi.export("placeholder", password.placeholder)
"""


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def test_each_operation_keeps_to_its_number_of_calls(lab: Lab) -> None:
    """No-op and preview 0; a change 5: token, info, read, PUT and the read-back."""
    lab.write(PROGRAM)
    engine = lab.open()
    engine.set_config("lab:host", "smtp.one.example")
    engine.set_config("lab:password", "canary-smtp-password", secret=True)
    good(engine.preview())
    assert lab.calls() == []
    good(engine.up())
    assert len(lab.calls()) == 5
    good(engine.up())
    assert lab.calls() == []
    engine.set_config("lab:timeout", "1000")
    assert good(engine.up()).operations == {"mail": "update"}
    changed = [call.split(" (")[0] for call in lab.calls()]
    assert changed == [
        "POST /am/oauth2/access_token 200",
        "GET /environment/info 200",
        f"GET {PROVIDER} 200",
        f"PUT {PROVIDER} 200",
        f"GET {PROVIDER} 200",
    ]


def test_password_alone_is_sent_in_plain_and_drift_heals(lab: Lab, tenant: AicEmulator) -> None:
    """A rotated password is sent; one that someone else set shows after a refresh and is sent again."""
    lab.write(PROGRAM)
    engine = lab.open()
    engine.set_config("lab:host", "smtp.one.example")
    for password in ("canary-one", "canary-two"):
        engine.set_config("lab:password", password, secret=True)
        good(engine.up())
        assert lab.bodies("PUT")[-1]["auth"]["password"] == password
        lab.calls()
    stored = tenant.state.config["external.email"]
    stored["auth"]["password"] = {"$crypto": {"value": {"data": "set by hand"}}}
    assert good(engine.refresh()).operations == {"mail": "update"}
    assert good(engine.up()).operations == {"mail": "update"}
    assert lab.bodies("PUT")[-1]["auth"]["password"] == "canary-two"


def test_literal_secret_fails_the_preview(lab: Lab) -> None:
    """promotable=True is judged without a call, and without showing the secret."""
    lab.write(PROGRAM)
    engine = lab.open()
    engine.set_config("lab:host", "smtp.one.example")
    engine.set_config("lab:password", "canary-literal", secret=True)
    engine.set_config("lab:promotable", "true")
    outcome = engine.preview()
    assert not outcome.ok
    assert "settings.password: is a literal secret, which a promotion refuses" in outcome.text
    assert lab.calls() == []


def test_esvs_are_made_loaded_and_used_in_one_run(lab: Lab, tenant: AicEmulator) -> None:
    """Order needs no thought: values, restart, provider, test email; a new value restarts and writes no provider."""
    lab.write(ESVS)
    engine = lab.open()
    engine.set_config("lab:host", "smtp.one.example")
    engine.set_config("lab:password", "local-smtp-password", secret=True)
    good(engine.preview())
    outputs = good(engine.up()).outputs
    assert outputs["placeholder"] == "&{esv.mail.password}"
    assert len(lab.machine.smtp.inbox) == 1
    assert good(engine.up()).changes == {"same": 5}
    engine.set_config("lab:host", "smtp.two.example")
    assert good(engine.up()).operations == {"host": "update", "loaded": "update"}
    assert tenant.state.config["external.email"]["host"] == "&{esv.mail.host}"
    assert good(engine.refresh()).operations == {}
    good(engine.destroy())
    assert (tenant.state.variables, tenant.state.secrets) == ({}, {})
    assert tenant.state.config["external.email"] == tenant.state.config["external.emailDefault"]


def test_failed_test_mail_rolls_back_and_records_nothing(lab: Lab, tenant: AicEmulator) -> None:
    """A host that takes no mail fails the run; the tenant is as before, and so is what is recorded."""
    lab.write(ESVS)
    engine = lab.open()
    engine.set_config("lab:host", "smtp.one.example")
    engine.set_config("lab:password", "canary-wrong-password", secret=True)
    outcome = engine.up()
    assert not outcome.ok
    assert "the test email failed, so the previous configuration was restored" in outcome.text
    assert tenant.state.config["external.email"] == tenant.state.config["external.emailDefault"]
    names = [r["urn"].rpartition("::")[2] for r in engine.export()["deployment"]["resources"]]
    assert "mail" not in names
