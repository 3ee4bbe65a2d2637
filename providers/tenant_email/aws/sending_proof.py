"""Whether a key may send: one mail to SES's mailbox simulator, which judges it as any mail and delivers it to nobody.

The simulator costs a message of the quota and of the bill, and never counts for bounces, complaints or reputation; it
may be sent to in the sandbox too (docs/contracts/aws_ses.md#account and #iam). So SES itself evaluates what a
simulation by IAM would have to guess at: policy, boundary, organization, identity and its default configuration set.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.aws.access_key import UNKNOWN_KEY, session_of_key
from tenant_email.aws.explain import translate_errors
from tenant_email.aws.senders import SIMULATOR
from tenant_email.errors import Forbidden, PlatformError, RateLimited, Rejected, Unauthorized
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_sesv2.type_defs import EmailContentTypeDef

    from tenant_email.redaction.secrets import Secret

_PAUSES: Final = Pauses(2.0, factor=1.0, whole=True)
_SUBJECT: Final = "This access key may send"
_TEXT: Final = "pulumi-tenant-email tried out a new access key before a tenant was switched to it.\n"
# SES writes: User `arn:…' is not authorized to perform `ses:SendEmail' on resource `arn:…'; IAM writes no quotes
_RESOURCE: Final = re.compile(r"on resource:? `?(?:arn:\S+?:(?P<kind>identity|configuration-set)/)?(?P<name>[^\s`']+)")
_UNVERIFIED: Final = "not verified"
_USED_UP: Final = "The account's sending quota is used up. Run again when it allows more."
_QUOTA: Final = "quota exceeded"  # in SES's "Daily message quota exceeded", whose code is that of a rate
_REMEDIES: Final = {
    "SendingPausedException": "Turn sending on again, for the account or the configuration set, in the SES console.",
    "AccountSuspendedException": "Read the email that AWS sent to the account's owner, and reply to it.",
    "MailFromDomainNotVerifiedException": "Publish the records of the MAIL FROM domain, or omit on_mx_failure.",
    "LimitExceededException": _USED_UP,
}

Content = Literal["simple", "raw"]
CONTENTS: Final[dict[str, tuple[Content, ...]]] = {"any": ("simple", "raw"), "simple": ("simple",), "smtp": ("raw",)}
"""The contents to try by what a platform's settings class says of its path through SES; SMTP is judged as raw."""


class KeyTrial:
    """SES, with the key that is tried out."""

    def __init__(
        self,
        access_key_id: str,
        secret_access_key: Secret,
        region: str,
        timeout: float,
        announce: Callable[[str], None] | None = None,
    ) -> None:
        self._who, self._key = f"ses {region}", access_key_id
        self._wait = Wait(f"ses {region}: access key {access_key_id}", timeout, _PAUSES, announce=announce)
        self._client = session_of_key(self._who, access_key_id, secret_access_key, region).client("sesv2")

    def send(self, sender: str, content: Content) -> str | None:
        """Sends one mail, again while IAM or SES have not heard of key or policy yet.

        Returns why SES would not send it though it is allowed: the identity is not verified yet. None when it was sent.

        Raises:
            Forbidden: it is still denied at the end; the remedy names the input that would allow it.
            PlatformError: SES refused it for another reason.
        """
        refusals: list[PlatformError] = []

        def ask() -> str | NotYet | None:
            try:
                self._send(sender, content)
            except (Forbidden, RateLimited, Unauthorized) as error:
                if SIMULATOR in error.text:
                    # in the sandbox IAM looks at recipients too: of the simulator's that says nothing of the sender
                    return error.text
                # IAM is eventually consistent: a new key is unknown for seconds. Any other 401 does not go away by
                # waiting.
                if isinstance(error, Unauthorized) and error.code not in UNKNOWN_KEY:
                    raise
                if _QUOTA in error.text:
                    raise _with_remedy(error, _USED_UP) from None
                refusals.append(error)
                return NotYet(f"it is not allowed to send as {sender} yet")
            except Rejected as error:
                # The key was allowed to send, which is all that is asked here; verification has a resource of its own.
                if error.code == "MessageRejected" and _UNVERIFIED in error.text:
                    return error.text
                raise _with_remedy(error) from None
            return None

        try:
            return self._wait.until(ask)
        except TimedOutError:
            last = refusals[-1]
            raise _denial(last) if isinstance(last, Forbidden) else last from None

    def _send(self, sender: str, content: Content) -> None:
        with translate_errors(self._who, "SendEmail", f"with {content} content as {sender}, key {self._key},"):
            self._client.send_email(
                FromEmailAddress=sender, Destination={"ToAddresses": [SIMULATOR]}, Content=_content(sender, content)
            )


def send_trial_mails(trial: KeyTrial, senders: Sequence[str], contents: Sequence[Content]) -> list[str]:
    """Sends one mail for each sender and content; returns why SES would not send some of them yet."""
    found = [trial.send(sender, content) for sender in senders for content in contents]
    return list(dict.fromkeys(each for each in found if each))


def _content(sender: str, content: Content) -> EmailContentTypeDef:
    if content == "simple":
        return {"Simple": {"Subject": {"Data": _SUBJECT}, "Body": {"Text": {"Data": _TEXT}}}}
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, SIMULATOR, _SUBJECT
    message.set_content(_TEXT)
    return {"Raw": {"Data": message.as_bytes()}}


def _denial(error: Forbidden) -> Forbidden:
    """Returns the error with what would allow it: AWS names the resource, and what forbids it other than a policy."""
    found = _RESOURCE.search(error.text)
    kind, name = (found["kind"], found["name"]) if found else (None, "")
    if "permissions boundary" in error.text:
        remedy = "Allow it in the user's permissions boundary."
    elif "service control policy" in error.text or "resource control policy" in error.text:
        remedy = "Ask for it to be allowed in the organization's policies, which limit the whole account."
    elif kind == "configuration-set":
        remedy = f"Set configuration_set={name!r}, the identity's own set: the key's policy must allow it too."
    elif kind == "identity" and "@" in name:
        remedy = f"Set from_identities=[{name!r}]: SES checks that identity instead of its domain."
    elif kind == "identity":
        remedy = (
            f"Allow it in the key's policy: {name} must be the domain or one of further_domains. A permissions "
            "boundary of the user and the organization's policies must allow it too."
        )
    else:
        remedy = "Allow it in the policy of the key's user, then run again: AWS may need longer than usual."
    return Forbidden(error.message, remedy=remedy, status=error.status, code=error.code, text=error.text)


def _with_remedy(error: PlatformError, remedy: str = "") -> PlatformError:
    remedy = remedy or _REMEDIES.get(error.code, error.remedy)
    return type(error)(error.message, remedy=remedy, status=error.status, code=error.code, text=error.text)
