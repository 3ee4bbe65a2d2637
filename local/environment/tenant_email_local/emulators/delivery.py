"""How an emulated platform really sends: through the configuration it stores, but never beyond this machine."""

from __future__ import annotations

import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage
    from pathlib import Path

Security = Literal["tls", "starttls", "opportunistic", "none"]

_TIMEOUT: Final = 10.0
_GO_ON, _WELCOME = 334, 235  # RFC 4954 sections 4 and 6
_IMPLICIT_TLS: Final = frozenset({465, 2465})


class DeliveryFailed(Exception):
    """Why a message was not accepted; never holds a credential."""


def _same_address(host: str, port: int) -> tuple[str, int]:
    """Leaves an address as it is."""
    return host, port


class ServiceRefused(DeliveryFailed):
    """What a mail service answered, where others say that it was not reached."""


@dataclass(frozen=True)
class Delivery:
    """Where the servers that a configuration names are on this machine.

    `resolve` maps a configured host and port to a loopback address; `ca_file` is the authority that the TLS
    certificates are checked against, under the configured host name. The endpoints stand for AWS and SendGrid.
    """

    resolve: Callable[[str, int], tuple[str, int]] = _same_address
    ca_file: Path | None = None
    aws_endpoint: str | None = None
    sendgrid_endpoint: str | None = None

    def send_smtp(
        self,
        message: EmailMessage,
        *,
        host: str,
        port: int,
        username: str | None,
        password: str,
        security: Security | None = None,
    ) -> None:
        """Sends after AUTH LOGIN, the login that all servers know; without a username there is none.

        Without `security` ports 465 and 2465 mean TLS at once, any other one STARTTLS.
        """
        security = security or ("tls" if port in _IMPLICIT_TLS else "starttls")
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            with _Smtp(self._local(host, port), context, security) as client:
                client.connect(host, port)
                client.secure()
                if username is not None:
                    log_in(client, username, password)
                client.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(f"{host}:{port}: {error}") from None

    def send_ses(
        self,
        message: EmailMessage,
        *,
        region: str,
        access_key_id: str,
        secret_access_key: str,
        configuration_set: str | None = None,
        simple: bool = False,
    ) -> None:
        """Sends through SES v2 with the stored key: raw, or in SES's own fields, for which IAM has another action."""
        endpoint = _require_loopback(self.aws_endpoint, "AWS")
        client = boto3.client(
            "sesv2",
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            config=Config(
                connect_timeout=_TIMEOUT, read_timeout=_TIMEOUT, retries={"total_max_attempts": 1}, proxies={}
            ),
        )
        chosen: dict[str, Any] = {"ConfigurationSetName": configuration_set} if configuration_set else {}
        try:
            client.send_email(
                FromEmailAddress=str(message["From"]),
                Destination={"ToAddresses": [str(message["To"])]},
                Content=_simple(message) if simple else {"Raw": {"Data": bytes(message)}},
                **chosen,
            )
        except ClientError as error:
            raise ServiceRefused(f"SES {region}: {error}") from None
        except BotoCoreError as error:
            raise DeliveryFailed(f"SES {region}: {error}") from None
        finally:
            client.close()

    def send_sendgrid(self, message: EmailMessage, *, api_key: str) -> None:
        """Sends through SendGrid's v3 API, which wants fields, not a MIME message."""
        endpoint = _require_loopback(self.sendgrid_endpoint, "SendGrid")
        request = urllib.request.Request(  # noqa: S310  # the endpoint was just checked to be loopback
            f"{endpoint}/v3/mail/send",
            json.dumps(_sendgrid_mail(message)).encode(),
            {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"},
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            direct.open(request, timeout=_TIMEOUT).close()
        except urllib.error.HTTPError as error:
            error.close()
            raise DeliveryFailed(f"SendGrid: {error.code} {error.reason}") from None
        except OSError as error:
            raise DeliveryFailed(f"SendGrid: {error}") from None

    def _local(self, host: str, port: int) -> tuple[str, int]:
        """Returns the loopback address that stands for a host and port."""
        address = self.resolve(host, port)
        if not _is_loopback(address[0]):
            raise DeliveryFailed(f"{host}:{port} has no address on this machine")
        return address


class _Smtp(smtplib.SMTP):
    """A connection to one address that checks the certificate for another name, which smtplib has no setting for."""

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext, security: Security) -> None:
        super().__init__(timeout=_TIMEOUT)
        self._address = address
        self._tls = context
        self._security = security

    def connect(self, host: str = "", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        """Keeps the configured name for the TLS handshake, then connects."""
        self._host = host
        return super().connect(host, port, source_address)

    def secure(self) -> None:
        """Starts TLS as the configuration says; "opportunistic" goes on in the clear where there is no STARTTLS."""
        self.ehlo()
        offered = self._security == "opportunistic" and self.has_extn("starttls")
        if self._security == "starttls" or offered:
            self.starttls(context=self._tls)
            self.ehlo()

    def _get_socket(self, host: str, _port: int, timeout: float) -> socket.socket:
        """Returns the connection; smtplib calls this."""
        connection = socket.create_connection(self._address, timeout)
        if self._security != "tls":
            return connection
        return self._tls.wrap_socket(connection, server_hostname=host)


def log_in(client: smtplib.SMTP, username: str, password: str) -> None:
    """Logs in with AUTH LOGIN in UTF-8, as nodemailer and Jakarta Mail do; smtplib itself takes ASCII alone."""
    code, said = client.docmd("AUTH", f"LOGIN {b64encode(username.encode()).decode()}")
    if code == _GO_ON:
        code, said = client.docmd(b64encode(password.encode()).decode())
    if code != _WELCOME:
        raise smtplib.SMTPAuthenticationError(code, said)


def _simple(message: EmailMessage) -> Any:
    """Returns an HTML message in the words of SES."""
    part = message.get_body(("html",))
    body = {"Html": {"Data": part.get_content() if part else ""}}
    return {"Simple": {"Subject": {"Data": str(message["Subject"])}, "Body": body}}


def _sendgrid_mail(message: EmailMessage) -> dict[str, Any]:
    """Returns a message in the words of POST /v3/mail/send."""
    name, sender = parseaddr(str(message["From"]))
    part = message.get_body(("html", "plain"))
    content = {"type": part.get_content_type(), "value": part.get_content()} if part else {}
    return {
        "personalizations": [{"to": [{"email": parseaddr(str(message["To"]))[1]}]}],
        "from": {"email": sender} | ({"name": name} if name else {}),
        "subject": str(message["Subject"]),
        "content": [content],
    }


def _require_loopback(endpoint: str | None, service: str) -> str:
    """Returns an endpoint that is there and on this machine."""
    if endpoint is None or not _is_loopback(urlsplit(endpoint).hostname or ""):
        raise DeliveryFailed(f"{service} has no endpoint on this machine")
    return endpoint.rstrip("/")


def _is_loopback(host: str) -> bool:
    """Returns whether a host is this machine, without asking a resolver."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
