"""Mail that the emulator really sends, through whatever provider it stores (docs/contracts/auth0.md#delivery)."""

from __future__ import annotations

import base64
import re
import tomllib
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.auth0 import PROVIDER, TEMPLATES, Tenant, Upstream, smtp, template
from support.liquid_oracle import judged
from tenant_email import Brand, auth0
from tenant_email_local.emulators.auth0 import Auth0Emulator, Auth0State, Auth0User
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.server import Fault
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "email-smtp.eu-west-1.amazonaws.com"
PASSWORD = "canary-smtp-password"
SES = {
    "name": "ses",
    "default_from_address": "no-reply@acme.example",
    "credentials": {
        "accessKeyId": "AKIACANARY",
        "secretAccessKey": "canary-aws-secret",
        "region": "eu-west-1",
    },
}
SENDGRID = {
    "name": "sendgrid",
    "default_from_address": "Acme <no-reply@acme.example>",
    "credentials": {"api_key": "canary-sendgrid-key"},
}


_OF_THE_TENANT = re.compile(
    r"\b(?:url|tenant|application|client|connection|support_\w+|request_language|friendly_name)\b"
    "|break|continue|layout|now|today|[\r\u2028]"
)
"""What shows the tenant, or stops a text, or is no line of a mail."""


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    """Takes mail for any host name that the tests use."""

    def authenticate(username: str, password: str) -> bool:
        return (username, password) == ("mailer", PASSWORD)

    with SmtpServer(authenticate, hosts=["email-smtp.*.amazonaws.com"]) as running:
        yield running


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Takes what is sent over HTTP."""
    with Upstream() as running:
        yield running


@pytest.fixture
def tenant(server: SmtpServer, upstream: Upstream) -> Iterator[Tenant]:
    """Serves a tenant with one user, every mail host of which is on loopback."""
    server.inbox.clear()

    def resolve(_host: str, port: int) -> tuple[str, int]:
        return "127.0.0.1", server.tls_port if port == 465 else server.port

    delivery = Delivery(resolve, server.ca_file, upstream.url, upstream.url)
    state = Auth0State(
        users={
            "auth0|ada": Auth0User("auth0|ada", "ada@example.org", "Ada <3"),
            "auth0|nobody": Auth0User("auth0|nobody", None),
        }
    )
    with Auth0Emulator(state=state, delivery=delivery) as emulator:
        yield Tenant(emulator)


@pytest.mark.parametrize("port", [587, 465])
def test_smtp_provider_sends_the_stored_template(tenant: Tenant, server: SmtpServer, port: int) -> None:
    """The mail goes over STARTTLS, or TLS on 465, under the configured host name, with the stored login."""
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST, smtp_port=port))
    body = "<p>Hi {{ user.name | escape }}, {{ friendly_name }}</p><a href='{{ url }}'>go</a>\n"
    tenant.call("POST", TEMPLATES, template(body=body, subject="Welcome {{ user.email }}"))
    tenant.verify()
    (received,) = server.inbox.wait_for(1)
    assert received.message["Subject"] == "Welcome ada@example.org"
    assert received.message.get_content().startswith("<p>Hi Ada &lt;3, Local tenant</p><a href='http://127.0.0.1:")
    assert (received.username, received.mail_from) == ("mailer", "no-reply@acme.example")


def test_a_starter_arrives(tenant: Tenant, server: SmtpServer) -> None:
    """Its subject has the brand's name, its text the address of the user, and the link as it is."""
    starter = auth0.Template.starter("verify_email", brand=Brand(name='A&B {{ "x" }} <i>'))
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST))
    tenant.call("POST", TEMPLATES, template(subject=starter.subject, body=starter.body))
    tenant.verify()
    (received,) = server.inbox.wait_for(1)
    text = received.message.get_content()
    assert received.message["Subject"] == 'Confirm your email address for A&B {{ "x" }} <i>'
    assert "<strong>ada@example.org</strong>" in text
    assert len(re.findall(r'href="http://127.0.0.1:[^"]+"', text)) == 2


def test_a_mail_is_rendered_as_liquidjs_renders_it(tenant: Tenant, server: SmtpServer) -> None:
    """Subject and body, of hundreds of short templates, as a mail server receives them."""
    short = tomllib.loads((Path(__file__).parent / "liquid" / "short.toml").read_text(encoding="utf-8"))
    own = [each for name in short for each in short[name] if not _OF_THE_TENANT.search(each)]
    ada = {"email": "ada@example.org", "name": "Ada <3", "email_verified": False}
    variables = {"user": {**ada, "app_metadata": {}, "user_metadata": {}}}
    shown = [text for text, verdict in zip(own, judged(own, variables), strict=True) if "shown" in verdict]
    assert len(shown) > 400
    texts = ["{{ user.name | escape }} owes {{ 7 | divided_by: 2 }}, {{ user.email | truncate: 7 }}", "\n".join(shown)]
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST))
    tenant.call("POST", TEMPLATES, template(subject=texts[0], body=texts[1]))
    tenant.verify()
    (received,) = server.inbox.wait_for(1)
    sent = [received.message["Subject"], received.message.get_content()]
    assert [_lines(each) for each in sent] == [_lines(each["shown"]) for each in judged(texts, variables)]


def _lines(text: str) -> str:
    """Returns a text as a mail has it: lines end in one way, and half a character is none."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n").rstrip("\n")


def test_from_of_the_template_wins_over_the_default(tenant: Tenant, server: SmtpServer) -> None:
    """A template with its own from address sends under that one."""
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST))
    tenant.call("POST", TEMPLATES, template(**{"from": "{{ friendly_name }} <hello@acme.example>"}))
    tenant.verify()
    (received,) = server.inbox.wait_for(1)
    assert received.message["From"] == "Local tenant <hello@acme.example>"


@pytest.mark.parametrize("changes", [{"enabled": False}, {"from": "a@auth0.com"}])
def test_template_that_does_not_apply_is_not_sent(tenant: Tenant, server: SmtpServer, changes: dict[str, Any]) -> None:
    """A disabled template, or one from an auth0.com address, leaves Auth0's own text in place."""
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST))
    tenant.call("POST", TEMPLATES, template(subject="Mine", **changes))
    tenant.verify()
    (received,) = server.inbox.wait_for(1)
    assert received.message["Subject"] == "Verify your email"
    assert received.mail_from == "no-reply@acme.example"


def test_smtp_headers_of_the_settings_are_sent(tenant: Tenant, server: SmtpServer) -> None:
    """settings.headers become headers of the mail."""
    settings = {"headers": {"X-SES-Configuration-Set": "tracking"}}
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST) | {"settings": settings})
    tenant.verify()
    assert server.inbox.wait_for(1)[0].message["X-SES-Configuration-Set"] == "tracking"


def test_ses_provider_sends_with_the_stored_key(tenant: Tenant, upstream: Upstream) -> None:
    """The raw mail reaches SES v2, signed with the stored key for the stored region."""
    settings = {"message": {"configuration_set_name": "tracking"}}
    tenant.call("POST", PROVIDER, SES | {"settings": settings})
    tenant.verify()
    (call,) = upstream.calls
    raw = message_from_bytes(base64.b64decode(call.request_json["Content"]["Raw"]["Data"]), policy=policy.default)
    assert (call.path, raw["To"]) == ("/v2/email/outbound-emails", "ada@example.org")
    assert call.request_json["ConfigurationSetName"] == "tracking"
    assert "Credential=AKIACANARY/" in upstream.authorizations[0]
    assert "/eu-west-1/ses/" in upstream.authorizations[0]


def test_sendgrid_provider_sends_with_the_stored_key(tenant: Tenant, upstream: Upstream) -> None:
    """The mail reaches SendGrid's v3 API as fields."""
    tenant.call("POST", PROVIDER, SENDGRID)
    tenant.verify()
    (call,) = upstream.calls
    assert (call.path, upstream.authorizations) == ("/v3/mail/send", ["Bearer canary-sendgrid-key"])
    assert call.request_json["from"] == {"email": "no-reply@acme.example", "name": "Acme"}
    assert call.request_json["personalizations"] == [{"to": [{"email": "ada@example.org"}]}]


@pytest.mark.parametrize("provider", [None, smtp() | {"enabled": False}])
def test_without_an_enabled_provider_auth0_sends_itself(tenant: Tenant, provider: dict[str, Any] | None) -> None:
    """The built-in sender uses its own address and text."""
    if provider:
        tenant.call("POST", PROVIDER, provider)
    tenant.call("POST", TEMPLATES, template(subject="Mine"))
    tenant.verify()
    (message,) = tenant.emulator.built_in_inbox
    assert (message["From"], message["Subject"]) == ("no-reply@auth0user.net", "Verify your email")


def test_built_in_sender_is_limited(tenant: Tenant) -> None:
    """The eleventh mail of a minute is not sent, and logged as failed."""
    for _ in range(11):
        tenant.verify()
    assert len(tenant.emulator.built_in_inbox) == 10
    assert len(tenant.logged("fn")) == 1


FAILURES = {
    "wrong password": (smtp(smtp_host=HOST, smtp_pass="canary-wrong"), "Authentication Credentials Invalid"),
    "name not in the certificate": (smtp(smtp_host="smtp.other.example"), "certificate"),
    "kind without a local endpoint": (
        {"name": "mandrill", "credentials": {"api_key": "canary-key"}},
        "mandrill has no endpoint",
    ),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failed_delivery_is_a_log_entry(tenant: Tenant, server: SmtpServer, case: str) -> None:
    """The reason is in an `fn` entry without any credential."""
    provider, reason = FAILURES[case]
    tenant.call("POST", PROVIDER, provider)
    tenant.verify()
    (entry,) = tenant.logged("fn")
    assert (entry["details"]["to"], entry["details"]["email_type"]) == ("ada@example.org", "verify_email")
    assert reason in entry["details"]["error"]
    assert "canary" not in str(entry)
    assert len(server.inbox) == 0


@pytest.mark.parametrize("provider", [SES, SENDGRID], ids=["ses", "sendgrid"])
def test_refusal_of_an_http_service_is_a_log_entry(
    tenant: Tenant, upstream: Upstream, provider: dict[str, Any]
) -> None:
    """A service that answers 403 gets one call and leaves one log entry."""
    upstream.inject(Fault(status=403, times=9))
    tenant.call("POST", PROVIDER, provider)
    tenant.verify()
    (entry,) = tenant.logged("fn")
    assert "403" in entry["details"]["error"]
    assert len(upstream.calls) == 1


def test_mail_never_leaves_the_machine() -> None:
    """Without a local address for the host, nothing is even resolved."""
    state = Auth0State(users={"auth0|ada": Auth0User("auth0|ada", "ada@example.org")})
    with Auth0Emulator(state=state) as emulator:
        tenant = Tenant(emulator)
        tenant.call("POST", PROVIDER, smtp())
        tenant.verify()
        (entry,) = tenant.logged("fn")
    assert "smtp.one.example:587 has no address on this machine" in entry["details"]["error"]


def test_template_that_does_not_render_is_a_log_entry(tenant: Tenant) -> None:
    """Broken Liquid is stored, as Auth0 stores it, and fails when sent."""
    tenant.call("POST", PROVIDER, smtp(smtp_host=HOST))
    assert tenant.call("POST", TEMPLATES, template(body="{% if %}")).status == 200
    tenant.verify()
    assert len(tenant.logged("fn")) == 1


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [("auth0|missing", 404, "inexistent_user"), ("auth0|nobody", 400, "invalid_body")],
)
def test_job_needs_a_user_with_an_address(tenant: Tenant, user: str, status: int, code: str) -> None:
    """A verification email is for a user that exists and has an email."""
    answer = tenant.call("POST", "/api/v2/jobs/verification-email", {"user_id": user})
    assert (answer.status, answer.document["errorCode"]) == (status, code)


def test_job_and_user_are_answered(tenant: Tenant) -> None:
    """A new job is 201 with id, type and status; the user is there to look at."""
    answer = tenant.call("POST", "/api/v2/jobs/verification-email", {"user_id": "auth0|ada"})
    assert (answer.status, answer.document["type"]) == (201, "verification_email")
    assert tenant.call("GET", "/api/v2/users/auth0%7Cada").document["email"] == "ada@example.org"
    assert tenant.call("GET", "/api/v2/jobs/job_missing").status == 404
    assert len(tenant.logged("svr")) == 1
