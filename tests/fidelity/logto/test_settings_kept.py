"""What the emulated tenant shows and keeps of its settings, as recorded on a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from support.logto import CONNECTORS, Tenant, creation
from tenant_email_local.emulators.logto import LogtoEmulator, LogtoState

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGN_IN, INVITATIONS = "/api/sign-in-exp", "/api/organization-invitations"
USER = {"id": "ada", "primaryEmail": "ada@b.example"}
INVITATION = {"organizationId": "acme", "invitee": "ada@b.example", "expiresAt": 4102444800000}


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """Serves a tenant with one organization and one user."""
    state = LogtoState(organizations={"acme": "Acme"}, users={"ada": USER})
    with LogtoEmulator(state=state) as emulator:
        yield Tenant(emulator)


FACTORY_KEYS = {
    *("type", "isDemo", "id", "target", "name", "description", "logo", "logoDark", "readme", "formItems", "platform"),
}
CONNECTOR_KEYS = FACTORY_KEYS | {
    *("syncProfile", "enableTokenStorage", "config", "metadata", "connectorId", "extraInfo"),
}
SIGN_IN_KEYS = """
    tenantId id color branding hideLogtoBranding languageInfo termsOfUseUrl privacyPolicyUrl agreeToTermsPolicy signIn
    signUp socialSignIn socialSignInConnectorTargets signInMode customCss customContent customUiAssets customUiCsp
    passwordPolicy mfa adaptiveMfa singleSignOnEnabled supportEmail supportWebsiteUrl unknownSessionRedirectUrl
    captchaPolicy sentinelPolicy emailBlocklistPolicy verificationCodePolicy forgotPasswordMethods passkeySignIn
    signUpProfileFields passwordExpiration usernamePolicy
"""


def test_factories_and_connectors_show_their_keys(tenant: Tenant) -> None:
    """Those of every factory, and those of a connector made of one."""
    factories = tenant.call("GET", "/api/connector-factories").document
    assert {frozenset(factory) for factory in factories} == {frozenset(FACTORY_KEYS)}
    tenant.call("POST", CONNECTORS, creation())
    assert set(tenant.connector()) == CONNECTOR_KEYS


def test_the_sign_in_experience_shows_its_keys(tenant: Tenant) -> None:
    """All thirty-four, before anything was set."""
    assert set(tenant.call("GET", SIGN_IN).document) == set(SIGN_IN_KEYS.split())


def test_sync_profile_is_taken_back_and_never_given(tenant: Tenant) -> None:
    """POST takes it for email; PATCH takes it away."""
    tenant.call("POST", CONNECTORS, {**creation(), "id": "mine", "syncProfile": True})
    assert tenant.connector()["syncProfile"] is True
    assert tenant.call("PATCH", f"{CONNECTORS}/mine", {"syncProfile": True}).status == 422
    assert tenant.call("PATCH", f"{CONNECTORS}/mine", {"syncProfile": False}).document["syncProfile"] is False


SMS = creation(
    "twilio-short-message-service",
    **dict.fromkeys(("accountSID", "authToken", "fromMessagingServiceSID"), "x"),
    templates=[{"usageType": each, "content": "c"} for each in ("Register", "SignIn", "ForgotPassword", "Generic")],
)
GITHUB = creation("github-universal", clientId="a", clientSecret="b")


def test_of_each_kind_of_sender_there_is_one(tenant: Tenant) -> None:
    """A new SMS connector replaces the old one and leaves email alone; a second social one is refused."""
    for body in (creation(), SMS, SMS, GITHUB):
        assert tenant.call("POST", CONNECTORS, body).status == 200
    assert tenant.call("POST", CONNECTORS, GITHUB).code == "connector.multiple_instances_not_supported"
    types = [each["type"] for each in tenant.call("GET", CONNECTORS).document]
    assert sorted(types) == ["Email", "Sms", "Social"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"supportEmail": ""}, {"supportEmail": None}),
        ({"verificationCodePolicy": {"odd": 1}}, {"verificationCodePolicy": {}}),
        (
            {"emailBlocklistPolicy": {"customBlocklist": ["@b.example", "@b.example"]}},
            {"emailBlocklistPolicy": {"customBlocklist": ["@b.example"]}},
        ),
        ({"passwordPolicy": {"length": {"min": 8}}}, {"passwordPolicy": {"length": {"min": 8, "max": 256}}}),
        ({"socialSignInConnectorTargets": ["github"]}, {"socialSignInConnectorTargets": []}),
        ({"mfa": {"factors": [], "policy": "NoPrompt"}}, {"adaptiveMfa": {"enabled": False}}),
    ],
)
def test_what_becomes_of_sign_in_settings(tenant: Tenant, given: dict[str, Any], kept: dict[str, Any]) -> None:
    """Unknown keys vanish, empty texts are null, and some things follow from others."""
    document = tenant.call("PATCH", SIGN_IN, given).document
    assert {name: document[name] for name in kept} == kept


def test_the_last_way_to_a_new_password_stays(tenant: Tenant) -> None:
    """While passwords expire neither methods nor connector can go; since when they do is the server's to say."""
    tenant.call("POST", CONNECTORS, {**creation(), "id": "mine"})
    expiring = {"passwordExpiration": {"enabled": True, "validPeriodDays": 30, "enabledAt": 5}}
    methods = {"forgotPasswordMethods": ["EmailVerificationCode"]}
    kept = tenant.call("PATCH", SIGN_IN, expiring | methods).document["passwordExpiration"]
    assert kept["enabledAt"] > 5
    refused = "sign_in_experiences.password_expiration_requires_forgot_password"
    assert tenant.call("PATCH", SIGN_IN, {"forgotPasswordMethods": []}).code == refused
    assert tenant.call("DELETE", f"{CONNECTORS}/mine").code == refused
    assert tenant.call("PATCH", SIGN_IN, {"passwordExpiration": {"enabled": False}}).status == 200
    assert tenant.call("DELETE", f"{CONNECTORS}/mine").status == 204


def test_an_invitation_has_a_life(tenant: Tenant) -> None:
    """One pending at a time; accepted by the user with its address, who is a member from then on."""
    id_ = tenant.call("POST", INVITATIONS, INVITATION).document["id"]
    assert tenant.call("POST", INVITATIONS, INVITATION).code == "entity.unique_integrity_violation"
    assert [each["id"] for each in tenant.call("GET", f"{INVITATIONS}?invitee=ADA@b.example").document] == [id_]
    accepted = {"status": "Accepted", "acceptedUserId": "ada"}
    assert tenant.call("PUT", f"{INVITATIONS}/{id_}/status", accepted).document["status"] == "Accepted"
    assert tenant.call("PUT", f"{INVITATIONS}/{id_}/status", {"status": "Revoked"}).status == 422
    assert tenant.call("POST", INVITATIONS, INVITATION).code == "request.invalid_input"
    assert tenant.call("DELETE", f"{INVITATIONS}/{id_}").status == 204


def test_the_policy_says_how_often_a_code_may_be_wrong(tenant: Tenant) -> None:
    """Also for a code that was sent, or not sent, before."""
    tenant.call("POST", "/api/verification-codes", {"email": "a@b.example"})
    tenant.call("PATCH", SIGN_IN, {"verificationCodePolicy": {"maxRetryAttempts": 2}})
    wrong = {"email": "a@b.example", "verificationCode": "x"}
    answers = [tenant.call("POST", "/api/verification-codes/verify", wrong).code for _ in range(3)]
    assert answers == ["verification_code.code_mismatch"] * 2 + ["verification_code.exceed_max_try"]


def test_ways_in_are_looked_up_without_a_token(tenant: Tenant) -> None:
    """The endpoints, the key of the tokens, and whether the server is there at all."""
    url = tenant.emulator.url
    found = requests.get(f"{url}/oidc/.well-known/openid-configuration", timeout=60).json()
    assert (found["token_endpoint"], found["issuer"]) == (f"{url}/oidc/token", f"{url}/oidc")
    (key,) = requests.get(found["jwks_uri"], timeout=60).json()["keys"]
    assert (key["alg"], key["crv"]) == ("ES384", "P-384")
    assert requests.get(f"{url}/api/status", timeout=60).status_code == 204
    assert tenant.call("GET", "/api/Connectors").document == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"a":1,}', "Expected double-quoted property name in JSON at position 7 (line 1 column 8)"),
        ("{'a':1}", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ('{"a" 1}', "Expected ':' after property name in JSON at position 5 (line 1 column 6)"),
        ("[1 2]", "Expected ',' or ']' after array element in JSON at position 3 (line 1 column 4)"),
        ('{"a":1\n"b"}', "Expected ',' or '}' after property value in JSON at position 7 (line 2 column 1)"),
        ('{"a":nope}', 'Unexpected token \'o\', "{"a":nope}" is not valid JSON'),
        ('{"a":NaN}', 'Unexpected token \'N\', "{"a":NaN}" is not valid JSON'),
        ('{"aaaaaaaaaaaaaaaaaaaa":x}', 'Unexpected token \'x\', ..."aaaaaaaa":x}" is not valid JSON'),
        ('{"a":"x', "Unterminated string in JSON at position 7 (line 1 column 8)"),
        ('{"a":"\\q"}', "Bad escaped character in JSON at position 7 (line 1 column 8)"),
        ("[", "Unexpected end of JSON input"),
        ("[1] x", "Unexpected non-whitespace character after JSON at position 4 (line 1 column 5)"),
        ("1", "invalid JSON, only supports object and array"),
    ],
)
def test_json_that_is_none_is_refused_in_words_of_v8(tenant: Tenant, body: str, words: str) -> None:
    """As JSON.parse of Node 22 says it."""
    answer = tenant.call("POST", CONNECTORS, body, **{"Content-Type": "application/json"})
    assert (answer.status, answer.document) == (400, {"message": words})


def test_numbers_are_those_of_javascript(tenant: Tenant) -> None:
    """Too long ones are rounded, and what is no number any more is null."""
    body = '{"connectorId":"http-email","config":{"endpoint":"x","a":12345678901234567890,"b":1e400,"c":2.0,"d":1e21}}'
    config = tenant.call("POST", CONNECTORS, body, **{"Content-Type": "application/json"}).document["config"]
    assert [config[name] for name in "abcd"] == [12345678901234567000, None, 2, 1e21]
