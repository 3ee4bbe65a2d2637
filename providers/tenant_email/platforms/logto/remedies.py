"""What Logto and, through its test emails, mail servers and services answer, and what to do (docs/contracts/logto.md).

A test email is refused in the words of the mail library (nodemailer), of Node, or of the service behind the connector.
"""

from __future__ import annotations

from typing import Final

from tenant_email.platforms.remedies import Remedy

ROLE: Final = "Logto Management API access"
GONE: Final = "Set the password, or whichever credentials it uses: the connector is gone and will be recreated."

_TEST: Final = "/test"
_CODES: Final = "/api/verification-codes"
_SMTP_TEST: Final = "/simple-mail-transfer-protocol/test"
_HTTP_TEST: Final = "/http-email/test"
_SES_TEST: Final = "/aws-ses-mail/test"
_SILENT: Final = (
    "No answer within 15 seconds. Check host and port, and that the tenant can reach them; a server that begins with "
    "TLS needs port 465 or secure=True."
)
_HUNG_UP: Final = (
    "The server hung up: check port and secure, and that it takes connections from Logto's servers; its log says why."
)
_NO_ANSWER: Final = "Check endpoint, and the service's log: what answered there hung up, or speaks no HTTP."
_UNREACHABLE: Final = "Logto's servers cannot reach the mail service: allow it in their DNS and firewall."
_SES_KEY: Final = "Check access_key_id and secret_access_key: SES does not know this key."
_UNREACHED: Final = (
    "Logto could not reach the mail service, or could not read its answer, and logged why: check the region and the "
    "credentials. Running again without a change ends the same way."
)

REMEDIES: Final = (
    Remedy(
        "Set secure=False, or use 587, 25 or 2525 instead of 465 and 2465: the server starts without TLS there.",
        says="wrong version number",
    ),
    Remedy(
        "Omit require_tls, or use a port where the server offers TLS, such as 465.",
        says="upgrading connection with STARTTLS",
    ),
    Remedy(_SILENT, says="Greeting never received", request=_SMTP_TEST),
    Remedy(_SILENT, says="timeout", request=_SMTP_TEST),
    Remedy("Check username and password.", says="Invalid login"),
    Remedy(
        "Set a username and a password, or disable AUTH on the server: if it offers AUTH, credentials are required.",
        says="Missing credentials",
        request=_SMTP_TEST,
    ),
    Remedy("Renew the mail server's certificate.", says="certificate has expired", request=_SMTP_TEST),
    Remedy(
        "Allow a version of TLS that the server speaks: tls={'minVersion': …, 'maxVersion': …}.",
        says="protocol version",
        request=_SMTP_TEST,
    ),
    *(
        Remedy(_HUNG_UP, says=says, request=_SMTP_TEST)
        for says in ("closed unexpectedly", "socket close", "ECONNRESET")
    ),
    Remedy(
        "Use a certificate of a public authority for that name, or set its authority: tls={'ca': …}.",
        says="certificate",
        request=_SMTP_TEST,
    ),
    Remedy(
        "Write the endpoint with http://, or give it a certificate: there is no TLS.", says="EPROTO", request=_HTTP_TEST
    ),
    *(
        Remedy("Give the endpoint a valid certificate of a public authority.", says=says, request=_HTTP_TEST)
        for says in ("CERT", "LEAF_SIGNATURE")
    ),
    *(Remedy(_NO_ANSWER, says=says, request=_HTTP_TEST) for says in ("ECONNRESET", "HPE_INVALID")),
    *(
        Remedy(what, says=says, request=request)
        for request, refused, unresolved in (
            (_SMTP_TEST, "Check host and port: nothing listens there.", "Check host: the tenant cannot resolve it."),
            (
                _HTTP_TEST,
                "Check endpoint: nothing listens there.",
                "Check endpoint: the tenant cannot resolve it.",
            ),
            (_TEST, _UNREACHABLE, _UNREACHABLE),
        )
        for says, what in (("ECONNREFUSED", refused), ("EAI_AGAIN", unresolved), ("ENOTFOUND", unresolved))
    ),
    Remedy(
        "Check authorization, and check the service's log: it rejected the mail without a reason, for example a 401 "
        "(wrong authorization) or a 500 with an empty body.",
        code="connector.general",
        request=_HTTP_TEST,
        speechless=True,
    ),
    Remedy(
        "Check authorization, and check the service's log: it rejected the mail in these words.",
        code="connector.general",
        request=_HTTP_TEST,
    ),
    Remedy(_SES_KEY, says="security token", request=_SES_TEST),
    Remedy(_SES_KEY, says="signature", request=_SES_TEST),
    Remedy(
        "Verify the sender in that region and account; in the sandbox the recipient too.",
        says="not verified",
        request=_SES_TEST,
    ),
    Remedy(
        "Allow the key ses:SendEmail on the identity, and on the configuration set.",
        says="not authorized",
        request=_SES_TEST,
    ),
    Remedy(
        "Logto's built-in sender has used up this tenant's quota; use another connector, or a larger plan.",
        status=429,
        code="connector.",
        request=_TEST,
    ),
    Remedy(
        "The mail service rejected it in these words: check its credentials and the sender.", code="connector.general"
    ),
    Remedy(
        "Logto does not accept the mail service's answer as success: check its credentials and the sender.",
        code="connector.invalid_response",
    ),
    Remedy(_UNREACHED, status=500, request=_TEST),
    Remedy(
        "Logto sends ten codes to an address in ten minutes: wait, or use another address.",
        code="request.message_rate_limited",
    ),
    Remedy(
        "What is stored cannot be used: run `pulumi up`, which writes it whole, or correct it in the Console.",
        code="connector.invalid_config",
        request=_CODES,
    ),
    Remedy("Set on_existing='adopt': one write leaves a single connector.", code="connector.more_than_one_email"),
    Remedy(
        "Turn password expiration off or add another forgot-password method first, or set on_delete='retain'.",
        code="sign_in_experiences.password_expiration_requires_forgot_password",
    ),
    Remedy("Logto does not know that connector; is its package installed on the server?", code="connector.not_found"),
    Remedy("Compare the settings with the message above; nothing was changed.", code="connector.invalid_config"),
    Remedy("Compare the settings with the message above; nothing was changed.", code="guard.invalid_input"),
    Remedy(GONE, code="entity.not_found"),
    Remedy("This tenant's plan does not include it.", code="subscription.limit_exceeded"),
    Remedy("This tenant's plan does not include it.", code="system_limit.limit_exceeded"),
    Remedy(f"Assign the application the role {ROLE!r}.", status=403),
    Remedy(
        "Check appId and appSecret of the tenant, and that its url is the core endpoint of Logto (port 3001 by "
        "default), not the admin endpoint.",
        status=401,
    ),
    Remedy("Wait a minute, then run again; what was done is recorded.", status=429),
)
