"""The email provider endpoints (docs/contracts/auth0.md#endpoints, #provider and #patch)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0 import query, refusals, schema
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant, sent_json
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.state import Auth0Switches

Document = dict[str, Any]

_ORDER: Final = ("name", "enabled", "default_from_address", "credentials", "settings")
_SMTP_IDENTITY: Final = ("smtp_host", "smtp_port", "smtp_user")
_VISIBLE: Final[dict[str, tuple[str, ...]]] = {
    "ses": ("region",),
    "sparkpost": ("region",),
    "mailgun": ("domain", "region"),
    "smtp": _SMTP_IDENTITY,
}


def read(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Answers the chosen fields; without a choice only name and enabled come back."""
    asked = request.args.get("fields", "name,enabled").split(",")
    include = query.boolean(request, "include_fields", default=True)
    shown = visible(_require_stored(tenant), tenant.switches)
    return HttpAnswer(200, {key: value for key, value in shown.items() if (key in asked) == include})


def create(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Configures the provider of a tenant that has none."""
    body = schema.provider_body(sent_json(request), required=("name", "credentials"))
    if tenant.state.provider is not None:
        raise refusals.provider_exists(tenant.state.provider["name"])
    _check_complete(body["name"], body["credentials"])
    return _store(tenant, {"enabled": True} | _without_null_settings(body), 201)


def update(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Changes the provider, or switches to another one."""
    stored = _require_stored(tenant)
    body = schema.provider_body(sent_json(request))
    return _store(tenant, patch(stored, body, tenant.switches), 200)


def delete(tenant: Auth0Tenant, _: Request) -> HttpAnswer:
    """Removes the provider; 204 even when there is none [R]."""
    tenant.state.provider = None
    return HttpAnswer(204)


def patch(stored: Document, body: Document, switches: Auth0Switches) -> Document:
    """Returns the provider after a PATCH: merged, or switched whole when the name changes.

    Source: docs/contracts/auth0.md#patch-1 and #patch-2.
    """
    renamed = body.get("name", stored["name"]) != stored["name"]
    result = {**stored, **body}
    if renamed or not switches.keep_settings:
        result.pop("settings", None)
    if "settings" in body:
        result["settings"] = body["settings"]
    if renamed:
        result["credentials"] = _replace_credentials(stored, body, switches)
    elif "credentials" in body:
        result["credentials"] = _merge_credentials(stored, body["credentials"], switches)
    return _without_null_settings(result)


def visible(provider: Document, switches: Auth0Switches) -> Document:
    """Returns the provider as the API shows it: secrets are absent, neither masked nor null.

    Source: docs/contracts/auth0.md#provider.
    """
    kind = provider["name"]
    keys = () if kind == "sparkpost" and not switches.api_key_kinds_show_region else _VISIBLE.get(kind, ())
    credentials = provider["credentials"]
    shown = {key: credentials[key] for key in keys if credentials.get(key) is not None}
    return {key: shown if key == "credentials" else provider[key] for key in _ORDER if key in provider}


def _replace_credentials(stored: Document, body: Document, switches: Auth0Switches) -> Document:
    """Returns the credentials of a new kind, which must come whole; without any it is an open point (5.6)."""
    if "credentials" not in body and switches.rename_without_credentials == "reject":
        raise refusals.invalid_body("'Missing required property: credentials' when name changes")
    credentials: Document = {**stored, **body}["credentials"]
    if "credentials" in body:
        _check_complete(body["name"], credentials)
    return credentials


def _merge_credentials(stored: Document, sent: Document, switches: Auth0Switches) -> Document:
    """Returns the stored credentials with the sent ones over them (docs/contracts/auth0.md#patch-3 and #patch-4)."""
    kind: str = stored["name"]
    old: Document = stored["credentials"]
    if kind == "smtp":
        same = all(sent.get(key) == old.get(key) for key in _SMTP_IDENTITY)
        if "smtp_pass" not in sent and same:
            return old
        if "smtp_pass" not in sent and switches.smtp_password_rule:
            raise refusals.invalid_body(
                "'Missing required property: smtp_pass' on property credentials.smtp_pass "
                "(required when smtp_host, smtp_port or smtp_user changes or is left out)"
            )
    if switches.partial_credentials == "reject":
        _check_complete(kind, sent)
        return sent
    _check_known(kind, sent)
    return {**old, **sent}


def _check_complete(kind: str, credentials: Mapping[str, Any]) -> None:
    """Refuses credentials that are not this kind's whole set: behind the schema, which does not look at the name."""
    _check_known(kind, credentials)
    for key, field in schema.CREDENTIALS[kind].items():
        if key not in credentials and not field.nullable:
            raise refusals.invalid_body(f"'Missing required property: {key}' on property credentials ({kind})")


def _check_known(kind: str, credentials: Mapping[str, Any]) -> None:
    """Refuses credentials of another kind."""
    unknown = [key for key in credentials if key not in schema.CREDENTIALS[kind]]
    if unknown:
        raise refusals.invalid_body(
            f"'Additional properties not allowed: {', '.join(unknown)}' on property credentials ({kind})"
        )


def _store(tenant: Auth0Tenant, provider: Document, status: int) -> HttpAnswer:
    """Stores a provider and answers it as a full GET would."""
    if provider["name"] == "custom" and not tenant.state.custom_action_deployed:
        raise refusals.no_deployed_action()
    from_address = provider.get("default_from_address")
    if from_address == "" and provider["enabled"] and tenant.switches.empty_from_needs_disabled:
        raise refusals.invalid_body("'String is too short (0 chars), minimum 1' on property default_from_address")
    tenant.state.provider = provider
    return HttpAnswer(status, visible(provider, tenant.switches))


def _require_stored(tenant: Auth0Tenant) -> Document:
    """Returns the stored provider, or refuses with 404."""
    if tenant.state.provider is None:
        raise refusals.no_provider()
    return tenant.state.provider


def _without_null_settings(provider: Document) -> Document:
    """Drops settings that were sent as null, which clears them; an empty object is kept and echoed [R]."""
    return {key: value for key, value in provider.items() if key != "settings" or value is not None}


_PATH: Final = "/api/v2/emails/provider"
ROUTES = (
    Auth0Route("GET", _PATH, read, ("read:email_provider",), "read provider"),
    Auth0Route("POST", _PATH, create, ("create:email_provider",), "write provider", "Configure email provider"),
    Auth0Route("PATCH", _PATH, update, ("update:email_provider",), "write provider", "Update email provider"),
    Auth0Route("DELETE", _PATH, delete, ("delete:email_provider",), "write provider", "Delete email provider"),
)
