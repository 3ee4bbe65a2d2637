"""The client of one tenant: login, repeats, rate limits, and errors of our own instead of the library's.

It never logs a body, and repeats a request only when that cannot do anything twice: everything but a POST, a POST that
never left, what a rate limit turned away, and a login. What counts as success is in `answers`; that an object is absent
is said by the platform's own document for it alone, which its dialect knows.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from tenant_email.errors import (
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
from tenant_email.net.answers import Answer, Promise, Unusable, accept, document_of
from tenant_email.net.body import encode_body
from tenant_email.net.ratelimits import WAITS_IN_ALL, RateLimits
from tenant_email.net.transport import HttpTransport, NoAnswer, TooSlow
from tenant_email.tenants.tenant_url import reach_of
from tenant_email.timing import USUAL, Timing
from tenant_email.waiting import Deadline, Pauses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.json_types import Json
    from tenant_email.net.ratelimits import Bucket
    from tenant_email.net.transport import HttpReply
    from tenant_email.redaction.secrets import Secret

TRIES: Final = 4  # of a request that got no usable answer
_BACKOFF: Final = Pauses(0.5, jitter=0.2)  # between them
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_ERRORS: Final = 400
_CORRECT: Final = "Fix what the platform reports above, then run again; what was done before is recorded."
_TRUSTED_BY_STATUS: Final = (Unauthorized, Forbidden, RateLimited, Unavailable)


class ApiDialect(Protocol):
    """How a platform words its errors. A document may be of any shape: it may be a proxy's."""

    def read_error(self, status: int, body: Json) -> tuple[str, str]:
        """Returns (error code, text) of an error body; body is None when it is not JSON."""
        ...

    def is_own(self, status: int, body: Json) -> bool:
        """Returns whether the platform's management API words its refusals so."""
        ...

    def says_absent(self, what: str, body: Json) -> bool:
        """Returns whether a 404 says that the object itself does not exist; `what` is the call's `Promise.absent`."""
        ...

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what the user can do about it; `request` is `METHOD /path`."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """A management token and the time, on the client's clock in seconds, from which it is not used any more.

    `scopes`: what it may do; None where the login does not say.
    """

    value: Secret
    until: float
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `body` goes as JSON, `form` as a form, made anew for each sending. Only method and path are shown.

    is_login: it has no effect on the tenant, so that it is repeated although it is a POST. elsewhere: its whole address
    where that is not the tenant's.
    """

    method: str
    path: str
    promise: Promise
    body: Json = field(default=None, repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    form: Callable[[], Mapping[str, str]] | None = field(default=None, repr=False)
    dialect: ApiDialect | None = field(default=None, repr=False)
    is_login: bool = False
    elsewhere: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.elsewhere or self.path}"

    @property
    def is_repeatable(self) -> bool:
        """Returns whether it may be sent again when nobody knows whether it worked."""
        return self.method != "POST" or self.is_login

    @property
    def has_effect(self) -> bool:
        """Returns whether it may change the tenant."""
        return self.method != "GET" and not self.is_login


class Client:
    """A client of one tenant; safe to share between threads."""

    def __init__(
        self,
        who: str,
        base: str,
        dialect: ApiDialect,
        login: Callable[[Client], Token],
        *,
        headers: Mapping[str, str] | None = None,
        buckets: tuple[Bucket, ...] = (),
        announce: Callable[[str], None] = lambda _: None,
        timing: Timing = USUAL,
    ) -> None:
        """Takes the tenant's url, and the platform's buckets; `announce` shows progress."""
        reach = reach_of(base)
        timing = reach.bound(timing)
        self.who = who
        self.clock = timing.clock
        self.authorities = reach.authorities
        self._base, self._reach, self._dialect, self._login = base, reach, dialect, login
        self._timing, self._headers = timing, headers or {}
        self._limits = RateLimits(who, buckets, announce=announce, sleep=timing.sleep, clock=timing.clock)
        self._token: Token | None = None
        self._token_lock = threading.Lock()
        self._transport = HttpTransport(base, self._headers, timing, reach.authorities)

    def call(
        self,
        method: str,
        path: str,
        promise: Promise,
        body: Json = None,
        params: Mapping[str, str] | None = None,
        *,
        dialect: ApiDialect | None = None,
    ) -> Answer:
        """Sends one request as the management client; a rejected token is renewed once.

        `dialect` is for a call whose errors need to be read in its own light. Raises the PlatformError that fits the
        answer: UnexpectedAnswer for all that is neither what the call promises nor a refusal of the platform's own.
        """
        token = self._current_token()
        request = Request(method, path, promise, body, params, dialect=dialect)
        try:
            return self._send_tracked(request, token)
        except Unauthorized as error:
            # Expiry shows only as a 401, so a token is renewed once; a second 401 is about the application.
            self._drop(token)
            return self._send_tracked(request, self._current_token(), unsure=error.uncertain)

    def login(
        self, path: str, promise: Promise, body: Json = None, form: Callable[[], Mapping[str, str]] | None = None
    ) -> Json:
        """Returns the document of a token answer; repeated like any safe call, although it is a POST.

        It goes to the tenant, or to where the tenant's entry says that the login is.
        """
        elsewhere = self.token_endpoint(path) if self._reach.token_url else ""
        return self._send_tracked(
            Request("POST", path, promise, body, form=form, is_login=True, elsewhere=elsewhere), None
        ).body

    def token_endpoint(self, path: str) -> str:
        """Returns the address that a login with this path goes to."""
        return self._reach.token_endpoint(self._base, path)

    def unexpected(self, request: str, what: str, status: int = 0, hint: str = "") -> UnexpectedAnswer:
        """Returns the error for an answer that is not what its call promises; `what` follows `got`."""
        remedy = (
            f"Check that {self._base} is the tenant's address and that no proxy answers instead of it, then run "
            f"again. Nothing was recorded.{hint}"
        )
        shown = f" ({status})" if status else ""
        return UnexpectedAnswer(
            f"{self.who}: {request} got {redact_external(what)}{shown}", remedy=remedy, status=status
        )

    def _send_tracked(self, request: Request, token: Token | None, *, unsure: bool = False) -> Answer:
        """Sends a request; an error says whether it may have had its effect, by this sending or by an earlier one."""
        try:
            return self._send(request, token)
        except PlatformError as error:
            error.uncertain = request.has_effect and (error.uncertain or unsure)
            raise

    def _send(self, request: Request, token: Token | None) -> Answer:
        """Waits for the rate limit, and repeats what got no usable answer where that is safe."""
        waited, refusals, tries, unsure = 0.0, 0, 0, False
        deadline, pauses = Deadline(self._timing.total, self._timing.now), iter(_BACKOFF)
        while True:
            turn = self._limits.wait(request.method, request.path)
            waited += turn
            deadline.extend(turn)
            try:
                reply = self._once(request, token, deadline.left)
                # A 429 had no effect, so that a POST may go again too; what the answer asks for counts, bounded
                # whatever it says.
                if reply.status == _TOO_MANY and waited < WAITS_IN_ALL:
                    refusals += 1
                    asked = self._limits.back_off(request.method, request.path, reply.headers, refusals)
                    waited += asked
                    deadline.extend(asked)
                    continue
                return self._answer(request, reply)
            except PlatformError as error:
                error.uncertain = unsure = unsure or error.uncertain
                tries += 1
                if not isinstance(error, Unavailable) or tries >= TRIES or deadline.is_over:
                    raise
                # A POST whose answer is lost may have worked: once more could make a second object, or delete the
                # first.
                if unsure and not request.is_repeatable:
                    raise
            self._timing.sleep(next(pauses))

    def _once(self, request: Request, token: Token | None, seconds: float) -> HttpReply:
        headers = {"Authorization": f"Bearer {token.value.reveal()}"} if token else {}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        body = request.form() if request.form else None if request.body is None else encode_body(request.body)
        transport, path = self._transport, request.path
        if request.elsewhere:
            transport, path = self._transport_to(request.elsewhere), ""
        try:
            reply = transport.exchange(request.method, path, body, request.params, headers, seconds=seconds)
        except TooSlow as error:
            longer = f" To give a slow tenant more time, set {self._reach.settings('timeout')}."
            slow = self.unexpected(str(request), str(error), hint=longer)
            slow.uncertain = error.sent
            raise slow from None
        except NoAnswer as error:
            address = f"{request.elsewhere} ({self._reach.settings('tokenUrl')})" if request.elsewhere else self._base
            remedy = error.remedy or (
                f"Check that {address} is right and can be reached from this machine, then run again."
            )
            raise Unavailable(f"{self.who}: {request}: {error}", remedy=remedy, uncertain=error.sent) from None
        self._limits.learn(request.method, request.path, reply.headers)
        return reply

    def _transport_to(self, address: str) -> HttpTransport:
        """Returns the transport of logins elsewhere, which are few: a connection each."""
        return HttpTransport(address, self._headers, self._timing, self.authorities)

    def _login_hint(self, request: Request, kind: type[PlatformError]) -> str:
        """Returns which of two urls may be wrong: the one of the login, or the tenant's."""
        reach, setting = self._reach, self._reach.settings("tokenUrl")
        if not reach.token_url:
            is_lost = request.is_login and kind is UnexpectedAnswer
            return f" If the login is at another address, set it as {setting}." if is_lost else ""
        if request.is_login:
            return f" The login went to {reach.token_url}, as set by {setting}; at {self._base} it needs no tokenUrl."
        if kind is not Unauthorized:
            return ""
        return (
            f" The token is from {reach.token_url} (set by {setting}) and is not valid for {self._base} (set by "
            f"{reach.settings('url')}): one of the two is wrong."
        )

    def _answer(self, request: Request, reply: HttpReply) -> Answer:
        """Returns the answer of a call that succeeded; raises the error for everything else."""
        if reply.status >= _ERRORS:
            raise self._error(request, reply)
        try:
            return accept(request.promise, reply)
        except Unusable as odd:
            hint = self._login_hint(request, UnexpectedAnswer)
            raise self.unexpected(str(request), str(odd), reply.status, hint) from None

    def _error(self, request: Request, reply: HttpReply) -> PlatformError:
        """Returns the error for a status of 400 or more: a refusal is the platform's own, or says nothing."""
        dialect, status, flaw = request.dialect or self._dialect, reply.status, ""
        try:
            body = document_of(reply)
        except Unusable as odd:
            body, flaw = None, str(odd)
        kind, absent = error_for(status), request.promise.absent
        own = _is_oauth_error(body) if request.is_login else dialect.is_own(status, body)
        # a 401 has a request sent again with another token: a POST only where the platform itself refused the first
        told = own or (kind in _TRUSTED_BY_STATUS and (kind is not Unauthorized or request.is_repeatable))
        if status == _NOT_FOUND and own and absent and dialect.says_absent(absent, body):
            kind = NotFound
        # A proxy's page, or the absence of something else, is no absence: believed, it would drop the resource from
        # state.
        elif status == _NOT_FOUND or not told:
            what = "an error that did not come from the platform (a proxy?)"
            found = flaw or ("an answer about something else" if own else what)
            return self.unexpected(str(request), found, status, self._login_hint(request, UnexpectedAnswer))
        code, text = dialect.read_error(status, body)
        remedy = dialect.remedy(f"{request.method} {request.path}", status, code, text)
        message = (
            f"{self.who}: {request} {_verb(kind)} ({' '.join(filter(None, (str(status), redact_external(code))))})"
        )
        if said := redact_external(text) or flaw:
            message += f"\n  - {said}"
        if issubclass(kind, Unavailable):
            return Unavailable(message, remedy=remedy or "Run again; nothing else is needed.", status=status)
        remedy = (remedy or _CORRECT) + self._login_hint(request, kind)
        return kind(message, remedy=remedy, status=status, code=code, text=text)

    def _current_token(self) -> Token:
        with self._token_lock:
            # One login for all threads: they would race for a quota of tokens.
            if self._token is None or self._token.until <= self.clock():
                self._token = self._login(self)
                self._reach.hear(self._token.scopes)
            return self._token

    def _drop(self, token: Token) -> None:
        with self._token_lock:
            if self._token is token:
                self._token = None


_VERBS: Final = {
    "Unauthorized": "was not authorized",
    "Forbidden": "was forbidden",
    "NotFound": "found nothing",
    "Conflict": "conflicts",
    "RateLimited": "was rate-limited",
    "Unavailable": "failed",
}


def _is_oauth_error(body: object) -> bool:
    """Returns whether a token endpoint words its refusals so (RFC 6749 section 5.2)."""
    return is_object(body) and isinstance(body.get("error"), str)


def _verb(kind: type[PlatformError]) -> str:
    return _VERBS.get(kind.__name__, "was rejected")
