"""What a platform gives to `tenant-email doctor`: looks at a tenant, of which none changes anything.

Each look is bounded and fails by itself: it returns findings, or raises a TenantEmailError that becomes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from tenant_email.findings import Finding, Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Json
    from tenant_email.net.client import Client
    from tenant_email.platforms.base import LiveProvider, LiveTemplate
    from tenant_email.tenants.connections import Connection

Look = tuple[str, Callable[[], Iterable[Finding]]]
"""The name of a check, and what makes it."""


def fine(check: str, what: str) -> Finding:
    """Returns a finding that nothing is to be done about."""
    return Finding(Level.OK, what, check=check)


def warning(check: str, what: str, remedy: str) -> Finding:
    """Returns a finding of what works, and should be seen to."""
    return Finding(Level.WARNING, what, remedy, check=check)


def problem(check: str, what: str, remedy: str) -> Finding:
    """Returns a finding of what does not work."""
    return Finding(Level.PROBLEM, what, remedy, check=check)


def unknown(check: str, what: str, remedy: str = "") -> Finding:
    """Returns what stands for a look that could not be taken."""
    return Finding(Level.UNKNOWN, what, remedy, check=check)


@dataclass(frozen=True, slots=True)
class ClockBounds:
    """By how many seconds this machine's clock may be wrong before a login fails; `why` says which rule that is."""

    ahead: float = 300.0
    behind: float = 300.0
    why: str = "AWS and other services refuse requests of another time"


@dataclass(frozen=True, slots=True)
class Texts:
    """A tenant's templates, and the names of those that nobody changed; `words` say what each of the two are."""

    changed: Sequence[LiveTemplate]
    stock: Sequence[str] = ()
    words: tuple[str, str] = ("of the tenant's own", "as shipped")


GRANTED: Final = "a token is granted"
"""What a login alone shows. Whether it works the first call tells: what answers it may be another server's page."""


class Survey:
    """A tenant that is looked at; a platform says what is its own.

    greeting: a path that anybody is answered at, by which the platform is known. clock: what a login stands.
    built_in: what is said of a tenant without a provider of its own. judged: inputs of a template of which the platform
    itself says what is wrong, because mail goes out all the same.
    """

    greeting: ClassVar[str] = "/"
    built_in: ClassVar[str] = "mail goes out through the built-in sender"
    clock: ClassVar[ClockBounds] = ClockBounds()
    judged: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, connection: Connection, client: Client) -> None:
        self.connection, self.client = connection, client

    def is_greeting(self, document: Json) -> bool:
        """Returns whether the platform itself answers so at `greeting`."""
        raise NotImplementedError

    def version(self, document: Json) -> Iterable[Finding]:
        """Says which version the platform is, as far as its greeting tells."""
        return ()

    def log_in(self, scopes: Mapping[str, str]) -> Iterable[Finding]:
        """Logs in, and says which of these scopes the login lacks, each with what needs it."""
        granted = self.client.granted()
        yield fine("login", GRANTED)
        missing = {scope: use for scope, use in scopes.items() if granted is not None and scope not in granted}
        for scope, use in missing.items():
            what = f"the login lacks {scope}, for {use}"
            yield problem("scopes", what, "Grant it, as docs/tenants.md says.")
        if granted is None:
            listed = ", ".join(scopes)
            yield unknown("scopes", f"the tenant does not report what the login may do; it should have: {listed}")
        elif not missing:
            yield fine("scopes", f"the login has everything that is needed: {', '.join(scopes)}")

    def looks(self) -> tuple[Look, ...]:
        """Returns what else is looked at on this platform."""
        return ()

    def read_provider(self) -> LiveProvider | None:
        """Returns what sends the tenant's mail."""
        raise NotImplementedError

    def read_templates(self) -> Texts:
        """Returns the tenant's templates."""
        raise NotImplementedError

    def judge_templates(self, provider: LiveProvider | None, texts: Texts) -> Iterable[Finding]:
        """Says which of them are stale, shadowed or of no use with this provider, beyond what a preview says."""
        return ()

    def judge_provider(self, provider: LiveProvider | None) -> Iterable[Finding]:
        """Says what is odd about the provider, beyond what a preview says."""
        return ()

    def resolve(self, text: str) -> str:
        """Returns a setting's text as mail is sent with it: where a platform puts values in, with what is known."""
        return text
