"""GET /environment/scopes/service-accounts: the scopes that a service account may get, and their parts.

Source: docs/contracts/pingone_aic.md#authentication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_SCOPES: Final[tuple[tuple[str, str, dict[str, str]], ...]] = (
    ("fr:am:*", "All Access Management APIs", {}),
    ("fr:idc:analytics:*", "All Analytics APIs", {}),
    ("fr:idc:certificate:*", "All TLS certificate APIs", {"read": "Read TLS certificates"}),
    ("fr:idc:content-security-policy:*", "All content security policy APIs", {"read": "Read content security policy"}),
    ("fr:idc:cookie-domain:*", "All cookie domain APIs", {"read": "Read cookie domains"}),
    ("fr:idc:custom-domain:*", "All custom domain APIs", {"read": "Read custom domains"}),
    ("fr:idc:dataset:*", "All dataset deletion APIs", {"read": "Read dataset deletions"}),
    (
        "fr:idc:esv:*",
        "All ESV APIs",
        {
            "read": "Read ESVs, excluding values of secrets",
            "update": "Create, modify, and delete ESVs",
            "restart": "Restart workloads that consume ESVs",
        },
    ),
    ("fr:idc:promotion:*", "All configuration promotion APIs", {"read": "Read configuration promotion"}),
    ("fr:idc:release:*", "All product release APIs", {"read": "Read product release"}),
    ("fr:idc:sso-cookie:*", "All SSO cookie APIs", {"read": "Read SSO cookie"}),
    ("fr:idc:telemetry:*", "All telemetry APIs", {"read": "Read telemetry"}),
    ("fr:idm:*", "All Identity Management APIs", {}),
)


def read_all(_tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Answers the scopes of a tenant without add-ons, by which official clients tell what a tenant has."""
    return HttpAnswer(200, [_show(*scope) for scope in _SCOPES])


def _show(scope: str, description: str, parts: dict[str, str]) -> dict[str, Any]:
    children = [
        {"scope": f"{scope.removesuffix('*')}{part}", "description": meaning} for part, meaning in parts.items()
    ]
    return {"scope": scope, "description": description} | ({"childScopes": children} if children else {})


ROUTES: Final = (AicRoute("GET", "/environment/scopes/service-accounts", read_all),)
