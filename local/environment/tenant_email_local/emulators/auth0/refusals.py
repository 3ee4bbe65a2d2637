"""The error bodies of docs/contracts/auth0.md#errors, each in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.server import HttpAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping


def refusal(
    status: int, message: str, code: str | None = None, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Refusal:
    """Returns a refusal in the shape of the Management API; some errors have no errorCode."""
    document: dict[str, Any] = {"statusCode": status, "error": HTTPStatus(status).phrase, "message": message}
    document |= {"errorCode": code} if code else {}
    return Refusal(HttpAnswer(status, document | more, headers or {}))


def no_provider() -> Refusal:
    """Says that the tenant has no provider [R]."""
    return refusal(404, "There is not a configured email provider", "inexistent_email_provider")


def provider_exists(name: str) -> Refusal:
    """Says that the one place for a provider is taken (terraform-provider-auth0 #282)."""
    return refusal(409, f"An email provider is already configured: {name}")


def no_deployed_action() -> Refusal:
    """Says that a custom provider lacks its Action [S]; a 409 too, so a 409 has two meanings."""
    return refusal(409, "No deployed action was found.")


def no_template() -> Refusal:
    """Says that a template was never customized [R]."""
    return refusal(404, "The template does not exist.", "inexistent_email_template")


def template_exists(name: str) -> Refusal:
    """Says that a template was customized before [R]; without errorCode."""
    return refusal(409, f"Template {name} already exists.")


def other_template() -> Refusal:
    """Says that a body is for another template (terraform-provider-auth0 #276, which shows no errorCode: inferred)."""
    return refusal(400, "The template property provided in payload must match template in the URL", "invalid_body")


def from_needs_provider() -> Refusal:
    """Says that a template's from address needs an enabled provider (auth0-deploy-cli #51); without errorCode."""
    return refusal(400, "From address cannot be set without an enabled email provider.")


def result_url_not_allowed() -> Refusal:
    """Says that the plan has no redirect of its own [S]."""
    return refusal(403, "Customizations for resultUrl are not allowed for non-enterprise tenants")


def feature_not_enabled() -> Refusal:
    """Says that the plan lacks async approval; the code is in the contract, its text is not."""
    return refusal(403, "This feature is not enabled for this tenant.", "feature_not_enabled")


def no_client() -> Refusal:
    """Says that there is no such application [R]."""
    return refusal(404, "The client does not exist", "inexistent_client")


def no_log() -> Refusal:
    """Says that there is no such log entry; inferred from the others."""
    return refusal(404, "The log does not exist.", "inexistent_log")


def invalid_body(problem: str) -> Refusal:
    """Says what is wrong with a body."""
    return refusal(400, f"Payload validation error: {problem}.", "invalid_body")


def invalid_path(problem: str) -> Refusal:
    """Says what is wrong with a path."""
    return refusal(400, f"Path validation error: {problem}.", "invalid_uri")


def invalid_query(problem: str) -> Refusal:
    """Says what is wrong with a query; inferred from the two forms above."""
    return refusal(400, f"Query validation error: {problem}.", "invalid_query_string")


def unauthorized(text: str) -> Refusal:
    """Says why a token is not taken [S]."""
    return refusal(401, text, attributes={"error": text})


def insufficient_scope(scopes: tuple[str, ...]) -> Refusal:
    """Names the scopes of which one is missing [R]."""
    return refusal(403, f"Insufficient scope, expected any of: {','.join(scopes)}", "insufficient_scope")


def too_many_requests(headers: Mapping[str, str]) -> Refusal:
    """Says that a bucket is empty [S]."""
    return refusal(429, "Global limit has been reached", "too_many_requests", headers=headers)


def oauth_error(status: int, error: str, description: str, **more: str) -> Refusal:
    """Returns an OAuth error, which has neither statusCode nor errorCode (docs/contracts/auth0.md#authentication)."""
    return Refusal(HttpAnswer(status, {"error": error, "error_description": description, **more}))
