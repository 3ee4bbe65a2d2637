"""The client of one tenant: login, repeats, rate limits, and errors of our own instead of the library's.

It never logs a body, and repeats a request only when that cannot do anything twice: everything but a POST, a POST that
never left, what a rate limit turned away, and a login. What counts as success is in `answers`; that an object is absent
is said only by the platform's own document for it, which its dialect knows.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from tenant_email.errors import PlatformError, Unauthorized, Unavailable, UnexpectedAnswer
from tenant_email.net.answers import Answer, Promise, Unusable, accept
from tenant_email.net.body import encode_body
from tenant_email.net.error_answers import ErrorAnswers
from tenant_email.net.ratelimits import WAITS_IN_ALL, RateLimits, retry_after, spread
from tenant_email.net.request import ApiDialect, Request, Token
from tenant_email.net.transport import HttpTransport, NoAnswer, TooSlow
from tenant_email.tenants.tenant_url import reach_of
from tenant_email.timing import USUAL, Timing
from tenant_email.waiting import Deadline, Pauses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.json_types import Json
    from tenant_email.net.ratelimits import Bucket
    from tenant_email.net.transport import HttpReply

__all__ = ["TRIES", "ApiDialect", "Client", "Request", "Token"]

TRIES: Final = 4  # of a request that got no usable answer
_BACKOFF: Final = Pauses(0.5, jitter=0.2)  # between them
_TOO_MANY: Final = 429
_ERRORS: Final = 400


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
        self._errors = ErrorAnswers(who, base, reach, timing.clock)
        self._timing, self._headers = timing, headers or {}
        self._limits = RateLimits(who, buckets, announce=announce, timing=timing)
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
        is_patient: bool = True,
    ) -> Answer:
        """Sends one request as the management client; a rejected token is renewed once.

        `dialect` is for a call whose errors need to be read in its own light. One that is not patient does not wait out
        a refusal by a rate limit, such as one of mails to an address. Raises the PlatformError that fits the
        answer: UnexpectedAnswer for all that is neither what the call promises nor a refusal of the platform's own.
        """
        token = self._current_token()
        request = Request(method, path, promise, body, params, dialect=dialect, is_patient=is_patient)
        try:
            return self._send_tracked(request, token)
        except Unauthorized as error:
            # Expiry shows only as a 401, so a token is renewed once; a second 401 is about the application.
            self._drop(token)
            return self._send_tracked(request, self._current_token(), unsure=error.uncertain)

    def granted(self) -> frozenset[str] | None:
        """Logs in, unless that was done, and returns what the login may do; None where that is not said."""
        return self._current_token().scopes

    def visit(self, path: str) -> HttpReply:
        """Returns what anybody is answered there, whatever it is: one request, without a token.

        Raises:
            Unavailable: there was no answer.
        """
        return self._exchange(Request("GET", path, Promise(())), None, self._timing.answer)

    def bucket_sizes(self) -> dict[str, int]:
        """Returns how many calls at once each of the platform's buckets takes, as far as answers said so."""
        return self._limits.sizes()

    def login(
        self,
        path: str,
        promise: Promise,
        body: Json = None,
        form: Callable[[], Mapping[str, str]] | None = None,
        *,
        is_dated: bool = False,
    ) -> Json:
        """Returns the document of a token answer; repeated like any safe call, although it is a POST.

        It goes to the tenant, or to where the tenant's entry says that the login is. `is_dated`: it holds a time.
        """
        elsewhere = self.token_endpoint(path) if self._reach.token_url else ""
        return self._send_tracked(
            Request("POST", path, promise, body, form=form, is_login=True, elsewhere=elsewhere, is_dated=is_dated), None
        ).body

    def token_endpoint(self, path: str) -> str:
        """Returns the address that a login with this path goes to."""
        return self._reach.token_endpoint(self._base, path)

    def unexpected(self, request: str, what: str) -> UnexpectedAnswer:
        """Returns the error for an answer that is not what its call promises; `what` follows `got`."""
        return self._errors.unexpected(request, what)

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
            asked = 0.0
            # Before every sending, a repetition too: it takes a token as well.
            turn = self._limits.wait(request.method, request.path)
            waited += turn
            # The queue is our own choice, and must not eat the server's time to answer.
            deadline.extend(turn)
            try:
                reply = self._once(request, token, deadline.left)
                # A 429 had no effect, so that a POST may go again too; what the answer asks for counts, bounded
                # whatever it says.
                if reply.status == _TOO_MANY and request.is_patient and waited < WAITS_IN_ALL:
                    refusals += 1
                    slept = self._limits.back_off(request.method, request.path, reply.headers, refusals)
                    waited += slept
                    deadline.extend(slept)
                    continue
                # Any answer may say when to come again, a gateway's in maintenance too.
                asked = spread(retry_after(reply.headers, self.clock()) or 0.0)
                return self._answer(request, reply)
            except PlatformError as error:
                error.uncertain = unsure = unsure or error.uncertain
                tries += 1
                # What is asked to wait beyond the deadline is not waited for: no repeat would begin within it.
                if not isinstance(error, Unavailable) or tries >= TRIES or asked >= deadline.left:
                    raise
                # A POST whose answer is lost may have worked: once more could make a second object, or delete the
                # first.
                if unsure and not request.is_repeatable:
                    raise
            usual = next(pauses)
            if asked > usual:
                self._limits.pause(asked, f"{request} is to be sent again later")
            else:
                self._timing.sleep(usual)

    def _once(self, request: Request, token: Token | None, seconds: float) -> HttpReply:
        try:
            reply = self._exchange(request, token, seconds)
            self._limits.learn(request.method, request.path, reply.headers, succeeded=reply.status < _ERRORS)
            return reply
        finally:
            self._limits.release(request.method, request.path)

    def _exchange(self, request: Request, token: Token | None, seconds: float) -> HttpReply:
        # Revealed here and nowhere else, into a dictionary that nobody logs.
        headers = {"Authorization": f"Bearer {token.value.reveal()}"} if token else {}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        body = request.form() if request.form else None if request.body is None else encode_body(request.body)
        transport, path = self._transport, request.path
        if request.elsewhere:
            transport, path = self._transport_to(request.elsewhere), ""
        try:
            return transport.exchange(request.method, path, body, request.params, headers, seconds=seconds)
        except TooSlow as error:
            longer = f" To give a slow tenant more time, set {self._reach.settings('timeout')}."
            slow = self._errors.unexpected(str(request), str(error), hint=longer)
            slow.uncertain = error.sent
            raise slow from None
        except NoAnswer as error:
            address = f"{request.elsewhere} ({self._reach.settings('tokenUrl')})" if request.elsewhere else self._base
            remedy = error.remedy or (
                f"Check that {address} is right and can be reached from this machine, then run again."
            )
            raise Unavailable(f"{self.who}: {request}: {error}", remedy=remedy, uncertain=error.sent) from None

    def _transport_to(self, address: str) -> HttpTransport:
        """Returns the transport of logins elsewhere, which are few: a connection each."""
        return HttpTransport(address, self._headers, self._timing, self.authorities)

    def _answer(self, request: Request, reply: HttpReply) -> Answer:
        """Returns the answer of a call that succeeded; raises the error for everything else."""
        if reply.status >= _ERRORS:
            raise self._errors.error(request, reply, request.dialect or self._dialect)
        try:
            return accept(request.promise, reply)
        except Unusable as odd:
            hint = self._errors.login_hint(request, UnexpectedAnswer)
            raise self._errors.unexpected(str(request), str(odd), reply.status, hint) from None

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
