"""What calls promise, against what the real platforms answered: nothing that was recorded is refused."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.net.answers import Promise, accept
from tenant_email.net.transport import HttpReply
from tenant_email.platforms.auth0 import answers as auth0
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.platforms.logto import answers as logto
from tenant_email.platforms.logto.dialect import LogtoDialect
from tenant_email.platforms.pingone_aic import answers as aic
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect

if TYPE_CHECKING:
    from tenant_email.net.client import ApiDialect

FOLDER = Path(__file__).parents[4] / "shared" / "recordings"
ESVS = "/environment/*/esv-*"
PROMISES: list[tuple[str, str, str, Promise]] = [
    ("auth0", "GET", "/api/v2/emails/provider", auth0.PROVIDER),
    ("auth0", "PATCH", "/api/v2/emails/provider", auth0.PROVIDER),
    ("auth0", "POST", "/api/v2/emails/provider", auth0.NEW_PROVIDER),
    ("auth0", "DELETE", "/api/v2/emails/provider", auth0.NO_MORE_PROVIDER),
    ("auth0", "GET", "/api/v2/email-templates/*", auth0.TEMPLATE),
    ("auth0", "PATCH", "/api/v2/email-templates/*", auth0.TEMPLATE),
    ("logto", "POST", "/oidc/token", logto.TOKEN),
    ("logto", "GET", "/api/connectors", logto.CONNECTORS),
    ("logto", "POST", "/api/connectors", logto.NEW_CONNECTOR),
    ("logto", "GET", "/api/connectors/*", logto.CONNECTOR),
    ("logto", "PATCH", "/api/connectors/*", logto.CONNECTOR),
    ("logto", "DELETE", "/api/connectors/*", logto.NO_MORE_CONNECTOR),
    ("logto", "POST", "/api/connectors/*/test", logto.TEST_MAIL),
    ("logto", "DELETE", "/api/email-templates", logto.NO_MORE_TEMPLATE),
    ("pingone_aic", "POST", "/am/oauth2/access_token", aic.TOKEN),
    ("pingone_aic", "GET", "/openidm/config/external.email*", aic.PROVIDER),
    ("pingone_aic", "GET", "/openidm/config/emailTemplate/*", aic.TEMPLATE),
    ("pingone_aic", "PUT", "/openidm/config/e*", aic.WRITTEN),
    ("pingone_aic", "DELETE", "/openidm/config/e*", aic.REMOVED),
    ("pingone_aic", "GET", "/openidm/config", aic.FOUND),
    ("pingone_aic", "GET", "/environment/startup", aic.STARTUP),
    ("pingone_aic", "POST", "/environment/startup", aic.STARTUP),
    ("pingone_aic", "GET", "/environment/info", aic.INFO),
]
BY_STATUS = (401, 403, 429, 500)
"""What these say needs no document."""
NEVER_ASKED = ("patch_bad_json", "create_body_too_large")
"""What a client that writes JSON, and measures it, is never answered."""
LOGINS = ("/oidc/token", "/am/oauth2/access_token")
DIALECTS: dict[str, ApiDialect] = {"auth0": Auth0Dialect(), "logto": LogtoDialect(), "pingone_aic": PingOneAicDialect()}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the recordings are not beside this checkout")


def recorded(platform: str, method: str, path: str) -> list[dict[str, Any]]:
    """Returns what was recorded of a call."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / f"{platform}.json").read_text())["cases"]
    return [case for case in cases if case["method"] == method and fnmatchcase(case["path"].partition("?")[0], path)]


def promised(platform: str, method: str, path: str, action: str | None) -> Promise:
    """Returns the promise of a recorded call."""
    if platform == "pingone_aic" and fnmatchcase(path, ESVS):
        return aic.of_esv(method, path, action)
    return next(promise for name, *call, promise in PROMISES if (name, *call) == (platform, method, path))


def replied(case: dict[str, Any]) -> HttpReply:
    """Returns a recorded answer as the transport would give it."""
    document = case["response_json"]
    text = json.dumps(document).replace("<jwt>", "jwt").replace("<access token>", "token")
    content = b"" if document is None else text.encode()
    return HttpReply(case["status"], {"Content-Type": "application/json"} if content else {}, content)


CALLS = [(platform, method, path) for platform, method, path, _ in PROMISES]
CALLS += [("pingone_aic", method, ESVS) for method in ("GET", "PUT", "POST", "DELETE")]


@pytest.mark.parametrize(("platform", "method", "path"), CALLS)
def test_every_recorded_answer_keeps_the_promise(platform: str, method: str, path: str) -> None:
    """A success is accepted; a 404 of the object itself is absence; and every refusal is the platform's own."""
    cases = recorded(platform, method, path)
    assert cases, "nothing was recorded of it"
    for case in cases:
        bare, _, query = case["path"].partition("?")
        action = query.partition("_action=")[2] or None
        promise = promised(platform, method, bare if path == ESVS else path, action)
        if case["status"] < 400:
            assert accept(promise, replied(case)).status == case["status"], case["name"]
        elif case["status"] not in BY_STATUS and case["name"] not in NEVER_ASKED and path not in LOGINS:
            assert DIALECTS[platform].is_own(case["status"], case["response_json"]), case["name"]
        if case["status"] == 404 and promise.absent and isinstance(case["response_json"], dict):
            assert DIALECTS[platform].says_absent(promise.absent, case["response_json"]), case["name"]
