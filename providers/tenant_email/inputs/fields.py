"""Types of input fields that every platform has: texts, hosts, ports, addresses."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, WrapValidator

from tenant_email.inputs.hosts import ascii_host, is_host
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.redaction.visible import unseen_in

if TYPE_CHECKING:
    from pydantic import ValidatorFunctionWrapHandler

_PLACEHOLDER: Final = re.compile(r"##.*##|@@.*@@|YOUR[_-].*|\$\{.*\}", re.IGNORECASE)
_LOCAL_PART: Final = re.compile(r"[^\s@<>\"(),:;\[\]\\\x00-\x1f\x7f]{1,64}")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_CONTROLS: Final = frozenset({"Cc", "Zl", "Zp"})  # of the Unicode general categories
_MARK: Final = "\ufeff"
_ALONG: Final = "it was copied or read along."
_LONGEST_MAILBOX: Final = 998  # characters of a header's line, RFC 5322
_LONGEST_TEXT: Final = 65_536  # characters; a body has a type of its own
_LAST_PORT: Final = 65535
_THIS_MACHINE: Final = "localhost"
_WRITE: Final = "Write it as no-reply@acme.com or Acme <no-reply@acme.com>."


def _refuse(what: str, remedy: str = "") -> ValueError:
    return ValueError(f"{what}\n{remedy}" if remedy else what)


def _text(value: str) -> str:
    if not value.strip():
        raise _refuse("is empty")
    if value != value.strip():
        what = "has leading or trailing whitespace"
        raise _refuse(what, "Remove it with .strip(): text read from a file ends with a newline.")
    if len(value) > _LONGEST_TEXT:
        raise _refuse(f"is {len(value)} characters long", f"Use at most {_LONGEST_TEXT}.")
    if _PLACEHOLDER.fullmatch(value):
        raise _refuse("is a placeholder, not a value")
    return value


def _host(value: str) -> str:
    if is_host(value):
        return value
    if not value.isascii() and (name := ascii_host(value)):
        raise _refuse("has non-ASCII characters", f"Write it as {name}.")
    raise _refuse("is not a host name or IP address", "Write only the host, without scheme, port or path.")


def _port(value: int) -> int:
    if not 1 <= value <= _LAST_PORT:
        raise _refuse("must be a port from 1 to 65535", "Use 587 (STARTTLS) or 465 (TLS).")
    return value


def address_of(value: str) -> str:
    """Returns the bare address of `a@b.example`, `Name <a@b.example>` or `"Name, Inc." <a@b.example>`.

    Raises:
        ValueError: it is not one address; the second line says how to write it.
    """
    name, address = _mailbox(value)
    local, at, domain = address.rpartition("@")
    if unseen := unseen_in(local):
        raise _refuse(unseen, f"Type it anew: {_ALONG}")
    if not (at and _LOCAL_PART.fullmatch(local)):
        raise _refuse("is not an email address", _WRITE)
    if not domain.isascii() and (known := ascii_host(domain)):
        written = f"{local}@{known}"
        what = "has non-ASCII characters in its domain"
        raise _refuse(what, f"Write it as {f'{name} <{written}>' if name else written}.")
    if domain != _THIS_MACHINE and not ("." in domain and is_host(domain)):
        raise _refuse("is not an email address", _WRITE)
    return address


def name_of(value: str) -> str:
    """Returns the name that an address is written with, without quotes; empty where it has none."""
    name, _ = _mailbox(value)
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if _QUOTED.fullmatch(name) else name


def _mailbox(value: str) -> tuple[str, str]:
    """Returns (name, address); it reads one of each, without the nesting of comments that RFC 5322 has."""
    if len(value) > _LONGEST_MAILBOX:
        raise _refuse(f"is {len(value)} characters long, which is too long for an email address", _WRITE)
    if any(unicodedata.category(character) in _CONTROLS for character in value):
        raise _refuse("has a line break or another control character", _WRITE)
    if value.startswith(_MARK):
        raise _refuse(
            "begins with a byte order mark", f"Type it anew, or read its file with encoding='utf-8-sig': {_ALONG}"
        )
    if not value.endswith(">"):
        _require_one(value)
        return "", value
    name, _, address = value[:-1].rpartition("<")
    name, address = name.strip(), address.strip()
    if not _QUOTED.fullmatch(name):
        _require_plain(name, address)
    _require_one(address)
    return name, address


def _require_one(address: str) -> None:
    if "(" in address or ")" in address:
        raise _refuse("holds a comment in parentheses", "Write the name before the address: Acme <no-reply@acme.com>.")
    if address.count("@") > 1 and ("," in address or ";" in address or " " in address):
        raise _refuse("holds several addresses", "Use one, such as no-reply@acme.com.")
    if ":" in address and ";" in address:
        raise _refuse("is a group of addresses", "Use one address, such as no-reply@acme.com.")


def _require_plain(name: str, address: str) -> None:
    """Raises for a name that has to be quoted, or that holds more than a name."""
    if "@" in name or "<" in name:
        raise _refuse("holds several addresses", "Use one, such as no-reply@acme.com.")
    odd = next((mark for mark in '"\\,;:()[]>' if mark in name), "")
    if not odd:
        return
    words = {",": "a comma", ";": "a semicolon", ":": "a colon", '"': "a quote"}
    inside = re.sub(r'(["\\])', r"\\\1", name) if odd not in '"\\' else name.replace('"', "").replace("\\", "")
    what = f"has {words.get(odd, odd)} in its name, which ends a name that is not quoted"
    raise _refuse(what, f'Quote the name: "{inside}" <{address}>.')


def _address(value: str) -> str:
    if address_of(value).endswith(f"@{_THIS_MACHINE}"):
        raise _refuse("is an address of this machine only", _WRITE)
    return value


def is_filled_in_later(sender: str) -> bool:
    """Returns whether a part of a sender is known only when mail is sent: Liquid, or an environment's placeholder."""
    return any(mark in sender for mark in ("{{", "{%", "&{"))


def is_local(address: str) -> bool:
    """Returns whether an address is one of the sending machine itself, which is of use only to a loopback tenant."""
    return address.endswith(f"@{_THIS_MACHINE}")


def _sender(value: str) -> str:
    if not is_filled_in_later(value):
        address_of(value)
    return value


def _unless_unknown(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    return value if value is UNKNOWN else handler(value)


UnlessUnknown: Final = WrapValidator(_unless_unknown)
"""Lets a value in a map be unknown in a preview, as `Model` does for fields."""

Text = Annotated[str, AfterValidator(_text)]
Host = Annotated[str, AfterValidator(_text), AfterValidator(_host)]
Port = Annotated[int, AfterValidator(_port)]
Address = Annotated[str, AfterValidator(_text), AfterValidator(_address)]
Sender = Annotated[str, AfterValidator(_text), AfterValidator(_sender)]
"""An address that may be one at localhost, or hold what is filled in later; whoever uses it checks the tenant."""
TextMap = dict[str, Annotated[str, UnlessUnknown]]

AdoptionMode = Literal["fail", "adopt", "import"]
"""`on_existing`. "import" is what `opts.import_` becomes, adopt without a write (`operations.imports`); no user writes
it: one input holds what may be done with what is there, so that two of them cannot contradict each other."""

DeleteOrRetain = Literal["delete", "retain"]
"""`on_delete` of what can be neither disabled nor put back."""
