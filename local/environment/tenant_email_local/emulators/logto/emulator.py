"""The emulated tenant: tokens, limits and routes."""

from __future__ import annotations

import copy
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.limits import Rate, RequestBucket
from tenant_email_local.emulators.logto import (
    connectors,
    invitations,
    messages,
    refusals,
    sign_in,
    sign_in_schema,
    templates,
    tokens,
)
from tenant_email_local.emulators.logto.state import Application, LogtoState, LogtoSwitches
from tenant_email_local.emulators.logto.tenant import LogtoTenant
from tenant_email_local.emulators.routes import Route, Routes
from tenant_email_local.emulators.server import Clock, Emulator, HttpAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Generator

    from werkzeug.wrappers import Request

_STATUS: Final = Route("GET", "/api/status", lambda *_: HttpAnswer(204))
"""The one endpoint that asks for no token."""
_ROUTES: Final = Routes(
    (_STATUS, *connectors.ROUTES, *templates.ROUTES, *messages.ROUTES, *invitations.ROUTES, *sign_in.ROUTES),
    strict_slashes=False,
)
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_CLOUD_RATE: Final = Rate(burst=200, per_minute=1200)  # 200 in 10 s (docs/contracts/logto.md#authentication)


class LogtoEmulator(Emulator):
    """A server of one Logto tenant on loopback.

    `state` is what the tenant holds at first; without applications in it, one is made that may do everything.
    """

    login_path = tokens.PATH

    def __init__(
        self,
        *,
        port: int = 0,
        state: LogtoState | None = None,
        switches: LogtoSwitches | None = None,
        delivery: Delivery | None = None,
        clock: Clock = time.time,
    ) -> None:
        super().__init__(port=port, clock=clock)
        self.state = state or LogtoState()
        if not self.state.applications:
            self.state.applications["management"] = Application("management", secrets.token_urlsafe(24))
        if not self.state.admin_applications:
            self.state.admin_applications["m-default"] = Application("m-default", secrets.token_urlsafe(24))
        self.state.sign_in = copy.deepcopy(sign_in_schema.DEFAULT) | self.state.sign_in
        self._tenant = LogtoTenant(
            self.state, switches or LogtoSwitches(), clock, delivery or Delivery(), self._yielding
        )
        self._limit = RequestBucket(_CLOUD_RATE, clock)

    @property
    def application(self) -> Application:
        """The first application of the tenant."""
        return next(iter(self.state.applications.values()))

    @property
    def switches(self) -> LogtoSwitches:
        """The chosen behaviors; they may be changed while the emulator runs."""
        return self._tenant.switches

    def expire_tokens(self) -> None:
        """Makes each token issued so far expired, so that its next use gets a 401."""
        with self.lock:
            tokens.expire_all(self._tenant)

    def __enter__(self) -> Self:
        super().__enter__()
        self._tenant.url = self.url
        return self

    def answer(self, request: Request) -> HttpAnswer:
        """Answers as Logto: is there such an endpoint, then token, then rate limit, then the endpoint."""
        try:
            return self._answer(request)
        except Refusal as refusal:
            return refusals.translate(refusal.reply, request.headers.get("Accept-Language", "en"))

    def wrong_door(self, request: Request, *, at_login: bool) -> HttpAnswer | None:
        """Answers as the admin endpoint does: its tokens are for its own applications, and its API takes none of them.

        Source: docs/contracts/logto.md#authentication.
        """
        if not at_login:
            return None
        if request.path == tokens.PATH:
            return tokens.issue(self._tenant, request, at_admin=True)
        raise refusals.refusal(401, "auth.unauthorized", data={"name": "JWTClaimValidationFailed"})

    def fault_reply(self, status: int) -> HttpAnswer:
        """Words an injected status as the Management API would."""
        if status == 429:  # noqa: PLR2004 - Too Many Requests
            return refusals.refusal(429, "request.rate_limited").reply
        return refusals.internal().reply if status >= 500 else refusals.refusal(status, "injected").reply  # noqa: PLR2004

    def _answer(self, request: Request) -> HttpAnswer:
        if request.path.startswith("/oidc/"):
            return tokens.answer(self._tenant, request)
        if request.method not in _METHODS:
            raise refusals.text(501, "Not Implemented")
        request.environ["PATH_INFO"] = _in_small_letters(request.environ["PATH_INFO"])
        try:
            (route,), arguments = _ROUTES.at(request)
        except MethodNotAllowed as error:
            if request.method == "OPTIONS":
                allowed = {"Allow": ", ".join(error.valid_methods or ()), "Content-Type": "text/plain; charset=utf-8"}
                return HttpAnswer(200, "", allowed)
            raise refusals.text(405, "Method Not Allowed") from None
        except HTTPException:
            raise refusals.text(404, "Not Found") from None
        if route is not _STATUS:
            tokens.require(self._tenant, request)
        if self.switches.cloud and not self._limit.take():
            raise refusals.refusal(429, "request.rate_limited")
        return route.handler(self._tenant, request, **arguments)

    def _response(self, reply: HttpAnswer) -> Response:
        """Writes text as text, everything else as JSON."""
        if isinstance(reply.document, str):
            return Response(reply.document, reply.status, dict(reply.headers))
        return super()._response(reply)

    @contextmanager
    def _yielding(self, seconds: float) -> Generator[None]:
        """Lets other requests be answered for a while."""
        self.lock.release()
        time.sleep(seconds)
        self.lock.acquire()
        yield


def _in_small_letters(path: str) -> str:
    """Returns a path with the names of its endpoint in small letters, as routes are matched; its id stays."""
    if not path.startswith("/api/"):
        return path
    _, api, collection, *rest = path.split("/")
    return "/".join(["", api, collection.lower(), *rest[:1], *(part.lower() for part in rest[1:])])
