"""The email template endpoints (docs/contracts/auth0.md#endpoints and #templates)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0 import refusals, schema
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant, sent_json
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Document = dict[str, Any]

_LEGACY: Final = ("change_password", "password_reset")
_ORDER: Final = (
    "template",
    "body",
    "from",
    "resultUrl",
    "subject",
    "syntax",
    "urlLifetimeInSeconds",
    "includeEmailInRedirect",
    "enabled",
)


def read(tenant: Auth0Tenant, _: Request, name: str) -> HttpAnswer:
    """Answers a template that was customized once."""
    return HttpAnswer(200, _show(_require_stored(tenant, name)))


def create(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Customises a template for the first time; it can never be removed again."""
    body = schema.template_body(sent_json(request), required=schema.TEMPLATE_REQUIRED)
    name = body["template"]
    _check_available(tenant, name)
    if name in tenant.state.templates:
        raise refusals.template_exists(name)
    return _store(tenant, name, body, {}, tenant.switches.template_created_status)


def replace(tenant: Auth0Tenant, request: Request, name: str) -> HttpAnswer:
    """Writes a whole template; whether what is left out is cleared is an open point.

    Source: docs/contracts/auth0.md#open-points.
    """
    stored = _require_stored(tenant, name)
    body = schema.template_body(sent_json(request), required=schema.TEMPLATE_REQUIRED)
    return _store(tenant, name, body, {} if tenant.switches.put_clears_optional_fields else stored)


def update(tenant: Auth0Tenant, request: Request, name: str) -> HttpAnswer:
    """Changes the fields that were sent."""
    stored = _require_stored(tenant, name)
    return _store(tenant, name, schema.template_body(sent_json(request)), stored)


def _store(tenant: Auth0Tenant, name: str, body: Document, base: Document, status: int = 200) -> HttpAnswer:
    """Stores the body over its base and answers the result; null clears a field."""
    if body.get("template", name) != name:
        raise refusals.other_template()
    _check_values(tenant, body)
    template = {key: value for key, value in {**base, **body, "template": name}.items() if value is not None}
    tenant.state.templates[name] = template
    return HttpAnswer(status, _show(template))


def _check_values(tenant: Auth0Tenant, body: Document) -> None:
    """Refuses what the schema allows but this tenant does not; only sent fields count."""
    provider = tenant.state.provider
    if body.get("from") and not (provider and provider["enabled"]):
        raise refusals.from_needs_provider()
    if body.get("resultUrl") and not tenant.switches.result_url_allowed:
        raise refusals.result_url_not_allowed()
    limit = tenant.switches.max_body_bytes
    if limit is not None and len((body.get("body") or "").encode()) > limit:
        raise refusals.invalid_body(f"'String is too long, maximum {limit}' on property body")


def _check_available(tenant: Auth0Tenant, name: str) -> None:
    """Refuses names that are unknown, gone on newer tenants, or not in the plan."""
    if name not in schema.TEMPLATES:
        raise refusals.invalid_path(f"'Invalid value \"{name}\"' on property templateName (The template name)")
    if name in _LEGACY and not tenant.switches.legacy_templates:
        raise refusals.no_template()
    if name == "async_approval" and not tenant.switches.async_approval_allowed:
        raise refusals.feature_not_enabled()


def _require_stored(tenant: Auth0Tenant, name: str) -> Document:
    """Returns a stored template, or refuses."""
    _check_available(tenant, name)
    if name not in tenant.state.templates:
        raise refusals.no_template()
    return tenant.state.templates[name]


def _show(template: Document) -> Document:
    """Returns the template as the API writes it: unset fields are absent, empty texts are there [R]."""
    return {key: template[key] for key in _ORDER if key in template}


_PATH: Final = "/api/v2/email-templates"
_ONE: Final = f"{_PATH}/<name>"
_UPDATE: Final = ("update:email_templates",)
ROUTES = (
    Auth0Route("GET", _ONE, read, ("read:email_templates",), "read templates"),
    Auth0Route("POST", _PATH, create, ("create:email_templates",), "write templates", "Create an email template"),
    Auth0Route("PUT", _ONE, replace, _UPDATE, "write templates", "Update an email template"),
    Auth0Route("PATCH", _ONE, update, _UPDATE, "write templates", "Patch an email template"),
)
