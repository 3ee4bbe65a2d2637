"""What the endpoints share: the tenant they act on, and what they read of a request."""

from __future__ import annotations

import json
import re
import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import refusals
from tenant_email_local.emulators.logto.factories import FACTORIES, Factory
from tenant_email_local.emulators.logto.state import DEFAULT_RESOURCE, LogtoState, LogtoSwitches, Row
from tenant_email_local.emulators.server import HttpAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.delivery import Delivery
    from tenant_email_local.emulators.server import Clock

_ALPHABET = string.digits + string.ascii_lowercase
_JSON_TYPES: Final = frozenset(
    f"application/{name}" for name in ("json", "json-patch+json", "vnd.api+json", "csp-report", "reports+json")
)
_LARGEST_JSON: Final = 1_048_576  # bytes of a body
_LARGEST_TEXT: Final = 57_344  # bytes of a form or a text
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_HALF_PAIR: Final = re.compile(r"[\ud800-\udfff]")


@dataclass
class SentCode:
    """A verification code that was sent, when, and how often a wrong one was given for it."""

    digits: str = field(repr=False)
    at: float
    trials: int = 0


@dataclass
class LogtoTenant:
    """The tenant's data, joined with the ways it behaves.

    `yielding` gives up the lock for a moment, as a database lets other transactions run. `sent` are the times of
    verification emails by recipient, `codes` the last code of each; `issued` what each access token may do and until
    when.
    """

    state: LogtoState
    switches: LogtoSwitches
    clock: Clock
    delivery: Delivery
    yielding: Callable[[float], AbstractContextManager[None]]
    url: str = ""
    issued: dict[str, tuple[bool, float]] = field(default_factory=dict[str, tuple[bool, float]], repr=False)
    sent: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    codes: dict[str, SentCode] = field(default_factory=dict[str, SentCode], repr=False)

    @property
    def resource(self) -> str:
        """Returns the indicator of the Management API: on Cloud the tenant's own.

        Source: docs/contracts/logto.md#authentication.
        """
        return f"{self.url}/api" if self.switches.cloud else DEFAULT_RESOURCE

    def factories(self) -> dict[str, Factory]:
        """Returns the installed factories, in the order served."""
        return {id_: factory for id_, factory in FACTORIES.items() if self.switches.cloud or not factory.cloud}

    def email_rows(self) -> list[Row]:
        """Returns the email connectors whose factory is installed: rows of others are invisible."""
        installed = self.factories()
        return [row for row in self.rows() if installed[row.factory].type == "Email"]

    def rows(self) -> list[Row]:
        """Returns the connectors whose factory is installed, in order of their ids."""
        installed = self.factories()
        return sorted((row for row in self.state.connectors if row.factory in installed), key=lambda row: row.id)

    def milliseconds(self) -> int:
        """Returns the time as the API writes it."""
        return int(self.clock() * 1000)


def new_id(length: int) -> str:
    """Returns a random id of digits and small letters."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def sent_json(request: Request) -> Any:
    """Returns the body: JSON, a form, or a text; without one, or of another type, it is an empty object.

    Refuses JSON that does not parse, or is neither object nor list; what is too large has no route at all.
    """
    is_json = request.mimetype in _JSON_TYPES
    if (request.content_length or 0) > (_LARGEST_JSON if is_json else _LARGEST_TEXT):
        raise refusals.text(404, "Not Found")
    if request.mimetype == "application/x-www-form-urlencoded":
        return _nested(request.form.to_dict())
    data = request.get_data()
    if is_json:
        return _parsed(data.decode("utf-8-sig", errors="replace"))
    return data.decode(errors="replace") if data and request.mimetype.startswith("text/") else {}


def require_storable(*values: Any) -> None:
    """Fails as the database does on a NUL, in a text or a document, and on half a surrogate pair in a document.

    Source: docs/contracts/logto.md#errors.
    """
    text = json.dumps(values, ensure_ascii=False)
    if _NUL.search(text):
        raise refusals.internal()
    if _HALF_PAIR.search(text):
        raise refusals.refusal(422, "entity.invalid_input")


def _nested(form: dict[str, str]) -> dict[str, Any]:
    """Returns a form as its object: `a[b]` and `a.b` are the field `b` of `a`."""
    found: dict[str, Any] = {}
    for name, value in form.items():
        *path, last = re.findall(r"[^\[\].]+", name) or [name]
        inner = found
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return found


def _parsed(text: str) -> Any:
    if not text:
        return {}
    if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        raise Refusal(HttpAnswer(400, {"message": "invalid JSON, only supports object and array"}))
    try:
        return json.loads(text, parse_float=_number)
    except ValueError as error:
        raise Refusal(HttpAnswer(400, {"message": f"{error}"})) from None


def _number(text: str) -> float:
    """Returns a JSON number; 587.0 is 587 in JavaScript."""
    value = float(text)
    return int(value) if value.is_integer() else value
