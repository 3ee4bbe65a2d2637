"""A test email through what was just saved, for there is no way to test before.

Source: docs/contracts/pingone_aic.md#sending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import NotFound, PlatformError, Rejected, TenantEmailError
from tenant_email.platforms.pingone_aic import answers
from tenant_email.platforms.pingone_aic.mapping import is_built_in
from tenant_email.throttle import Throttle, Window
from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import PropsView
    from tenant_email.net.client import Client

_SEND: Final = "/openidm/external/email"
_BUILT_IN_MESSAGES: Final = 10  # in each _BUILT_IN_SECONDS (docs/contracts/pingone_aic.md#built-in)
_BUILT_IN_SECONDS: Final = 60.0
_SUBJECT: Final = "Test of the tenant's email configuration"
_TEXT: Final = "This message was sent to see whether the tenant's email configuration works."
_REMEDY: Final = "Correct the settings and run again."


class TrialMail:
    """The test emails of one tenant; those of the built-in sender go no faster than it accepts them."""

    def __init__(
        self,
        client: Client,
        announce: Callable[[str], None],
        sleep: Callable[[float], None],
        now: Callable[[], float] = USUAL.now,
    ) -> None:
        self._client = client
        self._throttle = Throttle(client.who, sleep=sleep, now=now, announce=announce)
        self._built_in = Window(_BUILT_IN_MESSAGES, _BUILT_IN_SECONDS)

    def send(self, recipient: str, config: PropsView, subject: str = _SUBJECT) -> None:
        """Sends one; the sender is left to the configuration, where it may be a placeholder."""
        mail = {"to": recipient, "subject": subject, "body": _TEXT, "type": "text/plain"}
        self._request("send", mail, config)

    def send_template(self, name: str, recipient: str, config: PropsView, locale: str, values: PropsView) -> None:
        """Sends a stored template, with these values as its `object`."""
        mail = {"templateName": name, "to": recipient, "object": values, **({"_locale": locale} if locale else {})}
        self._request("sendTemplate", mail, config)

    def _request(self, action: str, mail: PropsView, config: PropsView) -> None:
        if is_built_in(config):
            self._throttle.wait(self._built_in, "the built-in sender accepts 10 messages per minute")
        self._client.call("POST", _SEND, answers.SENT, mail, {"_action": action})

    def send_or_undo(self, recipient: str, config: PropsView, undo: Callable[[], None]) -> None:
        """Sends one; when it is refused, puts back what was there before and raises."""
        try:
            self.send(recipient, config)
        except PlatformError as error:
            try:
                undo()
            except TenantEmailError as second:
                message = f"{error.message}\n  - restoring the previous configuration failed too: {second.message}"
                raise type(error)(message, remedy=_remedy_of(error), status=error.status, uncertain=False) from None
            message = f"{error.message}\n  - the test email failed, so the previous configuration was restored"
            raise type(error)(message, remedy=_remedy_of(error), status=error.status, uncertain=False) from None


def _remedy_of(error: PlatformError) -> str:
    """Returns what to do: the mail server's refusal is about the settings, anything else is not."""
    about_settings = isinstance(error, Rejected | NotFound) or not error.remedy
    return _REMEDY if about_settings else error.remedy
