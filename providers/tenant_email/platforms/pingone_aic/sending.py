"""The mails that PingOne AIC can be asked for: one of our own text, and a stored template.

Source: docs/contracts/pingone_aic.md#sending. Both go out through what is saved.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenant_email.errors import TenantEmailError, redact_external
from tenant_email.platforms.pingone_aic.api import PingOneAic
from tenant_email.platforms.sending import SentMail, addresses, ask_for, refuse
from tenant_email.platforms.survey import unknown, warning
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.platforms.sending import MailEvents, MailOrder
    from tenant_email.tenants.connections import Connection

_USUAL: Final = "welcome"
"""The template that is sent where none is named: every tenant has it at first, and it asks for nothing to be done."""
_MOST_NAMED: Final = 12


class PingOneAicMails:
    """One tenant of PingOne Advanced Identity Cloud."""

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        self._tenant = PingOneAic(connection, announce, timing)
        self._url, self._host = connection.url, urlsplit(connection.url).hostname or ""

    def senders(self) -> tuple[str, ...]:
        """Returns the provider's sender and those of templates; of the built-in one it is the tenant's own."""
        live = self._require_one()
        if live.is_built_in:
            return (f"noreply@{self._host}",)
        of_templates = (each.get("from") for each in self._tenant.template_documents())
        return addresses([live.inputs.from_address, *(each for each in of_templates if isinstance(each, str))])

    def send(self, order: MailOrder) -> MailEvents:
        """Sends a mail of our own text, and a template: the one that is named, then alone."""
        if order.user:
            why = "PingOne AIC sends to addresses, not to users"
            raise refuse("--user", why, "Leave out --user; --to alone says who gets the mail.")
        config: Props = self._require_one().raw
        stored = {document["_id"].partition("/")[2]: document for document in self._tenant.template_documents()}
        if order.template and order.template not in stored:
            names = ", ".join(map(redact_external, sorted(stored)[:_MOST_NAMED])) or "no template at all"
            message = f"{self._tenant.who}: there is no template {redact_external(order.template)}"
            raise TenantEmailError(message, remedy=f"Use one that the tenant has: {names}.")
        mails = self._tenant.trial_mail
        if not order.template:
            plain = SentMail("a plain mail", order.recipient, order.subject)
            yield from ask_for(plain, "send", partial(mails.send, order.recipient, config, order.subject))
        name = order.template or _USUAL
        if name not in stored:
            yield unknown("template", f"no template was sent: there is no {_USUAL}", "Name one with --template.")
            return
        if stored[name].get("enabled") is False:
            what = f"template {redact_external(name)} is disabled, and may not be sent"
            yield warning("template", what, "Enable it, or name another with --template.")
        template = SentMail(f"template {redact_external(name)}", order.recipient)
        send = partial(mails.send_template, name, order.recipient, config, order.locale, self._values(order.recipient))
        yield from ask_for(template, "template", send)

    def _values(self, recipient: str) -> Props:
        """Returns what stands for a user: what the stock templates ask for, and a link that leads to the tenant."""
        return {
            "userName": recipient,
            "givenName": "Test",
            "sn": "Mail",
            "mail": recipient,
            "description": "a test",
            "resumeURI": self._url,
        }

    def _require_one(self) -> LiveProvider:
        live = self._tenant.read_provider()
        if live is None:
            message = f"{self._tenant.who}: there is no external.email, so that no mail can be sent"
            raise TenantEmailError(message, remedy="Configure an EmailProvider.")
        return live
