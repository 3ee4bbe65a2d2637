"""What the endpoints share: the tenant they act on, and what they read of a request."""

from __future__ import annotations

import json
import re
import secrets
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import json_text, refusals, zod, zod_results
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
    mails by kind and recipient, `codes` the last code of each; `issued` what each access token may do and until
    when.
    """

    state: LogtoState
    switches: LogtoSwitches
    clock: Clock
    delivery: Delivery
    yielding: Callable[[float], AbstractContextManager[None]]
    url: str = ""
    issued: dict[str, tuple[bool, float]] = field(default_factory=dict[str, tuple[bool, float]], repr=False)
    sent: dict[tuple[str, str], list[float]] = field(default_factory=dict[tuple[str, str], list[float]])
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
        """Returns the email connectors."""
        return self.rows("Email")

    def rows(self, kind: str = "") -> list[Row]:
        """Returns the connectors, of a kind where one is given, in order of their ids.

        Rows of factories that are not installed are invisible.
        """
        installed = self.factories()
        known = [row for row in self.state.connectors if row.factory in installed]
        return sorted((row for row in known if kind in ("", installed[row.factory].type)), key=lambda row: row.id)

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


def sent_query(request: Request, schema: zod.ZodObject) -> dict[str, str]:
    """Returns the filters that a schema names; one that is given twice is a list, which none of them takes."""
    given = {name: values[0] if len(values) == 1 else values for name, values in request.args.lists()}
    refusals.guard(schema, given, "query")
    found: dict[str, str] = zod_results.parsed(schema, given)
    return found


def require_storable(*values: Any) -> None:
    """Fails as the database does on a NUL, in a text or a document, and on half a surrogate pair in a document.

    Source: docs/contracts/logto.md#errors.
    """
    text = json.dumps(values, ensure_ascii=False)
    if _NUL.search(text):
        raise refusals.internal()
    if _HALF_PAIR.search(text):
        raise refusals.refusal(422, "entity.invalid_input")


def is_text(text: str) -> bool:
    """Returns whether a text has no half of a surrogate pair, which the database's own texts lose."""
    return not _HALF_PAIR.search(text)


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
        return json_text.loads(text)
    except json_text.InvalidJsonError as error:
        raise Refusal(HttpAnswer(400, {"message": f"{error}"})) from None
