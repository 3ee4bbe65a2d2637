"""Why nothing is written or taken over: the whole message, with the ways out that work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.errors import TenantEmailError
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from support.conformance import Case
    from support.managed import Managed

THEM = "them@acme.example"
ONLY = {name: pytest.mark.parametrize("case", [name], indirect=True) for name in ("auth0", "logto", "pingone_aic")}
SWITCHED = "Set on_existing='adopt', which changes what differs."
EQUAL = f"Make the inputs equal to what is live, or {SWITCHED[0].lower()}{SWITCHED[1:]}"


def who(case: Case) -> str:
    """Returns how messages begin."""
    return f"{case.samples['settings']['kind'].partition('.')[0]} {case.tenant.url[7:]}"


def refused(case: Case, stack: Managed, **inputs: Any) -> list[str]:
    """Returns the lines of the refusal of an up that writes nothing, the first without who was asked."""
    case.tenant.reset_calls()
    with pytest.raises(TenantEmailError) as caught:
        stack.up(**inputs)
    assert all(
        (call.status or 0) >= 400 for call in case.tenant.calls if call.method != "GET" and "token" not in call.path
    )
    first, *more = str(caught.value).splitlines()
    start, _, message = first.partition(": ")
    assert start == who(case)
    return [message, *more]


def edited(stack: Managed, **inputs: Any) -> None:
    """Changes what a stack wrote, as someone does by hand."""
    operation.begin()
    EmailProviderLifecycle().update(stack.id, dict(stack.state), {**stack.inputs, **inputs})


@ONLY["auth0"]
@pytest.mark.parametrize(("sender", "named"), [(THEM, "auth0.smtp from them@acme.example"), (None, "auth0.smtp")])
def test_what_is_configured_is_named_with_its_sender(case: Case, sender: str | None, named: str) -> None:
    """And why there can be no second one."""
    case.stack(from_address=sender).up()
    what, remedy = refused(case, case.stack())
    assert what == f"an email provider is already configured ({named}), and Auth0 has one per tenant"
    assert remedy.startswith("Set on_existing='adopt' to take it over; a destroy then leaves it in place.")


@ONLY["auth0"]
def test_what_equals_the_inputs_is_said_to(case: Case) -> None:
    """It is refused all the same."""
    case.stack().up()
    what, _ = refused(case, case.stack())
    assert what.startswith("an email provider is already configured (auth0.smtp from no-reply@acme.example), and")
    assert what.endswith("one per tenant; what it shows equals the inputs, but this run did not create it")


def test_what_cannot_be_imported_is_shown(case: Case) -> None:
    """Setting by setting, secrets apart."""
    settings = {**case.samples["settings"], "host": "smtp.two.example", "password": "canary-two"}
    case.stack(settings=settings, from_address=THEM).up()
    what, *lines = refused(case, case.stack(on_existing="import"))
    kind, at = settings["kind"], [line.partition(":")[0] for line in lines]
    assert what.startswith("cannot import: the live email provider (")
    assert ") differs in from_address, settings.host" in what
    assert lines[:2] == [
        '  - from_address: "them@acme.example" is live; the inputs say "no-reply@acme.example"',
        '  - settings.host: "smtp.two.example" is live; the inputs say "smtp.one.example"',
    ]
    assert at[2:-1] == (["  - settings.password"] if kind == "logto.smtp" else [])
    assert lines[-1] == EQUAL


@ONLY["logto"]
def test_another_kind_cannot_be_imported_and_shows_no_key(case: Case) -> None:
    """Of an address only the host is told, live and desired: the rest of it may be a key."""
    hook = {"kind": "logto.http", "endpoint": "https://hooks.acme.example/mail?key=canary-key"}
    case.stack(settings=hook, from_address=None).up()
    other = {**hook, "endpoint": "https://b.example/canary"}
    what, *lines = refused(case, case.stack(on_existing="import", from_address=None), settings=other)
    assert what.partition(" differs in ")[2] == "settings.endpoint"
    assert lines == [
        '  - settings.endpoint: "https://hooks.acme.example" is live; the inputs say "https://b.example"',
        EQUAL,
    ]
    what, *lines = refused(case, case.stack(on_existing="import"))
    assert "settings.kind" in what
    assert lines[-1] == EQUAL
    assert "canary" not in "".join(lines)


@ONLY["logto"]
def test_a_setting_that_is_not_there_is_said_to_be_nothing(case: Case) -> None:
    """An input could equal that."""
    case.stack().up()
    wanted = {**case.samples["settings"], "reply_to": "help@acme.example"}
    assert refused(case, case.stack(on_existing="import"), settings=wanted)[1:] == [
        '  - settings.reply_to: nothing is live; the inputs say "help@acme.example"',
        EQUAL,
    ]


@ONLY["pingone_aic"]
@pytest.mark.parametrize(("port", "remedy"), [("abc", SWITCHED), ("smtp.two.example", EQUAL)])
def test_what_no_input_can_equal_is_said(case: Case, port: str, remedy: str) -> None:
    """To make the inputs equal is offered where something of what differs could be."""
    case.stack().up()
    stored = case.tenant.state.config["external.email"]  # type: ignore[attr-defined]
    stored |= {"port": "587"} | ({"host": port} if remedy is EQUAL else {})
    _, *lines = refused(case, case.stack(on_existing="import"))
    assert lines[-2:] == [
        '  - settings.port: "587" is live, and no input can equal that; the inputs say 587',
        remedy,
    ]


@ONLY["auth0"]
def test_what_is_not_there_is_neither_imported_nor_kept(case: Case) -> None:
    """The remedy is another one."""
    assert refused(case, case.stack(on_existing="import")) == [
        "nothing to import: there is no email provider",
        "Remove import_ to create it.",
    ]
    kept = {name: value for name, value in case.samples["settings"].items() if name != "password"}
    assert refused(case, case.stack(), settings=kept) == [
        "no email provider is configured, so there are no stored credentials to keep",
        "Set the credentials in settings, so that the provider can be created.",
    ]


DRIFT = "Run `pulumi refresh` to see it, or set on_drift='overwrite'."


@pytest.mark.parametrize("case", ["auth0", "logto"], indirect=True)
def test_a_provider_that_is_gone_has_drifted(case: Case) -> None:
    """In everything."""
    provider = case.stack(on_drift="fail")
    provider.up()
    operation.begin()
    EmailProviderLifecycle().delete(provider.id, dict(provider.state))
    assert refused(case, provider, from_address="hello@acme.example") == [
        "someone else changed everything (it is gone) since the last run; nothing was written",
        DRIFT,
    ]


@ONLY["logto"]
def test_another_one_in_its_place_has_drifted(case: Case) -> None:
    """However equal it is: it is named by its id."""
    provider = case.stack(on_drift="fail")
    provider.up()
    operation.begin()
    EmailProviderLifecycle().delete(provider.id, dict(provider.state))
    other = case.stack()
    other.up()
    what, remedy = refused(case, provider, from_address="hello@acme.example")
    assert what.startswith("someone else changed everything (")
    assert other.state["live"]["id"] in what
    assert what.endswith(" is there instead) since the last run; nothing was written")
    assert remedy == DRIFT


def test_each_drift_is_named_unless_it_is_what_is_wanted(case: Case) -> None:
    """What someone changed to just what is to be written is no drift, one by one."""
    provider, settings = case.stack(on_drift="fail"), case.samples["settings"]
    provider.up()
    edited(provider, from_address=THEM, settings={**settings, "port": 2525})
    # the mark of a secret that was written again says only that it was
    again = ", settings.password" if settings["kind"] == "pingone_aic.smtp" else ""
    wanted = {**settings, "host": "smtp.two.example"}
    assert refused(case, provider, settings=wanted) == [
        f"someone else changed from_address, settings.port{again} since the last run; nothing was written",
        DRIFT,
    ]
    what, _ = refused(case, provider, settings={**wanted, "port": 2525})
    assert what.startswith(f"someone else changed from_address{again} since")
    what, _ = refused(case, provider, settings=wanted, from_address=THEM)
    assert what.startswith(f"someone else changed settings.port{again} since")
    if not again:
        assert provider.up(settings={**wanted, "port": 2525}, from_address=THEM) == "update"


@pytest.mark.parametrize("case", ["logto", "pingone_aic"], indirect=True)
def test_a_secret_of_which_nothing_was_recorded_has_not_drifted(case: Case) -> None:
    """States of earlier releases may lack its digest."""
    provider = case.stack(on_drift="fail")
    provider.up()
    provider.state = {name: value for name, value in provider.state.items() if name != "secret_digests"}
    assert provider.up(from_address="hello@acme.example") == "update"


@ONLY["auth0"]
def test_a_drift_from_a_kind_that_is_no_more_is_reported(case: Case) -> None:
    """A state of another release may name one: nothing of it is hidden then."""
    provider = case.stack(on_drift="fail")
    provider.up()
    edited(provider, from_address=THEM)
    provider.state = {**provider.state, "settings": {"kind": "auth0.pigeon"}}
    what, _ = refused(case, provider, from_address="hello@acme.example")
    assert what.startswith("someone else changed from_address since")
