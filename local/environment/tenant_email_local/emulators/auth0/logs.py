"""GET /api/v2/logs and the entries in it (docs/contracts/auth0.md#logs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.auth0 import log_search, query, refusals
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import ItemsView

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.tenant import Auth0Token

_FARTHEST: Final = 1000  # entries that pages reach
_HIDDEN: Final = "*****"
_SECRETS: Final = frozenset(
    {"api_key", "accessKeyId", "secretAccessKey", "smtp_pass", "connectionString", "clientSecret"}
)


def read_all(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Answers entries: after a checkpoint in the order of their ids, else those that a query finds, the last first."""
    if "from" in request.args:
        return _checkpoint(tenant, request)
    page = query.page(request)
    if page.start + page.size > _FARTHEST:
        raise refusals.invalid_query(f"'The requested page exceeds the allowed maximum of {_FARTHEST} records'")
    found = _sorted(_found(tenant, request), request.args.get("sort") or "log_id:-1")
    shown = [query.chosen(request, entry) for entry in page.of(found)]
    if not query.boolean(request, "include_totals", default=False):
        return HttpAnswer(200, shown)
    totals = {"start": page.start, "limit": page.size, "length": len(shown), "total": len(found)}
    return HttpAnswer(200, {**totals, "logs": shown})


def read(tenant: Auth0Tenant, _: Request, log_id: str) -> HttpAnswer:
    """Answers one entry."""
    for entry in tenant.state.logs:
        if entry.log_id == log_id:
            return HttpAnswer(200, entry.document())
    raise refusals.no_log()


def read_of_user(tenant: Auth0Tenant, request: Request, user_id: str) -> HttpAnswer:
    """Answers the entries about one user, the newest first."""
    page = query.page(request)
    found = [entry.document() for entry in reversed(tenant.state.logs) if entry.user_id == user_id]
    return HttpAnswer(200, page.of(found))


def write(tenant: Auth0Tenant, request: Request, token: Auth0Token, route: Auth0Route, answer: HttpAnswer) -> None:
    """Adds the entry of a change by the API: in words, with its request and response; secrets are not in it."""
    client = tenant.state.clients.get(token.client_id)
    address = request.remote_addr or ""
    asked = {
        "auth": {"credentials": {"scopes": sorted(token.scopes)}, "strategy": "jwt", "user": {}},
        "body": _without_secrets(request.get_json(force=True, silent=True) or {}),
        "channel": "api",
        "ip": address,
        "method": request.method.lower(),
        "path": request.environ.get("RAW_URI", request.path).partition("?")[0],
        "query": request.args.to_dict(),
        "userAgent": request.headers.get("User-Agent", ""),
    }
    tenant.log(
        "sapi",
        route.description,
        details={"request": asked, "response": {"body": answer.document or {}, "statusCode": answer.status}},
        client_id=client.client_id if client else None,
        client_name="",
        ip=address,
    )


def _checkpoint(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Answers what was logged after an entry, which itself is not in it; nothing else in the query counts."""
    take = query.integer(request, "take", query.PER_PAGE, 1, query.MOST)
    after = [entry.document() for entry in tenant.state.logs if entry.log_id > request.args["from"]]
    return HttpAnswer(200, after[:take])


def _found(tenant: Auth0Tenant, request: Request) -> list[dict[str, Any]]:
    try:
        is_found = log_search.parse(request.args.get("q") or request.args.get("search", ""))
    except log_search.BadQuery as error:
        raise refusals.invalid_query(f"'Invalid query: {error}' on property q") from None
    documents = (entry.document() for entry in tenant.state.logs)
    return [document for document in documents if is_found(document)]


def _sorted(entries: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    """Returns entries, which are in the order of their time, as `field:1` or `field:-1` asks."""
    name, _, direction = order.partition(":")
    if direction not in {"1", "-1"}:
        raise refusals.invalid_query("'Object didn't pass validation for format sort' on property sort")
    newest_first = entries[::-1] if direction == "-1" else entries
    return sorted(newest_first, key=lambda entry: str(entry.get(name) or ""), reverse=direction == "-1")


def _without_secrets(body: Any) -> Any:
    """Returns a body as the log keeps it."""
    if not isinstance(body, dict):
        return body
    items: ItemsView[str, Any] = cast("dict[str, Any]", body).items()
    return {key: _HIDDEN if key in _SECRETS else _without_secrets(value) for key, value in items}


ROUTES = (
    Auth0Route("GET", "/api/v2/logs", read_all, ("read:logs", "read:logs_users")),
    Auth0Route("GET", "/api/v2/logs/<log_id>", read, ("read:logs", "read:logs_users")),
    Auth0Route("GET", "/api/v2/users/<user_id>/logs", read_of_user, ("read:logs", "read:logs_users")),
)
