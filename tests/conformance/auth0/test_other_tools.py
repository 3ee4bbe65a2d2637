"""What users of other tools suffered from, and how it ends here.

What needs an engine or a broken line stands in tests/engine/auth0 and tests/faults/auth0; platforms/auth0/README.md
lists everything, and where it is held.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.auth0_client import AUTH0, desired_template
from support.host import Failed
from support.inputs import SENDGRID, SMTP, WELCOME, provider_inputs, template_inputs, without
from support.single import SECRET, Single
from tenant_email.errors import NotFound, Rejected
from tenant_email.inputs.model import parse
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from support.auth0_client import Wire
    from tenant_email_local.emulators.auth0 import Auth0Emulator

README = Path(__file__).parents[3] / "providers" / "tenant_email" / "platforms" / "auth0" / "README.md"
SES = {"kind": "auth0.ses", "region": "eu-west-1", "access_key_id": "AKIAX", "secret_access_key": SECRET}
STORED = {
    "name": "ses",
    "enabled": True,
    "default_from_address": "no-reply@acme.example",
    "credentials": {"accessKeyId": "AKIAX", "secretAccessKey": "theirs", "region": "eu-west-1"},
}


@pytest.fixture
def provider(tenant: Auth0Emulator, said: list[str]) -> Single:
    """An email provider on the real host, not there yet."""
    return Single(EmailProviderLifecycle, tenant, said)


@pytest.fixture
def template(tenant: Auth0Emulator, said: list[str]) -> Single:
    """A template on the real host, not there yet."""
    return Single(EmailTemplateLifecycle, tenant, said)


def test_a_settings_change_leaves_credentials_alone(wire: Wire) -> None:
    """An option changes without any credential in the body."""
    wire.create(SMTP)
    wire.change(SMTP, {**SMTP, "x_ses_configuration_set": "mail"})
    assert wire.sent == {"settings": {"headers": {"X-SES-Configuration-Set": "mail"}}}


def test_hidden_fields_never_drift(provider: Single) -> None:
    """A refresh keeps hidden credentials as recorded, so that the next up has nothing to do."""
    provider.up(**provider_inputs(SES))
    provider.refresh()
    assert provider.up(**provider_inputs(SES)) == []


def test_a_provider_of_the_dashboard_is_adopted_in_place(provider: Single, tenant: Auth0Emulator) -> None:
    """POST conflicts, GET finds, one PATCH sets what differs: no delete, and a line says what is taken over."""
    tenant.state.provider = dict(STORED)
    with pytest.raises(Failed, match=r"already configured \(auth0\.ses from no-reply@acme\.example\)"):
        provider.up(**provider_inputs(SES))
    calls = provider.up(**provider_inputs(SES, from_address="hello@acme.example", on_existing="adopt"))
    assert [call.split()[0] for call in calls[-3:]] == ["POST", "GET", "PATCH"]
    assert "adopting auth0.ses from no-reply@acme.example; changing from_address" in provider.host.said[-1]


def test_adopted_credentials_may_be_omitted(provider: Single, tenant: Auth0Emulator) -> None:
    """What is not given is kept: look first, never POST, send nothing when nothing differs."""
    tenant.state.provider = dict(STORED)
    omitted = without(SES, "access_key_id", "secret_access_key")
    assert [call.split()[0] for call in provider.up(**provider_inputs(omitted, on_existing="adopt"))] == ["GET"]
    assert tenant.state.provider == STORED
    assert "DELETE" not in "".join(provider.destroy())


def test_only_404_is_absence(wire: Wire) -> None:
    """A template that may not be read is not created."""
    for status, times in ((403, 1), (401, 2)):
        wire.tenant.inject(Fault("GET", status=status, times=times))
        with pytest.raises(Exception, match=str(status)):
            wire.api.read_template({"template": "welcome_email"})
    assert wire.api.read_template({"template": "welcome_email"}) is None


def test_a_host_changes_with_all_four_or_not_at_all(wire: Wire) -> None:
    """Host, port, user and password go together."""
    wire.create(SMTP)
    wire.change(SMTP, {**SMTP, "port": 465})
    assert wire.sent == {
        "name": "smtp",
        "credentials": {"smtp_host": "smtp.one.example", "smtp_port": 465, "smtp_user": "mailer", "smtp_pass": SECRET},
    }


def test_us_is_no_region(provider: Single) -> None:
    """The region "us" is taken for what the API calls null, and stays as written through refresh and no-op."""
    mailgun = {"kind": "auth0.mailgun", "domain": "mg.acme.example", "api_key": SECRET, "region": "us"}
    provider.up(**provider_inputs(mailgun))
    provider.refresh()
    assert provider.resource.state["settings"] == mailgun
    assert provider.up(**provider_inputs(without(mailgun, "api_key"))) == []


def test_absent_is_not_zero(wire: Wire) -> None:
    """A setting that is not given is not sent as an empty value, and not read back as one."""
    live = wire.create(SMTP)
    assert "settings" not in wire.sent
    assert live.inputs.settings.keys() == {"kind", "host", "port", "username"}


def test_a_template_is_disabled_or_put_back(template: Single, tenant: Auth0Emulator) -> None:
    """Destroying what was created sends one field; `retain` sends nothing."""
    template.up(**template_inputs())
    assert template.destroy() == ["PATCH /api/v2/email-templates/welcome_email 200 (enabled)"]
    template.up(**template_inputs(on_delete="retain"))
    assert template.destroy() == []
    assert tenant.state.templates["welcome_email"]["enabled"]


def test_one_attribute_is_one_field(template: Single) -> None:
    """A change of the subject sends the subject, and undoes nothing else."""
    template.up(**template_inputs())
    template.tenant.state.templates["welcome_email"]["body"] = "<p>Edited by hand</p>"
    (call,) = template.up(**template_inputs({**WELCOME, "subject": "Hello"}))
    assert call.endswith("(subject)")
    assert template.tenant.state.templates["welcome_email"]["body"] == "<p>Edited by hand</p>"


def test_a_sender_needs_an_enabled_provider(template: Single) -> None:
    """The 400 of a tenant without a provider is reported with what to do."""
    with pytest.raises(Failed, match=r"From address cannot be set.*\nEnable the tenant's email provider first"):
        template.up(**template_inputs({**WELCOME, "from_address": "a@acme.example"}))


@pytest.mark.parametrize("name", ["verify_email_by_code", "auth_email_by_code", "async_approval", "from_the_future"])
def test_new_names_pass(name: str) -> None:
    """Every documented template passes in silence, an unknown one with a warning."""
    body = "{{ code }}"
    checked = AUTH0.check_template(desired_template({**WELCOME, "template": name, "body": body}))
    assert checked.problems == ()
    assert [
        warning for warning in checked.warnings if "is not a known template name" in warning and name in warning
    ] == ([f"settings.template: {name} is not a known template name."] if name == "from_the_future" else [])


@pytest.mark.parametrize("name", ["change_password", "password_reset"])
def test_legacy_names_are_warned_about(wire: Wire, name: str) -> None:
    """A template that no login shows is named, with the one to use; where it is gone, the 404 says so too."""
    settings = desired_template({**WELCOME, "template": name})
    assert AUTH0.check_template(settings).warnings[0].endswith("use reset_email.")
    with pytest.raises(NotFound, match="use reset_email"):
        wire.api.create_template(settings)


def test_a_template_of_the_dashboard_is_created(template: Single) -> None:
    """What was never customized is a 404 to the API: it is created."""
    assert template.up(**template_inputs())[0].startswith("POST /api/v2/email-templates 200")


def test_no_secret_in_any_message(provider: Single) -> None:
    """An API that echoes a credential in its error does not bring it onto the console."""
    provider.tenant.inject(Fault(html=f"<p>{SECRET}</p>", status=400, path="*/provider", times=9))
    with pytest.raises(Failed) as failed:
        provider.up(**provider_inputs(SENDGRID))
    assert SECRET not in str(failed.value)


def test_credentials_of_a_wrong_type() -> None:
    """A keyword in place of an object is a problem of its type."""
    _, problems = parse(AUTH0.models["auth0.other"], {"kind": "auth0.other", "name": "x", "credentials": "@@KEY@@"})
    assert [problem.path for problem in problems] == ["credentials"]


def test_nothing_to_do_is_no_call(provider: Single) -> None:
    """A change that only steers us, and a secret that is now omitted, send no empty PATCH."""
    provider.up(**provider_inputs())
    assert provider.up(**provider_inputs(without(SMTP, "password"), on_drift="fail")) == []


def test_delete_is_delete(provider: Single) -> None:
    """Destroying what was created goes back to the built-in sender; `disable` is another policy."""
    provider.up(**provider_inputs())
    assert provider.destroy()[-1] == "DELETE /api/v2/emails/provider 204"
    provider.up(**provider_inputs(on_delete="disable"))
    assert provider.destroy()[-1] == "PATCH /api/v2/emails/provider 200 (enabled)"


def test_what_is_not_set_is_not_sent(wire: Wire) -> None:
    """result_url goes out only when the user gave one, and null clears it."""
    wire.api.create_template(desired_template(WELCOME))
    assert "resultUrl" not in wire.sent
    with pytest.raises(Rejected):
        wire.api.create_template(desired_template({**WELCOME, "subject": "x", "template": "unknown_one"}))


def test_the_environment_wins_with_its_own_url(provider: Single, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret of the environment is used before the one of config."""
    provider.host.tenants["main"]["clientSecret"] = "a-rotated-secret"
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", provider.tenant.client.client_secret)
    provider.up(**provider_inputs())
    monkeypatch.delenv("AUTH0_CLIENT_SECRET")
    with pytest.raises(Failed, match=r"set AUTH0_CLIENT_SECRET, or the variable .*, or pass --run-program"):
        provider.destroy()


def test_ids_are_stable(provider: Single) -> None:
    """The id names platform, tenant and thing."""
    provider.up(**provider_inputs())
    assert provider.resource.id == f"auth0/127.0.0.1:{provider.tenant.port}/email-provider"


def test_every_row_is_held_or_explained() -> None:
    """The README lists what went wrong elsewhere, each with its test or the reason for none."""
    table = README.read_text().split("| what happened | covered by |\n|---|---|\n")[1]
    rows: dict[str, str] = dict(re.findall(r"^\| (.+?) \| (.+) \|$", table, re.MULTILINE))
    assert len(rows) == 33
    tests = "".join(path.read_text() for path in Path(__file__).parents[2].rglob("test_*.py"))
    named: list[Any] = [name for cell in rows.values() for name in re.findall(r"`(test_\w+)`", cell)]
    assert [name for name in named if f"def {name}(" not in tests] == []
