"""Mail that really goes out through what is stored (docs/contracts/pingone_aic.md#sending)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic import PROVIDER, SEND, Tenant, graph, smtp, state
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches, Environment, GraphStandIn
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "canary-smtp-password"
TEMPLATE = "/openidm/external/email/?_action=sendTemplate"


@pytest.fixture(scope="module")
def server() -> Iterator[SmtpServer]:
    """Takes mail for any example host."""
    with SmtpServer(lambda user, password: (user, password) == ("mailer", PASSWORD), hosts=["*.example"]) as running:
        yield running


@pytest.fixture
def tenant(server: SmtpServer) -> Iterator[Tenant]:
    """Serves a tenant whose mail servers are on loopback."""
    server.inbox.clear()

    def resolve(_host: str, port: int) -> tuple[str, int]:
        return "127.0.0.1", server.tls_port if port == 465 else server.port

    emulator = AicEmulator(
        state=state(),
        switches=AicSwitches(restart_seconds=0.0),
        delivery=Delivery(resolve=resolve, ca_file=server.ca_file),
        graph=GraphStandIn({"local-graph-client": "local-graph-secret"}),
    )
    with emulator:
        yield Tenant(emulator)


def send(tenant: Tenant, **changes: Any) -> tuple[int, str]:
    """Sends one message; returns status and message of the answer."""
    answer = tenant.call("POST", SEND, {"to": "ada@customer.example", "subject": "Hi", "body": "Hello"} | changes)
    return answer.status, answer.document["message"]


@pytest.mark.parametrize("changes", [{}, {"port": 465, "ssl": {"enable": True}, "starttls": {"enable": False}}])
def test_smtp_sends_with_the_decrypted_password(tenant: Tenant, server: SmtpServer, changes: dict[str, Any]) -> None:
    """STARTTLS and TLS both reach the server, which checks the login."""
    tenant.call("PUT", PROVIDER, smtp(**changes))
    assert send(tenant) == (200, "Email sent")
    assert server.inbox[0].username == "mailer"


def test_placeholders_are_resolved_from_the_last_restart(tenant: Tenant, server: SmtpServer) -> None:
    """A new ESV, and a new value of one, count only after a restart; a default counts without any."""
    auth = {"username": "&{esv.mail.user|mailer}", "password": "&{esv.mail.password}"}
    tenant.call("PUT", PROVIDER, smtp(port={"$int": "&{esv.mail.port}"}, auth=auth))
    tenant.variable("esv-mail-port", "587")
    tenant.secret("esv-mail-password", PASSWORD)
    assert send(tenant)[0] == 400
    tenant.restart()
    assert send(tenant)[0] == 200
    tenant.variable("esv-mail-port", "not a port")
    assert send(tenant)[0] == 200
    assert len(server.inbox) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"auth": {"password": "wrong"}}, "535"),
        ({"port": "587"}, "port is not a number"),
        ({"from": ""}, "from email address"),
        ({"starttls": {"enable": False}}, "smtp.one.example:587"),
    ],
    ids=["login", "port", "from", "clear text"],
)
def test_every_refusal_of_the_server_is_a_400(tenant: Tenant, changes: dict[str, Any], said: str) -> None:
    """Wrong settings are stored without complaint and fail here; no secret is in the answer."""
    tenant.call("PUT", PROVIDER, smtp(**changes))
    status, message = send(tenant)
    assert (status, said in message, PASSWORD in message) == (400, True, False)


def test_blob_of_another_tenant_does_not_decrypt(tenant: Tenant) -> None:
    """It is stored, and mail fails (docs/contracts/pingone_aic.md#secrets)."""
    with AicEmulator(state=state()) as other:
        stolen = Tenant(other).call("PUT", PROVIDER, smtp()).document
    assert tenant.call("PUT", PROVIDER, stolen).status == 200
    assert send(tenant)[0] == 400


def test_international_addresses_need_the_property(tenant: Tenant, server: SmtpServer) -> None:
    """Letters beyond ASCII before the @ are refused unless mail.mime.allowutf8 says otherwise."""
    tenant.call("PUT", PROVIDER, smtp())
    assert send(tenant, to="zoë@customer.example")[0] == 400
    tenant.call("PUT", PROVIDER, smtp(smtpProperties=["mail.mime.allowutf8=true"]))
    assert send(tenant, to="zoë@customer.example")[0] == 200
    assert server.inbox[0].rcpt_to == ("zoë@customer.example",)


def test_graph_takes_mail_with_the_application_s_token(tenant: Tenant) -> None:
    """The token endpoint checks the secret, and sendMail takes the message for the mailbox."""
    tenant.call("PUT", PROVIDER, graph())
    assert send(tenant)[0] == 200
    assert tenant.emulator.graph is not None
    (message,) = tenant.emulator.graph.inbox
    assert (message.mailbox, message.to, message.content.strip()) == (
        "no-reply@acme.example",
        ("ada@customer.example",),
        "Hello",
    )


@pytest.mark.parametrize("auth", [{"clientSecret": "wrong"}, {"scope": ["Mail.Send"]}, {"clientId": "nobody"}])
def test_graph_refusals_are_a_400(tenant: Tenant, auth: dict[str, Any]) -> None:
    """What Microsoft refuses, the tenant tells as a 400."""
    tenant.call("PUT", PROVIDER, graph(**auth))
    assert send(tenant)[0] == 400


def test_template_is_rendered_in_the_locale_asked_for(tenant: Tenant, server: SmtpServer) -> None:
    """Handlebars values are put in, conditions decided, and an unknown locale falls back to the default one."""
    tenant.call("PUT", PROVIDER, smtp())
    message = "{{#if object.givenName}}Hello {{object.givenName}}{{else}}Hello{{/if}}"
    body = {
        "defaultLocale": "en",
        "enabled": True,
        "from": "",
        "mimeType": "text/html",
        "subject": {"en": "Welcome", "fr": "Bienvenue"},
        "message": {"en": f"<p>{message}</p>", "fr": "<p>Salut</p>"},
    }
    tenant.call("PUT", "/openidm/config/emailTemplate/welcome", body)
    for locale in ("fr", "de"):
        mail = {
            "templateName": "welcome",
            "to": "ada@customer.example",
            "_locale": locale,
            "object": {"givenName": "A&B"},
        }
        assert tenant.call("POST", TEMPLATE, mail).status == 200
    assert [m.message["Subject"] for m in server.inbox] == ["Bienvenue", "Welcome"]
    assert "Hello A&amp;B" in server.inbox[1].text()


def test_template_that_the_language_refuses_fails_when_it_is_sent(tenant: Tenant) -> None:
    """It is stored without complaint."""
    body = {"defaultLocale": "en", "enabled": True, "subject": {"en": "Hi"}, "message": {"en": "{{#if object.x}}"}}
    assert tenant.call("PUT", "/openidm/config/emailTemplate/welcome", body).status == 200
    answer = tenant.call("POST", TEMPLATE, {"templateName": "welcome", "to": "a@b.example"})
    assert (answer.status, answer.document["message"]) == (400, "template, line 1: if is not closed")


def test_unknown_template_is_not_found(tenant: Tenant) -> None:
    """A template that is not stored, or disabled, sends nothing."""
    assert tenant.call("POST", TEMPLATE, {"templateName": "nope", "to": "a@b.example"}).status == 404


@pytest.mark.parametrize(("over_rate", "last"), [("reject", 400), ("limit", 429), ("drop", 200)])
def test_built_in_sender_takes_ten_messages_a_minute(over_rate: str, last: int) -> None:
    """It sends as its own address; what happens beyond its rate is not recorded."""
    with AicEmulator(state=state(), switches=AicSwitches(over_rate=over_rate)) as emulator:  # type: ignore[arg-type]  # one of the three
        tenant = Tenant(emulator)
        answers = [send(tenant, **{"from": "me@acme.example"})[0] for _ in range(11)]
    assert (answers[:10], answers[10]) == ([200] * 10, last)
    assert {m["From"] for m in emulator.built_in_inbox} == {"noreply@127.0.0.1"}
    assert len(emulator.built_in_inbox) == 10


def test_built_in_sender_is_for_development_and_ascii(tenant: Tenant) -> None:
    """Addresses beyond ASCII are refused, and so is all mail of an upper tier."""
    assert send(tenant, to="zoë@customer.example")[0] == 400
    with AicEmulator(state=state(environment=Environment(tier="prod"))) as emulator:
        assert send(Tenant(emulator))[0] == 400


@pytest.mark.parametrize("changes", [{"to": "nobody"}, {"to": ""}, {"type": "text/rtf"}, {"cc": "x"}])
def test_bad_requests_are_refused_before_any_server(tenant: Tenant, changes: dict[str, str]) -> None:
    """Bad addresses and types are the caller's fault."""
    tenant.call("PUT", PROVIDER, smtp())
    assert send(tenant, **changes)[0] == 400


def test_not_waiting_says_less(tenant: Tenant) -> None:
    """Without waiting the answer only says that it was submitted; underscored names are taken too."""
    tenant.call("PUT", PROVIDER, smtp())
    answer = tenant.call("POST", f"{SEND}&waitForCompletion=false", {"_to": "ada@customer.example"})
    assert answer.document == {"status": "OK", "message": "Email submitted"}


def test_without_configuration_there_is_no_route(tenant: Tenant) -> None:
    """A deleted configuration takes the service away."""
    tenant.call("DELETE", PROVIDER)
    assert send(tenant)[0] == 404
