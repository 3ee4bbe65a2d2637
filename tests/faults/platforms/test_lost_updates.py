"""What a colleague sets beside ours, since the last run or during this one, is there afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.mail.scripted import Lines, Scripted
from tenant_email import platforms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.conformance import Case

OPTION = "console"
WHOLE = [name for name in platforms.names() if platforms.load(name).capabilities.replaces_whole]
DRIFT = pytest.mark.parametrize("on_drift", ["overwrite", "fail"])


def options(case: Case) -> dict[str, Any]:
    """Returns the tenant's own record of the provider's options, which a colleague edits."""
    state: Any = case.tenant.state  # type: ignore[attr-defined]
    match case.samples["settings"]["kind"]:
        case "auth0.smtp":
            return state.provider.setdefault("settings", {}).setdefault("headers", {})  # type: ignore[no-any-return]
        case "logto.smtp":
            return state.connectors[0].config  # type: ignore[no-any-return]
        case _:
            return state.config["external.email"]  # type: ignore[no-any-return]


def edited(case: Case, value: str) -> None:
    """Has a colleague set an option that no program manages."""
    options(case)[OPTION] = value


@DRIFT
def test_an_option_that_someone_set_since_stays(case: Case, on_drift: str) -> None:
    """Where a write replaces the whole it is laid over what the tenant holds, not over what was recorded."""
    provider = case.stack(on_drift=on_drift)
    provider.up()
    edited(case, "theirs")
    assert provider.up(from_address="hello@acme.example") == "update"
    assert options(case)[OPTION] == "theirs"


@DRIFT
@pytest.mark.parametrize("case", ["auth0"], indirect=True)
def test_an_option_stays_when_another_one_beside_it_changes(case: Case, on_drift: str) -> None:
    """Auth0 takes the options as a whole, so that a change of one is laid over those that the tenant holds."""
    provider = case.stack(on_drift=on_drift)
    given = case.samples["settings"]
    provider.up(settings={**given, "x_ses_configuration_set": "first", "x_mc_view_content_link": True})
    edited(case, "theirs")
    provider.up(settings={**given, "x_ses_configuration_set": "second"})
    assert options(case) == {"X-SES-Configuration-Set": "second", OPTION: "theirs"}
    provider.up(settings=given)
    assert options(case) == {OPTION: "theirs"}


@DRIFT
@pytest.mark.parametrize("case", WHOLE, indirect=True)
@pytest.mark.parametrize("adopting", [False, True])
def test_an_option_that_someone_sets_during_a_check_stays(case: Case, on_drift: str, adopting: bool) -> None:
    """A mail server may take minutes to be tried, and a colleague no longer than one."""
    provider = case.stack()
    provider.up()

    def greeting() -> Iterator[bytes]:
        edited(case, "theirs")
        yield b"220 mail.acme.example ESMTP\r\n"

    with Scripted(Lines(greeting=greeting())) as server:
        plain = {"starttls": False} if "starttls" in case.samples["settings"] else {}
        given = {**case.samples["settings"], "host": "127.0.0.1", "port": server.port, **plain}
        second = case.stack(on_existing="adopt") if adopting else provider
        second.up(settings=given, preflight="connect", on_drift=on_drift)
    assert options(case)[OPTION] == "theirs"
    assert options(case)["host"] == "127.0.0.1"
