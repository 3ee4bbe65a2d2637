"""/am/json/serverinfo: what every client asks first, without a token.

Source: docs/contracts/pingone_aic.md#endpoints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_ROOT: Final = "/am/json/serverinfo"
_INFO: Final[dict[str, Any]] = {
    "_id": "*",
    "_rev": "1",
    "domains": [],
    "protectedUserAttributes": ["telephoneNumber", "mail"],
    "cookieName": "6c6f63616c",
    "secureCookie": True,
    "forgotPassword": "false",
    "forgotUsername": "false",
    "kbaEnabled": "false",
    "selfRegistration": "false",
    "lang": "en-US",
    "successfulUserRegistrationDestination": "default",
    "socialImplementations": [],
    "referralsEnabled": "false",
    "zeroPageLogin": {"enabled": False, "refererWhitelist": [], "allowedWithoutReferer": True},
    "realm": "/",
    "xuiUserSessionValidationEnabled": True,
    "fileBasedConfiguration": True,
    "userIdAttributes": [],
    "cloudOnlyFeaturesEnabled": True,
    "oauth2AIAgentsEnabled": True,
}
_BUILT: Final = "2026-June-12 09:10"
_VERSION: Final = {
    "_id": "version",
    "_rev": "1",
    "version": "9.0.0-SNAPSHOT",
    "fullVersion": f"ForgeRock Access Management 9.0.0-SNAPSHOT Build local ({_BUILT})",
    "revision": "local",
    "date": _BUILT,
}


def info(_tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Tells which features there are, and the name of the session cookie."""
    return HttpAnswer(200, _INFO)


def version(_tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Tells the version of the access manager."""
    return HttpAnswer(200, _VERSION)


ROUTES: Final = (
    AicRoute("GET", f"{_ROOT}/*", info, token=False),
    AicRoute("GET", f"{_ROOT}/version", version, token=False),
)
