"""Questions to name servers: how often, with which flags, and what their answers read like."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import pytest

from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_check import survey
from tenant_email.aws.dns_findings import Status
from tenant_email.aws.dns_records import easy_dkim_records
from tenant_email.aws.dns_servers import DnsSettings, NameServer, NoAnswerError, texts

if TYPE_CHECKING:
    from collections.abc import Generator

(DKIM,) = easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")


@contextmanager
def name_server(reply: bytes = b"") -> Generator[tuple[DnsSettings, list[bytes]]]:
    """Keeps every question; answers its number and these bytes, or nothing at all."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    question, sender = listener.recvfrom(4096)
                except OSError:
                    return
                heard.append(question)
                if reply:
                    listener.sendto(question[:2] + reply, sender)

        threading.Thread(target=serve, daemon=True).start()
        only = NameServer("only", "127.0.0.1", listener.getsockname()[1])
        yield DnsSettings(only=only, timeout=0.05), heard


def test_a_silent_server_is_asked_twice() -> None:
    """UDP loses packets, so once is not enough; more would only take time."""
    with name_server() as (settings, heard):
        assert settings.only
        with pytest.raises(NoAnswerError, match="timeout"):
            Authorities(settings).ask(settings.only, "acme.example", "TXT")
    assert len(heard) == 2


def test_an_authority_is_asked_for_what_it_has_itself() -> None:
    """No recursion, so that it does not say what others told it; long answers are welcome."""
    with name_server() as (settings, heard):
        assert settings.only
        with pytest.raises(NoAnswerError, match="timeout"):
            Authorities(settings).ask(settings.only, "acme.example", "TXT")
    question = dns.message.from_wire(heard[0])
    assert not question.flags & dns.flags.RD
    assert question.edns == 0


def test_an_answer_that_cannot_be_read_is_a_failure() -> None:
    """What is no message is reported like a server's failure."""
    with name_server(b"\x84\x00\x00\x01\x00\x01") as (settings, _):
        (finding,) = survey([DKIM], settings)
    assert (finding.status, finding.found) == (Status.SERVFAIL, ())


def test_a_stranger_is_not_listened_to() -> None:
    """What comes from elsewhere is no answer: the server's own is waited for."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        listener.bind(("127.0.0.1", 0))

        def serve() -> None:
            question, sender = listener.recvfrom(4096)
            reply = dns.message.make_response(dns.message.from_wire(question))
            stranger.sendto(reply.to_wire(), sender)
            reply.flags |= dns.flags.AA
            listener.sendto(reply.to_wire(), sender)

        threading.Thread(target=serve, daemon=True).start()
        server = NameServer("only", "127.0.0.1", listener.getsockname()[1])
        assert Authorities(DnsSettings(only=server)).ask(server, "acme.example", "TXT").flags & dns.flags.AA


def test_a_server_is_named_with_its_address() -> None:
    """The port is reported where it is not the usual one."""
    assert str(NameServer("ns1.acme.example", "192.0.2.1")) == "ns1.acme.example (192.0.2.1)"
    assert str(NameServer("ns1.acme.example", "192.0.2.1", 5353)) == "ns1.acme.example (192.0.2.1:5353)"


def test_the_variable_may_name_an_ipv6_address() -> None:
    """In brackets, as in a url."""
    settings = DnsSettings.from_environ({"TENANT_EMAIL_DNS": " [::1]:5353 "})
    assert (settings.resolver, settings.port) == ("::1", 5353)
    assert settings.only == NameServer("TENANT_EMAIL_DNS", "::1", 5353)


def test_texts_are_read_as_they_are_compared() -> None:
    """Chunks are joined, bytes that are no text become visible, and a host name has no final dot."""

    class Txt:
        strings = (b"one ", b"two\xff")

    assert texts([Txt(), "host.example."]) == ("one two\ufffd", "host.example")


@pytest.mark.parametrize(
    "text", ["192.0.2.1:53", "dns.example:53", "127.0.0.1", "127.0.0.1:dns", "[2001:db8::1]:53", "X127.0.0.1:53", ":53"]
)
def test_only_this_machine_can_stand_in(text: str) -> None:
    """The variable sends questions to this machine or is refused."""
    with pytest.raises(ValueError, match=r"^TENANT_EMAIL_DNS=.* is not a loopback address with a port"):
        DnsSettings.from_environ({"TENANT_EMAIL_DNS": text})


def test_without_the_variable() -> None:
    """Without the variable the machine's resolver and port 53 are used."""
    assert DnsSettings.from_environ({}) == DnsSettings()
