"""The one HTTP client: login, retries, rate limits, and errors of our own instead of the library's.

It never logs a body, never follows a redirect (a secret goes to the host it was given for and to no other), and
repeats a request only when that cannot do anything twice: everything but a POST, a POST that never left, and what
a rate limit turned away.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

import requests
from requests.adapters import HTTPAdapter

from tenant_email.body import encoded
from tenant_email.errors import PlatformError, RateLimited, Unauthorized, Unavailable, error_for, foreign
from tenant_email.ratelimits import RateLimits, seconds_until_reset
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.ratelimits import Bucket
    from tenant_email.secrets import Secret

TRIES: Final = 4  # of a request that got no usable answer
LONGEST_WAIT: Final = 60.0  # seconds, of one wait for a rate limit
_SHORTEST_WAIT: Final = 0.25  # seconds, grows with each try: a reset may lie in the past already
WAITS_IN_ALL: Final = 300.0  # seconds, of all waits of one request
_TOO_MANY: Final = 429
_USUAL: Final = Timing()
_UNAUTHORIZED: Final = 401


class Dialect(Protocol):
    """How a platform words its errors."""

    def read_error(self, status: int, body: Any) -> tuple[str, str]:
        """Returns (error code, text) of an error body; body is None when it is not JSON."""
        ...

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what the user can do about it; `request` is `METHOD /path`."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """A management token and the time, on the client's clock in seconds, from which it is not used any more."""

    value: Secret
    until: float


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `body` goes as JSON, `form` as a form. Only method and path are ever shown."""

    method: str
    path: str
    body: Any = field(default=None, repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    dialect: Dialect | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; body is the parsed JSON, or None."""

    status: int
    body: Any = field(repr=False)  # a token, when it answers a login


class Client:
    """Talks to one tenant; safe to share between threads."""

    def __init__(
        self,
        who: str,
        base: str,
        dialect: Dialect,
        login: Callable[[Client], Token],
        *,
        headers: Mapping[str, str] | None = None,
        buckets: tuple[Bucket, ...] = (),
        announce: Callable[[str], None] = lambda _: None,
        timing: Timing = _USUAL,
    ) -> None:
        """Takes the platform's buckets; `announce` shows progress."""
        self.who = who
        self.clock = timing.clock
        self._base, self._dialect, self._login = base, dialect, login
        self._timing, self._sleep = timing, timing.sleep
        self._limits = RateLimits(who, buckets, announce=announce, sleep=timing.sleep, clock=timing.clock)
        self._token: Token | None = None
        self._token_lock = threading.Lock()
        self._session = requests.Session()
        self._session.headers.update(headers or {})
        self._session.mount(base, HTTPAdapter(pool_maxsize=8))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, str] | None = None,
        *,
        dialect: Dialect | None = None,
    ) -> Answer:
        """Sends one request as the management client; a rejected token is renewed once.

        `dialect` is for a call whose errors need to be read in its own light. Raises the PlatformError that fits the
        status.
        """
        token, request = self._current_token(), Request(method, path, body, params, dialect=dialect)
        try:
            return self.send(request, token)
        except Unauthorized as error:
            self._drop(token)
            return self.send(request, self._current_token(), unsure=error.sent)

    def send(self, request: Request, token: Token | None = None, *, unsure: bool = False) -> Answer:
        """Sends one request with the token given, or none; waits and repeats where that is safe.

        An error's `sent` says whether the request may have had its effect, by this sending or by an earlier one
        (`unsure`): what has none is a read, and what carries no token, a login.
        """
        has_effect = token is not None and request.method != "GET"
        try:
            return self._send(request, token)
        except PlatformError as error:
            error.sent = has_effect and (error.sent or unsure)
            raise

    def _send(self, request: Request, token: Token | None) -> Answer:
        waited, tries, method, unsure = 0.0, 0, request.method, False
        while True:
            tries += 1
            waited += self._limits.wait(method, request.path)
            try:
                response = self._once(request, token)
            except Unavailable as error:
                error.sent = unsure = unsure or error.sent
                if tries >= TRIES or (error.sent and method == "POST"):
                    raise
                self._sleep(_backoff(tries))
                continue
            self._limits.learn(method, request.path, response.headers)
            if response.status_code == _TOO_MANY and waited < WAITS_IN_ALL:
                waited += self._turned_away(request, response, tries)
            elif response.status_code >= 500 and method != "POST" and tries < TRIES:  # noqa: PLR2004 - server errors
                unsure = True
                self._sleep(_backoff(tries))
            elif response.ok and not response.is_redirect:
                return self._answer(request, response)
            else:
                refused = self._error(request, response)
                refused.sent = refused.sent or unsure
                raise refused

    def _once(self, request: Request, token: Token | None) -> requests.Response:
        headers = {"Content-Type": "application/json"} if request.body is not None else {}
        headers |= {"Authorization": f"Bearer {token.value.reveal()}"} if token else {}
        try:
            return self._session.request(
                request.method,
                self._base + request.path,
                data=request.form if request.body is None else encoded(request.body),
                params=request.params,
                headers={**headers, **request.headers},
                auth=_as_given,
                timeout=(self._timing.connect, self._timing.read),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            sent = not isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError) and not _refused(error)
            what = "there was no answer" if sent else f"no connection ({_reason(error)})"
            remedy = f"Check that {self._base} is right and can be reached from here, then run again."
            raise Unavailable(f"{self.who}: {request}: {what}", remedy=remedy, sent=sent) from None

    def _turned_away(self, request: Request, response: requests.Response, tries: int) -> float:
        """Waits as the answer asks, or leaves that to the limits, which know what else is waiting."""
        seconds = min(max(_asked_wait(response, tries), _SHORTEST_WAIT * tries), LONGEST_WAIT)
        if self._limits.turned_away(request.method, request.path, seconds):
            return 0.0
        seconds *= random.uniform(1.0, 1.2)  # noqa: S311 - jitter
        self._limits.pause(seconds, "rate limit reached")
        return seconds

    def _answer(self, request: Request, response: requests.Response) -> Answer:
        """Returns what a platform answers; a page is what something else says, at a wrong address or in between."""
        status = response.status_code
        if "html" in response.headers.get("Content-Type", ""):
            remedy = f"Check that {self._base} is right and that no proxy answers in its place, then run again."
            raise Unavailable(f"{self.who}: {request} got a web page ({status})", remedy=remedy, status=status)
        return Answer(status, _json(response))

    def _error(self, request: Request, response: requests.Response) -> PlatformError:
        status, body = response.status_code, _json(response)
        dialect = request.dialect or self._dialect
        code, text = dialect.read_error(status, body)
        remedy = dialect.remedy(str(request), status, code, text)
        said = foreign(text) or ("" if body is not None else "the answer is not JSON")
        message = f"{self.who}: {request} {_verb(status)} ({' '.join(filter(None, (str(status), foreign(code))))})"
        if said:
            message += f"\n  - {said}"
        if error_for(status) is Unavailable:
            return Unavailable(message, remedy=remedy or "Run again; nothing else is needed.", status=status)
        return error_for(status)(message, remedy=remedy, status=status, code=code, text=text)

    def _current_token(self) -> Token:
        with self._token_lock:
            if self._token is None or self._token.until <= self.clock():
                self._token = self._login(self)
            return self._token

    def _drop(self, token: Token) -> None:
        with self._token_lock:
            if self._token is token:
                self._token = None


def _verb(status: int) -> str:
    names = {401: "was not authorised", 403: "was forbidden", 404: "found nothing", 409: "is in conflict"}
    if error_for(status) is RateLimited:
        return "was turned away by the rate limit"
    return names.get(status, "failed" if error_for(status) is Unavailable else "was rejected")


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _backoff(tries: int) -> float:
    return min(2.0 ** (tries - 1), 8.0) * random.uniform(0.4, 0.6)  # noqa: S311 - jitter


def _asked_wait(response: requests.Response, tries: int) -> float:
    """Returns the seconds that the answer asks to wait, or else more each time."""
    try:
        return seconds_until_reset(response.headers)
    except (KeyError, ValueError):
        return 2.0 ** (tries - 1)


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Returns a request with the login it has: without a hook, an entry of the user's .netrc would replace it."""
    return request


def _refused(error: requests.RequestException) -> bool:
    return "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS certificate is not accepted"
    if isinstance(error, requests.ConnectTimeout):
        return "time-out"
    return "name not found" if "NameResolutionError" in repr(error) else "refused"
