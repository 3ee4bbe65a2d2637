"""What `tenant-email doctor` says of each platform's own: scopes, plans, tiers, and what is stale or shadowed."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tenant_email import platforms
from tenant_email.cli import app
from tenant_email.diagnosis.looking import take
from tenant_email.diagnosis.tenant import Circumstances, examine
from tenant_email.errors import NOTHING_RECORDED, TenantEmailError
from tenant_email.findings import Finding, Level
from tenant_email.tenants.selection import named_tenants
from tenant_email.timing import Timing
from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.auth0.limits import SubscriptionPlan
from tenant_email_local.emulators.auth0.local import environment as auth0_environment
from tenant_email_local.emulators.auth0.state import Auth0Switches
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.pingone_aic.state import SecretEsv, VariableEsv
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from tenant_email_local.emulators.pingone_aic.emulator import AicEmulator

SMTP = {"host": "smtp.acme.example", "port": 587, "auth": {"user": "mailer\x1b[2J\u202e", "pass": "canary-password"}}
PROVIDER = {"name": "sendgrid", "enabled": True, "credentials": {}, "default_from_address": "no-reply@acme.example"}


def told(name: str, clock: Any = time.time, tenants: str | None = None) -> list[str]:
    """Returns what is found of the environment's tenant, as `level check: what`."""
    tenant = named_tenants(tenants, os.environ, platforms.connection_specs()).choose(name)
    around = Circumstances(timing=Timing(sleep=lambda _: None), clock=clock)
    return [f"{each.level} {each.check}: {each.what}" for each in examine(tenant, around)]


def doctor(*words: str) -> Result:
    """Calls the command."""
    return CliRunner().invoke(app, ["doctor", *words])


def enter(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Sets the environment of a tenant."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def auth0(monkeypatch: pytest.MonkeyPatch) -> Iterator[Auth0Emulator]:
    """Runs an old tenant."""
    with Auth0Emulator(switches=Auth0Switches(legacy_templates=True)) as emulator:
        enter(monkeypatch, auth0_environment(emulator))
        yield emulator


@pytest.fixture
def logto(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogtoEmulator]:
    """Runs a tenant."""
    yield from opened("logto", monkeypatch)


@pytest.fixture
def aic(monkeypatch: pytest.MonkeyPatch) -> Iterator[AicEmulator]:
    """Runs a tenant."""
    yield from opened("pingone_aic", monkeypatch)


def opened(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Runs a fresh tenant of a platform, which the environment names."""
    local = import_module(f"tenant_email_local.emulators.{name}.local")
    with local.tenant(0, Delivery()) as emulator:
        enter(monkeypatch, local.environment(emulator))
        yield emulator


def test_a_wrong_secret_is_said(auth0: Auth0Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its remedy, and not shown."""
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "canary-wrong-secret")
    result = doctor("auth0")
    assert (result.exit_code, auth0.state.provider) == (1, None)
    assert "Check clientId and clientSecret" in result.stdout
    assert "canary" not in result.output


def test_a_hostile_name_steers_no_terminal(logto: LogtoEmulator) -> None:
    """What a tenant stores is shown, made harmless, and its secrets are not."""
    headers = {"X-Key": "canary-header"}
    logto.state.connectors.append(Row("c1", "simple-mail-transfer-protocol", {**SMTP, "customHeaders": headers}))
    shown = doctor("logto").stdout
    assert "(host smtp.acme.example, port 587, username mailer\\x1b[2J\\u202e)" in shown
    assert not [each for each in ("canary", "\x1b[2J", "\u202e") if each in shown]


def test_what_the_login_lacks_is_named(auth0: Auth0Emulator) -> None:
    """Each scope with what needs it; the others are looked at."""
    auth0.client.scopes -= {"update:email_provider", "read:email_templates"}
    lines = told("auth0")
    assert "problem scopes: the login lacks update:email_provider, for EmailProvider" in lines
    assert "problem scopes: the login lacks read:email_templates, for EmailTemplate" in lines
    assert [line for line in lines if line.startswith("problem templates: auth0 127.0.0.1")]
    assert [line for line in lines if line.startswith("warning provider: mail goes out through the built-in sender")]


def test_the_plan_is_known_by_its_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as answers tell of them; the writes of a plan follow."""
    expected = (
        "ok rate_limits: rate limits: reads of the email provider: 5 at once, 25 a minute; reads of email templates: "
        "10 at once, 50 a minute, as a Free, Essentials or Professional plan has; writes are then 5 at once"
    )
    with Auth0Emulator(plan=SubscriptionPlan.FREE) as tenant:
        enter(monkeypatch, auth0_environment(tenant))
        assert told("auth0")[-1] == expected


def test_stale_templates_of_auth0(auth0: Auth0Emulator) -> None:
    """Retired names, two for one purpose, those that are switched off, and those that Auth0 ignores."""
    text = {"subject": "Hi", "body": "<p>{{ url }}{{ code }}</p>", "from": "", "syntax": "liquid", "enabled": True}
    names = ("verify_email", "verify_email_by_code", "password_reset", "welcome_email")
    auth0.state.templates |= {name: {"template": name, **text} for name in names}
    auth0.state.templates["welcome_email"] |= {"enabled": False}
    auth0.state.templates["verify_email"] |= {"from": "Acme <x@auth0.com>", "body": "{% if %}"}
    lines = told("auth0")
    for said in (
        "ok templates: templates: 4 of the tenant's own: verify_email, verify_email_by_code, welcome_email, password_",
        "warning templates: disabled templates: welcome_email",
        "warning templates: template password_reset is stale: the name is retired, and changes nothing",
        "warning templates: templates verify_email and verify_email_by_code are both enabled",
        "warning templates: 3 customized templates are of no use: the built-in sender sends Auth0's own texts",
        "problem templates: template verify_email is sent from @auth0.com, and Auth0 then ignores",
        "problem templates: template verify_email: settings.body: ",
    ):
        assert [line for line in lines if line.startswith(said)], said


def test_a_provider_that_is_disabled(auth0: Auth0Emulator) -> None:
    """Is said; so is a template that has a sender of its own then."""
    auth0.state.provider = {**PROVIDER, "enabled": False}
    text = {"subject": "Hi", "body": "<p>{{ url }}</p>", "from": "a@acme.example", "syntax": "liquid", "enabled": True}
    auth0.state.templates["reset_email"] = {"template": "reset_email", **text}
    lines = told("auth0")
    assert "warning provider: the provider auth0.sendgrid, from no-reply@acme.example is disabled" in lines
    assert "warning templates: template reset_email has a sender of its own, and the provider is disabled" in lines


def test_several_connectors_of_logto(logto: LogtoEmulator) -> None:
    """Logto itself can list them no more."""
    logto.state.connectors += [Row(name, "sendgrid-email-service", {"apiKey": "canary"}) for name in "ab"]
    lines = told("logto")
    provider = [line for line in lines if " provider: " in line]
    assert len(provider) == 1
    assert provider[0].startswith("problem provider: there are several email connectors")


def test_shadowed_templates_of_logto(logto: LogtoEmulator) -> None:
    """Languages that never match, what the connector ignores, and what takes the place of its own texts."""
    own = [{"usageType": "Register", "subject": "S", "content": "{{code}}"}]
    config = {"accessKeySecret": "canary", "region": "eu-west-1", "templates": own}
    logto.state.connectors.append(Row("c1", "aws-ses-mail", config))
    details = {"subject": "S", "content": "{{code}}", "replyTo": "a@b.example"}
    keys = [("en", "Generic"), ("pt-br", "SignIn")]
    logto.state.templates += [
        {"id": f"t{number}", "languageTag": tag, "templateType": usage, "details": details, "tenantId": "default"}
        for number, (tag, usage) in enumerate(keys)
    ]
    lines = told("logto")
    for said in (
        "ok templates: the connector's own texts: Register",
        "warning templates: template pt-br/SignIn is of no use: its language is not spelled as Logto spells it",
        "warning templates: template en/Generic: settings.reply_to has no effect: the SES connector sends no reply-to",
        "warning templates: template en/Generic shadows: the Generic text in en, the fallback language, takes prece",
    ):
        assert [line for line in lines if line.startswith(said)], said
    logto.state.connectors[0] = Row("c1", "http-email", {"endpoint": "https://x.example"})
    assert "warning templates: 2 email templates are of no use: logto.http never reads them" in told("logto")


def test_sign_in_that_needs_a_connector(logto: LogtoEmulator) -> None:
    """Does not work without one."""
    logto.state.sign_in["signUp"] = {"identifiers": ["email"], "password": True, "verify": True}
    lines = told("logto")
    assert "warning provider: there is no email connector: no mail is sent" in lines
    assert "problem sign_in: these do not work without an email connector: sign-up by email" in lines


@pytest.mark.parametrize("where", ["there", "elsewhere"])
def test_where_a_self_hosted_logto_logs_in(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable beside the platform's own; without it the finding names the setting."""
    tenant = LogtoEmulator()
    tenant.login_apart = True
    with tenant:
        admin = tenant.state.admin_applications["m-default"]
        enter(monkeypatch, {"LOGTO_ENDPOINT": tenant.url, "LOGTO_APP_ID": admin.id, "LOGTO_APP_SECRET": admin.secret})
        if where == "elsewhere":
            monkeypatch.setenv("LOGTO_TOKEN_URL", tenant.login_url)
        result = doctor("logto")
    assert result.exit_code == (0 if where == "elsewhere" else 1)
    shown = "by the role 'Logto Management API access'" if where == "elsewhere" else "set tokenUrl to that, and url to"
    assert shown in result.output


def test_the_tier_of_an_environment(aic: AicEmulator) -> None:
    """Whether it takes configuration, and why not."""
    assert "ok tier: the dev environment takes configuration" in told("pingone_aic")
    aic.state.environment.tier = "prod"
    result = doctor("pingone_aic")
    assert result.exit_code == 0
    assert (
        "warning  the prod environment is immutable: its email configuration comes by promotion only" in result.output
    )
    aic.state.environment.lock = "locked"
    assert "warning tier: the prod environment is locked for a promotion" in told("pingone_aic")


def test_an_account_with_half_of_its_scopes(aic: AicEmulator) -> None:
    """Is looked at with what it has."""
    account = next(iter(aic.state.accounts.values()))
    account.scopes = frozenset({"fr:idm:*"})
    lines = told("pingone_aic")
    assert "ok login: the login works with fr:idm:* alone" in lines
    assert "problem scopes: the login lacks fr:idc:esv:*, for EsvVariable, EsvSecret and EsvRestart" in lines
    assert [line for line in lines if line.startswith("ok templates: ")]


def test_esvs_that_mail_waits_for(aic: AicEmulator) -> None:
    """Missing, never loaded, of an old value, or with nothing to do with mail."""
    mail = aic.state.config["external.email"] = {
        "type": "smtp", "host": "&{esv.mail.host}", "port": 587, "from": "a@&{esv.none|acme.example}",
        "auth": {"enable": True, "username": "u", "password": "&{esv.mail.pass}"}, "starttls": {"enable": True},
    }  # fmt: skip
    value = base64.b64encode(b"smtp.acme.example").decode()
    variable = {"expressionType": "string", "valueBase64": value, "loaded": False, "description": ""}
    secret = {"activeVersion": "2", "loadedVersion": "", "encoding": "generic", "useInPlaceholders": True}
    aic.state.variables["esv-mail-host"] = VariableEsv({"_id": "esv-mail-host", **variable})
    aic.state.variables["esv-other"] = VariableEsv({"_id": "esv-other", **variable})
    aic.state.secrets["esv-mail-pass"] = SecretEsv({"_id": "esv-mail-pass", "loaded": False, **secret})
    lines = told("pingone_aic")
    for said in (
        "warning esvs: esv-mail-host is not loaded yet: mail still uses its old value",
        "problem esvs: esv-mail-pass was never loaded, and auth.password uses it",
        "unknown esvs: there is no ESV esv-none: the placeholder's default is used",
        "warning esvs: 1 more wait for a restart: esv-other",
    ):
        assert said in lines
    mail["host"] = "&{esv.gone}"
    assert "problem esvs: there is no ESV esv-gone, which host uses" in told("pingone_aic")


def test_a_tenant_without_any_configuration(aic: AicEmulator) -> None:
    """Sends nothing: no built-in sender either."""
    del aic.state.config["external.email"]
    lines = [line for line in told("pingone_aic") if " provider: " in line]
    assert lines == ["problem provider: there is no email configuration (external.email) at all: every mail fails"]


def test_a_custom_provider(auth0: Auth0Emulator) -> None:
    """Has an Action, which this login cannot see."""
    auth0.state.provider = {"name": "custom", "enabled": True, "credentials": {}}
    said = "unknown provider: whether its Action is deployed cannot be seen with the scopes of this login"
    assert said in told("auth0")


def test_texts_of_pingone_that_nobody_is_sent(aic: AicEmulator) -> None:
    """Locales that are none, sources that are not what is sent, what is no template, and what is gone."""
    config = aic.state.config
    texts = {"subject": {"en": "S", "e_n_g": "S"}, "message": {"en": "<p>1</p>", "e_n_g": "x"}, "html": {"en": "other"}}
    config["emailTemplate/welcome"] |= texts
    config["emailTemplate/broken"] = {"subject": 3}
    del config["emailTemplate/registration"]
    lines = told("pingone_aic")
    for said in (
        "warning templates: template welcome has texts that nobody is sent: e_n_g is no language code",
        "warning templates: template welcome: the console's source (html, styles) is not what is sent (message)",
        "problem templates: template broken does not have the shape of one: sending it fails",
        "warning templates: templates that the platform ships are gone: registration",
    ):
        assert said in lines


@pytest.mark.parametrize(
    ("name", "ahead", "level"),
    [("auth0", 45, "warning"), ("auth0", 400, "problem"), ("pingone_aic", 90, "problem"), ("logto", -400, "problem")],
)
def test_a_clock_that_is_wrong(name: str, ahead: float, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is held against the tenant's; how much a login stands depends on the platform."""
    for _ in opened(name, monkeypatch):
        lines = told(name, clock=lambda: time.time() + ahead)
    found = next(line for line in lines if " clock: " in line)
    direction = "ahead" if ahead > 0 else "behind"
    assert found.startswith(f"{level} clock: this machine's clock is ")
    assert f" s {direction}" in found


def test_a_tenant_of_a_stack(auth0: Auth0Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its config comes by the standard input; the environment's tenant is another, and all are looked at."""
    login = {"clientId": auth0.client.client_id, "clientSecretEnv": "ACME_SECRET"}
    monkeypatch.setenv("ACME_SECRET", auth0.client.client_secret)
    monkeypatch.setenv("AUTH0_DOMAIN", "https://nowhere.invalid")
    tenants = json.dumps({"acme": {"platform": "auth0", "url": auth0.url, **login}, "other": {"platform": "logto"}})
    for words in (("auth0", "--tenant", "acme"), ("acme",), ("auth0/acme",)):
        result = CliRunner().invoke(app, ["doctor", *words, "--tenants", "-"], input=tenants)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(f"auth0/acme\nok       auth0 at {auth0.url}\n")
    every = CliRunner().invoke(app, ["doctor", "--tenants", "-"], input=tenants)
    assert every.exit_code == 1
    assert "logto/other\nproblem  tenant-email:tenants.other.url: is missing\n" in every.stdout
    result = CliRunner().invoke(app, ["doctor", "auth0", "--tenants", "-"], input="[]")
    assert "must be a map of tenants" in result.stderr


def test_a_look_ends_whatever_happens_in_it() -> None:
    """What was found before is kept; one that hangs is left to itself, and a mistake of ours shows no value."""

    def look(error: BaseException | None) -> Iterator[Finding]:
        yield Finding(Level.OK, "first")
        if error:
            raise error
        time.sleep(5)

    for error, said in (
        (TenantEmailError("x: refused", remedy=f"Ask. {NOTHING_RECORDED}"), "problem x: refused"),
        (KeyError("canary"), "unknown c: internal error: KeyError in "),
        (None, "unknown c: this look was not over after 1 s"),
    ):
        first, last = take("c", partial(look, error), seconds=60 if error else 1)
        assert NOTHING_RECORDED not in last.remedy
        assert first == replace(first, what="first")
        assert f"{last.level} {last.what}".startswith(said)


def test_a_certificate_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until when it is good; without its authority nothing is sent, and the finding says whose is trusted."""
    authority, tenant = CertificateAuthority(tmp_path / "ca"), Auth0Emulator()
    tenant.authority = authority
    with tenant:
        enter(monkeypatch, {**auth0_environment(tenant), "AUTH0_CA_FILE": str(authority.ca_file)})
        lines = told("auth0")
        tenant.reset_calls()
        monkeypatch.delenv("AUTH0_CA_FILE")
        refused = told("auth0")
    assert [line for line in lines if line.startswith("ok tls: TLSv1.3, and the certificate of 127.0.0.1 is good for ")]
    assert [line for line in refused if line.startswith("problem answer: ") and "certificate" in line]
    assert tenant.calls == []


def test_a_stack_shows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong with its entries, and under whatever name a secret is."""
    entry = {"platform": "auth0", "url": "https://nosuch.invalid", "clientId": "c", "clientSecret": "canary-secret"}
    wrong = {
        "a": {**entry, "clientSecrte": "canary-misspelled"},
        "b": {**entry, "url": "https://u:canary-url@x.example"},
    }
    entries = {"good": entry, **wrong, "c": {**entry, "appSecret": "canary-other"}}
    config = {
        "aws:secretKey": {"value": "canary-aws", "secret": True},
        "aws:region": {"value": "nowhere-canary", "secret": False},
        "tenant-email:tenants": {"value": json.dumps(entries), "objectValue": entries, "secret": True},
    }
    (tmp_path / "pulumi").write_text(f"#!{sys.executable}\nprint({json.dumps(config)!r})\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for words in (["--stack"], ["--stack", "--json"], ["good", "--stack", "dev"]):
        result = doctor(*words)
        assert (result.exit_code, "canary" in result.output) == (1, False), result.output


def test_ctrl_c_ends_a_look(auth0: Auth0Emulator) -> None:
    """With a word, and the exit code that a shell gives it."""
    auth0.inject(Fault(delay=60.0))
    command = [sys.executable, "-m", "tenant_email.cli", "doctor", "auth0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout
        assert next(run.stdout) == "auth0/main\n"
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (130, "interrupted\n")
