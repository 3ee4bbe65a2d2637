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

    def send(self, recipient: str, config: PropsView) -> None:
        """Sends one; the sender is left to the configuration, where it may be a placeholder."""
        if is_built_in(config):
            self._throttle.wait(self._built_in, "the built-in sender accepts 10 messages per minute")
        mail = {
            "to": recipient,
            "subject": "Test of the tenant's email configuration",
            "body": "This message was sent after a change of the email configuration, to see that it works.",
            "type": "text/plain",
        }
        self._client.call("POST", _SEND, answers.SENT, mail, {"_action": "send"})

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
