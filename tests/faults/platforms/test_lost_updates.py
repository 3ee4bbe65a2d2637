"""What a colleague sets beside ours, since the last run or during this one, is there afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.mail.scripted import Lines, Scripted
from tenant_email import platforms
from tenant_email.errors import TenantEmailError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.conformance import Case

OPTION = "console"
WHOLE = [name for name in platforms.names() if platforms.load(name).capabilities.replaces_whole]
AIC = pytest.mark.parametrize("case", ["pingone_aic"], indirect=True)
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


def host_of(case: Case) -> tuple[dict[str, Any], str]:
    """Returns where the tenant has the provider's host."""
    auth0 = case.samples["settings"]["kind"] == "auth0.smtp"
    return (case.tenant.state.provider["credentials"], "smtp_host") if auth0 else (options(case), "host")  # type: ignore[attr-defined]


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


@pytest.mark.parametrize("case", WHOLE, indirect=True)
def test_what_a_whole_write_takes_from_someone_is_told(case: Case, said: list[str]) -> None:
    """Their host and sender, once and by name; what the program changed since the last run is nobody's loss."""
    provider = case.stack()
    provider.up()
    provider.up(from_address="hello@acme.example")
    assert not [line for line in said if "overwrote" in line]
    options(case)["host"] = "smtp.theirs.example"
    provider.up(from_address="us@acme.example")
    (line,) = [line for line in said if "overwrote" in line]
    assert line.endswith("email-provider: overwrote changes made by someone else: settings.host")
    assert options(case)["host"] == case.samples["settings"]["host"]
    said.clear()
    # Seen by a refresh it is in the preview's diff, and no news any more.
    options(case)["host"] = "smtp.theirs.example"
    provider.refresh()
    provider.up()
    assert not [line for line in said if "overwrote" in line]


def test_what_a_new_secret_takes_from_someone_is_told(case: Case, said: list[str]) -> None:
    """It carries the host that it is for, which the program did not change."""
    provider, given = case.stack(), case.samples["settings"]
    provider.up()
    provider.up(settings={**given, "password": "canary-second"})
    assert not [line for line in said if "overwrote" in line]
    place, name = host_of(case)
    place[name] = "smtp.theirs.example"
    provider.up(settings={**given, "password": "canary-third"})
    (line,) = [line for line in said if "overwrote" in line]
    assert line.endswith("email-provider: overwrote changes made by someone else: settings.host")


@pytest.mark.parametrize("case", ["auth0"], indirect=True)
def test_a_new_secret_finds_another_kind(case: Case, said: list[str]) -> None:
    """Auth0 drops what was there with the name, so that our options go along, and whose kind was lost is said."""
    given = {**case.samples["settings"], "x_ses_configuration_set": "ours"}
    provider, state = case.stack(settings=given), case.tenant.state  # type: ignore[attr-defined]
    provider.up()
    state.provider |= {"name": "sendgrid", "credentials": {"api_key": "canary-theirs"}, "settings": {"a": {"b": 1}}}
    provider.up(settings={**given, "password": "canary-second"})
    (line,) = [line for line in said if "overwrote" in line]
    assert "someone else: everything (auth0.sendgrid" in line
    assert state.provider["settings"] == {"headers": {"X-SES-Configuration-Set": "ours"}}


def taken_away(case: Case) -> None:
    """Has a colleague go back to the built-in sender."""
    state: Any = case.tenant.state  # type: ignore[attr-defined]
    state.config["external.email"] = {**state.config["external.emailDefault"]}
    case.tenant.reset_calls()


@AIC
def test_a_built_in_sender_that_is_back_is_no_update_of_ours(case: Case, said: list[str]) -> None:
    """Someone took our configuration away: it is made anew and told, where there is a password to make it with."""
    provider = case.stack()
    provider.up()
    taken_away(case)
    provider.up(from_address="hello@acme.example")
    assert "someone else removed the provider; it was created again" in said[-1]
    assert options(case)["from"] == "hello@acme.example"
    taken_away(case)
    kept = {name: value for name, value in case.samples["settings"].items() if name != "password"}
    with pytest.raises(TenantEmailError, match="no stored credentials to keep"):
        provider.up(settings=kept, from_address="us@acme.example")


@AIC
def test_a_built_in_sender_that_is_back_is_drift(case: Case) -> None:
    """With on_drift="fail" nothing is written over it; one that is ours gives way to another kind."""
    provider = case.stack(on_drift="fail")
    provider.up()
    taken_away(case)
    with pytest.raises(TenantEmailError, match=r"changed everything \(pingone_aic\.built_in is there"):
        provider.up(from_address="hello@acme.example")
    assert case.writes() == 0
    ours = case.stack(settings={"kind": "pingone_aic.built_in"}, from_address=None, on_existing="adopt")
    ours.up()
    assert ours.up(settings=case.samples["settings"], from_address="hello@acme.example") == "update"
