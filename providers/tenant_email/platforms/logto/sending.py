"""The mails that Logto can be asked for: its own test, and a code as an application asks for one.

Source: docs/contracts/logto.md#test-send. Both have the text of type Generic; the others go with the flow that they
belong to, or, as an invitation does, change the tenant.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenant_email.errors import Forbidden, NotFound, TenantEmailError, redact_external
from tenant_email.platforms.logto import answers, preflight
from tenant_email.platforms.logto.api import CONNECTORS, Logto
from tenant_email.platforms.logto.mapping import SEVERAL
from tenant_email.platforms.sending import SentMail, addresses, ask_for, refuse
from tenant_email.platforms.survey import unknown
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.platforms.sending import MailEvents, MailOrder
    from tenant_email.tenants.connections import Connection

_GENERIC: Final = "Generic"
_CODES: Final = "/api/verification-codes"
_OWN_ADDRESS: Final = frozenset({"logto.logto_email", "logto.http", "logto.postmark"})
"""Kinds whose service decides about sender and text."""


class LogtoMails:
    """One Logto tenant."""

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        self._tenant = Logto(connection, announce, timing)
        self._client = self._tenant.client

    def senders(self) -> tuple[str, ...]:
        """Returns the connector's sender, and those of the Generic texts that replace it."""
        live = self._require_one()
        if live.inputs.kind in _OWN_ADDRESS:
            return ()
        try:
            texts = self._tenant.list_templates()
        except Forbidden:
            return ()
        own = [each.inputs.settings.get("from_address") for each in texts if each.inputs.settings["type"] == _GENERIC]
        return addresses([live.inputs.from_address, *own])

    def send(self, order: MailOrder) -> MailEvents:
        """Sends the test of the stored config, and a real code through the stored connector."""
        if order.user:
            why = "Logto sends to addresses, not to users"
            raise refuse("--user", why, "Leave out --user; --to alone says who gets the mail.")
        if order.template not in ("", _GENERIC):
            why = "Logto's API sends the text of type Generic alone; sign-in, registration and so on send the others"
            raise refuse(f"--template {redact_external(order.template)}", why, "Leave out --template, or use Generic.")
        live = self._require_one()
        path = f"{CONNECTORS}/{quote(live.id, safe='')}"
        try:
            stored: Props = self._client.call("GET", path, answers.CONNECTOR.about(id=live.id)).body
        except NotFound as error:
            raise TenantEmailError(
                error.message, remedy="Run again: someone replaced the connector just now."
            ) from None
        factory = stored["connectorId"]
        name = f"connector {redact_external(live.id)} ({redact_external(factory)})"
        test = SentMail(f"a test email through {name}, with the code 000000,", order.recipient)
        ask_test = partial(
            preflight.request_test, self._client, factory, stored["config"], order.recipient, order.locale
        )
        yield from ask_for(test, "test", ask_test)
        code = SentMail(f"a real verification code through {name}", order.recipient)
        yield from ask_for(code, "code", partial(self._ask_code, order.recipient))
        if order.locale:
            what = f"the code is not in {redact_external(order.locale)}: Logto takes no language for it"
            yield unknown("locale", what)

    def _ask_code(self, recipient: str) -> None:
        # A refusal by the limit of mails to one address lasts for minutes.
        self._client.call("POST", _CODES, answers.TEST_MAIL, {"email": recipient}, is_patient=False)

    def _require_one(self) -> LiveProvider:
        live = self._tenant.read_provider()
        if live is None:
            message = f"{self._client.who}: there is no email connector, so that no mail can be sent"
            raise TenantEmailError(message, remedy="Add one: an EmailProvider of this package, or in the Console.")
        if live.inputs.kind == SEVERAL:
            message = f"{self._client.who}: there are {live.describe()}, and nobody knows which sends"
            raise TenantEmailError(message, remedy="Leave one: `pulumi up` with on_existing='adopt' does.")
        return live
