"""The provider endpoints, case by case from docs/contracts/auth0.md#endpoints, #provider and #patch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import PROVIDER, smtp

if TYPE_CHECKING:
    from support.auth0 import Tenant

SMTP_SHOWN = {"smtp_host": "smtp.one.example", "smtp_port": 587, "smtp_user": "mailer"}
KEY = "canary-api-key"
# kind: credentials sent, credentials shown (docs/contracts/auth0.md#provider)
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "mandrill": ({"api_key": KEY}, {}),
    "sendgrid": ({"api_key": KEY}, {}),
    "resend": ({"api_key": KEY}, {}),
    "ses": ({"accessKeyId": "AKIA", "secretAccessKey": KEY, "region": "eu-west-1"}, {"region": "eu-west-1"}),
    "sparkpost": ({"api_key": KEY, "region": "eu"}, {"region": "eu"}),
    "mailgun": ({"api_key": KEY, "domain": "mg.acme.example"}, {"domain": "mg.acme.example"}),
    "smtp": (smtp()["credentials"], SMTP_SHOWN),
    "azure_cs": ({"connectionString": KEY}, {}),
    "ms365": ({"tenantId": "t", "clientId": "c", "clientSecret": KEY}, {}),
    "custom": ({}, {}),
}
SETTINGS = {"headers": {"X-SES-Configuration-Set": "tracking"}}


def body(kind: str) -> dict[str, Any]:
    """Returns the smallest body of a kind."""
    return {"name": kind, "credentials": KINDS[kind][0]}


@pytest.mark.parametrize("kind", KINDS)
def test_kind_hides_its_secrets(tenant: Tenant, kind: str) -> None:
    """POST and GET show the same fields, and no secret among them."""
    tenant.emulator.state.custom_action_deployed = True
    created = tenant.call("POST", PROVIDER, body(kind))
    assert (created.status, created.document) == (
        201,
        {"name": kind, "enabled": True, "credentials": KINDS[kind][1]},
    )
    assert tenant.provider() == created.document


@pytest.mark.parametrize("new", KINDS)
def test_switch_of_kind_replaces_credentials_and_drops_settings(tenant: Tenant, new: str) -> None:
    """A new name with its full credentials leaves nothing of the old kind (docs/contracts/auth0.md#patch-2)."""
    tenant.emulator.state.custom_action_deployed = True
    old = "mandrill" if new == "smtp" else "smtp"
    tenant.call("POST", PROVIDER, body(old) | {"settings": SETTINGS})
    answer = tenant.call("PATCH", PROVIDER, body(new))
    assert answer.document == {"name": new, "enabled": True, "credentials": KINDS[new][1]}
    assert tenant.emulator.state.provider == {"name": new, "enabled": True, "credentials": KINDS[new][0]}


def test_fields_choose_what_comes_back(tenant: Tenant) -> None:
    """Without fields only name and enabled are shown; include_fields=false inverts a choice."""
    tenant.call("POST", PROVIDER, smtp())
    assert tenant.call("GET", PROVIDER).document == {"name": "smtp", "enabled": True}
    assert tenant.call("GET", f"{PROVIDER}?fields=enabled").document == {"enabled": True}
    inverted = tenant.call("GET", f"{PROVIDER}?fields=credentials,enabled&include_fields=false").document
    assert inverted == {"name": "smtp", "default_from_address": "no-reply@acme.example"}


def test_include_fields_is_a_json_boolean(tenant: Tenant) -> None:
    """A client that writes its own language's True is found."""
    tenant.call("POST", PROVIDER, smtp())
    answer = tenant.call("GET", f"{PROVIDER}?fields=name&include_fields=True")
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_query_string")


def test_second_post_conflicts_and_names_the_kind(tenant: Tenant) -> None:
    """There is one provider, even for the same name and when disabled (docs/contracts/auth0.md#patch-8)."""
    tenant.call("POST", PROVIDER, smtp() | {"enabled": False})
    answer = tenant.call("POST", PROVIDER, smtp())
    assert (answer.status, answer.document) == (
        409,
        {"statusCode": 409, "error": "Conflict", "message": "An email provider is already configured: smtp"},
    )


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_custom_needs_a_deployed_action(tenant: Tenant, method: str) -> None:
    """A 409 has a second meaning."""
    if method == "PATCH":
        tenant.call("POST", PROVIDER, smtp())
    answer = tenant.call(method, PROVIDER, body("custom"))
    assert (answer.status, answer.document["message"]) == (409, "No deployed action was found.")


def test_patch_without_provider_is_404(tenant: Tenant) -> None:
    """There is nothing to change (docs/contracts/auth0.md#patch-7)."""
    answer = tenant.call("PATCH", PROVIDER, {"enabled": False})
    assert (answer.status, answer.document["errorCode"]) == (404, "inexistent_email_provider")


def test_delete_is_204_with_and_without_a_provider(tenant: Tenant) -> None:
    """Deleting twice is no error (docs/contracts/auth0.md#endpoints)."""
    tenant.call("POST", PROVIDER, smtp())
    assert [tenant.call("DELETE", PROVIDER).status for _ in range(2)] == [204, 204]
    assert tenant.call("GET", PROVIDER).status == 404


def test_patch_without_credentials_keeps_the_stored_ones(tenant: Tenant) -> None:
    """Other fields change alone (docs/contracts/auth0.md#patch-1)."""
    tenant.call("POST", PROVIDER, smtp() | {"settings": SETTINGS})
    answer = tenant.call("PATCH", PROVIDER, {"default_from_address": "new@acme.example"})
    assert answer.document["default_from_address"] == "new@acme.example"
    assert answer.document["settings"] == SETTINGS
    assert tenant.emulator.state.provider is not None
    assert tenant.emulator.state.provider["credentials"] == smtp()["credentials"]


REFUSED_SMTP: dict[str, dict[str, Any]] = {
    "another host": smtp(smtp_host="smtp.two.example", smtp_pass=None),
    "another port": smtp(smtp_port=2525, smtp_pass=None),
    "another user": smtp(smtp_user="other", smtp_pass=None),
    "host left out": smtp(smtp_host=None, smtp_pass=None),
    "port and user left out": smtp(smtp_port=None, smtp_user=None, smtp_pass=None),
    "nothing but the name": {"name": "smtp", "credentials": {}},
}


@pytest.mark.parametrize("case", REFUSED_SMTP)
def test_smtp_password_is_required(tenant: Tenant, case: str) -> None:
    """The enforced rule refuses and changes nothing (docs/contracts/auth0.md#patch-3)."""
    tenant.call("POST", PROVIDER, smtp())
    answer = tenant.call("PATCH", PROVIDER, REFUSED_SMTP[case])
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_body")
    assert "credentials.smtp_pass" in answer.document["message"]
    assert tenant.provider()["credentials"] == SMTP_SHOWN


def test_smtp_password_may_be_left_out_when_nothing_differs(tenant: Tenant) -> None:
    """All three sent and equal keeps the stored password."""
    tenant.call("POST", PROVIDER, smtp())
    assert tenant.call("PATCH", PROVIDER, smtp(smtp_pass=None)).status == 200
    assert tenant.emulator.state.provider is not None
    assert tenant.emulator.state.provider["credentials"]["smtp_pass"] == "canary-smtp-password"


def test_smtp_rule_can_be_switched_off(tenant: Tenant) -> None:
    """An old tenant keeps its password for another host, which is why the rule came."""
    tenant.emulator.switches.smtp_password_rule = False
    tenant.emulator.switches.partial_credentials = "merge"
    tenant.call("POST", PROVIDER, smtp())
    answer = tenant.call("PATCH", PROVIDER, smtp(smtp_host="smtp.two.example", smtp_pass=None))
    assert answer.document["credentials"]["smtp_host"] == "smtp.two.example"


@pytest.mark.parametrize(("switch", "status"), [("reject", 400), ("merge", 200)])
def test_partial_credentials_are_refused_or_merged(tenant: Tenant, switch: str, status: int) -> None:
    """The open point of docs/contracts/auth0.md#patch-4 is refused unless switched."""
    tenant.emulator.switches.partial_credentials = "merge" if switch == "merge" else "reject"
    tenant.call("POST", PROVIDER, body("ses"))
    answer = tenant.call("PATCH", PROVIDER, {"credentials": {"region": "us-east-1"}})
    assert answer.status == status
    assert tenant.emulator.state.provider is not None
    assert tenant.emulator.state.provider["credentials"]["secretAccessKey"] == KEY


@pytest.mark.parametrize(("switch", "status"), [("reject", 400), ("keep", 200)])
def test_new_name_without_credentials(tenant: Tenant, switch: str, status: int) -> None:
    """The open point of docs/contracts/auth0.md#patch-6 is a 400 unless switched."""
    tenant.emulator.switches.rename_without_credentials = "keep" if switch == "keep" else "reject"
    tenant.call("POST", PROVIDER, body("mandrill"))
    assert tenant.call("PATCH", PROVIDER, {"name": "sendgrid"}).status == status


@pytest.mark.parametrize(("sent", "kept"), [({}, {"settings": {}}), (None, {})])
def test_settings_are_cleared_explicitly(tenant: Tenant, sent: Any, kept: dict[str, Any]) -> None:
    """An empty object is echoed, null removes (docs/contracts/auth0.md#patch-5)."""
    tenant.call("POST", PROVIDER, smtp() | {"settings": SETTINGS})
    tenant.call("PATCH", PROVIDER, {"settings": sent})
    assert {key: value for key, value in tenant.provider().items() if key == "settings"} == kept


def test_settings_can_be_switched_to_vanish(tenant: Tenant) -> None:
    """Whether omitted settings stay is an open point (docs/contracts/auth0.md#patch-5)."""
    tenant.emulator.switches.keep_settings = False
    tenant.call("POST", PROVIDER, smtp() | {"settings": SETTINGS})
    assert "settings" not in tenant.call("PATCH", PROVIDER, {"enabled": False}).document


def test_empty_from_address_while_enabled_can_be_refused(tenant: Tenant) -> None:
    """Accepted unless switched (docs/contracts/auth0.md#open-points), always accepted while disabled."""
    assert tenant.call("POST", PROVIDER, smtp() | {"default_from_address": ""}).status == 201
    tenant.emulator.switches.empty_from_needs_disabled = True
    assert tenant.call("PATCH", PROVIDER, {"default_from_address": ""}).status == 400
    assert tenant.call("PATCH", PROVIDER, {"default_from_address": "", "enabled": False}).status == 200


def test_region_of_sparkpost_can_be_hidden(tenant: Tenant) -> None:
    """Its visibility is inferred (docs/contracts/auth0.md#open-points)."""
    tenant.emulator.switches.api_key_kinds_show_region = False
    assert tenant.call("POST", PROVIDER, body("sparkpost")).document["credentials"] == {}


REFUSED: dict[str, tuple[Any, str]] = {
    "unknown key": ({**smtp(), "host": "x"}, "'Additional properties not allowed: host'"),
    "unknown name": ({"name": "postmark", "credentials": {}}, "'Invalid value \"postmark\"' on property name"),
    "no credentials": ({"name": "smtp"}, "'Missing required property: credentials'"),
    "text for a boolean": ({**smtp(), "enabled": "yes"}, "Expected type boolean but found type string"),
    "boolean for a port": (smtp(smtp_port=True), "'None of the valid schemas were met'"),
    "bad host": (smtp(smtp_host="smtp one"), "neither a hostname nor an IP address"),
    "empty password": (smtp(smtp_pass=""), "String is too short"),
    "mailgun region us": (
        {"name": "mailgun", "credentials": {"api_key": KEY, "domain": "mg.acme.example", "region": "us"}},
        "'Invalid value \"us\"' on property credentials.region",
    ),
    "old api_user": (
        {"name": "sendgrid", "credentials": {"api_user": "u", "api_key": KEY}},
        "Payload validation error: 'Additional properties not allowed: api_user' on property credentials (",
    ),
    "incomplete ses": ({"name": "ses", "credentials": {"region": "eu-west-1"}}, "accessKeyId"),
    "credentials of another kind": ({"name": "ses", "credentials": {"connectionString": KEY}}, "connectionString"),
    "nothing for mandrill": ({"name": "mandrill", "credentials": {}}, "api_key"),
    "not an object": (["smtp"], "Expected type object but found type array"),
    "custom with a key": ({"name": "custom", "credentials": {"api_key": KEY}}, "api_key"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_body_is_refused(tenant: Tenant, case: str) -> None:
    """A body that does not fit is a 400 that names the place, never a value that is secret."""
    sent, text = REFUSED[case]
    answer = tenant.call("POST", PROVIDER, sent)
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_body")
    assert text in answer.document["message"]
    assert "canary" not in answer.document["message"]
    assert tenant.emulator.state.provider is None


def test_union_error_lists_every_schema(tenant: Tenant) -> None:
    """The text is the API's own: one inner error a schema, joined by (also)."""
    message = tenant.call("POST", PROVIDER, {"name": "ses", "credentials": {"x": "y"}}).document["message"]
    assert message.startswith(
        "Payload validation error: 'None of the valid schemas were met' on property credentials "
        "(Credentials required to use the provider). Inner errors: [ Payload validation error: "
    )
    assert message.endswith(". ].")
    assert message.count(" (also) ") == len(KINDS) - 1


def test_empty_patch_is_refused(tenant: Tenant) -> None:
    """A PATCH has at least one property (docs/contracts/auth0.md#patch-7)."""
    tenant.call("POST", PROVIDER, smtp())
    assert tenant.call("PATCH", PROVIDER, {}).status == 400


def test_whole_number_with_a_point_is_an_integer(tenant: Tenant) -> None:
    """587.0 is 587 to the platform, and comes back so."""
    answer = tenant.call("POST", PROVIDER, smtp(smtp_port=587.0))
    assert answer.status == 201
    assert repr(answer.document["credentials"]["smtp_port"]) == "587"
