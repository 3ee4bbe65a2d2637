"""The provider's life against the emulator: secrets, kinds, drift, the way back; each unknown in each setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.pingone_aic import PROVIDER, STOCK
from support.pingone_aic import smtp as wire_smtp
from support.pingone_aic_site import ADA, PASSWORD, Site, graph, open_site, smtp
from tenant_email import pingone_aic
from tenant_email.errors import AlreadyConfigured, InvalidSettings, NotSupported, TenantEmailError

if TYPE_CHECKING:
    from tenant_email_local.smtp import SmtpServer

BUILT_IN = {"kind": "pingone_aic.built_in"}


def stock(site: Site) -> dict[str, Any]:
    """Returns the stock object as the provider would show it."""
    return {**site.tenant.call("GET", STOCK).document, "_id": "external.email"}


def test_every_setting_reaches_the_wire(site: Site) -> None:
    """All fields, the properties among them, are written where the contract has them."""
    site.provider(
        smtp(
            port=465,
            ssl=True,
            starttls=False,
            tls_protocols=["TLSv1.2", "TLSv1.3"],
            international_addresses=True,
            smtp_properties={"mail.smtp.localhost": "acme.example"},
            timeout=1000,
            write_timeout=2000,
            connection_timeout=3000,
            thread_pool_size=5,
            debug=True,
        )
    ).up()
    (body,) = site.written()
    assert body == {
        "type": "smtp",
        "host": "smtp.one.example",
        "port": 465,
        "from": "no-reply@acme.example",
        "auth": {"enable": True, "username": "mailer", "password": PASSWORD},
        "ssl": {"enable": True},
        "starttls": {"enable": False},
        "smtpProperties": [
            "mail.smtp.localhost=acme.example",
            "mail.smtp.ssl.protocols=TLSv1.2 TLSv1.3",
            "mail.smtps.ssl.protocols=TLSv1.2 TLSv1.3",
            "mail.mime.allowutf8=true",
        ],
        "timeout": 1000,
        "writetimeout": 2000,
        "connectiontimeout": 3000,
        "threadPoolSize": 5,
        "debug": True,
    }


def test_graph_fields_sit_directly_in_auth(site: Site) -> None:
    """There is no oauth2 object, and nothing of SMTP stays after the switch; mail goes out."""
    provider = site.provider()
    provider.up()
    provider.up(settings=graph(), test_recipient=ADA)
    stored = site.tenant.provider()
    assert set(stored) == {"_id", "type", "mailEndpoint", "from", "auth"}
    assert stored["auth"]["scope"] == ["https://graph.microsoft.com/.default"]
    assert site.emulator.graph is not None
    assert [message.to for message in site.emulator.graph.inbox] == [(ADA,)]


def test_smtp_without_a_login(site: Site) -> None:
    """Without a username nothing logs in, and no password is needed."""
    provider = site.provider(smtp(username=None, password=None))
    provider.up()
    assert site.tenant.provider()["auth"] == {"enable": False}
    provider.refresh()
    assert provider.up() == "same"


def test_unchanged_secret_goes_back_as_the_blob_just_read(site: Site) -> None:
    """A change of another setting sends no plain password; the stored one works as before."""
    provider = site.provider()
    provider.up()
    blob = site.tenant.provider()["auth"]["password"]
    site.calls()
    provider.up(settings=smtp(timeout=1000), test_recipient=ADA)
    assert site.written()[0]["auth"]["password"] == blob
    assert len(site.server.inbox) == 1


def test_blob_that_someone_else_set_is_drift(site: Site) -> None:
    """After a refresh the next run sends the password again in plain, and mail works again."""
    provider = site.provider(test_recipient=ADA)
    provider.up()
    site.tenant.call("PUT", PROVIDER, {**site.tenant.provider(), "auth": wire_smtp(auth={"password": "other"})["auth"]})
    provider.refresh()
    assert "password" not in provider.state["settings"]
    site.calls()
    assert provider.up() == "update"
    assert site.written()[0]["auth"]["password"] == PASSWORD
    provider.refresh()
    assert provider.up() == "same"


def test_foreign_blob_met_in_an_update_is_not_sent_back(site: Site) -> None:
    """Without a refresh between, an update of another setting notices it too."""
    provider = site.provider()
    provider.up()
    site.tenant.call("PUT", PROVIDER, wire_smtp(auth={"password": "other"}))
    site.calls()
    provider.up(settings=smtp(timeout=1000))
    assert site.written()[0]["auth"]["password"] == PASSWORD


def test_stored_secret_goes_to_no_host_it_was_not_given_for(site: Site) -> None:
    """With the password omitted, another host is refused at preview; a foreign host in the tenant is, at the write."""
    provider = site.provider(smtp(password=None), on_existing="adopt")
    site.tenant.call("PUT", PROVIDER, wire_smtp())
    provider.up()
    (problem,) = provider.problems(settings=smtp(password=None, host="smtp.two.example"))
    assert "from smtp.one.example to smtp.two.example without the password" in problem
    site.tenant.call("PUT", PROVIDER, wire_smtp(host="smtp.evil.example"))
    with pytest.raises(TenantEmailError, match="has no stored password for these settings"):
        provider.up(settings=smtp(password=None, timeout=1000))


def test_omitted_secret_is_kept_at_adoption(site: Site) -> None:
    """What a tenant holds is adopted without its password; a change sends the blob back; a destroy leaves it."""
    site.tenant.call("PUT", PROVIDER, wire_smtp())
    provider = site.provider(smtp(password=None), on_existing="adopt")
    provider.up()
    provider.up(settings=smtp(password=None, debug=True), test_recipient=ADA)
    assert len(site.server.inbox) == 1
    provider.destroy()
    assert site.tenant.provider()["host"] == "smtp.one.example"


def test_omitted_secret_with_nothing_to_keep(site: Site) -> None:
    """A fresh tenant has no password that could be kept."""
    with pytest.raises(TenantEmailError, match="no email provider is configured"):
        site.provider(smtp(password=None)).up()


def test_existing_configuration_is_not_taken_over_silently(site: Site) -> None:
    """Someone's configuration is an error that says how to adopt it; the stock one counts as absent."""
    site.tenant.call("PUT", PROVIDER, wire_smtp(host="smtp.two.example"))
    with pytest.raises(AlreadyConfigured, match=r"smtp smtp\.two\.example as mailer(?s:.)*on_existing='adopt'"):
        site.provider().up()
    site.provider(on_existing="adopt").up()
    assert site.tenant.provider()["host"] == "smtp.one.example"


def test_what_is_not_managed_survives(site: Site) -> None:
    """A write replaces the whole object, so fields of others are sent back as they were."""
    site.tenant.call("PUT", PROVIDER, wire_smtp(somethingNew={"a": 1}, smtpProperties=["mail.smtp.localhost=x"]))
    site.provider(on_existing="adopt").up()
    stored = site.tenant.provider()
    assert (stored["somethingNew"], stored["smtpProperties"]) == ({"a": 1}, ["mail.smtp.localhost=x"])


def test_destroy_goes_back_to_the_tenants_own_stock(site: Site) -> None:
    """The stock object is read, and never written."""
    provider = site.provider()
    provider.up()
    site.calls()
    provider.destroy()
    assert site.tenant.provider() == stock(site)
    assert f"PUT {STOCK}" not in site.calls()


def test_a_stock_object_that_is_none_is_not_written(site: Site) -> None:
    """An import may have overwritten it: a destroy then leaves what sends, and says who can help."""
    provider = site.provider()
    provider.up()
    site.emulator.state.config["external.emailDefault"] = wire_smtp(host="smtp.imported.example")
    site.calls()
    with pytest.raises(TenantEmailError, match="does not hold the built-in sender"):
        provider.destroy()
    assert not [call for call in site.calls() if call.startswith("PUT")]


def test_built_in_is_the_same_way_back(site: Site) -> None:
    """BuiltIn over SMTP reverts; on a tenant that never left it, nothing is written."""
    provider = site.provider(BUILT_IN, from_address=None)
    provider.up()
    assert not [call for call in site.calls() if call.startswith("PUT")]
    site.tenant.call("PUT", PROVIDER, wire_smtp())
    provider.refresh()
    assert provider.up(test_recipient=ADA) == "update"
    assert site.tenant.provider() == stock(site)
    assert len(site.emulator.built_in_inbox) == 1


def test_built_in_needs_a_stock_object(site: Site) -> None:
    """A self-hosted deployment has none: BuiltIn is refused, and a destroy turns mail off as the vendor does."""
    provider = site.provider()
    provider.up()
    del site.emulator.state.config["external.emailDefault"]
    with pytest.raises(NotSupported, match="no built-in sender"):
        provider.up(settings=BUILT_IN, from_address=None)
    provider.destroy()
    assert site.tenant.call("GET", PROVIDER).status == 404


@pytest.mark.parametrize(
    "switches",
    [
        {"after_delete": "stock"},
        {"after_delete": "absent"},
        {"encrypt_graph_secret": False},
        {"over_rate": "drop"},
        {"patch": "absent"},
        {"if_match_missing": "create"},
        {"before_2026": True},
        {"send_error": "anything else"},
    ],
    ids=str,
)
def test_client_is_right_under_each_unknown(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch, switches: dict[str, Any]
) -> None:
    """Whatever the platform does where nobody knows: create, no-op, change, another kind, refresh and destroy."""
    with open_site(server, monkeypatch, **switches) as site:
        provider = site.provider(graph(), test_recipient=ADA)
        assert [provider.up(), provider.up()] == ["create", "same"]
        assert provider.up(from_address="hello@acme.example") == "update"
        assert provider.up(settings=smtp(), from_address="hello@acme.example") == "update"
        assert provider.refresh()
        assert provider.up(settings=smtp(), from_address="hello@acme.example") == "same"
        provider.destroy()
        assert site.tenant.provider() == stock(site)


def test_configuration_that_was_deleted_is_created_again(site: Site) -> None:
    """A DELETE by someone else is met by the next update."""
    provider = site.provider()
    provider.up()
    site.tenant.call("DELETE", PROVIDER)
    provider.up(settings=smtp(debug=True))
    assert site.tenant.provider()["debug"] is True
    site.tenant.call("DELETE", PROVIDER)
    assert not provider.refresh()


def test_a_sender_may_have_its_type_around_it(site: Site) -> None:
    """As other tools write a placeholder; it means the same, so that a refresh shows no change."""
    sender = pingone_aic.esv("mail-from", "no-reply@acme.example")
    provider = site.provider(from_address=sender)
    provider.up()
    site.emulator.state.config["external.email"]["from"] = {"$string": sender}
    assert provider.refresh()
    assert (provider.state["from_address"], provider.up()) == (sender, "same")


def test_removed_sender_is_cleared(site: Site) -> None:
    """A from address that the user takes out goes; so does a Graph option."""
    provider = site.provider(graph(timeout=1000))
    provider.up()
    provider.up(settings=graph(), from_address=None)
    assert {"from", "timeout"}.isdisjoint(site.tenant.provider())


def test_calls_of_a_change(site: Site) -> None:
    """A no-op asks nothing; a change is login, info, the read that it is laid over, PUT and the read-back."""
    provider = site.provider()
    provider.up()
    site.calls()
    provider.up()
    assert site.calls() == []
    provider.up(settings=smtp(timeout=1000))
    assert site.calls() == [
        "POST /am/oauth2/access_token",
        "GET /environment/info",
        f"GET {PROVIDER}",
        f"PUT {PROVIDER}",
        f"GET {PROVIDER}",
    ]


def test_the_server_is_tried_before_the_write(site: Site) -> None:
    """preflight="connect" uses port, TLS mode and login of what would be stored, and a failure leaves all as it was."""
    there = {"host": "127.0.0.1", "timeout": 1000, "smtp_properties": {"mail.smtp.ssl.trust": "*"}}
    before = stock(site)
    for port, ssl in ((site.server.port, True), (site.server.tls_port, False)):
        wrong = smtp(port=port, ssl=ssl, starttls=not ssl, **there)
        with pytest.raises(InvalidSettings, match=r"preflight: settings\.host: "):
            site.provider(wrong, preflight="connect").up()
    assert site.tenant.provider() == before
    for port, ssl in ((site.server.port, False), (site.server.tls_port, True)):
        right = smtp(port=port, ssl=ssl, starttls=not ssl, **there)
        site.provider(right, preflight="connect", on_existing="adopt").up()
        assert site.tenant.provider()["port"] == port


def test_problems_are_all_reported_at_once(site: Site) -> None:
    """Wrong settings are found in the preview, without a call."""
    wrong = smtp(port="587", ssl=True, smtp_properties={"mail.mime.allowutf8": "true"}, hots="x")
    told = "\n".join(site.provider(wrong).problems())
    assert [part for part in ("settings.port", "settings.hots: is not a known setting") if part not in told] == []
    told = "\n".join(site.provider(smtp(ssl=True, smtp_properties={"mail.mime.allowutf8": "true"})).problems())
    assert "cannot be combined with ssl" in told
    assert "settings.ssl: is True, but port 587 begins without TLS" in told
    assert "Use settings.international_addresses." in told
    told = "\n".join(site.provider(BUILT_IN, enabled=False, preflight="send").problems())
    assert [part for part in ("from_address", "enabled", "test_recipient") if part not in told] == []
    assert site.calls() == []


def test_literal_secret_is_not_promotable(site: Site) -> None:
    """promotable=True refuses a literal, an omitted secret, and a default that is a literal in disguise."""
    for password in (PASSWORD, None, "&{esv.p|literal}"):
        (problem,) = site.provider(smtp(password=password, promotable=True)).problems()
        assert problem.startswith("settings.password: is ")
    assert site.provider(smtp(password="&{esv.p}", promotable=True)).problems() == []


def test_blob_of_an_export_is_no_password(site: Site) -> None:
    """Encrypted text from a file is refused: only its own tenant can read it."""
    (problem,) = site.provider(smtp(password='{"$crypto": {"type": "x-simple-encryption"}}')).problems()
    assert "encrypted text of an export" in problem


def test_another_owner_is_left_alone_by_destroy(site: Site) -> None:
    """When host or user are no longer ours, a destroy keeps what is there."""
    provider = site.provider()
    provider.up()
    site.tenant.call("PUT", PROVIDER, wire_smtp(host="smtp.two.example"))
    provider.destroy()
    assert site.tenant.provider()["host"] == "smtp.two.example"


def test_bad_key_is_reported_without_a_word_of_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is no private JWK is named by where it is set."""
    monkeypatch.setenv("FRODO_SA_JWK", '{"kty": "RSA", "n": "canary-modulus"}')
    with pytest.raises(InvalidSettings, match="FRODO_SA_JWK: is not a private RSA key") as raised:
        site.provider().up()
    assert "canary" not in str(raised.value)


def test_missing_scope_is_named(site: Site) -> None:
    """The message of the token endpoint is reported with what to grant."""
    (account,) = site.emulator.state.accounts.values()
    account.scopes = frozenset({"fr:idm:*"})
    with pytest.raises(TenantEmailError, match=r"fr:idc:esv:\*(?s:.)*Grant the service account"):
        site.provider().up()


def test_an_import_says_what_no_input_can_equal(site: Site) -> None:
    """A port that someone stored as text cannot be given: only adopting corrects it, and it does."""
    site.tenant.call("PUT", PROVIDER, {**wire_smtp(), "port": "587"})
    with pytest.raises(AlreadyConfigured) as refused:
        site.provider(on_existing="import").up()
    assert '\n  - settings.port: "587" is live, and no input can equal that; the inputs say 587' in str(refused.value)
    assert str(refused.value).endswith("\nSet on_existing='adopt', which changes what differs.")
    site.provider(on_existing="adopt").up()
    assert site.tenant.provider()["port"] == 587
