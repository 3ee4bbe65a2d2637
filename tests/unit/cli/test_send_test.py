"""The command `tenant-email send-test`, on emulated tenants, a mail server and DNS of this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from support.blocks import ROOT
from support.signed_mail import DOMAIN, mail, zone
from tenant_email.cli import app
from tenant_email_local.dns import DnsServer
from tenant_email_local.dns_zone import ServedRecordSet, ServedZone
from tenant_email_local.emulators.auth0 import local as auth0_tenant
from tenant_email_local.emulators.auth0.state import Auth0User
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.logto import local as logto_tenant
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.pingone_aic import local as aic_tenant
from tenant_email_local.emulators.server import Fault
from tenant_email_local.ports import LOOPBACK
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typer.testing import Result

    from tenant_email_local.emulators.auth0 import Auth0Emulator
    from tenant_email_local.emulators.logto import LogtoEmulator
    from tenant_email_local.emulators.pingone_aic import AicEmulator

PASSWORD = "canary-smtp-password"
ADA = "ada@customer.example"
YOU = "you@customer.example"


@dataclass
class Site:
    """A mail server whose mails are files, what tenants send through it, and DNS."""

    smtp: SmtpServer
    dns: DnsServer
    folder: Path
    delivery: Delivery


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Runs mail and DNS."""
    monkeypatch.setenv("NO_COLOR", "1")
    hosts = (LOOPBACK, "localhost", "*.example")
    with DnsServer() as dns, SmtpServer(lambda _, word: word == PASSWORD, hosts, directory=tmp_path / "ca") as smtp:
        monkeypatch.setenv("TENANT_EMAIL_DNS", dns.address)
        dns.zones = _zones
        smtp.inbox.folder = tmp_path / "inbox"
        smtp.inbox.folder.mkdir()
        delivery = Delivery(resolve=lambda _host, _port: (LOOPBACK, smtp.port), ca_file=smtp.ca_file)
        yield Site(smtp, dns, smtp.inbox.folder, delivery)


def _zones() -> list[ServedZone]:
    """Returns what DNS holds of the sender; long texts in pieces."""
    sets = [
        ServedRecordSet(name, kind, 60, tuple(_quoted(value) if kind == "TXT" else value for value in values))
        for (name, kind), values in zone().items()
        if kind != "PTR"
    ]
    apexes = (DOMAIN, "amazonses.com", "smtp-out.example")
    return [ServedZone(apex, tuple(each for each in sets if each.name.endswith(apex))) for apex in apexes]


def _quoted(text: str) -> str:
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


@pytest.fixture
def auth0(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Auth0Emulator]:
    """Runs an Auth0 tenant that sends through it."""
    with auth0_tenant.tenant(0, site.delivery) as tenant:
        credentials = {"smtp_host": "smtp.acme.example", "smtp_port": 587, "smtp_user": "mailer", "smtp_pass": PASSWORD}
        sender = f"Acme <no-reply@{DOMAIN}>"
        tenant.state.provider = {
            "name": "smtp", "enabled": True, "default_from_address": sender, "credentials": credentials, "settings": {}
        }  # fmt: skip
        _log_in(monkeypatch, auth0_tenant.environment(tenant))
        yield tenant


@pytest.fixture
def logto(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[LogtoEmulator]:
    """Runs a Logto tenant that sends through it."""
    with logto_tenant.tenant(0, site.delivery) as tenant:
        text = {
            "contentType": "text/html",
            "subject": "Your code",
            "content": "<p>The code for your account is {{code}}.</p>",
        }
        texts = [{"usageType": usage, **text} for usage in ("Register", "SignIn", "ForgotPassword", "Generic")]
        auth = {"type": "login", "user": "mailer", "pass": PASSWORD}
        config = {
            "host": "smtp.acme.example",
            "port": 587,
            "auth": auth,
            "fromEmail": f"no-reply@{DOMAIN}",
            "templates": texts,
        }
        tenant.state.connectors.append(Row("c1", "simple-mail-transfer-protocol", config))
        _log_in(monkeypatch, logto_tenant.environment(tenant))
        yield tenant


@pytest.fixture
def aic(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[AicEmulator]:
    """Runs a PingOne AIC tenant that sends through it."""
    with aic_tenant.tenant(0, site.delivery) as tenant:
        auth = {"enable": True, "username": "mailer", "password": PASSWORD}
        tenant.state.config["external.email"] = {
            "_id": "external.email", "type": "smtp", "host": "smtp.acme.example", "port": 587, "auth": auth,
            "from": f"no-reply@{DOMAIN}", "starttls": {"enable": True}, "ssl": {"enable": False},
        }  # fmt: skip
        _log_in(monkeypatch, aic_tenant.environment(tenant))
        yield tenant


def _log_in(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def call(*words: str, stdin: bytes | str | None = None) -> Result:
    """Calls the command, and searches all that it says for what nobody may see."""
    result = CliRunner().invoke(app, ("send-test", *words), input=stdin)
    assert "canary" not in result.output
    assert "Traceback" not in result.output
    return result


def test_auth0_sends_its_verification_email(site: Site, auth0: Auth0Emulator) -> None:
    """To the user with that address; the job and the logs say how it ended, and the mail is found and judged."""
    result = call("auth0", "--to", ADA, "--mailbox", str(site.folder))
    head, _, proof = result.stdout.partition("auth0/main, mail 1 of 1\n")
    assert head == (
        "auth0/main\n"
        "ok       the mail goes to user auth0|ada, whose address becomes verified by a click in the mail\n"
        "ok       the verification email of user auth0|ada was handed to the provider\n"
        "ok       the logs say nothing of a failure\n"
    )
    assert f"ok       From is no-reply@{DOMAIN}, as configured\n" in proof
    assert "problem  the mail has no DKIM signature\n         Turn DKIM on" in proof
    assert "ok       the mail came to localhost by TLS\n" in proof
    assert result.exit_code == 1
    assert "ticket" not in result.output
    assert [each.path for each in auth0.calls].count("/api/v2/jobs/verification-email") == 1


def test_a_failed_job_is_told_with_the_words_of_the_log(auth0: Auth0Emulator) -> None:
    """The provider's refusal is in no answer of the API, only in the logs."""
    assert auth0.state.provider
    auth0.state.provider["credentials"]["smtp_pass"] = "canary-wrong"
    result = call("auth0", "--to", ADA)
    assert result.exit_code == 1
    assert "problem  the verification email of user auth0|ada was not sent: its job failed\n" in result.stdout
    assert "problem  the log says that it was not sent (fn): smtp.acme.example:587: (535," in result.stdout
    assert "nobody looked" not in result.stdout


NO_USER = {
    "nobody": ("--to nobody@customer.example", "no user of a database has the address nobody@customer.example"),
    "another address": (
        "--to you@customer.example --user auth0|ada",
        "has the address ada@customer.example, and Auth0 sends to no other",
    ),
    "no such user": ("--to you@customer.example --user auth0|x", "there is no user auth0|x"),
    "several": ("--to twin@customer.example", "2 users of a database have the address twin@customer.example"),
    "a social one": ("--to social@customer.example", "no user of a database has the address social@customer.example"),
    "another template": (
        f"--to {ADA} --template reset_email",
        "--template reset_email: Auth0's API sends the verification email alone",
    ),
    "an address of its own": (f"--to {ADA} --unique", "--unique: Auth0 sends to the address of a user"),
    "a language": (f"--to {ADA} --locale fr", "--locale: Auth0 takes the language from the user and the request"),
}


@pytest.mark.parametrize("name", NO_USER)
def test_what_auth0_cannot_be_asked_for(name: str, auth0: Auth0Emulator) -> None:
    """Nothing is sent and nobody is made; the last line says what to do."""
    for user in (
        ("auth0|1", "twin@customer.example"),
        ("auth0|2", "twin@customer.example"),
        ("google-oauth2|3", "social@customer.example"),
    ):
        auth0.state.users[user[0]] = Auth0User(*user)
    words, what = NO_USER[name]
    result = call("auth0", *words.split())
    assert (result.exit_code, what in result.stdout) == (1, True), result.stdout
    assert len(result.stdout.splitlines()) == 3
    assert not auth0.state.jobs
    if name == "several":
        assert "Name one with --user: auth0|1, auth0|2." in result.stdout
        assert call("auth0", *words.split(), "--user", "auth0|2").exit_code == 0


@pytest.mark.parametrize(
    ("scope", "level"), [("update:users", "problem"), ("read:users", "problem"), ("read:logs", "unknown")]
)
def test_a_scope_that_is_missing_is_named(scope: str, level: str, auth0: Auth0Emulator) -> None:
    """Without the logs the mail is sent all the same."""
    auth0.client.scopes -= {scope}
    result = call("auth0", "--to", ADA)
    assert f"Grant the application the scope {scope} of the Management API" in result.stdout
    assert result.exit_code == (1 if level == "problem" else 0)


def test_what_cannot_be_looked_at_keeps_no_mail_from_going(auth0: Auth0Emulator) -> None:
    """The sender is then not compared, which is said."""
    auth0.inject(Fault("GET", "/api/v2/emails/provider", status=500, times=99))
    result = call("auth0", "--to", ADA)
    assert "unknown  the sender that is configured is not known: auth0 127.0.0.1" in result.stdout
    assert "ok       the verification email of user auth0|ada was handed to the provider\n" in result.stdout
    assert result.exit_code == 0


def test_a_lost_answer_is_said_and_not_repeated(site: Site, auth0: Auth0Emulator) -> None:
    """The mail may have been sent: without a mailbox nobody knows, with one it decides."""
    path = "/api/v2/jobs/verification-email"
    auth0.inject(Fault("POST", path, drop="after"))
    result = call("auth0", "--to", ADA)
    assert result.exit_code == 1
    assert (
        "problem  nobody knows whether the verification email of user auth0|ada was sent: auth0 127.0.0.1"
        in result.stdout
    )
    assert "Look into the mailbox before you send another: it was not asked for again" in result.stdout
    auth0.inject(Fault("POST", path, drop="after"))
    result = call("auth0", "--to", ADA, "--mailbox", str(site.folder), "--json")
    levels = {each["check"]: each["level"] for each in json.loads(result.stdout)["findings"]}
    assert (levels["send"], levels["mail"]) == ("warning", "ok")
    assert [each.path for each in auth0.calls].count(path) == 2


def test_logto_sends_its_test_and_a_code(site: Site, logto: LogtoEmulator) -> None:
    """Both arrive and both are judged; neither code is shown."""
    result = call("logto", "--to", YOU, "--mailbox", str(site.folder))
    assert (
        "ok       a test email through connector c1 (simple-mail-transfer-protocol), with the code 000000, was sent to"
        in result.stdout
    )
    assert (
        "ok       a real verification code through connector c1 (simple-mail-transfer-protocol) was sent to"
        in result.stdout
    )
    assert "logto/main, mail 1 of 2\n" in result.stdout
    assert "logto/main, mail 2 of 2\n" in result.stdout
    (code,) = {each.digits for each in logto._tenant.codes.values()}  # noqa: SLF001
    assert code in site.smtp.inbox[1].text()
    assert code not in result.output


NOT_OF_LOGTO = {
    "another template": (
        ["--template", "SignIn"],
        "--template SignIn: Logto's API sends the text of type Generic alone",
    ),
    "a user": (["--user", "u1"], "--user: Logto sends to addresses, not to users"),
}


@pytest.mark.parametrize("name", NOT_OF_LOGTO)
def test_what_logto_cannot_be_asked_for(name: str, logto: LogtoEmulator) -> None:
    """It says why, before anything is sent."""
    words, what = NOT_OF_LOGTO[name]
    result = call("logto", "--to", YOU, *words)
    assert (result.exit_code, what in result.stdout) == (1, True)
    assert not [each for each in logto.calls if each.method == "POST" and "/api/" in each.path]


def test_a_language_of_logto_is_for_the_test_alone(logto: LogtoEmulator) -> None:
    """Which is said."""
    result = call("logto", "--to", YOU, "--locale", "fr")
    assert "unknown  the code is not in fr: Logto takes no language for it\n" in result.stdout
    (body,) = [each.request_json for each in logto.calls if each.path.endswith("/test")]
    assert body["locale"] == "fr"


def test_a_connector_that_does_not_work(logto: LogtoEmulator) -> None:
    """Each of both mails is refused by itself, with Logto's words; without one there is nothing to send through."""
    logto.state.connectors[0].config["auth"]["pass"] = "canary-wrong"
    result = call("logto", "--to", YOU)
    assert result.exit_code == 1
    assert result.stdout.count("Invalid login: 535") == 2
    assert "Check username and password." in result.stdout
    logto.state.connectors.clear()
    assert "there is no email connector, so that no mail can be sent" in call("logto", "--to", YOU).stdout


def test_too_many_codes_are_not_waited_out(logto: LogtoEmulator) -> None:
    """The limit lasts for minutes: it is told at once."""
    logto._tenant.sent[("code", YOU)] = [logto.clock()] * 10  # noqa: SLF001
    result = call("logto", "--to", YOU)
    assert "Logto sends ten codes to an address in ten minutes: wait, or use another address." in result.stdout
    assert result.exit_code == 1


@pytest.mark.usefixtures("aic")
def test_aic_sends_a_mail_and_a_template(site: Site) -> None:
    """With a subject that no other mail has, by which the first is known."""
    result = call("pingone_aic", "--to", YOU, "--mailbox", str(site.folder))
    assert "ok       a plain mail was sent to you@customer.example\n" in result.stdout
    assert "ok       template welcome was sent to you@customer.example\n" in result.stdout
    assert "pingone_aic/main, mail 2 of 2\n" in result.stdout
    assert len(site.smtp.inbox) == 2


def test_aic_sends_the_template_that_is_named(site: Site, aic: AicEmulator) -> None:
    """Alone, and in the language that is asked for; one that is not there is said, with those that are."""
    result = call("pingone_aic", "--to", YOU, "--template", "registration", "--locale", "fr")
    assert result.exit_code == 0
    (body,) = [each.request_json for each in aic.calls if each.path == "/openidm/external/email"]
    assert (body["templateName"], body["_locale"]) == ("registration", "fr")
    result = call("pingone_aic", "--to", YOU, "--template", "nope")
    assert "there is no template nope\n         Use one that the tenant has: " in result.stdout
    assert "welcome" in result.stdout
    assert len(site.smtp.inbox) == 1


@pytest.mark.usefixtures("aic")
def test_a_mail_that_does_not_arrive(site: Site) -> None:
    """It is a problem, after the time that was given."""
    other = site.folder.parent / "other"
    other.mkdir()
    result = call("pingone_aic", "--to", YOU, "--mailbox", str(other), "--wait", "0")
    assert f"problem  2 of 2 mails did not arrive in {other} within 0 s\n" in result.stdout
    assert result.exit_code == 1


@pytest.mark.usefixtures("aic")
def test_a_unique_address_is_used_whole(site: Site) -> None:
    """The token is in the address that the tenant sends to, and in the document."""
    result = call(
        "pingone_aic", "--to", YOU, "--unique", "--template", "welcome", "--mailbox", str(site.folder), "--json"
    )
    recipient = json.loads(result.stdout)["recipient"]
    assert recipient.startswith("you+")
    assert site.smtp.inbox[0].rcpt_to == (recipient,)
    assert "ok" in {each["level"] for each in json.loads(result.stdout)["findings"] if each["check"] == "mail"}


@pytest.mark.parametrize("way", ["file", "stdin"])
def test_a_mail_is_proven_without_sending(way: str, site: Site) -> None:
    """By this machine's DNS: nothing is wrong, and it is a success."""
    file = site.folder / "mail.eml"
    file.write_bytes(mail())
    result = call("--received", str(file)) if way == "file" else call("--received", "-", stdin=mail())
    assert (result.exit_code, result.stderr) == (0, "")
    assert "ok       the signature of acme.example (selector mail) verifies\n" in result.stdout
    assert "whose policy is p=reject\n" in result.stdout
    broken = call("--received", "-", stdin=mail().replace(b"424242", b"424243"))
    assert (broken.exit_code, "the body is not the one that was signed" in broken.stdout) == (1, True)


@pytest.mark.usefixtures("site")
def test_the_guide_shows_what_is_said() -> None:
    """Its example is the output of a mail that was changed on its way."""
    guide = (ROOT / "docs" / "send-test.md").read_text(encoding="utf-8")
    example = "".join(f"{line[4:]}\n" for line in guide.splitlines() if line.startswith("    "))
    assert call("--received", "-", stdin=mail().replace(b"424242", b"424243")).stdout == example


def test_a_mail_is_held_against_the_tenant_that_sent_it(logto: LogtoEmulator) -> None:
    """Its From is compared with what is configured there; nothing is sent."""
    logto.state.connectors[0].config["fromEmail"] = "other@acme.example"
    result = call("logto", "--received", "-", stdin=mail())
    assert (
        "problem  From is no-reply@acme.example, and the tenant is configured with other@acme.example\n"
        in result.stdout
    )
    assert not [each for each in logto.calls if each.method == "POST" and "/api/" in each.path]


def test_dns_that_does_not_answer_is_no_verdict(site: Site) -> None:
    """Nothing is said to be wrong that was not seen."""
    site.dns.fail(f"mail._domainkey.{DOMAIN}", "servfail")
    result = call("--received", "-", stdin=mail())
    assert (
        "unknown  the signature of acme.example (selector mail) does not verify: its key cannot be asked for"
        in result.stdout
    )


WRONG_LINES = [
    [],
    ["auth0"],
    ["--to", ADA],
    ["auth0", "--to", "nobody"],
    ["auth0", "--to", f"Ada <{ADA}>"],
    ["auth0", "--to", f"{ADA}, {YOU}"],
    ["auth0", "--to", ADA, "--wait", "-1"],
    ["auth0", "--to", ADA, "--wait", "9999"],
    ["auth0", "--to", ADA, "--wait", "soon"],
    ["auth0", "--to", ADA, "--imap", "imaps://a:canary@b.example"],
    ["auth0", "--to", ADA, "--imap", "b.example"],
    ["auth0", "--to", ADA, "--imap", "imaps://a@b.example", "--mailbox", "x"],
    ["auth0", "--to", ADA, "--receiver", "mx.customer.example"],
    ["auth0", "--to", ADA, "--mailbox", "x", "--ca-file", "x"],
    ["--received", "x.eml", "--to", ADA],
    ["--received", "x.eml", "--unique"],
    ["auth0", "--to", ADA, "--tenants", "x", "--stack", "dev"],
]


@pytest.mark.parametrize("words", WRONG_LINES, ids=" ".join)
def test_a_command_line_that_is_wrong(words: list[str], auth0: Auth0Emulator) -> None:
    """It ends with 2, before any tenant is asked, and quotes no password."""
    result = call(*words)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert "Usage: " in result.stderr
    assert not auth0.calls


FAILURES: dict[str, tuple[list[str], str]] = {
    "no mailbox": (["auth0", "--to", ADA, "--mailbox", "/nowhere"], "/nowhere: there is no such file or folder"),
    "no password": (
        ["auth0", "--to", ADA, "--imap", "imaps://a@b.example"],
        "its password is not known, and nobody can be asked for it",
    ),
    "no authorities": (["auth0", "--to", ADA, "--imap", "imaps://a@b.example", "--ca-file", "/nowhere"], "/nowhere"),
    "no tenant": (["acme", "--to", ADA], "'acme' is neither a tenant nor a platform"),
    "no such file of tenants": (["auth0", "--to", ADA, "--tenants", "/nowhere"], "/nowhere: cannot be read"),
    "no file": (["--received", "/nowhere"], "/nowhere: cannot be read"),
    "a folder": (["--received", "/"], "/: cannot be read: Is a directory"),
    "no mail": (["--received", "/etc/hostname"], "it is not an email message"),
}


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("name", FAILURES)
def test_what_cannot_be_done(name: str, as_json: bool, auth0: Auth0Emulator) -> None:
    """It ends with 1 and says what to do, as lines and as the one document; nothing is sent."""
    words, what = FAILURES[name]
    result = call(*words, *(["--json"] if as_json else []))
    assert (result.exit_code, what in result.stdout) == (1, True), result.output
    if as_json:
        document = json.loads(result.stdout)
        assert (document["ok"], all(each["remedy"] for each in document["findings"])) == (False, True)
    assert not auth0.state.jobs


@pytest.mark.usefixtures("site")
def test_a_wrong_variable_of_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what the variable takes."""
    monkeypatch.setenv("TENANT_EMAIL_DNS", "8.8.8.8:53")
    assert "is not a loopback address with a port" in call("--received", "-", stdin=mail()).stdout


@pytest.mark.usefixtures("auth0")
def test_a_login_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is the platform's; a missing credential is named."""
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "canary-wrong")
    assert "Check clientId and clientSecret" in call("auth0", "--to", ADA).stdout
    monkeypatch.delenv("AUTH0_CLIENT_SECRET")
    assert "AUTH0_CLIENT_SECRET" in call("auth0", "--to", ADA).stdout
