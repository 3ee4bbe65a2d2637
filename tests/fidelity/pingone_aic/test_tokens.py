"""Tokens of service accounts, and what a request without the right one gets.

Source: docs/contracts/pingone_aic.md#authentication.
"""

from __future__ import annotations

from typing import Any

import jwt
import pytest
import requests

from support.pingone_aic import PROVIDER, TOKEN, Tenant, state
from tenant_email_local.emulators.pingone_aic import AicEmulator
from tenant_email_local.emulators.pingone_aic.local import ACCOUNT_ID


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Returns the time."""
        return self.now


def test_token_lives_899_seconds() -> None:
    """A token works until its life is over, then everything answers 401."""
    clock = Clock()
    with AicEmulator(state=state(), clock=clock) as emulator:
        tenant = Tenant(emulator)
        assert tenant.token().document["expires_in"] == 899
        tenant.call("GET", PROVIDER)
        clock.now += 898
        assert tenant.call("GET", PROVIDER).status == 200
        clock.now += 2
        late = tenant.call("GET", PROVIDER)
    assert (late.status, late.document["message"]) == (401, "Access Denied")


@pytest.mark.parametrize(
    "audience",
    [
        "https://127.0.0.1/am/oauth2/access_token",
        "https://127.0.0.1:443/am/oauth2/access_token",
        "http://127.0.0.1:{port}:{port}/am/oauth2/access_token",
    ],
)
def test_all_spellings_of_the_audience_are_taken(tenant: Tenant, audience: str) -> None:
    """The documents' audience, and that of the official client, which puts the port behind the origin."""
    written = audience.format(port=tenant.emulator.port)
    assert tenant.token(assertion=tenant.assertion(aud=written)).status == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"jti": None},
        {"exp": 4_000_000_000},
        {"exp": 1},
        {"aud": "https://other.example/am/oauth2/access_token"},
        {"aud": "http://127.0.0.1:1:1/am/oauth2/access_token"},
        {"sub": "someone else"},
        {"iss": "nobody"},
    ],
    ids=str,
)
def test_wrong_assertions_are_refused(tenant: Tenant, claims: dict[str, Any]) -> None:
    """A missing or wrong claim, or a life over 180 seconds, is an invalid grant."""
    answer = tenant.token(assertion=tenant.assertion(**claims))
    assert (answer.status, answer.document["error"]) == (400, "invalid_grant")


def test_assertion_of_another_key_is_refused(tenant: Tenant) -> None:
    """The signature is really checked."""
    claims = jwt.decode(tenant.assertion(), options={"verify_signature": False})
    forged = jwt.encode(claims, "not the key of this account, but one long enough", algorithm="HS256")
    assert tenant.token(assertion=forged).document["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"), [({"client_id": "other"}, "invalid_client"), ({"grant_type": "x"}, "unsupported_grant_type")]
)
def test_wrong_forms_are_refused(tenant: Tenant, form: dict[str, str], error: str) -> None:
    """Client and grant type are fixed words."""
    assert tenant.token(**form).document["error"] == error


@pytest.mark.parametrize("path", [PROVIDER, "/environment/variables"])
def test_scopes_are_checked_in_each_api_s_own_words(tenant: Tenant, path: str) -> None:
    """A token without the API's scope gets 403; only /openidm gives a reason."""
    answer = Tenant(tenant.emulator, "fr:idc:promotion:*").call("GET", path)
    assert (answer.status, "reason" in answer.document) == (403, path == PROVIDER)


def test_any_token_opens_environment_info(tenant: Tenant) -> None:
    """The tier is told to every token (docs/contracts/pingone_aic.md#endpoints)."""
    answer = Tenant(tenant.emulator, "fr:idc:promotion:*").call("GET", "/environment/info")
    assert (answer.status, answer.document["immutable"], answer.document["tier"]) == (200, False, "dev")


def test_the_account_s_record_has_a_name(tenant: Tenant) -> None:
    """An official client greets it by that; what is no account is forbidden rather than missing."""
    answer = tenant.call("GET", f"/openidm/managed/svcacct/{ACCOUNT_ID}?_fields=*").document
    assert (answer["name"], answer["accountStatus"], answer["quotaLimit"]) == ("Local service account", "active", "5")
    assert tenant.call("GET", "/openidm/managed/svcacct/someone").status == 403


def test_server_info_needs_no_token(tenant: Tenant) -> None:
    """Every client asks first which features and which version there are."""
    for name, key in (("*", "cookieName"), ("version", "fullVersion")):
        answer = requests.get(f"{tenant.emulator.url}/am/json/serverinfo/{name}", timeout=60)
        assert (answer.status_code, answer.json()["_id"], key in answer.json()) == (200, name, True)


def test_the_token_path_needs_no_token(tenant: Tenant) -> None:
    """Whoever asks without a form is refused in OAuth's words, not with 401."""
    assert tenant.call("POST", TOKEN).document["error"] == "invalid_client"


def test_scopes_that_there_are_are_listed(tenant: Tenant) -> None:
    """Each with its words and its parts, as a client asks at its login; an account's own are among them."""
    scopes = {scope["scope"]: scope for scope in tenant.call("GET", "/environment/scopes/service-accounts").document}
    assert list(scopes) == sorted(scopes)
    assert scopes["fr:idm:*"] == {"scope": "fr:idm:*", "description": "All Identity Management APIs"}
    children = scopes["fr:idc:esv:*"]["childScopes"]
    assert [child["scope"] for child in children] == [f"fr:idc:esv:{part}" for part in ("read", "update", "restart")]
    assert children[0]["description"] == "Read ESVs, excluding values of secrets"
    assert tenant.emulator.state.accounts[ACCOUNT_ID].scopes <= set(scopes)
