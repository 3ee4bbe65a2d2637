"""What an update has to send, and when it may not: the password rules as a table."""

from __future__ import annotations

from typing import Any

import pytest

from tenant_email.changes import Change, changes, gives_credentials, must_be_complete
from tenant_email.model import UNKNOWN
from tenant_email.platforms.auth0.capabilities import CAPABILITIES
from tenant_email.secrets import Secret

PASSWORD, OTHER = Secret("canary-smtp-password"), Secret("another-smtp-password")
SMTP = {"kind": "auth0.smtp", "host": "one.example", "port": 587, "username": "mailer", "password": PASSWORD}
SES = {
    "kind": "auth0.ses",
    "region": "eu-west-1",
    "access_key_id": "AKIAEXAMPLE",
    "secret_access_key": Secret("canary-secret-key"),
}


def change(old: dict[str, Any], new: dict[str, Any], **top: Any) -> Change:
    """Compares two settings; None leaves a setting out."""
    given = {name: value for name, value in new.items() if value is not None}
    return changes({"settings": old}, {"settings": given, **top}, CAPABILITIES, "acme.eu.auth0.com")


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


def test_another_kind_needs_its_credentials() -> None:
    """A new kind without credentials is refused, whatever the old one had (pains.md, Auth0 8)."""
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
        found = changes({"settings": SMTP}, {"settings": settings}, CAPABILITIES, "acme.eu.auth0.com")
        assert (found.credentials, found.problems) == (True, ())


def test_fields_beside_the_settings_are_told_apart() -> None:
    """A from address is a field; the settings stay as they are."""
    found = change(SMTP, SMTP, from_address="a@acme.example")
    assert (found.fields, found.settings, found.credentials) == (frozenset({"from_address"}), frozenset(), False)


def test_credentials_are_given_whole_or_not_at_all() -> None:
    """A part of a set is a problem for each part that is missing; none of it is fine."""
    transport = CAPABILITIES.transports["auth0.ms365"]
    (first, second) = must_be_complete({"tenant_id": "t"}, transport)
    assert (first.path, second.path) == ("settings.client_id", "settings.client_secret")
    assert must_be_complete({}, transport) == ()
    assert not gives_credentials({"tenant_id": "t"}, transport)
