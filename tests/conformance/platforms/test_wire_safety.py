"""What keeps a secret, and what someone configured, safe on the wire: on every platform, main call and login."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import NotFound, PlatformError, Unauthorized, Unavailable, UnexpectedAnswer
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Emulator, Fault, HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Request

    from support.conformance import Case
    from tenant_email.platforms.base import TenantClient
    from tenant_email_local.emulators.server import ReceivedCall

MOVED = (302, 303, 307)
LOGIN, MAIN = ("*token*",), ("/api/*", "/openidm/*", "/environment/*")


class Elsewhere(Emulator):
    """Stands for another host, which takes whatever comes."""

    def answer(self, request: Request) -> HttpAnswer:
        """Thanks for it."""
        return HttpAnswer(200, {})

    def fault_reply(self, status: int) -> HttpAnswer:
        """Answers a status without a body."""
        return HttpAnswer(status)


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Lets no client sleep."""
    operation.begin(Timing(sleep=lambda _: None))
    yield
    operation.begin(Timing())


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Serves the host that a redirect names."""
    with Elsewhere() as host:
        yield host


def inject(case: Case, paths: tuple[str, ...], **fault: Any) -> None:
    """Makes every call to these paths go wrong, or every one of a method."""
    for path in paths:
        case.tenant.inject(Fault(**{"path": path, "times": 99, **fault}))


def api(case: Case) -> TenantClient:
    """Returns what talks to the tenant, without the lifecycle around it."""
    return case.provider.require_valid(case.inputs()).api()


def create(case: Case) -> None:
    """Sends what creates the provider."""
    api(case).create_provider(case.provider.require_valid(case.inputs()).desired)


def calls(case: Case, *methods: str) -> list[ReceivedCall]:
    """Returns the calls of some methods, logins apart."""
    return [call for call in case.tenant.calls if call.method in methods and "token" not in call.path]


@pytest.mark.parametrize("status", MOVED)
@pytest.mark.parametrize("paths", [MAIN, LOGIN])
def test_a_redirect_is_not_followed(case: Case, elsewhere: Elsewhere, paths: tuple[str, ...], status: int) -> None:
    """Neither a write, nor a look before it, nor a login goes with its secret to a host that an answer names."""
    inject(case, paths, status=status, headers={"Location": f"{elsewhere.url}/x"})
    with pytest.raises(PlatformError):
        create(case)
    assert elsewhere.calls == []


@pytest.mark.parametrize("how", [{"drop": "after"}, {"drop": "before"}, {"status": 500}, {"status": 502}])
def test_a_post_is_not_repeated_when_its_effect_is_unknown(case: Case, how: dict[str, Any]) -> None:
    """An answer that is lost, or a server's error, may hide an effect: the client sends a POST once."""
    inject(case, MAIN, method="POST", **how)
    with suppress(Unavailable):
        create(case)
    assert len(calls(case, "POST")) == (0 if case.samples["settings"]["kind"] == "pingone_aic.smtp" else 1)


def test_a_post_is_not_repeated_for_a_page(case: Case) -> None:
    """A proxy's 401 says nothing of the token, and nothing of the effect."""
    inject(case, MAIN, method="POST", status=401, html="<h1>Log in</h1>")
    with suppress(Unavailable):
        create(case)
    assert len(calls(case, "POST")) == (0 if case.samples["settings"]["kind"] == "pingone_aic.smtp" else 1)


@pytest.mark.parametrize("how", [{"drop": "before"}, {"status": 503}])
def test_a_read_is_repeated(case: Case, how: dict[str, Any]) -> None:
    """A read that got no answer is sent again, a known number of times, and then an error."""
    inject(case, MAIN, method="GET", **how)
    with pytest.raises(Unavailable):
        api(case).read_provider()
    assert len(calls(case, "GET")) == 4


@pytest.mark.parametrize("status", [400, 403, 409])
def test_what_was_refused_is_not_sent_again(case: Case, status: int) -> None:
    """A refusal is the platform's word, and no reason to try once more."""
    inject(case, MAIN, method="P*", status=status)
    with pytest.raises(PlatformError):
        create(case)
    assert len(calls(case, "POST", "PUT")) == 1


def test_a_token_is_renewed_once(case: Case) -> None:
    """A call whose token is refused logs in once more, and not again and again."""
    inject(case, MAIN, status=401)
    with pytest.raises(Unauthorized):
        api(case).read_provider()
    assert len(calls(case, "GET")) == 2
    assert len(case.tenant.calls) == 4


PAGES = [{"status": 404, "html": "<h1>Not here</h1>"}, {"status": 200, "html": "<h1>Welcome</h1>"}]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("paths", [MAIN, LOGIN])
def test_a_page_is_not_absence(case: Case, paths: tuple[str, ...], page: dict[str, Any]) -> None:
    """A proxy's page, in place of an answer or of a login, drops nothing from the state and deletes nothing."""
    made = case.provider.create(case.inputs())
    recorded = made.outs or {}
    for touch in (case.provider.read, case.provider.delete):
        inject(case, paths, times=9, **page)
        with pytest.raises(UnexpectedAnswer):
            touch(made.id, recorded)
        case.tenant._faults.clear()  # noqa: SLF001 - what an operation did not meet
    assert case.provider.read(made.id, recorded).id == made.id


def test_a_login_that_finds_nothing_is_not_absence(case: Case) -> None:
    """Also in the words of the platform: what was asked for was never looked at."""
    made = case.provider.create(case.inputs())
    inject(case, LOGIN, status=404)
    with pytest.raises(PlatformError) as caught:
        case.provider.read(made.id, made.outs or {})
    assert not isinstance(caught.value, NotFound)


def test_a_404_of_something_else_is_not_absence(case: Case) -> None:
    """An unknown path is a 404 of the platform's own too; only PingOne AIC words both alike."""
    made = case.provider.create(case.inputs())
    inject(case, MAIN, status=404)
    if "pingone_aic" in made.id:
        assert not case.provider.read(made.id, made.outs or {}).id
        return
    with pytest.raises(PlatformError) as caught:
        case.provider.read(made.id, made.outs or {})
    assert not isinstance(caught.value, NotFound)
