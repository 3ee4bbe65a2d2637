"""Logto's traps, each without our guard (plain HTTP) and with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from support.logto import CONNECTORS, creation, templates
from support.logto import smtp as config
from support.logto_sinks import LOGIN
from support.logto_site import Site, smtp, texts
from tenant_email.errors import AlreadyConfigured, InvalidSettings, PlatformError, Rejected, TenantEmailError
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation
from tenant_email_local.emulators.logto import Row

if TYPE_CHECKING:
    from support.logto import Tenant

CODES = "/api/verification-codes"
HTTP = {"connectorId": "http-email", "config": {"endpoint": "https://hooks.acme.example/mail"}}
LOGGED_IN = {"auth": {"user": LOGIN[0], "pass": LOGIN[1]}}


def send_code(tenant: Tenant) -> Any:
    """Has the tenant send a real code."""
    return tenant.call("POST", CODES, {"email": "ada@customer.example"})


def test_unguarded_a_second_connector_deletes_the_first(site: Site) -> None:
    """The POST succeeds, nobody is told, and the first id is gone."""
    first = site.raw.call("POST", CONNECTORS, creation()).document["id"]
    assert site.raw.call("POST", CONNECTORS, HTTP).status == 200
    assert site.raw.call("GET", f"{CONNECTORS}/{first}").status == 404


def test_what_exists_is_refused_with_what_depends_on_it(site: Site) -> None:
    """The refusal names factory, id and the sign-in that needs it, and nothing was written."""
    id_ = site.raw.call("POST", CONNECTORS, HTTP).document["id"]
    site.raw.call("PATCH", "/api/sign-in-exp", {"forgotPasswordMethods": ["EmailVerificationCode"]})
    with pytest.raises(AlreadyConfigured) as refused:
        site.connector().up(settings=smtp())
    assert f"http-email, id {id_}; forgot-password by email depends on it" in str(refused.value)
    assert site.raw.connector()["id"] == id_


def test_further_ways_that_need_a_connector_are_named(site: Site) -> None:
    """A second identifier is verified by email, and without a list of methods a password is reset by whatever sends."""
    site.raw.call("POST", CONNECTORS, HTTP)
    second = {"secondaryIdentifiers": [{"identifier": "emailOrPhone", "verify": True}]}
    sign_up = {"identifiers": ["username"], "password": True, "verify": True, **second}
    site.emulator.state.sign_in |= {"signUp": sign_up, "forgotPasswordMethods": None}
    with pytest.raises(AlreadyConfigured, match="sign-up by email, forgot-password by email depends on it"):
        site.connector().up(settings=smtp())


def test_adopting_the_same_factory_keeps_the_id(site: Site) -> None:
    """A PATCH takes it over."""
    id_ = site.raw.call("POST", CONNECTORS, creation(**LOGGED_IN, port=2526)).document["id"]
    site.connector(on_existing="adopt").up(settings=smtp(port=2525))
    assert site.raw.connector()["id"] == id_
    assert site.stored()["port"] == 2525


def test_adopting_another_factory_replaces_it(site: Site) -> None:
    """One POST swaps it, and one connector is left."""
    site.raw.call("POST", CONNECTORS, HTTP)
    site.calls()
    site.connector(on_existing="adopt").up(settings=smtp())
    assert site.calls() == [f"GET {CONNECTORS}", f"POST {CONNECTORS}"]
    assert site.raw.connector()["connectorId"] == "simple-mail-transfer-protocol"


def test_unguarded_a_post_without_config_wipes_a_working_setup(site: Site) -> None:
    """The answer is 200, and no mail goes out any more."""
    site.raw.call("POST", CONNECTORS, creation(**LOGGED_IN))
    assert send_code(site.raw).status == 204
    assert site.raw.call("POST", CONNECTORS, {"connectorId": "simple-mail-transfer-protocol"}).status == 200
    assert send_code(site.raw).code == "connector.invalid_config"


def test_every_write_carries_a_config(site: Site) -> None:
    """Create, change and replacement of all kinds send one."""
    connector = site.connector()
    connector.up(settings=smtp())
    connector.up(settings=smtp(reply_to="help@acme.example"))
    site.connector(on_existing="adopt", from_address=None).up(
        settings={"kind": "logto.http", "endpoint": "https://a.example"}
    )
    bodies = [
        call.request_json
        for call in site.emulator.calls
        if call.method in ("POST", "PATCH") and "oidc" not in call.path
    ]
    assert len(bodies) == 3
    assert all(body["config"] for body in bodies)


@pytest.mark.parametrize(
    "broken",
    [{"templates": templates(subject="")}, {"fromEmail": ""}, {"auth": {"user": "", "pass": ""}}, {"auth": {}}],
    ids=["subject", "sender", "empty login", "no login"],
)
def test_unguarded_empty_values_break_the_stored_config(site: Site, broken: dict[str, Any]) -> None:
    """Create is green, the test email is green, and every real mail fails."""
    body = creation(port=2526, **broken)
    test = {"email": "ada@customer.example", "config": body["config"]}
    assert site.raw.call("POST", CONNECTORS, body).status == 200
    assert site.raw.call("POST", f"{CONNECTORS}/simple-mail-transfer-protocol/test", test).status == 204
    assert send_code(site.raw).code == "connector.invalid_config"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"settings": smtp(templates=texts(subject=""))}, "templates.Register.subject: is empty"),
        ({"settings": smtp(), "from_address": ""}, "from_address: is empty"),
        ({"settings": smtp(username="")}, "settings.username: is empty"),
        ({"settings": smtp(tls={"ca": ""})}, "config.tls.ca: is empty"),
        ({"settings": {"kind": "logto.mailgun", "domain": "a.example", "deliveries": {"SignIn": {}}}}, "is missing"),
    ],
)
def test_empty_values_are_refused_at_preview(site: Site, inputs: dict[str, Any], said: str) -> None:
    """The field is named before anything is sent."""
    assert said in "\n".join(site.connector().problems(**inputs))
    assert site.calls() == []


def test_a_relay_without_login_survives_cleaning(site: Site) -> None:
    """No credentials become auth {"type": "login"}, the one form that is left after cleaning, and mail goes out."""
    settings = smtp(kind="logto.smtp_anonymous", username=None, password=None, port=2526)
    site.connector().up(settings=settings)
    assert site.stored()["auth"] == {"type": "login"}
    assert send_code(site.raw).status == 204
    assert [mail.recipients for mail in site.sinks.mails()] == [["ada@customer.example"]]


def parallel(site: Site) -> None:
    """Creates several connectors at once, as parallel programs would."""
    site.emulator.switches.transaction_seconds = 0.2
    tenant = site.raw
    tenant.call("GET", CONNECTORS)  # logs in
    with ThreadPoolExecutor(3) as pool:
        answers = [pool.submit(tenant.call, "POST", CONNECTORS, creation()) for _ in range(3)]
    assert [answer.result().status for answer in answers] == [200, 200, 200]
    site.emulator.switches.transaction_seconds = 0.0


def test_unguarded_parallel_creates_corrupt_the_tenant(site: Site) -> None:
    """All succeed, several rows are left, and connectors cannot be listed any more."""
    parallel(site)
    assert len(site.emulator.state.connectors) > 1
    assert site.raw.call("GET", CONNECTORS).code == "connector.more_than_one_email"


def test_a_corrupt_tenant_is_recognized_and_explained(site: Site) -> None:
    """A create says what is there and how to heal it, and touches nothing."""
    parallel(site)
    with pytest.raises(AlreadyConfigured) as refused:
        site.connector().up(settings=smtp())
    assert "several email connectors at once" in str(refused.value)
    assert "on_existing='adopt'" in str(refused.value)
    assert len(site.emulator.state.connectors) > 1


def test_adopting_heals_a_corrupt_tenant(site: Site) -> None:
    """One write leaves one connector, ours."""
    parallel(site)
    site.connector(on_existing="adopt").up(settings=smtp())
    assert len(site.emulator.state.connectors) == 1
    assert site.stored()["auth"]["user"] == "mailer"


def test_our_own_creates_never_meet(site: Site) -> None:
    """Of two providers at once, in the threads of one host, one is created and one is refused."""
    site.emulator.switches.transaction_seconds = 0.1
    operation.begin()
    inputs = {"tenant": "main", "settings": smtp(), "from_address": "noreply@acme.example", "on_existing": "fail"}
    with ThreadPoolExecutor(2) as pool:
        made = [pool.submit(EmailProviderLifecycle().create, inputs) for _ in range(2)]
    assert sorted(isinstance(each.exception(), TenantEmailError) for each in made) == [False, True]
    assert len(site.emulator.state.connectors) == 1


def test_unguarded_delete_breaks_sign_in_without_a_word(site: Site) -> None:
    """Logto deletes the connector that sign-in by email code needs."""
    id_ = site.raw.call("POST", CONNECTORS, creation()).document["id"]
    site.raw.call("PATCH", "/api/sign-in-exp", {"forgotPasswordMethods": ["EmailVerificationCode"]})
    assert site.raw.call("DELETE", f"{CONNECTORS}/{id_}").status == 204


def test_delete_blocked_by_password_expiration_is_explained(site: Site) -> None:
    """The error says what to turn off, and that retain is a way out."""
    connector = site.connector()
    connector.up(settings=smtp())
    site.emulator.state.sign_in["passwordExpiration"] = {"enabled": True}
    with pytest.raises(Rejected, match="Turn password expiration off"):
        connector.destroy()
    assert len(site.emulator.state.connectors) == 1


def test_unguarded_a_token_without_the_role_fails_later(site: Site) -> None:
    """The login succeeds, and the first call is a bare 403."""
    site.emulator.application.has_role = False
    assert site.raw.token().status == 200
    assert site.raw.call("GET", CONNECTORS).code == "auth.forbidden"


def test_a_token_without_the_role_names_the_role(site: Site) -> None:
    """The login itself fails, with the role's name, before any call."""
    site.emulator.application.has_role = False
    with pytest.raises(PlatformError, match="Logto Management API access"):
        site.connector().up(settings=smtp())
    assert site.calls() == []


def test_a_connector_replaced_by_someone_else_is_not_overwritten(site: Site) -> None:
    """A change that finds another connector in place of ours stops, and names it."""
    connector = site.connector()
    connector.up(settings=smtp())
    foreign = site.raw.call("POST", CONNECTORS, HTTP).document["id"]
    with pytest.raises(AlreadyConfigured, match=foreign):
        connector.up(settings=smtp(reply_to="help@acme.example"))
    assert site.raw.connector()["id"] == foreign


def test_a_replacement_that_an_omitted_password_is_read_from_is_not_overwritten(site: Site) -> None:
    """The same server with the same login, but their connector: the change stops there too."""
    connector = site.connector()
    connector.up(settings=smtp())
    connector.up(settings=smtp(password=None))
    theirs = {"connectorId": "simple-mail-transfer-protocol", "config": site.stored()}
    foreign = site.raw.call("POST", CONNECTORS, theirs).document["id"]
    with pytest.raises(AlreadyConfigured, match=foreign):
        connector.up(settings=smtp(password=None, reply_to="help@acme.example"))
    assert "replyTo" not in site.stored()


def test_a_connector_replaced_by_someone_else_can_be_adopted(site: Site) -> None:
    """With on_existing="adopt" the change goes on, and replaces theirs in one step."""
    connector = site.connector(on_existing="adopt")
    connector.up(settings=smtp())
    site.raw.call("POST", CONNECTORS, HTTP)
    connector.up(settings=smtp(reply_to="help@acme.example"))
    assert site.stored()["replyTo"] == "help@acme.example"


def test_a_kept_authorization_never_goes_to_another_endpoint(site: Site) -> None:
    """An optional secret that the program omits stays, but not for another url."""
    held = {"endpoint": "https://hooks.acme.example/mail", "authorization": "Bearer canary"}
    site.raw.call("POST", CONNECTORS, {"connectorId": "http-email", "config": held})
    connector = site.connector(on_existing="adopt", from_address=None)
    connector.up(settings={"kind": "logto.http", "endpoint": held["endpoint"]})
    with pytest.raises(InvalidSettings, match="never sent to a host"):
        connector.up(settings={"kind": "logto.http", "endpoint": "https://other.example/mail"})
    assert site.stored() == held


def test_headers_and_tls_options_stay_behind_with_their_host(site: Site) -> None:
    """What nobody manages of them may hold a token or a key of the old host, and goes to no other."""
    connector = site.connector()
    connector.up(settings=smtp())
    theirs = {"customHeaders": {"X-Token": "canary"}, "tls": {"key": "canary"}}
    site.emulator.state.connectors[0].config |= theirs
    assert connector.refresh()
    connector.up(settings=smtp(reply_to="help@acme.example"))
    assert theirs.items() <= site.stored().items()
    connector.up(settings=smtp(host="127.0.0.2"))
    assert not theirs.keys() & site.stored().keys()


def test_a_password_stored_by_someone_for_another_host_is_not_taken(site: Site) -> None:
    """A password that is omitted is read before the write: not one that belongs to another host by now."""
    connector = site.connector()
    connector.up(settings=smtp())
    connector.up(settings=smtp(password=None))
    site.emulator.state.connectors[0].config |= {"host": "127.0.0.2"}
    with pytest.raises(InvalidSettings, match="stored in the tenant for another host"):
        connector.up(settings=smtp(password=None, reply_to="help@acme.example"))


def test_a_row_of_a_missing_package_is_left_alone(site: Site) -> None:
    """A connector whose package is not installed is invisible, and ours goes beside it."""
    site.emulator.state.connectors.append(Row("odd", "gone", config()))
    assert site.connector().up(settings=smtp()) == "create"
    assert len(site.emulator.state.connectors) == 2
