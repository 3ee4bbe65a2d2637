"""Errors that a user of this package can meet.

TenantEmailError
├── InvalidSettings        the inputs are wrong; carries every problem found, not the first
├── PlatformError          an API answered with an error
│   ├── Unauthorized       401: the management credentials are wrong or revoked
│   ├── Forbidden          403: a scope, role, permission or feature is missing
│   ├── NotFound           the platform's own document that this object does not exist (404)
│   ├── Conflict           409: it already exists, or something it needs does not
│   ├── RateLimited        429, after the waits that were allowed
│   ├── Rejected           any other 4xx: the request is not acceptable
│   └── Unavailable        5xx, or no answer: nothing is known about the effect
│       └── UnexpectedAnswer   an answer that is not what the call promises: a page, a redirect, a foreign or cut body
├── AlreadyConfigured      something exists that is not ours, and taking it over was not asked for
├── WrongTenant            the object belongs to a host that no connection names
├── NotSupported           the platform cannot do that
├── VerificationTimeout    DNS or SES did not come to agree in the time given
└── Interrupted            the process was told to end while it waited

A message reads: who: what was tried, what came back; its last line is the remedy. Text of others goes through
`redact_external`. Whatever else gets into a message cannot fake a line of it: its only line breaks are those before
the items of a list, between problems, and before the remedy. `__module__` is `builtins`, because Pulumi prints the
qualified name of the class before the message (docs/architecture.md#fact-7).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pulumi import RunError

from tenant_email.redaction.secrets import scrub
from tenant_email.redaction.visible import LONGEST_LINE, cut, cut_words, lines, one_line, visible

LONGEST_FOREIGN_TEXT: Final = 256
NOTHING_RECORDED: Final = "Nothing was recorded."
"""Ends a remedy after an answer that says nothing; a face whose engine records what may be there says so instead."""
_FRAMES_SHOWN: Final = 3  # of an error that is not ours


def redact_external(text: object) -> str:
    """Returns what someone else wrote, safe to show: scrubbed of secrets, on one visible line, of 256 characters."""
    # scrubbed first: a secret may hold whitespace of its own
    return cut(one_line(scrub(str(text))), LONGEST_FOREIGN_TEXT)


def redact_message(message: str) -> str:
    """Returns a message of ours, scrubbed of secrets; the items of its lists stay on lines of their own."""
    return lines(scrub(message))


class TenantEmailError(RunError):
    """Anything this package reports; `remedy` is the last line of the message.

    A program that ends with Pulumi's RunError ends with only its message, wherever it was raised, in an `apply` too;
    any other exception is reported as unhandled, with a traceback.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__module__ = "builtins"

    def __init__(self, message: str, *, remedy: str = "") -> None:
        self.message, self.remedy = redact_message(message), cut(visible(scrub(remedy)), LONGEST_LINE)
        super().__init__("\n".join(filter(None, (self.message, self.remedy))))


TenantEmailError.__module__ = "builtins"


def internal_error(error: Exception) -> TenantEmailError:
    """Returns what is told of an error that is not ours: its kind and place, never its text, which may hold a value."""
    places, trace = list[str](), error.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}")
        trace = trace.tb_next
    way = " < ".join(reversed(places[-_FRAMES_SHOWN:]))
    return TenantEmailError(
        f"internal error: {type(error).__name__} in {way}",
        remedy="This is a bug of pulumi-tenant-email; please report these two lines.",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the inputs: where (`settings.password`), what, and what to do about it.

    Where it is of a rule that a list of findings knows, `rule` is that one (docs/templates.md#rules), and line and
    column, from 1, are the place in the text at `path`.
    """

    path: str
    what: str
    remedy: str = ""
    rule: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)

    def __repr__(self) -> str:
        return f"Problem({str(self)!r})"

    def __str__(self) -> str:
        what = cut_words(redact_message(self.what))  # an input that is quoted may have any length
        line = f"{redact_external(self.path)}: {what}" if self.path else what
        return "\n".join(filter(None, (line, cut_words(cut(visible(scrub(self.remedy)), LONGEST_LINE)))))


class InvalidSettings(TenantEmailError):
    """The inputs cannot be applied; holds all problems at once."""

    def __init__(self, who: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(who)
        self.problems = problems
        self.message = f"{self.message}: " + "\n".join(str(problem) for problem in problems)
        self.args = (self.message,)


class PlatformError(TenantEmailError):
    """An API answered with an error; `status` is 0 when there was no answer.

    `uncertain`: the request may have had its effect. That is so when it changes something and it, or an earlier sending
    of it, was given no usable answer; a read and a login have no effect.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        status: int = 0,
        code: str = "",
        text: str = "",
        uncertain: bool = False,
    ) -> None:
        self.status, self.code, self.text, self.uncertain = (
            status,
            redact_external(code),
            redact_external(text),
            uncertain,
        )
        super().__init__(message, remedy=remedy)


class Unauthorized(PlatformError):
    """The management credentials are wrong, expired or revoked (401)."""


class Forbidden(PlatformError):
    """The credentials lack a scope, role, permission or feature (403)."""


class NotFound(PlatformError):
    """The object does not exist: said by the platform's own document for it, not by any 404."""


class Conflict(PlatformError):
    """The object already exists, or what it needs does not (409)."""


class RateLimited(PlatformError):
    """The platform asked to slow down for longer than this operation may wait (429)."""


class Rejected(PlatformError):
    """The platform refused the request as it is (400 and other 4xx)."""


class Unavailable(PlatformError):
    """No usable answer (5xx or a broken connection)."""

    def __init__(self, message: str, *, remedy: str = "", status: int = 0, uncertain: bool = True) -> None:
        super().__init__(message, remedy=remedy, status=status, uncertain=uncertain)


class UnexpectedAnswer(Unavailable):
    """An answer that is not what the call promises, so that nothing is known about the effect.

    A page, a redirect, a 304, a body that is empty, cut, of another shape or about another object, or one that is too
    large, too slow or too deep. Nothing is written to state from it.
    """


class AlreadyConfigured(TenantEmailError):
    """Something exists that this stack did not make, and `on_existing` does not allow taking it over."""


class WrongTenant(TenantEmailError):
    """The object's host is not one that the connections name; nothing was touched."""


class NotSupported(TenantEmailError):
    """The platform cannot do what was asked."""


class VerificationTimeout(TenantEmailError):
    """DNS or SES did not come to agree within the time given; names each record that is missing or wrong."""


class Interrupted(TenantEmailError):
    """The process was told to end while this was waiting; what was done before is recorded."""


_BY_STATUS: Final[dict[int, type[PlatformError]]] = {
    401: Unauthorized,
    403: Forbidden,
    409: Conflict,
    429: RateLimited,
}


def error_for(status: int) -> type[PlatformError]:
    """Returns the class for an HTTP status of 400 or more; no status by itself says that an object is absent."""
    if status >= 500:  # noqa: PLR2004 - the HTTP boundary itself
        return Unavailable
    return _BY_STATUS.get(status, Rejected)
