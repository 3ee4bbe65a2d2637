"""What a server of this machine was asked and answered, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """One request and its answer, with bodies and headers as they came: secrets are in them.

    server: whose it is, such as `auth0`. method, path: of HTTP, or a verb of SMTP and what it was about.
    operation: what AWS calls it. status: None where the server hung up without an answer. at: when it came, in
    seconds since the epoch. seconds: how long the answer took.
    """

    server: str
    method: str
    path: str
    status: int | None
    at: float
    seconds: float
    query: str = ""
    operation: str = ""
    request_headers: Headers = ()
    request_body: bytes = b""
    response_headers: Headers = ()
    response_body: bytes = b""


Watch = Callable[[Exchange], None]
"""Takes what was exchanged, in the thread that answers: it must not wait."""


def headers(given: Iterable[tuple[str, str]]) -> Headers:
    """Returns headers as an exchange keeps them."""
    return tuple((str(name), str(value)) for name, value in given)
