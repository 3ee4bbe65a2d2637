"""Absence and success are proven on every platform, by main call and login: a page says neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenant_email.errors import PlatformError, UnexpectedAnswer
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.conformance import Case

PAGE = "<h1>Welcome to the hotel</h1>"
LOGIN, MAIN = ("*token*",), ("/api/*", "/openidm/*", "/environment/*")
FOREIGN = (200, 302, 404)


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Waits nowhere."""
    operation.begin(Timing(sleep=lambda _: None))
    yield
    operation.begin(Timing())


def lie(case: Case, paths: tuple[str, ...], status: int, method: str = "*") -> None:
    """Puts a page in place of answers."""
    for path in paths:
        case.tenant.inject(Fault(method, path, status=status, html=PAGE, times=99))


@pytest.mark.parametrize("paths", [LOGIN, MAIN])
@pytest.mark.parametrize("status", FOREIGN)
def test_a_page_is_no_absence(case: Case, paths: tuple[str, ...], status: int) -> None:
    """A refresh keeps what is recorded, and a destroy does not report success."""
    made, template = case.provider.create(case.inputs()), case.template.create(case.template_inputs())
    case.tenant.reset_calls()
    lie(case, paths, status)
    for trial in (
        lambda: case.provider.read(made.id, made.outs or {}),
        lambda: case.template.read(template.id, template.outs or {}),
        lambda: case.provider.delete(made.id, made.outs or {}),
        lambda: case.template.delete(template.id, template.outs or {}),
    ):
        with pytest.raises(UnexpectedAnswer, match="Nothing was recorded"):
            trial()


@pytest.mark.parametrize("status", [200, 204, 404])
def test_a_page_on_the_look_lets_nothing_be_written(case: Case, status: int) -> None:
    """Where one looks before a write, what cannot be told is not overwritten, adopted or replaced."""
    posts_first = case.provider.require_valid(case.inputs()).platform.capabilities.create == "post-conflicts"
    wanted = case.inputs(password=None) if posts_first else case.inputs()  # without a password it looks first too
    case.provider.create(case.around(case.samples["other_kind"]))
    case.tenant.reset_calls()
    lie(case, MAIN, status, "GET")
    for mode in ("fail", "adopt"):
        with pytest.raises(PlatformError):
            case.provider.create({**wanted, "on_existing": mode})
        if not posts_first:
            with pytest.raises(PlatformError):
                case.template.create({**case.template_inputs(), "on_existing": mode})
    assert case.writes() == 0


@pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(drop="before"), Fault(status=503), Fault(html=PAGE)])
def test_a_login_is_repeated_like_any_safe_call(case: Case, fault: Fault) -> None:
    """Three answers of it may be lost, whatever becomes of them."""
    case.tenant.inject(Fault("POST", "*token*", fault.status, fault.html, drop=fault.drop, times=3))
    assert case.provider.create(case.inputs()).id


def test_an_unusable_read_is_repeated(case: Case) -> None:
    """What a proxy says in between for a moment does not end a run."""
    made = case.provider.create(case.inputs())
    for path in MAIN:
        case.tenant.inject(Fault("GET", path, status=404, html=PAGE, times=2))
    assert case.provider.read(made.id, made.outs or {}).id == made.id
