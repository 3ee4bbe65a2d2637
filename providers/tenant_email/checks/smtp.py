"""Tries a mail server as a tenant would use it, up to the login and without a credential.

Name, connection, TLS as the platform will be told to use it, with a certificate for that name, and a login that the
platform's mail library would choose. It runs from this machine, so that a server that only the platform can reach fails
it. The mailbox of nobody is touched: no MAIL, no AUTH, so that a relay which knows senders by their address is asked
only for its connection.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenant_email.checks import smtp_offer
from tenant_email.checks.smtp_tls import Trust, secure
from tenant_email.checks.smtp_wire import NO_MAIL_SERVER, Fails, Patience, SmtpConnection, SmtpReply
from tenant_email.errors import InvalidSettings, Problem, Unavailable, redact_external
from tenant_email.inputs.mail_ports import begins_with_tls
from tenant_email.tenants.authorities import of_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.checks.smtp_offer import Library
    from tenant_email.inputs.mail_ports import Security
    from tenant_email.tenants.authorities import Authorities

_OWN_PORT: Final = "Use a port with TLS, such as 587 or 465."
_ASK: Final = (
    "Ask the server's operator what it requires; it answered this machine, but the tenant has other addresses."
)
_NO_NAME: Final = "[127.0.0.1]"  # what nodemailer says on a machine without a whole name


@dataclass(frozen=True, slots=True)
class MailServer:
    """What to try; `path` is the input to blame. Without `mail` it is an https server, and TLS is all to try.

    security: how the platform will be told to secure the connection; None leaves it to the port, or STARTTLS.
    logins: the SASL mechanisms that the platform may use, one of which must be offered; empty where it does not log in.
    library: whose way of reading a server's answers is followed.
    servername: what the certificate is for, where that is not the host.
    trust: how the platform makes sure of the server. patience: how long it waits, and how long all may take.
    greets_as: the name that the platform is told to give in EHLO; empty for its machine's own.
    authorities: whom a certificate must be signed by where the platform is told of none.
    """

    host: str
    port: int
    path: str
    mail: bool = True
    security: Security | None = None
    logins: frozenset[str] = frozenset({"LOGIN"})
    library: Library = "jakarta"
    servername: str = ""
    trust: Trust = field(default_factory=Trust)
    patience: Patience = field(default_factory=Patience)
    greets_as: str = ""
    authorities: Authorities = field(default_factory=of_environment)

    @property
    def at(self) -> str:
        """Returns host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """Returns the name that the certificate must be for; DNS's final dot is in no certificate."""
        return (self.servername or self.host).removesuffix(".")

    @property
    def secured(self) -> Security:
        """Returns how the connection is secured."""
        return self.security or ("tls" if begins_with_tls(self.port) else "starttls")


@dataclass(frozen=True, slots=True)
class SmtpFinding:
    """What a probe found: a problem, which may be temporary; or a warning; or, both empty, a server that works.

    offers_login: whether the platform's library would see that a login is wanted; None where that was not seen.
    chosen: the mechanism that it would choose of those offered, if it may choose any; empty where none was seen.
    login: the one that it logs in with, of those that it may choose; is_encrypted: whether TLS is spoken by then. Both
        are of a server that works.
    """

    problem: Problem | None = None
    temporary: bool = False
    warning: str = ""
    offers_login: bool | None = None
    chosen: str = ""
    login: str = ""
    is_encrypted: bool = False


def require_server(
    who: str,
    server: MailServer,
    announce: Callable[[str], None] | None = None,
    authorities: Authorities | None = None,
) -> None:
    """Raises InvalidSettings with what a tenant would fail at, or Unavailable where it may soon succeed as it is.

    `announce` hears of long waits, and of what works and is a risk. `authorities`: those of the tenant's client.
    """
    server = replace(server, authorities=authorities or server.authorities)
    finding = probe(server, announce and (lambda line: announce(f"{who}: preflight: {line}")))
    problem = finding.problem
    if problem and finding.temporary:
        message = f"{who}: preflight: {redact_external(problem.path)}: {problem.what}"
        raise Unavailable(message, remedy=problem.remedy, uncertain=False)
    if problem:
        raise InvalidSettings(f"{who}: preflight", (problem,))
    if finding.warning and announce:
        announce(f"{who}: preflight: {finding.warning}")


def probe(server: MailServer, announce: Callable[[str], None] | None = None) -> SmtpFinding:
    """Tries the server, up to the login and without a credential; `announce` hears of long waits."""
    sees_login: bool | None = None
    chosen = ""
    try:
        with SmtpConnection(server.at, server.patience, announce) as connection:
            connection.connect(server.host, server.port)
            if not server.mail:
                secure(connection, server.at, server.name, server.trust, server.authorities)
                return SmtpFinding(is_encrypted=True)
            hello = _open_session(server, connection)
            sees_login = smtp_offer.offers_login(server.library, hello)
            chosen = smtp_offer.choose_mechanism(server.library, hello, frozenset()) if sees_login else ""
            _require_login(server, connection, hello)
            login = smtp_offer.choose_mechanism(server.library, hello, server.logins) if server.logins else ""
            connection.quit()
    except Fails as failed:
        problem = Problem(server.path, failed.what, failed.remedy)
        return SmtpFinding(problem, failed.temporary, offers_login=sees_login, chosen=chosen)
    in_clear = server.logins and not connection.is_encrypted and server.secured == "opportunistic"
    what = f"{server.at} offers no STARTTLS, so the password will travel in clear text"
    warning = f"{what}. {_OWN_PORT}" if in_clear else ""
    return SmtpFinding(
        warning=warning, offers_login=sees_login, chosen=chosen, login=login, is_encrypted=connection.is_encrypted
    )


def _open_session(server: MailServer, connection: SmtpConnection) -> str:
    """Opens a session, secured as the platform would secure it; returns the last reply to EHLO."""
    if server.secured == "tls":
        secure(connection, server.at, server.name, server.trust, server.authorities)
    greeting = connection.reply(server.patience.greeting)
    if greeting.code != "220":
        raise _refusal(server, greeting, "refuses this machine")
    hello = _hello(server, connection)
    if server.secured not in ("starttls", "opportunistic"):
        return hello
    # nodemailer, told to require TLS, asks for it whatever is offered
    unasked = server.secured == "starttls" and server.library == "nodemailer"
    offered_mechanisms = smtp_offer.offers_starttls(server.library, hello)
    if not (offered_mechanisms or unasked):
        if server.secured == "starttls":
            raise Fails(f"{server.at} offers no STARTTLS", _OWN_PORT)
        return hello
    ready = connection.ask("STARTTLS")
    if not smtp_offer.accepts(server.library, ready.code, exactly="220"):
        if not offered_mechanisms:
            raise Fails(f"{server.at} offers no STARTTLS ({ready.words})", _OWN_PORT)
        raise _refusal(server, ready, "offers STARTTLS and refuses it", _OWN_PORT)
    discards = server.library == "jakarta"
    secure(connection, server.at, server.name, server.trust, server.authorities, discards=discards)
    return _hello(server, connection, again=True)


def _hello(server: MailServer, connection: SmtpConnection, *, again: bool = False) -> str:
    """Returns the reply to EHLO, empty where the server knows only HELO; `again`: the session was secured meanwhile.

    Jakarta Mail overlooks a second EHLO that fails, and goes on with what was said in clear text: that fails here.
    """
    name = server.greets_as or _own_name()
    over = " over TLS" if again else ""
    hello = connection.ask(f"EHLO {name}")
    if smtp_offer.accepts(server.library, hello.code, exactly="250"):
        return hello.text
    last = server.secured == "starttls" or (again and server.library == "jakarta")
    if last or not hello.is_smtp or hello.code == "421":
        raise _refusal(server, hello, f"refuses EHLO{over}")
    helo = connection.ask(f"HELO {name}")
    if not smtp_offer.accepts(server.library, helo.code, exactly="250"):
        raise _refusal(server, helo, f"refuses EHLO and HELO{over}")
    return ""


def _require_login(server: MailServer, connection: SmtpConnection, hello: str) -> None:
    """Raises Fails where the platform's library would not get to log in: it chooses from what it sees, no more."""
    if not server.logins:
        _require_no_login(server, hello)
        return
    offered_mechanisms = smtp_offer.offered_mechanisms(hello)
    choose_mechanism = smtp_offer.choose_mechanism(server.library, hello, server.logins)
    if not hello and server.library == "nodemailer" and _takes(connection, choose_mechanism):
        return
    seen = smtp_offer.offers_login(server.library, hello)
    if seen and choose_mechanism in offered_mechanisms and choose_mechanism in server.logins:
        return
    wanted = f"AUTH {' or '.join(sorted(server.logins))}"
    names = redact_external(" ".join(offered_mechanisms))
    shown = f", only {names}" if offered_mechanisms else ""
    if seen and not server.logins.isdisjoint(offered_mechanisms):
        shown = f" in a way that the platform understands: it would choose {choose_mechanism} from {names}"
    when = "" if connection.is_encrypted else " Many servers offer it only over TLS."
    remedy = f"Enable {wanted} on the server; the platform supports no other method.{when}"
    raise Fails(f"{server.at} does not offer {wanted}{shown}", remedy)


def _require_no_login(server: MailServer, hello: str) -> None:
    """Raises Fails where nodemailer, told of no login, misses one: it does so wherever it sees that one is offered.

    After HELO it takes that for granted. Jakarta Mail sends without.
    """
    if server.library != "nodemailer" or (hello and not smtp_offer.offers_login(server.library, hello)):
        return
    offered_mechanisms = redact_external(" ".join(smtp_offer.offered_mechanisms(hello)))
    what = f"offers a login ({offered_mechanisms})" if hello else "does not speak ESMTP"
    said = f"{server.at} {what}, and Logto's mail library then sends nothing without credentials"
    raise Fails(said, "Set a username and a password, or disable AUTH on the server for this port.")


def _takes(connection: SmtpConnection, mechanism: str) -> bool:
    """Returns whether a server that knows only HELO takes a login, which nodemailer tries there; and takes it back."""
    return connection.ask(f"AUTH {mechanism}").code == "334" and bool(connection.ask("*"))


def _refusal(server: MailServer, reply: SmtpReply, what: str, remedy: str = _ASK) -> Fails:
    """Returns the error for a reply other than the one that is needed, in the server's own words."""
    if not reply.is_smtp:
        said = reply.words or "an empty line"
        return Fails(f"{server.at} does not answer as a mail server (it says: {said})", NO_MAIL_SERVER)
    now = " for now, which is temporary" if reply.temporary else ""
    return Fails(f"{server.at} {what}{now}: {reply.words}", remedy, temporary=reply.temporary)


def _own_name() -> str:
    """Returns what to greet as: this machine's name where it is a whole one, without asking anyone for it."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() and name.isprintable() and " " not in name else _NO_NAME
