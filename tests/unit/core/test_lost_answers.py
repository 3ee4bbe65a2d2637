"""What a creation makes of an answer that was lost, as a table; and which errors leave its effect unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenant_email.errors import Conflict, PlatformError, Rejected, Unavailable
from tenant_email.net.answers import Promise, Shape
from tenant_email.net.client import Client, Token
from tenant_email.net.tokens import TokenAnswer
from tenant_email.operations.uncertain_writes import Existing, write_or_find
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.redaction.secrets import Secret
from tenant_email.timing import Timing
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Timing(sleep=lambda _: None)
LOST, NEVER_SENT = Unavailable("lost"), Unavailable("refused", uncertain=False)
TAKEN, WRONG = Conflict("exists"), Rejected("wrong")
REPEATED = Rejected("already exists", uncertain=True)
"""What a repeated PUT is answered when its first sending, whose answer was lost, worked."""


def scripted(*steps: str | PlatformError | None) -> Callable[[int], str]:
    """Returns a call that answers, or fails with, one step after the other."""
    left = list(steps)

    def step(_attempt: int) -> str:
        found = left.pop(0)
        if isinstance(found, PlatformError):
            raise found
        return str(found)

    return step


@pytest.mark.parametrize(
    ("writes", "there", "result"),
    [
        (["done"], None, "done"),
        ([LOST], "it", Existing("it", after_lost_answer=True)),
        ([REPEATED], "it", Existing("it", after_lost_answer=True)),
        ([TAKEN], "it", Existing("it", after_lost_answer=False)),
        ([LOST, "done"], None, "done"),
        ([LOST, LOST], None, LOST),
        ([LOST, WRONG], None, WRONG),
        ([TAKEN], None, TAKEN),
        ([WRONG], "it", WRONG),
        ([NEVER_SENT], "it", NEVER_SENT),
    ],
)
def test_what_a_creation_comes_to(
    writes: list[str | PlatformError], there: str | None, result: str | Existing[str] | PlatformError
) -> None:
    """Only an effect that is unknown may be ours, is looked at, and is tried once more when nothing is there."""
    write = scripted(*writes)
    if isinstance(result, PlatformError):
        with pytest.raises(PlatformError) as caught:
            write_or_find(write, lambda: there)
        assert caught.value is result
    else:
        assert write_or_find(write, lambda: there) == result


def test_a_write_that_landed_after_the_look_is_met_by_its_repetition() -> None:
    """The first request was only slow: the second one conflicts with it, and what is there may still be ours."""
    seen = iter([None, "it"])
    assert write_or_find(scripted(LOST, TAKEN), lambda: next(seen)) == Existing("it", after_lost_answer=True)


@pytest.mark.parametrize(
    ("method", "faults", "sent"),
    [
        ("POST", [Fault(drop="after")], True),
        ("POST", [Fault(status=502)], True),
        ("POST", [Fault(status=409)], False),
        ("PUT", [Fault(drop="after"), Fault(status=400)], True),
        ("PUT", [Fault(status=503), Fault(status=400)], True),
        ("PUT", [Fault(drop="after"), Fault(status=401), Fault(status=400)], True),
        ("PUT", [Fault(status=429), Fault(status=400)], False),
        ("POST", [Fault(status=404)], True),
        ("GET", [Fault(drop="after", times=4)], False),
    ],
)
def test_an_error_tells_whether_the_request_may_have_worked(method: str, faults: list[Fault], sent: bool) -> None:
    """An answer that was lost counts also when the sending that repeated it was refused; a read has no effect."""
    with Auth0Emulator() as tenant:
        for fault in faults:
            tenant.inject(fault)
        login = Token(Secret("canary-token"), float("inf"))
        client = Client("it", tenant.url, Auth0Dialect(), lambda _: login, timing=QUICK)
        with pytest.raises(PlatformError) as caught:
            client.call(method, "/object", Promise((200,), Shape))
        assert caught.value.uncertain is sent


def test_a_login_leaves_nothing_unknown() -> None:
    """What carries no token changes nothing at the tenant."""
    with Auth0Emulator() as tenant:
        tenant.inject(Fault(drop="after", times=4))
        client = Client("it", tenant.url, Auth0Dialect(), lambda _: Token(Secret("canary-token"), 0), timing=QUICK)
        with pytest.raises(Unavailable) as caught:
            client.login("/token", Promise((200,), TokenAnswer))
        assert caught.value.uncertain is False
