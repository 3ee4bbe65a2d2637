"""The template endpoints, case by case from docs/contracts/auth0.md#endpoints and #templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import PROVIDER, TEMPLATES, smtp, template

if TYPE_CHECKING:
    from support.auth0 import Tenant

NAMES = [
    "verify_email",
    "verify_email_by_code",
    "auth_email_by_code",
    "reset_email",
    "reset_email_by_code",
    "welcome_email",
    "blocked_account",
    "stolen_credentials",
    "enrollment_email",
    "mfa_oob_code",
    "user_invitation",
    "async_approval",
]
LEGACY = ["change_password", "password_reset"]
ONE = f"{TEMPLATES}/verify_email"


@pytest.mark.parametrize("name", NAMES)
def test_template_is_created_once_and_read_back(tenant: Tenant, name: str) -> None:
    """GET and PATCH are 404 before the POST; a second POST is 409 without an errorCode."""
    path = f"{TEMPLATES}/{name}"
    before = [tenant.call("GET", path), tenant.call("PATCH", path, {"enabled": False})]
    assert [(answer.status, answer.document["errorCode"]) for answer in before] == [
        (404, "inexistent_email_template")
    ] * 2
    assert tenant.call("POST", TEMPLATES, template(name)).document == template(name)
    assert tenant.call("GET", path).document == template(name)
    assert tenant.call("POST", TEMPLATES, template(name)).document == {
        "statusCode": 409,
        "error": "Conflict",
        "message": f"Template {name} already exists.",
    }


@pytest.mark.parametrize("name", LEGACY)
def test_legacy_template_is_not_there_on_newer_tenants(tenant: Tenant, name: str) -> None:
    """Both old names are 404 until the tenant is switched to an old one."""
    assert tenant.call("POST", TEMPLATES, template(name)).status == 404
    assert tenant.call("GET", f"{TEMPLATES}/{name}").status == 404
    tenant.emulator.switches.legacy_templates = True
    assert tenant.call("POST", TEMPLATES, template(name)).status == 200


def test_unknown_name_is_refused(tenant: Tenant) -> None:
    """The name is checked in path and body."""
    answer = tenant.call("GET", f"{TEMPLATES}/welcome")
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_uri")
    answer = tenant.call("POST", TEMPLATES, template("welcome"))
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_body")


def test_status_of_a_creation_can_be_switched(tenant: Tenant) -> None:
    """Nobody recorded whether it is 200 or 201 (docs/contracts/auth0.md#open-points)."""
    tenant.emulator.switches.template_created_status = 201
    assert tenant.call("POST", TEMPLATES, template()).status == 201


@pytest.mark.parametrize("text", ["a\r\n  b\t\n\n", "Grüße 🎉 \u2028", "", " ", "{% broken", "\\u0041\"'"])
def test_body_is_kept_byte_for_byte(tenant: Tenant, text: str) -> None:
    """No text is trimmed, normalized or escaped."""
    tenant.call("POST", TEMPLATES, template(body=text))
    assert tenant.call("GET", ONE).document["body"] == text


def test_patch_merges_fields(tenant: Tenant) -> None:
    """What is not sent stays; `template` in the body is accepted."""
    tenant.call("POST", TEMPLATES, template(urlLifetimeInSeconds=3600))
    answer = tenant.call("PATCH", ONE, {"template": "verify_email", "enabled": False})
    assert answer.document == template(urlLifetimeInSeconds=3600, enabled=False)


@pytest.mark.parametrize(("cleared", "kept"), [("", {"resultUrl": ""}), (None, {})])
def test_result_url_is_cleared_by_null_or_empty_text(tenant: Tenant, cleared: Any, kept: dict[str, Any]) -> None:
    """Unset fields are absent, empty texts are there."""
    tenant.call("POST", TEMPLATES, template(resultUrl="https://acme.example"))
    tenant.call("PATCH", ONE, {"resultUrl": cleared})
    assert tenant.call("GET", ONE).document == template(**kept)


@pytest.mark.parametrize(("clears", "expected"), [(True, {}), (False, {"urlLifetimeInSeconds": 60})])
def test_put_clears_or_keeps_optional_fields(tenant: Tenant, clears: bool, expected: dict[str, Any]) -> None:
    """What PUT does with omitted fields is an open point (docs/contracts/auth0.md#templates)."""
    tenant.emulator.switches.put_clears_optional_fields = clears
    tenant.call("POST", TEMPLATES, template(urlLifetimeInSeconds=60))
    assert tenant.call("PUT", ONE, template(subject="New")).document == template(subject="New", **expected)


def test_put_needs_all_six_fields_and_an_existing_template(tenant: Tenant) -> None:
    """PUT neither creates nor accepts a part."""
    assert tenant.call("PUT", ONE, template()).status == 404
    tenant.call("POST", TEMPLATES, template())
    assert tenant.call("PUT", ONE, {"subject": "New"}).status == 400


@pytest.mark.parametrize("provider", [None, smtp() | {"enabled": False}], ids=["none", "disabled"])
def test_from_needs_an_enabled_provider(tenant: Tenant, provider: Any) -> None:
    """A from address is a 400 without errorCode in POST, PUT and PATCH; an empty one is accepted."""
    if provider:
        tenant.call("POST", PROVIDER, provider)
    wanted = {"from": "hello@acme.example"}
    refused = {
        "statusCode": 400,
        "error": "Bad Request",
        "message": "From address cannot be set without an enabled email provider.",
    }
    assert tenant.call("POST", TEMPLATES, template(**wanted)).document == refused
    assert tenant.call("POST", TEMPLATES, template()).status == 200
    assert tenant.call("PUT", ONE, template(**wanted)).document == refused
    assert tenant.call("PATCH", ONE, wanted).document == refused


def test_templates_outlive_the_provider(tenant: Tenant) -> None:
    """Deleting the provider leaves a template with its from address (docs/contracts/auth0.md#patch-9)."""
    tenant.call("POST", PROVIDER, smtp())
    wanted = template(**{"from": "hello@acme.example"})
    assert tenant.call("POST", TEMPLATES, wanted).status == 200
    tenant.call("DELETE", PROVIDER)
    assert tenant.call("GET", ONE).document == wanted
    assert tenant.call("PATCH", ONE, {"enabled": False}).status == 200


def test_result_url_can_be_out_of_the_plan(tenant: Tenant) -> None:
    """On such a tenant only a set resultUrl is refused."""
    tenant.emulator.switches.result_url_allowed = False
    answer = tenant.call("POST", TEMPLATES, template(resultUrl="https://acme.example"))
    assert (answer.status, answer.document["message"]) == (
        403,
        "Customizations for resultUrl are not allowed for non-enterprise tenants",
    )
    assert tenant.call("POST", TEMPLATES, template(resultUrl="")).status == 200


def test_async_approval_can_be_out_of_the_plan(tenant: Tenant) -> None:
    """Such a tenant answers 403 feature_not_enabled."""
    tenant.emulator.switches.async_approval_allowed = False
    answer = tenant.call("POST", TEMPLATES, template("async_approval"))
    assert (answer.status, answer.document["errorCode"]) == (403, "feature_not_enabled")


def test_body_size_can_be_limited(tenant: Tenant) -> None:
    """No limit is documented (docs/contracts/auth0.md#open-points); a switch sets one, in bytes."""
    tenant.emulator.switches.max_body_bytes = 4
    assert tenant.call("POST", TEMPLATES, template(body="üüü")).status == 400
    assert tenant.call("POST", TEMPLATES, template(body="üü")).status == 200


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"result_url": "x"}, "Additional properties not allowed: result_url"),
    "negative lifetime": ({"urlLifetimeInSeconds": -1}, "less than minimum 0"),
    "text for a number": ({"urlLifetimeInSeconds": "60"}, "Expected type number but found type string"),
    "number for a text": ({"subject": 1}, "Expected type string but found type integer"),
    "text for a boolean": ({"enabled": "true"}, "Expected type boolean but found type string"),
    "null for the name": ({"template": None}, "Expected type string but found type null"),
    "another name": ({"template": "welcome_email"}, "must match template in the URL"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_body_is_refused(tenant: Tenant, case: str) -> None:
    """A PATCH that does not fit is a 400 that names the field, and changes nothing."""
    sent, text = REFUSED[case]
    tenant.call("POST", TEMPLATES, template())
    answer = tenant.call("PATCH", ONE, sent)
    assert (answer.status, answer.document["errorCode"]) == (400, "invalid_body")
    assert text in answer.document["message"]
    assert tenant.call("GET", ONE).document == template()


@pytest.mark.parametrize("field", ["template", "body", "from", "subject", "syntax", "enabled"])
def test_post_needs_six_fields(tenant: Tenant, field: str) -> None:
    """Each of the six is required."""
    sent = {key: value for key, value in template().items() if key != field}
    answer = tenant.call("POST", TEMPLATES, sent)
    assert answer.document["message"] == f"Payload validation error: 'Missing required property: {field}'."


def test_no_list_and_no_delete(tenant: Tenant) -> None:
    """The API has neither (docs/contracts/auth0.md#endpoints)."""
    tenant.call("POST", TEMPLATES, template())
    assert tenant.call("GET", TEMPLATES).status == 404
    assert tenant.call("DELETE", ONE).status == 404
