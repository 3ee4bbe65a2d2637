"""SMTP as Logto's mail library, nodemailer, speaks it, and what it says where a server does not play along.

Source: docs/contracts/logto.md#smtp-words.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.delivery import DeliveryFailed
from tenant_email_local.emulators.logto import smtp_tls
from tenant_email_local.emulators.logto.composition import POLICY
from tenant_email_local.emulators.logto.smtp_login import log_in
from tenant_email_local.emulators.logto.smtp_session import SmtpSession
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.delivery import Delivery
    from tenant_email_local.emulators.logto.composition import Envelope

_USUAL_PORT: Final = 587
_LOCAL: Final = "localhost"
_BUSY: Final = 421


def send(config: Mapping[str, Any], envelope: Envelope, delivery: Delivery) -> None:
    """Sends through a connector's SMTP server; DeliveryFailed says what the library would."""
    host, port = config["host"] or _LOCAL, config["port"] or _USUAL_PORT
    _check(config, port)
    try:
        address = _on_this_machine(delivery, host, port)
        with SmtpSession(address, config, smtp_tls.context(config, delivery)) as server:
            server.open()
            _shake_hands(server, config)
            log_in(server, config)
            _hand_over(server, envelope)
    except ConnectionRefusedError:
        raise DeliveryFailed(f"connect ECONNREFUSED {LOOPBACK if host == _LOCAL else host}:{port}") from None
    except OSError as error:
        raise DeliveryFailed(_bound(config, error) or smtp_tls.words(error)) from None


def _check(config: Mapping[str, Any], port: float) -> None:
    """Refuses what Node takes for no number or address of the kind."""
    if not isinstance(port, int) or not 0 <= port < 1 << 16:
        raise DeliveryFailed(f"Port should be >= 0 and < 65536. Received type number ({port}).")
    if (config.get("dnsTimeout") or 0) < 0:
        range_ = "It must be a non-negative finite number. Received"
        raise DeliveryFailed(f'The value of "msecs" is out of range. {range_} {config["dnsTimeout"]}')
    if (local := config.get("localAddress")) and not _is_address(local):
        raise DeliveryFailed(f"Invalid IP address: {local}")


def _shake_hands(server: SmtpSession, config: Mapping[str, Any]) -> None:
    """Says EHLO, or HELO where that is refused, and turns to TLS where it must or may."""
    hello = server.ask(f"EHLO {server.own_name}")
    if hello.code == _BUSY:
        raise DeliveryFailed(f"Server terminates connection. response={hello.text}: {hello.text}")
    if not hello.ok:
        if config.get("requireTLS"):
            words = "EHLO failed but HELO does not support required STARTTLS. response="
            raise DeliveryFailed(f"{words}{hello.text}: {hello.text}")
        hello = server.ask(f"HELO {server.own_name}")
        if not hello.ok:
            raise DeliveryFailed(f"Invalid HELO. response={hello.text}: {hello.text}")
        server.does_esmtp = False
        return
    server.does_esmtp, server.offers = True, hello.text
    offered = re.search(r"(?im)[ -]STARTTLS\b", hello.text)
    if server.secure or config.get("ignoreTLS") or not (offered or config.get("requireTLS")):
        return
    ready = server.ask("STARTTLS")
    if not ready.ok:
        raise DeliveryFailed(f"Error upgrading connection with STARTTLS: {ready.text}")
    server.turn_to_tls()
    server.secure = True
    _shake_hands(server, config)


def _hand_over(server: SmtpSession, envelope: Envelope) -> None:
    """Gives the mail to the server, for those recipients that it takes."""
    utf8 = " SMTPUTF8" if envelope.wide and re.search(r"(?im)[ -]SMTPUTF8\b", server.offers) else ""
    if not envelope.recipients:
        raise DeliveryFailed("No recipients defined")
    answer = server.ask(f"MAIL FROM:<{envelope.sender}>{utf8}")
    if not answer.ok:
        raise DeliveryFailed(f"Mail command failed: {answer.text}")
    answers = [server.ask(f"RCPT TO:<{recipient}>") for recipient in envelope.recipients]
    if not any(each.ok for each in answers):
        raise DeliveryFailed(f"Can't send mail - all recipients were rejected: {answers[-1].text}")
    answer = server.ask("DATA")
    if answer.text[:1] not in {"2", "3"}:
        raise DeliveryFailed(f"Data command failed: {answer.text}")
    answer = server.give(envelope.message.as_bytes(policy=POLICY.clone(linesep="\r\n", utf8=envelope.wide)))
    if not answer.ok:
        raise DeliveryFailed(f"Message failed: {answer.text}")


def _bound(config: Mapping[str, Any], error: OSError) -> str:
    """Returns what Node says of an address of one's own that is not there."""
    unavailable = str(error).startswith("[Errno 99]")
    return f"bind EADDRNOTAVAIL {config.get('localAddress')}" if unavailable else ""


def _on_this_machine(delivery: Delivery, host: str, port: int) -> tuple[str, int]:
    """Returns the address that stands for a host; `localhost` is this machine's own loopback."""
    named, port = delivery.resolve(host, port)
    address = LOOPBACK if named == _LOCAL else named
    if not _is_address(address):
        raise DeliveryFailed(f"getaddrinfo ENOTFOUND {host}")
    if not ip_address(address).is_loopback:
        raise ConnectionRefusedError
    return address, port


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
