"""What an update has to send, and when it may not: the password rules as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tenant_email.capabilities import Transport
from tenant_email.input_diff import (
    Ignored,
    InputDiff,
    compare,
    has_credentials,
    incomplete_credentials,
    may_keep_secret,
    scope_changes,
    unseen_in_credentials,
)
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.platforms.auth0.capabilities import CAPABILITIES
from tenant_email.redaction.secrets import Secret

PASSWORD, OTHER = Secret("canary-smtp-password"), Secret("another-smtp-password")
SMTP = {"kind": "auth0.smtp", "host": "one.example", "port": 587, "username": "mailer", "password": PASSWORD}
SES = {
    "kind": "auth0.ses",
    "region": "eu-west-1",
    "access_key_id": "AKIAEXAMPLE",
    "secret_access_key": Secret("canary-secret-key"),
}


def change(old: dict[str, Any], new: dict[str, Any], **top: Any) -> InputDiff:
    """Compares two settings; None leaves a setting out."""
    given = {name: value for name, value in new.items() if value is not None}
    return compare(ProviderInputs(old), ProviderInputs(given, **top), CAPABILITIES, "acme.eu.auth0.com")


@pytest.mark.parametrize("moved", [{"host": "two.example"}, {"port": 465}, {"username": "other"}])
def test_moving_smtp_sends_all_four(moved: dict[str, Any]) -> None:
    """A change of host, port or user sends the whole set, and needs the password."""
    assert change(SMTP, {**SMTP, **moved}).credentials
    (problem,) = change(SMTP, {**SMTP, **moved, "password": None}).problems
    assert problem.remedy.startswith("Set settings.password: ")


@pytest.mark.parametrize(
    ("new", "sends"),
    [
        ({**SMTP, "password": OTHER}, True),
        ({**SMTP, "password": None}, False),
        ({**SMTP, "x_ses_configuration_set": "mail"}, False),
        ({**SMTP, "host": UNKNOWN}, True),
        (SES, True),
    ],
)
def test_credentials_go_only_when_they_must(new: dict[str, Any], sends: bool) -> None:
    """Options never send credentials; a secret that is left out is kept."""
    assert (change(SMTP, new).credentials, change(SMTP, new).problems) == (sends, ())


def test_a_secret_that_is_left_out_is_no_change() -> None:
    """Nothing is to be sent for a secret that the tenant keeps."""
    assert not change(SMTP, {**SMTP, "password": None})


@pytest.mark.parametrize(
    ("settings", "moved"),
    [
        (SMTP, ()),
        ({**SMTP, "password": OTHER, "x_ses_configuration_set": "mail"}, ()),
        ({**SMTP, "host": "two.example", "port": 465}, ("host", "port")),
        ({**SMTP, "username": None}, ("username",)),
        ({**SMTP, "host": UNKNOWN}, ("host",)),
        ({**SMTP, "kind": "auth0.ses"}, ("kind",)),
        ({}, ("kind",)),
    ],
)
def test_a_stored_secret_goes_with_what_it_was_given_for(settings: dict[str, Any], moved: tuple[str, ...]) -> None:
    """The one rule of all platforms: the same kind, host, port and user; what is not known yet is another one."""
    transport = CAPABILITIES.transports["auth0.smtp"]
    assert scope_changes(SMTP, settings, transport) == moved
    assert may_keep_secret(SMTP, settings, transport) is (not moved)


def test_another_kind_needs_its_credentials() -> None:
    """A new kind without credentials is refused, whatever the old one had."""
    bare = {"kind": "auth0.ses", "region": "eu-west-1"}
    (problem,) = change(SMTP, bare).problems
    assert "cannot switch from smtp to ses without the access_key_id and secret_access_key" in problem.what
    same_key = {"kind": "auth0.sendgrid", "api_key": Secret("canary-api-key")}
    assert change({**same_key, "kind": "auth0.mandrill"}, same_key).credentials


def test_a_region_of_ses_is_what_its_key_was_given_for() -> None:
    """A stored key is never used for another region in silence."""
    (problem,) = change(SES, {"kind": "auth0.ses", "region": "us-east-1"}).problems
    assert "region from eu-west-1 to us-east-1" in problem.what


def test_an_unknown_kind_or_settings_counts_as_everything() -> None:
    """What a preview cannot know is a change without a problem."""
    for settings in (UNKNOWN, {**SMTP, "kind": UNKNOWN}):
        found = compare(
            ProviderInputs(SMTP), ProviderInputs.from_props({"settings": settings}), CAPABILITIES, "acme.eu.auth0.com"
        )
        assert (found.credentials, found.problems) == (True, ())


def test_fields_beside_the_settings_are_distinguished() -> None:
    """A from address is a field; the settings stay as they are."""
    found = change(SMTP, SMTP, from_address="a@acme.example")
    assert (found.fields, found.settings, found.credentials) == (frozenset({"from_address"}), frozenset(), False)


def test_credentials_are_given_whole_or_not_at_all() -> None:
    """A part of a set is a problem for each part that is missing; none of it is fine."""
    transport = CAPABILITIES.transports["auth0.ms365"]
    (first, second) = incomplete_credentials({"tenant_id": "t"}, transport)
    assert (first.path, second.path) == ("settings.client_id", "settings.client_secret")
    assert incomplete_credentials({}, transport) == ()
    assert not has_credentials({"tenant_id": "t"}, transport)


@pytest.mark.parametrize(
    ("found", "anything"),
    [
        (InputDiff(), False),
        (InputDiff(fields=frozenset({"enabled"})), True),
        (InputDiff(settings=frozenset({"host"})), True),
        (InputDiff(kind=True), True),
        (InputDiff(credentials=True), False),
    ],
)
def test_a_change_is_true_when_something_differs(found: InputDiff, anything: bool) -> None:
    """Credentials are sent with a change, and are none by themselves."""
    assert bool(found) is anything


def test_settings_that_are_new_or_gone_differ() -> None:
    """Where there were none, or are none, everything of the other side is a change."""
    new = compare(ProviderInputs(), ProviderInputs(SMTP), CAPABILITIES, "acme.example")
    assert (new.settings, new.kind, new.credentials) == (frozenset(SMTP), True, True)
    later = ProviderInputs.from_props({"settings": UNKNOWN, "enabled": False})
    unknown = compare(ProviderInputs(SMTP), later, CAPABILITIES, "acme.example")
    assert (unknown.fields, unknown.settings) == (frozenset({"enabled"}), frozenset({"kind"}))
    assert compare(ProviderInputs(SMTP), ProviderInputs({"kind": None}), CAPABILITIES, "acme.example").kind
    template = compare(
        ProviderInputs({"kind": "t", "a": 1}), ProviderInputs({"kind": "t"}), CAPABILITIES, "acme.example"
    )
    assert (template.settings, template.credentials, template.problems) == (frozenset({"a"}), False, ())


def test_a_change_of_kind_names_everything() -> None:
    """What both kinds have is no change, and a password that is left out is not kept for another kind."""
    found = change({**SMTP, "kind": "auth0.custom"}, {**SMTP, "password": None})
    assert (found.kind, found.settings) == (True, frozenset({"kind", "password"}))
    (problem,) = found.problems
    assert problem.path == ""
    assert problem.what.startswith("auth0 acme.eu.auth0.com: cannot switch from custom to smtp without the password")
    assert problem.remedy == f"Set settings.password: {CAPABILITIES.kind_rule}"


def test_what_moves_is_named_with_both_values() -> None:
    """A user sees the old place and the new one, and only what is known to move."""
    (problem,) = change(SMTP, {**SMTP, "host": "two.example", "port": 465, "password": None}).problems
    assert problem.path == ""
    assert problem.what == (
        "auth0 acme.eu.auth0.com: cannot change smtp_host from one.example to two.example"
        " and smtp_port from 587 to 465 without the password"
    )
    assert problem.remedy == f"Set settings.password: {CAPABILITIES.password_rule}"
    (problem,) = change(SMTP, {**SMTP, "host": "two.example", "port": UNKNOWN, "password": None}).problems
    assert "smtp_port" not in problem.what


def test_both_parts_of_a_set_are_asked_for() -> None:
    """A kind with two secrets names both in the remedy."""
    (problem,) = change(SMTP, {"kind": "auth0.ses", "region": "eu-west-1"}).problems
    assert problem.remedy.startswith("Set settings.access_key_id and settings.secret_access_key: ")


def test_a_part_that_is_missing_says_what_to_do() -> None:
    """Nothing is missing where all are given, where none is, and where nothing logs in."""
    ses, smtp = CAPABILITIES.transports["auth0.ses"], CAPABILITIES.transports["auth0.smtp"]
    (problem,) = incomplete_credentials({"access_key_id": "AKIA"}, ses)
    assert str(problem) == (
        "settings.secret_access_key: is missing\n"
        "Set all of the credentials, or omit all of them to keep the stored ones."
    )
    assert incomplete_credentials(SES, ses) == ()
    assert (has_credentials(SES, ses), has_credentials({"access_key_id": "AKIA"}, ses)) == (True, False)
    assert (has_credentials(SMTP, smtp), has_credentials({"username": "mailer"}, smtp)) == (True, False)


def test_a_transport_that_needs_no_login_needs_no_secret() -> None:
    """Its secret belongs to the user name: without that, none is missing, and a move of the host is none either."""
    open_relay = Transport("auth0.smtp", ("host", "username", "password"), ("password",), login="username")
    capabilities = replace(CAPABILITIES, transports={"auth0.smtp": open_relay})
    assert open_relay.required_credentials({}) == ()
    assert open_relay.required_credentials({"username": "mailer"}) == ("password",)
    assert incomplete_credentials({}, open_relay) == ()
    assert has_credentials({}, open_relay)
    moved = compare(
        ProviderInputs({"kind": "auth0.smtp", "host": "one"}),
        ProviderInputs({"kind": "auth0.smtp", "host": "two"}),
        capabilities,
        "acme.example",
    )
    assert (moved.credentials, moved.problems) == (True, ())
    assert open_relay.secret_scope == ("host", "username")
    assert (open_relay.label("host"), Transport("x", labels={"host": "smtp_host"}).label("host")) == (
        "host",
        "smtp_host",
    )


def test_what_nobody_sees_is_found_in_a_login_that_is_shown() -> None:
    """Each by its path; what is not known is not judged, nor what is no credential, nor a secret, which was."""
    smtp = CAPABILITIES.transports["auth0.smtp"]
    odd = {**SMTP, "username": "ma\u200biler", "host": UNKNOWN, "x_msys_api": "\ufeffa", "password": Secret("\ufeffa")}
    (found,) = unseen_in_credentials(odd, smtp)
    assert (found.path, found.what, found.remedy) == (
        "settings.username",
        r"holds a character that nobody sees (\u200b)",
        "Type it anew.",
    )
    assert unseen_in_credentials(SMTP, smtp) == unseen_in_credentials({}, smtp) == ()


def test_an_optional_secret_is_bound_to_its_place_too() -> None:
    """One that is held and left out is kept, but does not move with the host; one that was never there is no matter."""
    hook = Transport("k", ("url",), optional=("token",))
    capabilities = replace(CAPABILITIES, transports={"k": hook})
    held, moved = {"kind": "k", "url": "a", "token": Secret("canary-token")}, {"kind": "k", "url": "b"}

    def compared(old: dict[str, Any], new: dict[str, Any]) -> InputDiff:
        return compare(ProviderInputs(old), ProviderInputs(new), capabilities, "acme.example")

    assert not compared(held, {"kind": "k", "url": "a"})
    (problem,) = compared(held, moved).problems
    assert problem.what == "auth0 acme.example: cannot change url from a to b without the token"
    assert compared({"kind": "k", "url": "a"}, moved).problems == ()
    assert compared(held, {**moved, "token": held["token"]}).problems == ()


def ignoring(*names: str, part: str = "") -> Ignored:
    """Returns what is said of `ignore_changes` with these settings, and with something within another."""
    return Ignored(lambda name: name in names, lambda name: name == part)


@pytest.mark.parametrize("moved", [{"host": "two.example"}, {"port": 465}, {"username": "other"}])
def test_a_secret_that_is_held_back_moves_nowhere(moved: dict[str, Any]) -> None:
    """What an engine gives for an ignored secret is the recorded one, given for another place."""
    old, new = ProviderInputs(SMTP), ProviderInputs({**SMTP, **moved})
    found = compare(old, new, CAPABILITIES, "acme.eu.auth0.com", ignoring("password"))
    (problem,) = found.problems
    assert (found.held_back, problem.path) == (True, "")
    assert problem.what.startswith("cannot change smtp_")
    assert problem.what.endswith(" with settings.password in ignore_changes")
    assert problem.remedy.startswith("Take it out of ignore_changes: ")
    assert problem.remedy.endswith(" was given for what is there now, and goes nowhere else.")


@pytest.mark.parametrize("place", ["kind", "host", "port", "username"])
@pytest.mark.parametrize("recorded", [SMTP, {name: value for name, value in SMTP.items() if name != "password"}])
def test_a_secret_goes_to_no_place_that_is_held_back(place: str, recorded: dict[str, Any]) -> None:
    """What an engine gives for an ignored host may be anyone's whom a refresh saw, and no password is recorded then."""
    old, new = ProviderInputs(recorded), ProviderInputs({**SMTP, "password": OTHER})
    found = compare(old, new, CAPABILITIES, "acme.eu.auth0.com", ignoring(place))
    (problem,) = found.problems
    assert found.held_back
    assert problem.what == f"cannot send settings.password with settings.{place} in ignore_changes"
    assert problem.remedy.endswith(" Or omit settings.password to keep what is stored.")


@pytest.mark.parametrize(
    "moved",
    [{}, {"host": UNKNOWN}, {"password": OTHER}, {"password": UNKNOWN}, {"host": "two.example", "password": None}],
)
@pytest.mark.parametrize("ignored", [("password",), ("password", "host"), ()])
def test_what_does_not_move_is_held_back_by_nothing(moved: dict[str, Any], ignored: tuple[str, ...]) -> None:
    """Nor what may move, which an update knows, nor a secret that is not there."""
    given = {name: value for name, value in {**SMTP, **moved}.items() if value is not None}
    found = compare(ProviderInputs(SMTP), ProviderInputs(given), CAPABILITIES, "acme.eu.auth0.com", ignoring(*ignored))
    assert not found.held_back


def test_a_secret_of_which_a_part_is_held_back_is_sent_nowhere() -> None:
    """One that differs is mixed of what is recorded and what the program says; the recorded one moves nowhere."""
    other = {"kind": "auth0.other", "name": "brevo", "credentials": {"host": "one.example", "key": "canary-key"}}
    mixed = {**other, "credentials": {"host": "two.example", "key": "canary-key"}}

    def compared(new: dict[str, Any]) -> InputDiff:
        ignored = ignoring(part="credentials")
        return compare(ProviderInputs(other), ProviderInputs(new), CAPABILITIES, "acme.eu.auth0.com", ignored)

    (problem,) = compared(mixed).problems
    assert problem.what == "cannot send settings.credentials with a part of it in ignore_changes"
    (problem,) = compared({**other, "name": "elsewhere"}).problems
    assert problem.what == "cannot change name from brevo to elsewhere with settings.credentials in ignore_changes"
    assert not compared({**other, "settings": {"x": 1}}).problems


def test_what_is_given_for_a_host_goes_to_none_that_is_held_back() -> None:
    """Headers and TLS options may hold a token or a key; those that are recorded stay where they are."""
    smtp = replace(CAPABILITIES.transports["auth0.smtp"], host_options=("tls",))
    capabilities = replace(CAPABILITIES, transports={"auth0.smtp": smtp})
    old = {**SMTP, "tls": {"key": "canary-key"}}

    def compared(**changes: Any) -> InputDiff:
        new = ProviderInputs({**old, **changes})
        return compare(ProviderInputs(old), new, capabilities, "acme.eu.auth0.com", ignoring("host"))

    (problem,) = compared(tls={"key": "canary-other"}).problems
    assert problem.what == "cannot send settings.tls with settings.host in ignore_changes"
    assert not compared(tls=None).problems
    assert not compared(name="mail").problems


@pytest.mark.parametrize("ignored", [ignoring("tls"), ignoring(part="tls")])
def test_no_new_secret_goes_over_a_line_that_is_held_back(ignored: Ignored) -> None:
    """A colleague's weaker setting would stand there; the recorded secret stays, and a stronger one needs no leave."""
    smtp = replace(CAPABILITIES.transports["auth0.smtp"], host_options=("tls",), guards=("tls", "secure"))
    capabilities = replace(CAPABILITIES, transports={"auth0.smtp": smtp})
    old = {**SMTP, "tls": {"rejectUnauthorized": False, "key": "canary-key"}}

    def compared(ignored: Ignored, **changes: Any) -> InputDiff:
        return compare(ProviderInputs(old), ProviderInputs({**old, **changes}), capabilities, "a.example", ignored)

    (problem,) = compared(ignored, password=OTHER).problems
    assert problem.what == "cannot send settings.password with settings.tls in ignore_changes"
    assert problem.remedy.endswith(" stands in place of the program's, and may send it less safely.")
    assert not compared(ignored, name="mail").problems
    assert not compared(ignoring("secure"), tls={}).problems


def test_a_recorded_secret_stays_with_an_ignored_host() -> None:
    """Another user is sent with the one that was given for that very host."""
    old, new = ProviderInputs(SMTP), ProviderInputs({**SMTP, "username": "other"})
    assert not compare(old, new, CAPABILITIES, "acme.eu.auth0.com", ignoring("host")).problems


def test_ignore_changes_is_named_where_no_secret_is_recorded() -> None:
    """A refresh that saw another host recorded none, and an engine then has none to give."""
    (problem,) = change({**SMTP, "password": None}, {**SMTP, "host": "two.example", "password": None}).problems
    assert problem.remedy.endswith(" If the program sets it, ignore_changes holds it back: take it out of that.")


def test_a_platform_is_told_of_its_own_inputs_alone() -> None:
    """What only steers us is none of its business; the rest of the change is as it was."""
    found = InputDiff(frozenset({"enabled", "on_delete"}), frozenset({"host"}), credentials=True)
    assert found.for_platform() == InputDiff(frozenset({"enabled"}), frozenset({"host"}), credentials=True)
