"""Each remedy is for a refusal that a platform really sends: the documents are those of contracts and recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.platforms.auth0.remedies import REMEDIES as AUTH0
from tenant_email.platforms.logto.dialect import LogtoDialect
from tenant_email.platforms.logto.remedies import REMEDIES as LOGTO
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect
from tenant_email.platforms.pingone_aic.remedies import REMEDIES as AIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.net.client import ApiDialect
    from tenant_email.platforms.remedies import Remedy

Refusal = tuple[str, int, Any]  # request, status, document

_LOGIN, _PROVIDER, _TEMPLATES = "POST /oauth/token", "PATCH /api/v2/emails/provider", "PATCH /api/v2/email-templates/x"


def _auth0(status: int, message: str, code: str = "") -> dict[str, Any]:
    return {"statusCode": status, "error": "…", "message": message, **({"errorCode": code} if code else {})}


OF_AUTH0: list[Refusal] = [
    (_PROVIDER, 429, _auth0(429, "Global limit has been reached", "too_many_requests")),
    (
        _LOGIN,
        403,
        {
            "error": "access_denied",
            "error_description": 'Client is not authorized to access "https://D/api/v2/". You need to create a '
            '"client-grant" associated to this API.',
        },
    ),
    (
        _LOGIN,
        403,
        {
            "error": "unauthorized_client",
            "error_description": "Grant type 'client_credentials' not allowed for the client.",
        },
    ),
    (_LOGIN, 400, {"error": "invalid_request", "error_description": "Missing required parameter: client_id"}),
    (_LOGIN, 401, {"error": "access_denied", "error_description": "Unauthorized"}),
    (_LOGIN, 403, {"error": "access_denied", "error_description": "Unauthorized"}),
    (_TEMPLATES, 400, _auth0(400, "From address cannot be set without an enabled email provider.")),
    (_PROVIDER, 404, _auth0(404, "There is not a configured email provider", "inexistent_email_provider")),
    (_TEMPLATES, 404, _auth0(404, "The template does not exist.", "inexistent_email_template")),
    (
        _PROVIDER,
        400,
        _auth0(
            400, "Payload validation error: 'String is too short' on property default_from_address.", "invalid_body"
        ),
    ),
    (_PROVIDER, 409, _auth0(409, "No deployed action was found.")),
    (_TEMPLATES, 403, _auth0(403, "Customizations for resultUrl are not allowed for non-enterprise tenants")),
    (_TEMPLATES, 403, _auth0(403, "This feature is not enabled for this tenant.", "feature_not_enabled")),
    (_TEMPLATES, 403, _auth0(403, "The tenant does not have the entitlement.", "insufficient_entitlement")),
    *(
        (request, 403, _auth0(403, "Insufficient scope, expected any of: some", "insufficient_scope"))
        for request in (
            *(f"{method} /api/v2/emails/provider" for method in ("GET", "POST", "PATCH", "DELETE")),
            *(f"{method} /api/v2/email-templates/x" for method in ("GET", "POST", "PATCH")),
            "POST /api/v2/jobs/verification-email",
            *(f"GET /api/v2/{name}" for name in ("jobs/job_1", "users/auth0|1", "logs")),
        )
    ),
    (
        "POST /api/v2/jobs/verification-email",
        400,
        _auth0(400, "The user does not have an email address.", "invalid_body"),
    ),
    (_PROVIDER, 403, _auth0(403, "Forbidden")),
    (_PROVIDER, 401, _auth0(401, "Expired token received for JSON Web Token validation")),
    (_TEMPLATES, 409, _auth0(409, "Template verify_email already exists.")),
    (
        _PROVIDER,
        400,
        _auth0(400, "Payload validation error: 'Missing required property: smtp_pass' on credentials.", "invalid_body"),
    ),
    (_PROVIDER, 400, _auth0(400, "Payload validation error: 'Additional properties not allowed: x'.", "invalid_body")),
]


def _test(factory: str, data: Any, status: int = 400, code: str = "connector.general") -> Refusal:
    return f"POST /api/connectors/{factory}/test", status, {"code": code, "message": "…", "data": data}


_SMTP, _HTTP, _SES = "simple-mail-transfer-protocol", "http-email", "aws-ses-mail"
_CONNECTOR = "PATCH /api/connectors/abc"
_ALTNAMES = "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: "

OF_LOGTO: list[Refusal] = [
    _test(
        _SMTP,
        {"message": "C02C:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../x.c:77:\n"},
    ),
    _test(_SMTP, {"message": "Error upgrading connection with STARTTLS: 454 TLS not available"}),
    _test(_SMTP, {"message": "Greeting never received"}),
    _test(_SMTP, {"message": "Timeout"}),
    _test(_SMTP, {"message": 'Missing credentials for "PLAIN"'}),
    _test(_SMTP, {"message": "Invalid login: 535 5.7.8 Authentication credentials invalid"}),
    *(
        _test(_SMTP, {"message": words})
        for words in (
            "certificate has expired",
            "X:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../x.c:918:SSL alert 70\n",
            "Connection closed unexpectedly",
            "Unexpected socket close",
            "read ECONNRESET",
            "self-signed certificate",
        )
    ),
    _test(_SMTP, {"message": _ALTNAMES}),
    _test(_SMTP, {"message": "connect ECONNREFUSED 127.0.0.1:2599"}),
    _test(_SMTP, {"message": "getaddrinfo EAI_AGAIN nope.invalid"}),
    _test(_SMTP, {"message": "getaddrinfo ENOTFOUND nope.invalid"}),
    *(
        _test(_HTTP, {"code": code, "name": "RequestError", "options": {}})
        for code in (
            *("EPROTO", "CERT_HAS_EXPIRED", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ECONNRESET", "HPE_INVALID_CONSTANT"),
            *("ECONNREFUSED", "EAI_AGAIN", "ENOTFOUND"),
        )
    ),
    *(
        _test("sendgrid-email-service", {"code": code, "name": "RequestError", "options": {}})
        for code in ("ECONNREFUSED", "EAI_AGAIN", "ENOTFOUND")
    ),
    _test(_HTTP, {"message": ""}),
    _test(_HTTP, {"message": '{"err":"nope"}'}),
    _test(
        _SES, {"message": "The security token included in the request is invalid."}, code="connector.invalid_response"
    ),
    _test(
        _SES,
        {"message": "The request signature we calculated does not match the signature you provided."},
        code="connector.invalid_response",
    ),
    _test(
        _SES,
        {"message": "Email address is not verified. The following identities failed the check: a@b.example"},
        code="connector.invalid_response",
    ),
    _test(
        _SES,
        {"message": "User `arn:aws:iam::1:user/x' is not authorized to perform `ses:SendEmail' on resource `arn:…'"},
        code="connector.invalid_response",
    ),
    _test("logto-email", None, 429, "connector.usage_limit_exceeded"),
    _test("mailgun-email", {"statusCode": 401, "body": "Forbidden"}),
    _test(
        "aliyun-direct-mail",
        {"errorDescription": "Specified access key is not found.", "Code": "InvalidAccessKeyId.NotFound"},
    ),
    _test("aliyun-direct-mail", {"issues": [], "name": "ZodError"}, code="connector.invalid_response"),
    (f"POST /api/connectors/{_SES}/test", 500, {"message": "Internal server error."}),
    ("GET /api/connectors", 400, {"code": "connector.more_than_one_email", "message": "…"}),
    (
        "DELETE /api/connectors/abc",
        422,
        {"code": "sign_in_experiences.password_expiration_requires_forgot_password", "message": "…"},
    ),
    ("POST /api/connectors", 422, {"code": "connector.not_found_with_connector_id", "message": "…"}),
    (
        _CONNECTOR,
        400,
        {
            "code": "connector.invalid_config",
            "message": "…",
            "data": {"issues": [], "name": "ZodError"},
            "details": 'Error in key path "host": (invalid_type) Expected string but received undefined.',
        },
    ),
    ("PUT /api/email-templates", 400, {"code": "guard.invalid_input", "message": "…"}),
    (_CONNECTOR, 404, {"code": "entity.not_found", "message": "The resource does not exist."}),
    ("POST /api/connectors", 403, {"code": "subscription.limit_exceeded", "message": "…"}),
    ("POST /api/connectors", 403, {"code": "system_limit.limit_exceeded", "message": "…"}),
    (
        _CONNECTOR,
        403,
        {"code": "auth.forbidden", "message": "Forbidden. Please check your user roles and permissions."},
    ),
    (_CONNECTOR, 401, {"code": "auth.unauthorized", "message": "…"}),
    (_CONNECTOR, 429, {"code": "request.rate_limited", "message": "…"}),
]

_TOKEN = "POST /am/oauth2/access_token"
_CODES = "POST /api/verification-codes"
_TOO_MANY = {"code": "request.message_rate_limited", "message": "…", "data": None}
OF_LOGTO += [
    (_CODES, 429, _TOO_MANY),
    (_CODES, 400, {"code": "connector.invalid_config", "message": "…", "data": None}),
]
_CONFIG = "PUT /openidm/config/external.email"

OF_AIC: list[Refusal] = [
    ("POST /openidm/external/email", 400, {"code": 400, "reason": "Bad Request", "message": "connect timed out"}),
    (_CONFIG, 429, {"code": 429, "reason": "Too Many Requests", "message": "…"}),
    (_TOKEN, 400, {"error": "invalid_scope", "error_description": "Unsupported scope for service account: a,b"}),
    (_TOKEN, 400, {"error": "invalid_grant", "error_description": "…"}),
    (_TOKEN, 401, {"error": "invalid_client", "error_description": "Client authentication failed"}),
    (_TOKEN, 403, {"error": "access_denied", "error_description": "…"}),
    (_CONFIG, 401, {"code": 401, "reason": "Unauthorized", "message": "Access Denied"}),
    (_CONFIG, 403, {"code": 403, "reason": "Forbidden", "message": "Access denied"}),
    (
        "PUT /environment/secrets/esv-a",
        400,
        {"code": 400, "message": "Failed to create secret, the secret already exists"},
    ),
    ("PUT /environment/variables/esv-a", 400, {"code": 400, "message": "Invalid value for expressionType"}),
    (
        "PUT /environment/secrets/esv-a",
        422,
        {"code": 606, "message": "encoding must be one of generic, pem, base64hmac"},
    ),
    (
        "POST /environment/secrets/esv-a/versions",
        404,
        {"code": 404, "message": "Failed to create secret version"},
    ),
]

PLATFORMS: dict[str, tuple[Sequence[Remedy], ApiDialect, list[Refusal]]] = {
    "auth0": (AUTH0, Auth0Dialect(), OF_AUTH0),
    "logto": (LOGTO, LogtoDialect(), OF_LOGTO),
    "pingone_aic": (AIC, PingOneAicDialect(), OF_AIC),
}


def fitting(table: Sequence[Remedy], dialect: ApiDialect, refusal: Refusal) -> int | None:
    """Returns the place of the remedy that a refusal gets."""
    request, status, document = refusal
    read = dialect.read_error(status, document)
    found = next((place for place, each in enumerate(table) if each.fits(request, status, *read)), None)
    assert dialect.remedy(request, status, *read) == (table[found].text if found is not None else "")
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_remedy_is_dead(platform: str) -> None:
    """Every entry of a table is what some refusal gets, and every refusal gets one."""
    table, dialect, refusals = PLATFORMS[platform]
    places = [fitting(table, dialect, refusal) for refusal in refusals]
    assert None not in places
    assert [table[place] for place in range(len(table)) if place not in places] == []


@pytest.mark.parametrize(
    ("request_", "status", "data", "told"),
    [
        ("http-email", 400, {"message": ""}, "Check authorization"),
        ("aws-ses-mail", 500, None, "check the region"),
        ("aliyun-direct-mail", 500, None, "check the region"),
        ("logto-email", 500, None, "Running again without a change ends the same way"),
        ("simple-mail-transfer-protocol", 400, {"message": "Timeout"}, "Check host and port"),
        ("simple-mail-transfer-protocol", 400, {"message": "read ECONNRESET"}, "hung up: check port and secure"),
        ("simple-mail-transfer-protocol", 400, {"message": "certificate has expired"}, "Renew"),
        ("http-email", 400, {"code": "EPROTO", "name": "RequestError"}, "there is no TLS"),
        ("http-email", 400, {"code": "CERT_HAS_EXPIRED", "name": "RequestError"}, "valid certificate"),
        ("http-email", 400, {"code": "ECONNRESET", "name": "RequestError"}, "speaks no HTTP"),
    ],
)
def test_what_a_test_mail_says_too_little_of(request_: str, status: int, data: Any, told: str) -> None:
    """One word, an empty text, or a server error: what to look at is said all the same."""
    document = {"message": "Internal server error."} if data is None else {"code": "connector.general", "data": data}
    dialect = LogtoDialect()
    read = dialect.read_error(status, document)
    assert told in dialect.remedy(f"POST /api/connectors/{request_}/test", status, *read)


def test_a_number_in_a_text_is_no_status() -> None:
    """A port such as 4010 does not make a refused connection a refused login."""
    read = LogtoDialect().read_error(
        400, {"code": "connector.general", "data": {"message": "connect ECONNREFUSED 10.0.0.1:4010"}}
    )
    remedy = LogtoDialect().remedy("POST /api/connectors/simple-mail-transfer-protocol/test", 400, *read)
    assert remedy == "Check host and port: nothing listens there."
