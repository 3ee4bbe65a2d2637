"""The emulated tenant: routes, tokens, limits, and the sending of mail."""

from __future__ import annotations

import copy
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Self

from werkzeug.exceptions import HTTPException

from tenant_email_local.emulators.auth0 import (
    applications,
    jobs,
    logs,
    mail,
    notices,
    provider,
    refusals,
    templates,
    tokens,
)
from tenant_email_local.emulators.auth0.limits import BUILT_IN_SENDER, RATES, Bucket, SubscriptionPlan
from tenant_email_local.emulators.auth0.liquid import LiquidError
from tenant_email_local.emulators.auth0.state import Auth0Client, Auth0State, Auth0Switches, Auth0User
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant
from tenant_email_local.emulators.delivery import Delivery, DeliveryFailed
from tenant_email_local.emulators.limits import RequestBucket
from tenant_email_local.emulators.routes import Routes
from tenant_email_local.emulators.server import Clock, Emulator, HttpAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.tenant import Auth0Token

_ROUTES: Final = Routes(
    (*tokens.ROUTES, *provider.ROUTES, *templates.ROUTES, *jobs.ROUTES, *logs.ROUTES, *applications.ROUTES)
)


class Auth0Emulator(Emulator):
    """A server of one Auth0 tenant on loopback.

    `state` is what the tenant holds at first; without clients in it, one is made with all scopes (`client`).
    `plan` chooses the rate limits. `built_in_sender` takes what the built-in sender would send; without it the
    messages are kept in `built_in_inbox`.
    """

    login_path = tokens.PATH

    def __init__(
        self,
        *,
        port: int = 0,
        state: Auth0State | None = None,
        switches: Auth0Switches | None = None,
        plan: SubscriptionPlan = SubscriptionPlan.OFF,
        token_lifetime: int = 86400,
        delivery: Delivery | None = None,
        built_in_sender: Callable[[EmailMessage], None] | None = None,
        clock: Clock = time.time,
    ) -> None:
        super().__init__(port=port, clock=clock)
        self.state = state or Auth0State()
        if not self.state.clients:
            self.state.clients["management"] = Auth0Client("management", secrets.token_urlsafe(32))
        self.delivery = delivery or Delivery()
        self.built_in_inbox: list[EmailMessage] = []
        self._built_in_sender = built_in_sender or self.built_in_inbox.append
        self._built_in_limit = RequestBucket(BUILT_IN_SENDER, clock)
        self._tenant = Auth0Tenant(
            self.state, switches or Auth0Switches(), clock, self._queue, token_lifetime=token_lifetime
        )
        self._buckets: dict[Bucket, RequestBucket] = {
            name: RequestBucket(rate, clock) for name, rate in RATES[plan].items()
        }
        self._notices = notices.RateNotices()

    @property
    def client(self) -> Auth0Client:
        """The first client of the tenant."""
        return next(iter(self.state.clients.values()))

    @property
    def switches(self) -> Auth0Switches:
        """The chosen behaviors; they may be changed while the emulator runs."""
        return self._tenant.switches

    def expire_tokens(self) -> None:
        """Makes each token issued so far expired, so that its next use gets a 401."""
        with self.lock:
            tokens.expire_all(self._tenant)

    def __enter__(self) -> Self:
        super().__enter__()
        self._tenant.url = self.url
        self._sender = ThreadPoolExecutor(1, "auth0-mail")
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._sender.shutdown()

    def answer(self, request: Request) -> HttpAnswer:
        """Answers as Auth0: token, then rate limit, then the endpoint."""
        route, arguments = self._match(request)
        token = tokens.require(self._tenant, request, route.scopes) if route.scopes else None
        headers = self._take(request, token, route.bucket)
        try:
            reply = route.handler(self._tenant, request, **arguments)
        except Refusal as refusal:
            reply = refusal.reply
        else:
            if token and route.description:
                logs.write(self._tenant, request, token, route, reply)
        return HttpAnswer(reply.status, reply.document, {**headers, **reply.headers})

    def fault_reply(self, status: int) -> HttpAnswer:
        """Words an injected status as the Management API would."""
        if status == 429:  # noqa: PLR2004  # Too Many Requests
            return refusals.too_many_requests({}).reply
        return refusals.refusal(status, "Injected fault").reply

    def _match(self, request: Request) -> tuple[Auth0Route, dict[str, str]]:
        """Returns the endpoint that a path and method stand for."""
        try:
            (route,), arguments = _ROUTES.at(request)
        except HTTPException:
            raise refusals.refusal(404, "Not Found") from None
        return route, arguments

    def _take(self, request: Request, token: Auth0Token | None, name: Bucket | None) -> dict[str, str]:
        """Takes a token from the endpoint's bucket and returns the headers; refuses when it is empty."""
        bucket = self._buckets.get(name) if name else None
        if name is None or bucket is None:
            return {}
        is_served = bucket.take()
        self._notices.heed(self._tenant, request, token, name, bucket, is_served=is_served)
        if not is_served:
            raise refusals.too_many_requests(bucket.headers())
        return bucket.headers()

    def _queue(self, job_id: str, user_id: str, client_id: str) -> None:
        """Sends in the background, as the real job does."""
        self._sender.submit(self._send, job_id, user_id, client_id)

    def _send(self, job_id: str, user_id: str, client_id: str) -> None:
        """Sends one verification email; a failure becomes a log entry, and the job fails."""
        with self.lock:
            user = self.state.users[user_id]
            configured = copy.deepcopy(mail.find_enabled_provider(self.state))
        try:
            message = mail.compose(self.state, user, self.url, self.clock())
            if configured:
                mail.send(configured, message, self.delivery)
            else:
                self._send_built_in(message)
        except (DeliveryFailed, LiquidError, ValueError) as error:
            with self.lock:
                self._log_failure(user, client_id, str(error))
                self.state.jobs[job_id]["status"] = "failed"
        else:
            with self.lock:
                self.state.jobs[job_id]["status"] = "completed"

    def _log_failure(self, user: Auth0User, client_id: str, error: str) -> None:
        """Adds the entry of a mail that was not sent."""
        self._tenant.log(
            "fn",
            f"To: {user.email}",
            user_id=user.user_id,
            details={"email_type": "verify_email", "error": error, "to": user.email},
            connection=jobs.CONNECTION,
            connection_id="",
            client_id=client_id,
            user_name=user.name or user.email,
        )

    def _send_built_in(self, message: EmailMessage) -> None:
        """Sends as a tenant without a provider does, within the limit of docs/contracts/auth0.md#rate-limits."""
        if not self._built_in_limit.take():
            raise DeliveryFailed("the built-in provider sends 10 emails per minute")
        self._built_in_sender(message)
