"""The emulator against the contract, case by case; these run where the recordings are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from support.logto import CONNECTORS, TEMPLATES, Tenant, creation, smtp, templates
from tenant_email_local.emulators.logto import LogtoEmulator, LogtoState, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.logto_sinks import Sinks
    from tenant_email_local.emulators.logto.state import Application

ENTRY = {"languageTag": "en", "templateType": "Generic", "details": {"subject": "G", "content": "{{code}}"}}
TEST = f"{CONNECTORS}/simple-mail-transfer-protocol/test"
CODES, SIGN_IN = "/api/verification-codes", "/api/sign-in-exp"
USED: dict[str, Any] = {"auth": {"user": "user", "pass": "pass"}}


@pytest.fixture
def tenant(sinks: Sinks) -> Iterator[Tenant]:
    """Serves a tenant with one organization."""
    sinks.clear()
    with LogtoEmulator(state=LogtoState(organizations={"acme": "Acme"}), delivery=sinks.delivery) as emulator:
        yield Tenant(emulator)


INVITATIONS = "/api/organization-invitations"
INVITATION: dict[str, Any] = {"organizationId": "acme", "invitee": "a@b.example", "expiresAt": 4102444800000}
_RULE = "sign_in_experiences"
_UP = {"identifiers": ["email"], "password": True, "verify": True}
_EMAIL = {"identifier": "email", "password": True, "verificationCode": False, "isPasswordPrimary": True}
_LASTING = {"factors": ["Totp"], "policy": "PromptAtSignInAndSignUpMandatory"}
SIGN_IN_REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"languageInfo": {"autoDetect": True, "fallbackLanguage": "xx"}}, 400, "guard.invalid_input"),
    ({"languageInfo": {"autoDetect": True, "fallbackLanguage": "DE"}}, 400, f"{_RULE}.unsupported_default_language"),
    ({"signUp": _UP | {"verify": False}}, 400, f"{_RULE}.passwordless_requires_verify"),
    ({"signUp": _UP | {"identifiers": ["email", "email"]}}, 400, f"{_RULE}.duplicated_sign_up_identifiers"),
    (
        {"signUp": _UP | {"identifiers": [], "secondaryIdentifiers": [{"identifier": "email", "verify": True}]}},
        400,
        f"{_RULE}.missing_sign_up_identifiers",
    ),
    (
        {"signUp": _UP | {"secondaryIdentifiers": [{"identifier": "emailOrPhone", "verify": True}]}},
        400,
        f"{_RULE}.duplicated_sign_up_identifiers",
    ),
    (
        {"signUp": _UP | {"password": False}, "signIn": {"methods": [_EMAIL]}},
        400,
        f"{_RULE}.code_sign_in_must_be_enabled",
    ),
    ({"mfa": _LASTING}, 422, f"{_RULE}.non_adaptive_mfa_requires_skippable_policy"),
    ({"adaptiveMfa": {"enabled": True}}, 422, f"{_RULE}.adaptive_mfa_requires_mfa"),
    ({"forgotPasswordMethods": ["x"]}, 400, "guard.invalid_input"),
    (
        {"passwordExpiration": {"enabled": True, "validPeriodDays": 30}},
        422,
        f"{_RULE}.password_expiration_requires_forgot_password",
    ),
    ({"passwordExpiration": {"enabled": True}}, 400, "guard.invalid_input"),
    ({"verificationCodePolicy": {"maxRetryAttempts": 0}}, 400, "guard.invalid_input"),
    ({"emailBlocklistPolicy": {"blockDisposableAddresses": True}}, 400, "request.invalid_input"),
    (
        {"emailBlocklistPolicy": {"customBlocklist": ["@foo"]}},
        400,
        f"{_RULE}.invalid_custom_email_blocklist_format",
    ),
    ({"captchaPolicy": {"enabled": 1}}, 400, "guard.invalid_input"),
    ({"supportEmail": "x"}, 400, "guard.invalid_input"),
    ({"hideLogtoBranding": True}, 400, "request.invalid_input"),
]

REFUSED: list[tuple[str, str, Any, int, str]] = [
    ("POST", CONNECTORS, creation("aws-simple-email-service-mail"), 422, "connector.not_found_with_connector_id"),
    ("POST", CONNECTORS, creation("logto-email"), 422, "connector.not_found_with_connector_id"),
    ("POST", CONNECTORS, creation(port="587"), 400, "connector.invalid_config"),
    ("POST", CONNECTORS, creation(auth=None), 400, "connector.invalid_config"),
    ("POST", CONNECTORS, creation(replyTo=[]), 400, "connector.invalid_config"),
    ("POST", CONNECTORS, creation(templates=templates()[:1]), 400, "connector.invalid_config"),
    ("POST", CONNECTORS, {**creation(), "enableTokenStorage": True}, 422, "request.feature_not_supported"),
    ("POST", CONNECTORS, {**creation(), "id": ""}, 400, "guard.invalid_input"),
    ("POST", CONNECTORS, [], 400, "guard.invalid_input"),
    ("GET", f"{CONNECTORS}/nope", None, 404, "entity.not_found"),
    ("DELETE", f"{CONNECTORS}/nope", None, 404, "entity.not_found"),
    ("PATCH", f"{CONNECTORS}/mine", {}, 422, "entity.invalid_input"),
    ("PATCH", f"{CONNECTORS}/mine", {"config": {"port": 25}}, 400, "connector.invalid_config"),
    ("PATCH", f"{CONNECTORS}/mine", {"config": None}, 400, "guard.invalid_input"),
    ("PATCH", f"{CONNECTORS}/mine", {"syncProfile": True}, 422, "connector.invalid_type_for_syncing_profile"),
    ("PUT", TEMPLATES, {"templates": []}, 400, "guard.invalid_input"),
    ("PUT", TEMPLATES, {"templates": [ENTRY | {"templateType": "Test"}]}, 400, "guard.invalid_input"),
    ("PUT", TEMPLATES, {"templates": [ENTRY | {"languageTag": "x" * 17}]}, 400, "guard.invalid_input"),
    ("DELETE", TEMPLATES, None, 422, "connector.email_connector.bulk_deletion_no_filter"),
    ("DELETE", f"{TEMPLATES}/nope", None, 404, "entity.not_exists_with_id"),
    ("POST", TEST, {"config": smtp()}, 400, "guard.invalid_input"),
    ("POST", TEST, {"email": "a@b.example"}, 400, "guard.invalid_input"),
    ("POST", TEST, {"email": "a@b.example", "phone": "1", "config": smtp()}, 400, "connector.unexpected_type"),
    ("POST", f"{CONNECTORS}/mine/test", {"email": "a@b.example", "config": {}}, 400, "connector.not_found"),
    ("POST", f"{CONNECTORS}/mine/authorization-uri", {}, 400, "guard.invalid_input"),
    ("POST", CONNECTORS, creation("twilio-short-message-service"), 400, "connector.invalid_config"),
    ("POST", CONNECTORS, creation("github-universal", clientId="a"), 400, "connector.invalid_config"),
    ("GET", f"{TEMPLATES}?languageTag=en&languageTag=fr", None, 400, "guard.invalid_input"),
    ("POST", INVITATIONS, INVITATION | {"invitee": "ä@b.example"}, 400, "guard.invalid_input"),
    ("POST", INVITATIONS, INVITATION | {"messagePayload": {"link": 1}}, 400, "guard.invalid_input"),
    ("POST", INVITATIONS, INVITATION | {"expiresAt": 1}, 400, "request.invalid_input"),
    ("POST", INVITATIONS, INVITATION | {"organizationId": "nope"}, 422, "entity.relation_foreign_key_not_found"),
    ("POST", INVITATIONS, INVITATION | {"inviterId": "nope"}, 422, "entity.relation_foreign_key_not_found"),
    ("POST", f"{INVITATIONS}/nope/message", {"locale": 1}, 400, "guard.invalid_input"),
    ("PUT", f"{INVITATIONS}/nope/status", {"status": "Accepted"}, 422, "request.invalid_input"),
    *(("PATCH", SIGN_IN, body, status, code) for body, status, code in SIGN_IN_REFUSED),
]


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(tenant: Tenant, case: tuple[str, str, Any, int, str]) -> None:
    """Status and code are those of the contract, and what was there stays."""
    method, path, body, status, code = case
    tenant.call("POST", CONNECTORS, {**creation(), "id": "mine"})
    answer = tenant.call(method, path, body)
    assert (answer.status, answer.code) == (status, code)
    assert tenant.connector()["config"] == {**smtp(), "auth": {"pass": "canary-smtp-password", "user": "mailer"}}


def test_routes_that_do_not_exist_answer_in_text(tenant: Tenant) -> None:
    """Unknown routes and bodies over 1 MiB are 404, another verb is 405."""
    assert tenant.call("GET", "/api/nope").document == "Not Found"
    assert tenant.call("PUT", f"{CONNECTORS}/x", {}).document == "Method Not Allowed"
    assert tenant.call("POST", CONNECTORS, creation(name="x" * 1_100_000)).document == "Not Found"


def test_the_same_id_again_is_an_unhandled_error(tenant: Tenant) -> None:
    """The primary key clashes, and the old connector stays."""
    tenant.call("POST", CONNECTORS, {**creation(), "id": "mine"})
    assert tenant.call("POST", CONNECTORS, {**creation(port=25), "id": "mine"}).status == 500
    assert tenant.connector()["config"]["port"] == 2525


def test_cleaning_goes_deep_and_keeps_zero_and_false(tenant: Tenant) -> None:
    """Empty texts, lists and objects vanish with the parents that become empty; 0 and false stay; keys are sorted."""
    odd: dict[str, Any] = {
        "a": {"b": [], "c": {"d": None}},
        "list": ["", "x"],
        "secure": False,
        "dnsTimeout": 0,
        "name": "",
    }
    config = tenant.call("POST", CONNECTORS, creation(**odd)).document["config"]
    assert not {"a", "name"} & config.keys()
    assert (config["list"], config["secure"], config["dnsTimeout"]) == (["x"], False, 0)
    assert list(config) == sorted(config, key=lambda key: (len(key), key))


def test_a_patch_replaces_the_config_whole(tenant: Tenant) -> None:
    """What is not sent again is gone; what the schema does not know is kept."""
    id_ = tenant.call("POST", CONNECTORS, creation(replyTo="a@b.example")).document["id"]
    config = tenant.call("PATCH", f"{CONNECTORS}/{id_}", {"config": smtp(extra="kept")}).document["config"]
    assert ("replyTo" in config, config["extra"]) == (False, "kept")


def test_a_text_by_language_goes_before_the_connectors(tenant: Tenant, sinks: Sinks) -> None:
    """First the user's language, then the fallback language, then Generic of that, then the connector."""
    body = {"email": "a@b.example", "config": smtp(**USED)}
    seen: list[str] = []
    for entry in (None, ENTRY, ENTRY | {"languageTag": "fr", "details": {"subject": "F", "content": "x"}}):
        if entry:
            tenant.call("PUT", TEMPLATES, {"templates": [entry]})
        tenant.call("POST", TEST, body | {"locale": "fr"})
        seen += [mail.seen()["subject"] for mail in sinks.mails()]
    assert seen == ["Code", "G", "F"]


def test_variables_are_filled_in_without_logic(tenant: Tenant, sinks: Sinks) -> None:
    """An unknown root stays as it stands; an unknown part below a known root is nothing."""
    content = "{{code}}|{{ nope }}|{{organization.nope}}|{{link}}"
    mine = [*templates(), {**templates(content=content)[0], "usageType": "OrganizationInvitation"}]
    tenant.call("POST", CONNECTORS, creation(**USED, templates=mine))
    body = {
        "organizationId": "acme",
        "invitee": "a@b.example",
        "expiresAt": 4102444800000,
        "messagePayload": {"link": "L"},
    }
    assert tenant.call("POST", "/api/organization-invitations", body).status == 201
    assert sinks.mails()[0].seen()["body"] == "{{code}}|{{ nope }}||L"


def test_eleven_codes_are_one_too_many(tenant: Tenant) -> None:
    """A recipient gets ten mails in ten minutes; test sends are not counted."""
    tenant.call("POST", CONNECTORS, creation(**USED))
    statuses = [tenant.call("POST", "/api/verification-codes", {"email": "a@b.example"}).status for _ in range(11)]
    assert statuses == [204] * 10 + [429]
    assert tenant.call("POST", TEST, {"email": "a@b.example", "config": smtp(**USED)}).status == 204


def test_sign_in_needs_a_connector_first(tenant: Tenant) -> None:
    """Codes cannot be switched on without one; MFA by email is refused once sign-in by email code is on."""
    method = {"identifier": "email", "password": False, "verificationCode": True, "isPasswordPrimary": False}
    codes = {"signIn": {"methods": [method]}}
    factor = {"mfa": {"factors": ["EmailVerificationCode"], "policy": "UserControlled"}}
    assert tenant.call("PATCH", SIGN_IN, codes).code == "sign_in_experiences.enabled_connector_not_found"
    assert tenant.call("PATCH", SIGN_IN, factor).status == 200
    tenant.call("POST", CONNECTORS, creation())
    refused = "sign_in_experiences.email_verification_code_cannot_be_used_for"
    assert tenant.call("PATCH", SIGN_IN, codes).code == f"{refused}_sign_in"
    assert tenant.call("PATCH", SIGN_IN, codes | {"mfa": {"factors": [], "policy": "UserControlled"}}).status == 200
    assert tenant.call("PATCH", SIGN_IN, factor).code == f"{refused}_mfa"


def test_a_nul_is_a_server_error(tenant: Tenant) -> None:
    """Nothing of it is stored, in a connector, a template or an id."""
    entry = ENTRY | {"details": {"subject": "a\0b", "content": "c"}}
    answers = [
        tenant.call("POST", CONNECTORS, creation(name="a\0b")),
        tenant.call("PUT", TEMPLATES, {"templates": [ENTRY, entry]}),
        tenant.call("DELETE", f"{CONNECTORS}/a%00b"),
    ]
    assert [(answer.status, answer.document) for answer in answers] == [
        (500, {"message": "Internal server error."})
    ] * 3
    assert [tenant.call("GET", path).document for path in (CONNECTORS, TEMPLATES)] == [[], []]


def test_routes_are_looked_for_before_tokens(tenant: Tenant) -> None:
    """Without a token an unknown route is 404, another verb 405, and a trailing slash is no other route."""
    url = tenant.emulator.url
    asked = (("GET", "/api/nope"), ("PUT", "/api/connectors"), ("GET", "/api/connectors"), ("GET", "/oidc/token"))
    answers = [requests.request(method, f"{url}{path}", timeout=60) for method, path in asked]
    assert [answer.status_code for answer in answers] == [404, 405, 401, 404]
    assert (answers[0].text, answers[3].json()["code"]) == ("Not Found", "oidc.invalid_request")
    assert tenant.call("GET", f"{CONNECTORS}/").document == []


def test_a_body_that_is_not_there_is_an_empty_object(tenant: Tenant) -> None:
    """The schema then says what is missing."""
    headers = {"Authorization": f"Bearer {tenant.token().document['access_token']}"}
    answer = requests.post(f"{tenant.emulator.url}{CONNECTORS}", headers=headers, timeout=60).json()
    assert (
        answer["details"] == 'Error in key path "connectorId": (invalid_type) Expected string but received undefined.'
    )


def test_two_email_rows_still_send(tenant: Tenant, sinks: Sinks) -> None:
    """The first in order of the ids sends, while the list is refused."""
    tenant.emulator.state.connectors += [Row(id_, "simple-mail-transfer-protocol", smtp(**USED)) for id_ in ("b", "a")]
    assert tenant.call("GET", CONNECTORS).code == "connector.more_than_one_email"
    tenant.emulator.state.connectors[0].config["port"] = 2599
    assert tenant.call("POST", CODES, {"email": "a@b.example"}).status == 204
    assert len(sinks.mails()) == 1


def test_a_code_is_verified(tenant: Tenant, sinks: Sinks) -> None:
    """Once, by the address that it was sent to; a wrong one is a mismatch, none at all not found."""
    tenant.call("POST", CONNECTORS, creation(**USED))
    wanted = {"email": "a@b.example", "verificationCode": "x"}
    assert tenant.call("POST", f"{CODES}/verify", wanted).code == "verification_code.not_found"
    tenant.call("POST", CODES, {"email": "a@b.example"})
    code = str(sinks.mails()[0].message.get_content()).split()[-1]
    assert tenant.call("POST", f"{CODES}/verify", wanted).code == "verification_code.code_mismatch"
    assert tenant.call("POST", f"{CODES}/verify", wanted | {"verificationCode": code}).status == 204
    assert tenant.call("POST", f"{CODES}/verify", wanted).code == "verification_code.not_found"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"host": "localhost"} | USED, None),
        ({"host": "nowhere.example"}, "getaddrinfo ENOTFOUND nowhere.example"),
        ({"port": 2599}, "connect ECONNREFUSED 127.0.0.1:2599"),
        ({"auth": {"type": "login"}}, 'Missing credentials for "PLAIN"'),
        ({"auth": {"user": "user"}}, 'Missing credentials for "PLAIN"'),
        ({"port": 8096, "socketTimeout": 200, "greetingTimeout": 200}, "Timeout"),
        ({"port": 8096, "greetingTimeout": 200}, "Greeting never received"),
        ({"port": 8096, "greetingTimeout": 900, "socketTimeout": 200}, "Timeout"),
    ],
)
def test_what_the_mail_library_says(tenant: Tenant, change: dict[str, Any], words: str | None) -> None:
    """Word for word, for remedies are found by it."""
    answer = tenant.call("POST", TEST, {"email": "a@b.example", "config": smtp(**change)})
    assert (answer.document and answer.document["data"]["message"]) == words


@pytest.mark.parametrize(("path", "body"), [(CONNECTORS, creation(tls="x")), ("/api/verification-codes", {})])
def test_unions_are_refused_as_such(tenant: Tenant, path: str, body: dict[str, Any]) -> None:
    """TLS settings of a wrong type, and a code for nobody."""
    (issue,) = tenant.call("POST", path, body).document["data"]["issues"]
    assert (issue["code"], len(issue["unionErrors"])) == ("invalid_union", 2)


def test_the_union_of_auth_is_two_deep(tenant: Tenant) -> None:
    """Login or key in the first, the token in the second."""
    (issue,) = tenant.call("POST", CONNECTORS, creation(auth=1)).document["data"]["issues"]
    assert [each["issues"][0]["code"] for each in issue["unionErrors"]] == ["invalid_union", "invalid_type"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"resource": None}, 400, "oidc.invalid_target"),
        ({"client_secret": "wrong"}, 401, "oidc.invalid_client"),
        ({"client_id": "nope"}, 400, "oidc.invalid_client"),
        ({"grant_type": None}, 400, "oidc.invalid_request"),
        ({"grant_type": "password"}, 400, "oidc.unsupported_grant_type"),
    ],
)
def test_tokens_are_refused_in_oidc_words(tenant: Tenant, change: dict[str, Any], status: int, code: str) -> None:
    """An unknown client is 400, a wrong secret 401."""
    answer = tenant.token(**change)
    assert (answer.status, answer.code) == (status, code)


def test_a_token_without_scope_is_silent(tenant: Tenant) -> None:
    """The reply lacks scope, and says nothing else."""
    assert "scope" not in tenant.token(scope=None).document
    assert tenant.token().document["scope"] == "all"


def test_the_admin_endpoint_is_for_its_own_applications() -> None:
    """m-default logs in there alone, an application of the tenant at the core one; the API is at the core one alone."""
    emulator = LogtoEmulator()
    emulator.login_apart = True
    with emulator:
        own, admin = emulator.application, emulator.state.admin_applications["m-default"]
        core, other = emulator.url, emulator.login_url
        assert [_login(url, each).status_code for url in (core, other) for each in (own, admin)] == [200, 400, 400, 200]
        for url, each in ((core, own), (other, admin)):
            headers = {"Authorization": f"Bearer {_login(url, each).json()['access_token']}"}
            answers = [requests.get(f"{at}/api/connectors", headers=headers, timeout=60) for at in (core, other)]
            assert [answer.status_code for answer in answers] == [200, 401]
            assert answers[1].json()["code"] == "auth.unauthorized"


def _login(url: str, application: Application) -> requests.Response:
    """Asks for a token of the Management API."""
    form = {"grant_type": "client_credentials", "resource": "https://default.logto.app/api", "scope": "all"}
    form |= {"client_id": application.id, "client_secret": application.secret}
    return requests.post(f"{url}/oidc/token", data=form, timeout=60)
