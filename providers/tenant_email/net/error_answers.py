"""What an answer that is no success means: an error of ours, in the platform's words and with a remedy.

A refusal is believed only in the platform's own words, because a proxy, a captive portal or a wrong address answers
with any status too, and each status has a consequence: an absence drops the resource from the state, a refused token
has the request sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.errors import (
    NOTHING_RECORDED,
    Conflict,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
    error_for,
    redact_external,
)
from tenant_email.json_types import is_object
from tenant_email.net import clocks
from tenant_email.net.answers import Unusable, document_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.json_types import Json
    from tenant_email.net.request import ApiDialect, Request
    from tenant_email.net.transport import HttpReply
    from tenant_email.tenants.tenant_url import Reach

_NOT_FOUND: Final = 404
_FIX: Final = "Fix what the platform reports above, then run again; what was done before is recorded."
_AGAIN: Final = "Run again; nothing else is needed."
_TRUSTED_BY_STATUS: Final = (Unauthorized, Forbidden, RateLimited, Unavailable)
"""What anything on the way may answer, and what has no effect on the state: its status is enough."""
_VERBS: Final[Mapping[type[PlatformError], str]] = {
    Unauthorized: "was not authorized",
    Forbidden: "was forbidden",
    NotFound: "found nothing",
    Conflict: "conflicts",
    RateLimited: "was rate-limited",
    Unavailable: "failed",
}


@dataclass(frozen=True, slots=True)
class ErrorAnswers:
    """Makes the errors of one tenant; `who` begins every message, `base` is its url, `reach` the way to it."""

    who: str
    base: str
    reach: Reach
    clock: Callable[[], float]

    def unexpected(self, request: str, what: str, status: int = 0, hint: str = "") -> UnexpectedAnswer:
        """Returns the error for an answer that is not what its call promises; `what` follows `got`."""
        remedy = (
            f"Check that {self.base} is the tenant's address and that no proxy answers instead of it, then run again. "
            f"{NOTHING_RECORDED}{hint}"
        )
        shown = f" ({status})" if status else ""
        return UnexpectedAnswer(
            f"{self.who}: {request} got {redact_external(what)}{shown}", remedy=remedy, status=status
        )

    def error(self, request: Request, reply: HttpReply, dialect: ApiDialect) -> PlatformError:
        """Returns the error for a status of 400 or more."""
        status, flaw = reply.status, ""
        try:
            body = document_of(reply)
        except Unusable as odd:
            body, flaw = None, str(odd)
        kind = error_for(status)
        own = _is_oauth_error(body) if request.is_login else dialect.is_own(status, body)
        if own and _is_proven_absence(request, status, body, dialect):
            kind = NotFound
        # A proxy's page, or a 404 about something else, is no absence: believed, it would drop the resource from state.
        elif status == _NOT_FOUND or not _is_trusted(request, kind, own=own):
            foreign = "an error that did not come from the platform (a proxy?)"
            found = flaw or ("an answer about something else" if own else foreign)
            return self.unexpected(str(request), found, status, self.login_hint(request, UnexpectedAnswer))
        hint = self.login_hint(request, kind) + self._clock_hint(request, reply)
        return self._refusal(request, kind, status, body, dialect=dialect, flaw=flaw, hint=hint)

    def _refusal(
        self,
        request: Request,
        kind: type[PlatformError],
        status: int,
        body: Json,
        *,
        dialect: ApiDialect,
        flaw: str,
        hint: str,
    ) -> PlatformError:
        """Returns the error for a refusal that is believed, with the platform's reason and what to do about it."""
        code, text = dialect.read_error(status, body)
        remedy = dialect.remedy(f"{request.method} {request.path}", status, code, text)
        shown = " ".join(filter(None, (str(status), redact_external(code))))
        message = f"{self.who}: {request} {_VERBS.get(kind, 'was rejected')} ({shown})"
        if said := redact_external(text) or flaw:
            message += f"\n  - {said}"
        if issubclass(kind, Unavailable):
            return Unavailable(message, remedy=remedy or _AGAIN, status=status)
        return kind(message, remedy=(remedy or _FIX) + hint, status=status, code=code, text=text)

    def _clock_hint(self, request: Request, reply: HttpReply) -> str:
        """Returns by how much this machine's clock is wrong, where a refused request holds a time by it."""
        ahead = clocks.seconds_ahead(reply.headers, self.clock()) if request.is_dated else None
        if ahead is None or abs(ahead) <= clocks.AGREE:
            return ""
        return f" By the date of the answer {clocks.difference(ahead)}: set it."

    def login_hint(self, request: Request, kind: type[PlatformError]) -> str:
        """Returns which of two urls may be wrong: the one of the login, or the tenant's."""
        reach, setting = self.reach, self.reach.settings("tokenUrl")
        if not reach.token_url:
            is_lost = request.is_login and kind is UnexpectedAnswer
            return f" If the login is at another address, set it as {setting}." if is_lost else ""
        if request.is_login:
            return f" The login went to {reach.token_url}, as set by {setting}; at {self.base} it needs no tokenUrl."
        if kind is not Unauthorized:
            return ""
        return (
            f" The token is from {reach.token_url} (set by {setting}) and is not valid for {self.base} (set by "
            f"{reach.settings('url')}): one of the two is wrong."
        )


def _is_trusted(request: Request, kind: type[PlatformError], *, own: bool) -> bool:
    """Returns whether a refusal is believed: in the platform's own words, or where its status is enough.

    A 401 has the request sent again with another token, and that is a second sending: of a POST only where the platform
    itself refused the first.
    """
    return own or (kind in _TRUSTED_BY_STATUS and (kind is not Unauthorized or request.is_repeatable))


def _is_proven_absence(request: Request, status: int, body: Json, dialect: ApiDialect) -> bool:
    """Returns whether the platform says of the very object that was asked for that it does not exist."""
    absent = request.promise.absent
    return status == _NOT_FOUND and bool(absent) and dialect.says_absent(absent, body)


def _is_oauth_error(body: object) -> bool:
    """Returns whether a token endpoint words its refusals so (RFC 6749 section 5.2)."""
    return is_object(body) and isinstance(body.get("error"), str)
