"""Host names: what is one, which are this machine, and how DNS has it."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import Final
from urllib.parse import urlsplit

_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_LONGEST: Final = 253  # RFC 1035
_LOCALHOST: Final = "localhost"


def is_address(value: str) -> bool:
    """Returns whether this is an IP address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def is_host(value: str) -> bool:
    """Returns whether this is a host name or an IP address."""
    if len(value) > _LONGEST:
        return False
    return is_address(value) or all(_LABEL.fullmatch(label) for label in value.removesuffix(".").split("."))


def is_localhost_name(host: str) -> bool:
    """Returns whether a name is `localhost` or below it, which is this machine whatever a resolver says (RFC 6761)."""
    name = host.removesuffix(".").lower()
    return name == _LOCALHOST or name.endswith(f".{_LOCALHOST}")


def is_loopback(host: str) -> bool:
    """Returns whether a host is this machine: an address of 127.0.0.0/8, ::1, or a name at or below `localhost`."""
    if not is_address(host):
        return is_localhost_name(host)
    address = ipaddress.ip_address(host)
    inside = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None  # Python 3.13 looks there too
    return (inside or address).is_loopback


def normal_ipv6(host: str) -> str:
    """Returns a host with its IPv6 address in the one spelling of RFC 5952, `::1` for `0:0:0:0:0:0:0:1`."""
    if ":" not in host or not is_address(host):
        return host
    address, percent, zone = host.partition("%")
    return f"{socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, address))}{percent}{zone}"


def host_in(url: str) -> str:
    """Returns the host of a url, with or without a scheme before it, in small letters; empty where it names none."""
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


def ascii_host(value: str) -> str:
    """Returns a host name as DNS has it, `xn--mller-kva.example` for `müller.example`; empty when it is none."""
    if value.isascii() or len(value) > _LONGEST:
        return value if is_host(value) else ""
    import idna  # noqa: PLC0415 - its tables are large, and few hosts need them

    try:
        return idna.encode(value, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""
