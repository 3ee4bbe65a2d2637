"""Every variant of a mail server, under every profile of settings: the preflight says what the platform's library does.

The judges send an email through each server, with what the platform would store: nodemailer, in the version of the
published connector, and JavaMail. A server works when the mail goes out, by the login; and without a login when the
library gets to the addresses, for which of them a relay takes, and from where, is not asked from here.
"""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import pytest

from support.mail import exim, judges, postfix, variants
from support.mail.certificates import certificates
from support.mail.postfix import PASSWORD, USER
from support.mail.scripted import Scripted
from support.pingone_aic_site import smtp as aic_smtp
from tenant_email import platforms
from tenant_email.checks.smtp import MailServer, probe
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.platforms.auth0 import preflight as of_auth0
from tenant_email.platforms.logto import mapping as logto_mapping
from tenant_email.platforms.logto import preflight as of_logto
from tenant_email.platforms.logto.mapping import Stored
from tenant_email.platforms.pingone_aic import mapping as aic_mapping
from tenant_email.platforms.pingone_aic import preflight as of_aic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from support.mail.judges import Sent
    from tenant_email.checks.smtp import SmtpFinding

HOST: Final = "localhost"  # JavaMail 1.6 takes no certificate for an address
WHOLE: Final = 7.0  # seconds for a trial; its profiles wait 4 s for a piece
SLACK: Final = 20.0  # seconds that a busy machine may take besides
MANY: Final = 30  # of so many cases some work
KINDS: Final = ("postfix", "exim", "scripted")


Case = tuple[str, str]
"""A server and a profile of settings, by their names."""


@dataclass(frozen=True)
class Servers:
    """The servers that run, by their names, and where the certificates lie."""

    ports: Mapping[str, int]
    tls: Path

    @property
    def public(self) -> Path:
        """Returns the certificate of the authority that judges and trials take for a public one."""
        return self.tls / "public.pem"


@pytest.fixture(scope="module", params=KINDS)
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Runs all variants of one kind; a real server where it is installed.

    Not in pytest's own folder, which each other run of pytest closes to the users that a mail server becomes.
    """
    made = certificates()
    with ExitStack() as stack:
        directory = Path(
            stack.enter_context(TemporaryDirectory(prefix="tenant-email-mail-", ignore_cleanup_errors=True))
        )
        if request.param == "scripted":
            contexts = {name: made.context("good") for name in variants.SCRIPTED}
            ports = {
                name: stack.enter_context(Scripted(lines, contexts[name])).port
                for name, lines in variants.SCRIPTED.items()
            }
            made.write(directory)
            yield Servers(ports, directory)
            return
        kind: Any = {"postfix": postfix, "exim": exim}[request.param]
        if reason := kind.missing():
            pytest.skip(reason)
        if request.param == "postfix":
            running: Any = stack.enter_context(postfix.Postfix(directory, variants.POSTFIX, made))
        else:
            running = stack.enter_context(exim.Exim(directory, variants.EXIM, made))
        yield Servers(running.ports, directory / "tls")
        assert "fatal:" not in running.log


@pytest.fixture(autouse=True)
def trusted(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the authority of the test taken for a public one, and no list of this machine's read at each trial."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.public))


def test_logto_as_nodemailer(servers: Servers) -> None:
    """Logto's settings: what nodemailer delivers passes, and nothing else does."""
    configs = {case: _logto_config(servers, *case) for case in _cases(servers, variants.LOGTO)}
    asked = {case: of_logto.server(config) for case, config in configs.items()}
    _agree(asked, lambda cases: judges.by_nodemailer([configs[case] for case in cases], servers.public))


def test_aic_as_javamail(servers: Servers) -> None:
    """PingOne AIC's settings, against JavaMail with the properties that the platform makes of them."""
    if reason := judges.without_java():
        pytest.skip(reason)
    settings = {case: _aic_settings(servers, *case) for case in _cases(servers, variants.AIC)}
    asked = {case: of_aic.server(each) for case, each in settings.items()}

    def sent(cases: Sequence[Case]) -> list[Sent]:
        properties = [_aic_properties(settings[case]) for case in cases]
        return judges.by_javamail(properties, USER, PASSWORD, servers.public)

    _agree(asked, sent)


def test_auth0_by_its_demands(servers: Servers) -> None:
    """Auth0's published demands, given to nodemailer: AUTH LOGIN, TLS 1.2, a public authority, never in clear text."""
    configs, asked = dict[Case, dict[str, Any]](), dict[Case, MailServer]()
    for name, port in servers.ports.items():
        for secure in (False, True):
            case = name, "at once" if secure else "later"
            config: dict[str, Any] = {"host": HOST, "port": port, "secure": secure, "requireTLS": not secure}
            waits = {"connectionTimeout": 4000, "greetingTimeout": 4000, "socketTimeout": 4000}
            configs[case] = {**config, **waits, "auth": {"user": USER, "pass": PASSWORD}, "authMethod": "LOGIN"}
            tried = of_auth0.server({"kind": "auth0.smtp", "host": HOST, "port": port})
            # Auth0 has no setting for it: the port says it, and these ports are none of its table
            asked[case] = replace(tried, security="tls" if secure else "starttls")
    _agree(asked, lambda cases: judges.by_nodemailer([configs[case] for case in cases], servers.public))


def _cases(servers: Servers, profiles: Iterable[str]) -> list[Case]:
    every = itertools.product(servers.ports, profiles)
    return [(name, profile) for name, profile in every if profile in variants.CORE or name in variants.FINE]


def _agree(asked: Mapping[Case, MailServer], judge: Callable[[Sequence[Case]], list[Sent]]) -> None:
    """Asserts that each trial says what its judge found; what disagrees is asked again, for a busy machine is late."""
    wrong = dict.fromkeys(asked, "")
    for _ in range(3):
        wrong = _disagreeing(asked, list(wrong), judge)
        if not wrong:
            return
    pytest.fail("\n".join(wrong.values()))


def _disagreeing(
    asked: Mapping[Case, MailServer], cases: Sequence[Case], judge: Callable[[Sequence[Case]], list[Sent]]
) -> dict[Case, str]:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(_found, [asked[case] for case in cases]))
    judge_said = judge(cases)
    wrong = dict[Case, str]()
    assert len(cases) < MANY or any(verdict.connected for verdict in judge_said), "no server works"
    for case, finding, verdict in zip(cases, found, judge_said, strict=True):
        works = verdict.sent and verdict.logged_in if asked[case].logins else verdict.connected
        if works is (finding.problem is not None):
            kind = "a false alarm" if works else "a broken one passed"
            wrong[case] = f"{kind}: {case}: {finding.problem} {verdict}"
    return wrong


def _found(server: MailServer) -> SmtpFinding:
    """Returns what a trial finds, which is to end in its time."""
    began = time.monotonic()
    finding = probe(replace(server, patience=replace(server.patience, whole=WHOLE)))
    assert time.monotonic() - began < WHOLE + SLACK, server
    return finding


def _parsed(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    values, problems = parse(
        platforms.load(kind.partition(".")[0]).models[kind], {**settings, "kind": kind}, "settings"
    )
    assert not problems
    return values.to_props()


def _logto_config(servers: Servers, name: str, called: str) -> dict[str, Any]:
    """Returns the config that would be stored."""
    profile = variants.logto(called)
    given = {key: value for key, value in profile.items() if key != "login"}
    if given.get("tls", {}).get("ca"):
        given["tls"] = {"ca": (servers.tls / f"{given['tls']['ca']}.pem").read_text()}
    kind = "logto.smtp"
    if profile.get("login", True):
        given |= {"username": USER, "password": PASSWORD}
    else:
        kind = "logto.smtp_anonymous"
    settings = _parsed(kind, {**given, "host": HOST, "port": servers.ports[name]})
    desired = ProviderInputs(settings, from_address="sender@acme.example")
    return logto_mapping.provider_body(logto_mapping.merge(desired, None, Stored()), "logto")


def _aic_settings(servers: Servers, name: str, called: str) -> dict[str, Any]:
    profile = variants.aic(called)
    given: dict[str, Any] = {key: value for key, value in profile.items() if key != "login"}
    login = profile.get("login", True)
    given |= {"username": USER if login else None, "password": PASSWORD if login else None}
    return _parsed("pingone_aic.smtp", aic_smtp(**given, host=HOST, port=servers.ports[name]))


def _aic_properties(settings: dict[str, Any]) -> dict[str, str]:
    """Returns the properties that the platform makes of the document it stores (docs/contracts/pingone_aic.md#smtp)."""
    body = aic_mapping.provider_body(ProviderInputs(settings), None, None, settings.get("password"))
    flags = {"mail.smtp.auth": body["auth"]["enable"], "mail.smtp.ssl.enable": body["ssl"]["enable"]}
    flags["mail.smtp.starttls.enable"] = body["starttls"]["enable"]
    numbers = {
        f"mail.smtp.{name}": str(body[name])
        for name in ("host", "port", "timeout", "writetimeout", "connectiontimeout")
    }
    given = dict(text.split("=", 1) for text in body["smtpProperties"])
    # JavaMail 1.6 does not look at the name where it is not told to, its successor does
    usual = {"mail.smtp.ssl.protocols": "TLSv1.2", "mail.smtp.ssl.checkserveridentity": "true"}
    return {**numbers, **{name: str(flag).lower() for name, flag in flags.items()}, **usual, **given}
