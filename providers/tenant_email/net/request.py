"""One request to a tenant: what is sent, what it promises, and whether it may be sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.json_types import Json
    from tenant_email.net.answers import Promise
    from tenant_email.redaction.secrets import Secret


class ApiDialect(Protocol):
    """How a platform words its errors. A document may be of any shape: it may be a proxy's."""

    def read_error(self, status: int, body: Json) -> tuple[str, str]:
        """Returns (error code, text) of an error body; body is None when it is not JSON."""
        ...

    def is_own(self, status: int, body: Json) -> bool:
        """Returns whether the platform's management API words its refusals so."""
        ...

    def says_absent(self, what: str, body: Json) -> bool:
        """Returns whether a 404 says that the object itself does not exist; `what` is the call's `Promise.absent`."""
        ...

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what the user can do about it; `request` is `METHOD /path`."""
        ...


@dataclass(frozen=True, slots=True)
class Token:
    """A management token and the time, on the client's clock in seconds, from which it is not used any more.

    `scopes`: what it may do; None where the login does not say.
    """

    value: Secret
    until: float
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `body` goes as JSON, `form` as a form, made anew for each sending. Only method and path are shown.

    is_login: it has no effect on the tenant, so that it is repeated although it is a POST. elsewhere: its whole address
    where that is not the tenant's. is_patient: whether it is sent again after what a rate limit asks to wait. is_dated:
    it holds a time by this machine's clock, by which the server judges it.
    """

    method: str
    path: str
    promise: Promise
    body: Json = field(default=None, repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    form: Callable[[], Mapping[str, str]] | None = field(default=None, repr=False)
    dialect: ApiDialect | None = field(default=None, repr=False)
    is_login: bool = False
    elsewhere: str = ""
    is_patient: bool = True
    is_dated: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.elsewhere or self.path}"

    @property
    def is_repeatable(self) -> bool:
        """Returns whether it may be sent again when nobody knows whether it worked."""
        return self.method != "POST" or self.is_login

    @property
    def has_effect(self) -> bool:
        """Returns whether it may change the tenant."""
        return self.method != "GET" and not self.is_login
