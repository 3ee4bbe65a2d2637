"""Filters for codes and the like: Base64, hashes, JSON; and those that do nothing or give a default."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.characters import to_characters, to_units
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.json_text import json_text
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    is_falsy,
    is_js_truthy,
    is_list,
    plain,
    shown,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_GROUP: Final = 4
_SPACES: Final = re.compile("[\t\n\f\r ]")
_BASE64: Final = re.compile("[A-Za-z0-9+/]*")


def _bytes(value: Value) -> bytes:
    return to_characters(shown(value)).encode()


def _base64_decode(value: Value) -> str:
    text = _SPACES.sub("", shown(value))
    if len(text) % _GROUP == 0:
        text = re.sub("==?$", "", text)
    if len(text) % _GROUP == 1 or not _BASE64.fullmatch(text):
        raise LiquidError("invalid base64 provided to base64_decode")
    return to_units(base64.b64decode(text + "=" * (-len(text) % _GROUP)).decode(errors="replace"))


def _hmac_sha256(value: Value, key: Value = UNDEFINED) -> str:
    return hmac.new(_bytes(key), _bytes(value), hashlib.sha256).hexdigest()


def _default(value: Value, other: Value = UNDEFINED, *options: Value) -> Value:
    value = plain(value)
    if isinstance(value, str) or is_list(value):
        return value or other
    if value is False and _allows_false(options):
        return False
    return other if is_falsy(value) else value


def _allows_false(options: tuple[Value, ...]) -> bool:
    allowed: Value = False
    for option in options:
        if not isinstance(option, (list, dict)):
            raise LiquidError(f"Iterator value {to_text(option)} is not an entry object")
        if is_list(option) and option[:1] == ["allow_false"]:
            allowed = option[1] if len(option) > 1 else UNDEFINED
    return is_js_truthy(allowed)


OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {
    "base64_encode": lambda value: base64.b64encode(_bytes(value)).decode(),
    "base64_decode": _base64_decode,
    "sha256": lambda value: hashlib.sha256(_bytes(value)).hexdigest(),
    "raw": lambda value: value,
}
PLAIN: Final[dict[str, Callable[..., Value]]] = {
    "hmac_sha256": _hmac_sha256,
    "json": json_text,
    "jsonify": json_text,
    "inspect": json_text,
    "default": _default,
}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {}
