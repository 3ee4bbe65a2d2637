"""The emulated tenant: routes, tokens, and the sending of mail."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

from werkzeug.exceptions import HTTPException

from tenant_email_local.emulators.delivery import Delivery, DeliveryFailed
from tenant_email_local.emulators.limits import Rate, RequestBucket
from tenant_email_local.emulators.pingone_aic import (
    config,
    elsewhere,
    environment,
    esvs,
    promotion,
    refusals,
    scopes,
    server_info,
    tokens,
)
from tenant_email_local.emulators.pingone_aic.handlebars import HandlebarsError, render
from tenant_email_local.emulators.pingone_aic.sending import Outlets, send
from tenant_email_local.emulators.pingone_aic.state import AicState, AicSwitches
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant, sent_object
from tenant_email_local.emulators.routes import Routes
from tenant_email_local.emulators.server import Clock, Emulator, HttpAnswer, Refusal

if TYPE_CHECKING:
    from email.message import EmailMessage

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.pingone_aic.graph import GraphStandIn

BUILT_IN_RATE: Final = Rate(10, 10)
_SEND: Final = "/openidm/external/email"
_TRY_LATER: Final = "<html><title>503</title>Service Unavailable</html>"


class AicEmulator(Emulator):
    """A server of one tenant on loopback.

    `state` is what it holds at first. `lower` is the tenant that it is promoted from. `graph` runs
    as long as the tenant does. What the built-in sender takes is kept in `built_in_inbox`.
    """

    login_path = tokens.TOKEN_PATH

    def __init__(
        self,
        *,
        port: int = 0,
        state: AicState | None = None,
        switches: AicSwitches | None = None,
        delivery: Delivery | None = None,
        graph: GraphStandIn | None = None,
        lower: AicEmulator | None = None,
        clock: Clock = time.time,
    ) -> None:
        super().__init__(port=port, clock=clock)
        self.state, self.switches = state or AicState(), switches or AicSwitches()
        self.graph = graph
        self.built_in_inbox: list[EmailMessage] = []
        self._built_in_rate = RequestBucket(BUILT_IN_RATE, clock)
        self._tenant: AicTenant = AicTenant(self.state, self.switches, clock, lower._tenant if lower else None)  # noqa: SLF001  # one of us
        self._outlets = Outlets(delivery or Delivery(), graph, self._send_built_in)
        self._running = ExitStack()
        environment.take_snapshot(self._tenant)

    def __enter__(self) -> Self:
        if self.graph:
            self._running.enter_context(self.graph)
        super().__enter__()
        self._tenant.url, self._tenant.login_url = self.url, self.login_url
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._running.close()

    def expire_tokens(self) -> None:
        """Makes each token issued so far expired, so that its next use gets a 401."""
        with self.lock:
            self._tenant.issued.clear()

    def serve_stale(self, times: int) -> None:
        """Makes the next reads of written objects answer what was there before the write."""
        with self.lock:
            self._tenant.stale_reads = times

    def lose_updates(self, times: int) -> None:
        """Makes the next writes of configuration be confirmed and forgotten."""
        with self.lock:
            self._tenant.lost_updates = times

    def answer(self, request: Request) -> HttpAnswer:
        """Answers as the tenant: restart, token, scope, then the endpoint."""
        restarting = environment.is_restarting(self._tenant)
        if restarting and self.switches.restart_errors:
            return HttpAnswer(503, page=_TRY_LATER)
        route, arguments = self._match(request)
        if route.token:
            tokens.require(self._tenant, request, route.scopes)
        return route.handler(self._tenant, request, **arguments)

    def fault_reply(self, status: int) -> HttpAnswer:
        """Words an injected status as /openidm would."""
        return refusals.config(status, "Injected fault").reply

    @cached_property
    def _routes(self) -> Routes[AicRoute]:
        sending = (
            AicRoute("POST", _SEND, self._send, ("fr:idm:*",), "send"),
            AicRoute("POST", _SEND, self._send_template, ("fr:idm:*",), "sendTemplate"),
        )
        others = (
            route
            for module in (server_info, tokens, scopes, config, elsewhere, esvs, environment, promotion)
            for route in module.ROUTES
        )
        return Routes((*others, *sending), strict_slashes=False)

    def _match(self, request: Request) -> tuple[AicRoute, dict[str, Any]]:
        """Returns the endpoint that a method, a path and an `_action` stand for."""
        try:
            routes, arguments = self._routes.at(request)
        except HTTPException:
            raise refusals.config(404) from None
        action = request.args.get("_action")
        for route in routes:
            if route.action == action:
                return route, arguments
        raise refusals.config(400, f"Unsupported action: {action}")

    def _send(self, _tenant: AicTenant, request: Request) -> HttpAnswer:
        """Sends a message of the caller's; parameters may have an underscore in front."""
        mail = {key.removeprefix("_"): value for key, value in sent_object(request).items()}
        send(self._tenant, self._outlets, mail)
        return _answer_ok(request)

    def _send_template(self, _tenant: AicTenant, request: Request) -> HttpAnswer:
        """Renders a stored template in the locale asked for, and sends it."""
        asked = sent_object(request)
        template = self.state.config.get(f"emailTemplate/{asked.get('templateName')}")
        if template is None or not template.get("enabled"):
            raise refusals.config(404)
        locale = asked.get("_locale") or template["defaultLocale"]
        texts = {
            name: template[name].get(locale) or template[name].get(template["defaultLocale"], "")
            for name in ("subject", "message")
        }
        values: dict[str, Any] = {"object": asked.get("object") or {}}
        mail = {
            "from": template.get("from") or None,
            "type": template.get("mimeType", "text/html"),
            "subject": _rendered(texts["subject"], values),
            "body": _rendered(texts["message"], values),
        }
        send(self._tenant, self._outlets, mail | {name: asked.get(name) for name in ("to", "cc", "bcc")})
        return _answer_ok(request)

    def _send_built_in(self, message: EmailMessage) -> None:
        """Takes a message for the built-in sender, within its rate."""
        if self._built_in_rate.take():
            self.built_in_inbox.append(message)
        elif self.switches.over_rate == "limit":
            raise Refusal(refusals.config(429, "Too many messages").reply)
        elif self.switches.over_rate == "reject":
            raise DeliveryFailed("more than 10 messages per minute")


def _rendered(text: str, values: dict[str, Any]) -> str:
    """Returns a text of a template with its values; a template that the language refuses is a bad request."""
    try:
        return render(text, values)
    except HandlebarsError as error:
        raise refusals.config(400, str(error)) from None


def _answer_ok(request: Request) -> HttpAnswer:
    """Says OK; without waiting it says less (docs/contracts/pingone_aic.md#sending)."""
    waited = request.args.get("waitForCompletion") != "false"
    return HttpAnswer(200, {"status": "OK", "message": "Email sent" if waited else "Email submitted"})
