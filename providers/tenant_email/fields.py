"""Types of input fields that every platform has: texts, hosts, ports, addresses."""

from __future__ import annotations

import ipaddress
import re
from email.utils import parseaddr
from typing import Annotated, Final

from pydantic import AfterValidator

_HOST_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_PLACEHOLDER: Final = re.compile(r"##.*##|@@.*@@|YOUR[_-].*|\$\{.*\}", re.IGNORECASE)
_LOCAL_PART: Final = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}")
_LONGEST_HOST: Final = 253  # RFC 1035
_LAST_PORT: Final = 65535


def _text(value: str) -> str:
    if not value.strip():
        msg = "is empty"
        raise ValueError(msg)
    if value != value.strip():
        msg = "begins or ends with white space"
        raise ValueError(msg)
    if _PLACEHOLDER.fullmatch(value):
        msg = "is a placeholder, not a value"
        raise ValueError(msg)
    return value


def is_host(value: str) -> bool:
    """Tells whether this is a host name or an IP address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        labels = value.rstrip(".").split(".")
        return len(value) <= _LONGEST_HOST and all(_HOST_LABEL.fullmatch(label) for label in labels)
    return True


def _host(value: str) -> str:
    if not is_host(value):
        msg = "is not a host name or IP address\nWrite the host alone, without scheme, port or path."
        raise ValueError(msg)
    return value


def _port(value: int) -> int:
    if not 1 <= value <= _LAST_PORT:
        msg = "must be a port from 1 to 65535\nUse 587 (STARTTLS) or 465 (TLS)."
        raise ValueError(msg)
    return value


def address_of(value: str) -> str:
    """Returns the bare address of `a@b.example` or `Name <a@b.example>`; ValueError when there is none."""
    address = parseaddr(value)[1]
    local, at, domain = address.rpartition("@")
    if not (at and _LOCAL_PART.fullmatch(local) and "." in domain and is_host(domain)) or "\n" in value:
        msg = "is not an e-mail address\nWrite it as no-reply@acme.com or Acme <no-reply@acme.com>."
        raise ValueError(msg)
    return address


def _address(value: str) -> str:
    address_of(value)
    return value


def is_filled_in_later(sender: str) -> bool:
    """Tells whether a part of a sender is known only when a mail is sent: Liquid, or an environment's placeholder."""
    return any(mark in sender for mark in ("{{", "{%", "&{"))


def _sender(value: str) -> str:
    return value if is_filled_in_later(value) else _address(value)


Text = Annotated[str, AfterValidator(_text)]
Host = Annotated[str, AfterValidator(_text), AfterValidator(_host)]
Port = Annotated[int, AfterValidator(_port)]
Address = Annotated[str, AfterValidator(_text), AfterValidator(_address)]
Sender = Annotated[str, AfterValidator(_text), AfterValidator(_sender)]
