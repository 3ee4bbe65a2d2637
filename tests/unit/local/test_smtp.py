"""The local SMTP server, spoken to by smtplib."""

from __future__ import annotations

import gc
import smtplib
import ssl
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_local.inbox import Received

USER, PASSWORD = "mailer", "canary-smtp-password"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """Serves one user, and refuses senders at forbidden.example."""

    def finish(mail: Received) -> Received | str:
        refused = "@forbidden.example" in str(mail.message["From"])
        return f"Access denied: {mail.username} {mail.mail_from} {len(mail.rcpt_to)}" if refused else mail

    with SmtpServer(lambda user, password: (user, password) == (USER, PASSWORD), finish=finish) as running:
        yield running


def trust(server: SmtpServer) -> ssl.SSLContext:
    """Returns a client context that trusts the server's own authority."""
    return ssl.create_default_context(cafile=server.ca_file)


def mail(sender: str = "Acme <no-reply@acme.example>", body: str = "Grüße\n") -> EmailMessage:
    """Returns a small message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "ada@example.org", "Hallo"
    message.set_content(body)
    return message


def deliver(server: SmtpServer, message: EmailMessage, mechanism: str = "LOGIN") -> None:
    """Sends a message over STARTTLS with one login mechanism."""
    with smtplib.SMTP("127.0.0.1", server.port, timeout=60) as client:
        client.starttls(context=trust(server))
        client.ehlo()
        client.user, client.password = USER, PASSWORD
        client.auth(mechanism, client.auth_login if mechanism == "LOGIN" else client.auth_plain)
        client.send_message(message)


@pytest.mark.parametrize("mechanism", ["LOGIN", "PLAIN"])
def test_mail_sent_over_starttls_reaches_the_inbox(server: SmtpServer, mechanism: str) -> None:
    """A message arrives with its envelope, its login and its decoded body."""
    deliver(server, mail(), mechanism)
    (received,) = server.inbox.wait_for(1)
    assert (received.username, received.mail_from, received.rcpt_to) == (
        USER,
        "no-reply@acme.example",
        ("ada@example.org",),
    )
    assert received.message.get_content() == "Grüße\n"


def test_mail_sent_over_implicit_tls_reaches_the_inbox(server: SmtpServer) -> None:
    """The second port speaks TLS from the first byte."""
    with smtplib.SMTP_SSL("127.0.0.1", server.tls_port, context=trust(server), timeout=60) as client:
        client.login(USER, PASSWORD)
        client.send_message(mail())
    assert len(server.inbox.wait_for(1)) == 1


def test_login_is_neither_offered_nor_taken_without_tls(server: SmtpServer) -> None:
    """A password never crosses the line in clear."""
    with smtplib.SMTP("127.0.0.1", server.port, timeout=60) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.docmd("AUTH", "LOGIN")[0] == 538


@pytest.mark.parametrize("implicit", [False, True])
def test_mail_is_refused_without_a_login(server: SmtpServer, implicit: bool) -> None:
    """MAIL FROM needs a login on both ports."""
    if implicit:
        client: smtplib.SMTP = smtplib.SMTP_SSL("127.0.0.1", server.tls_port, context=trust(server), timeout=60)
    else:
        client = smtplib.SMTP("127.0.0.1", server.port, timeout=60)
    with client:
        client.ehlo()
        assert client.mail("no-reply@acme.example")[0] == 530


def test_wrong_password_is_refused(server: SmtpServer) -> None:
    """A login that the check refuses fails with 535, in the words of SES."""
    with smtplib.SMTP("127.0.0.1", server.port, timeout=60) as client:
        client.starttls(context=trust(server))
        with pytest.raises(smtplib.SMTPAuthenticationError, match="Authentication Credentials Invalid") as error:
            client.login(USER, "wrong")
    assert error.value.smtp_code == 535


def test_policy_refuses_by_header_from_at_the_end_of_data(server: SmtpServer) -> None:
    """A policy sees login, envelope and header, and its text reaches the sender as 554."""
    with pytest.raises(smtplib.SMTPDataError, match=r"Access denied: mailer no-reply@forbidden\.example 1") as error:
        deliver(server, mail("no-reply@forbidden.example"))
    assert error.value.smtp_code == 554
    assert len(server.inbox) == 0


def served_names(server: SmtpServer, host: str) -> list[str]:
    """Returns the DNS names of the certificate that a client of this host gets."""
    with smtplib.SMTP("127.0.0.1", server.port, timeout=60) as client:
        client.docmd("EHLO", "test")
        client.docmd("STARTTLS")
        assert client.sock is not None
        with trust(server).wrap_socket(client.sock, server_hostname=host) as tls:
            certificate = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)


def test_certificate_fits_any_ses_region(server: SmtpServer) -> None:
    """A client that resolves an SES host to loopback can verify its name."""
    assert served_names(server, "email-smtp.eu-west-3.amazonaws.com") == ["email-smtp.eu-west-3.amazonaws.com"]


def test_certificate_does_not_fit_other_hosts(server: SmtpServer) -> None:
    """A host that the server was not made for fails verification."""
    with pytest.raises(ssl.SSLCertVerificationError, match=r"doesn't match|mismatch"):
        served_names(server, "smtp.other.example")


def test_waiting_for_mail_ends_with_a_timeout(server: SmtpServer) -> None:
    """Who waits for mail that never comes is reported how much came."""
    with pytest.raises(TimeoutError, match="0 of 1"):
        server.inbox.wait_for(1, timeout=0.01)


def test_text_view_shows_headers_and_body_without_control_characters(server: SmtpServer) -> None:
    """A message cannot steer the terminal it is shown on."""
    deliver(server, mail(body="Tap \x1b[31mhere\n"))
    text = server.inbox.wait_for(1)[0].text()
    assert "Subject: Hallo" in text
    assert text.endswith("Tap \ufffd[31mhere")


def test_repr_of_a_message_holds_no_body(server: SmtpServer) -> None:
    """A message in a log line does not spill its content."""
    deliver(server, mail(body="canary-body\n"))
    assert "canary-body" not in repr(server.inbox.wait_for(1)[0])


def test_authority_in_a_directory_lasts(server: SmtpServer) -> None:
    """A second server with the same directory is trusted through the first one's CA file."""
    certificate = server.ca_file.read_bytes()
    with SmtpServer(lambda _user, _password: True, directory=server.ca_file.parent) as second:
        assert second.ca_file.read_bytes() == certificate
        assert served_names(second, "localhost") == ["localhost"]


def test_server_ends_while_a_client_is_connected() -> None:
    """Closing drops who is still there, and leaves no socket or task behind."""
    with SmtpServer(lambda _user, _password: True) as running:
        client = smtplib.SMTP("127.0.0.1", running.port, timeout=60)
        client.starttls(context=trust(running))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()
    client.close()
    gc.collect()  # a socket left open would warn now, and warnings are errors
