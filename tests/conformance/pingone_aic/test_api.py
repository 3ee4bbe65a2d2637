"""One tenant's calls: what is looked at before a write, which secret goes with it, and what is left at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.mail.scripted import Lines, Scripted
from support.pingone_aic import PROVIDER, STOCK
from support.pingone_aic_site import PASSWORD, graph, smtp
from tenant_email.errors import (
    AlreadyConfigured,
    Conflict,
    InvalidSettings,
    NotFound,
    NotSupported,
    PlatformError,
    TenantEmailError,
)
from tenant_email.input_diff import InputDiff
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.operations import operation
from tenant_email.platforms import load
from tenant_email.platforms.pingone_aic.api import PingOneAic
from tenant_email.platforms.pingone_aic.placeholders import esv
from tenant_email.template_record import TemplateRecord
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from support.pingone_aic_site import Site
    from tenant_email.inputs.model import Model
    from tenant_email.platforms.base import LiveProvider

AIC = load("pingone_aic")
INFO = "/environment/info"
BUILT_IN = {"kind": "pingone_aic.built_in"}
TEMPLATE: dict[str, Any] = {
    "kind": "pingone_aic.template",
    "template": "own",
    "subject": {"en": "Hi"},
    "message": {"en": "<p>x</p>"},
    "default_locale": "en",
    "enabled": True,
    "mime_type": "text/html",
}
OWN = "/openidm/config/emailTemplate/own"
EVERYTHING = InputDiff(settings=frozenset({"timeout"}))


@pytest.fixture
def said() -> list[str]:
    """Holds what was announced."""
    return []


@pytest.fixture
def api(site: Site, said: list[str]) -> PingOneAic:
    """The package's client of a fresh tenant."""
    inputs = {"tenant": "main", "settings": smtp(), "on_existing": "fail"}
    operation.begin()
    connection = EmailProviderLifecycle().require_valid(inputs).connection
    assert connection.url == site.emulator.url
    return PingOneAic(connection, said.append, Timing(sleep=lambda _: None))


def desired(settings: dict[str, Any], *, enabled: bool = True, **top: Any) -> ProviderInputs:
    """Returns valid inputs of a provider as the lifecycles hold them."""
    return ProviderInputs(_valid(AIC.models[settings["kind"]], settings), enabled=enabled, **top)


def desired_template(settings: dict[str, Any]) -> TemplateInputs:
    """Returns valid inputs of a template."""
    return TemplateInputs(_valid(AIC.template, settings))


def _valid(model: type[Model], settings: dict[str, Any]) -> dict[str, Any]:
    values, problems = parse(model, settings)
    assert problems == []
    return values.to_props()


def made(site: Site, api: PingOneAic, **settings: Any) -> LiveProvider:
    """Configures SMTP; returns it as it is read, and forgets the calls."""
    api.create_provider(desired(smtp(**settings)))
    live = api.read_provider()
    assert live is not None
    site.calls()
    return live


def update(
    api: PingOneAic, settings: dict[str, Any], live: LiveProvider | None, change: InputDiff | None, **more: Any
) -> LiveProvider:
    """Writes; what is live is also what was recorded."""
    recorded = live.attributes if live else {}
    return api.update_provider(desired(settings, **more.pop("top", {})), change, live, recorded, **more)


def test_a_creation_replaces_nothing_but_the_stock(site: Site, api: PingOneAic) -> None:
    """Nothing of the stock configuration is merged with; another one is a conflict that names it."""
    api.create_provider(desired(smtp(), from_address="a@acme.example"))
    stored = site.tenant.provider()
    assert (stored["host"], stored["auth"]["username"], stored["from"]) == (smtp()["host"], "mailer", "a@acme.example")
    site.calls()
    with pytest.raises(Conflict) as caught:
        api.create_provider(desired(smtp()))
    there = "external.email is already configured (smtp smtp.one.example as mailer)"
    assert str(caught.value).partition(": ")[2] == f"{there}\nRun again; nothing was changed."
    assert site.calls() == [f"GET {INFO}", f"GET {PROVIDER}"]
    site.tenant.call("DELETE", PROVIDER)
    assert api.read_provider() is None
    api.create_provider(desired(graph()))
    assert site.tenant.provider()["type"] == "msgraph"


def test_a_change_looks_last_of_all(site: Site, api: PingOneAic) -> None:
    """The guard is asked after the tenant was, immediately before the write, and what it returns is what is there."""
    live = made(site, api)
    asked: list[list[str]] = []

    def guard() -> LiveProvider | None:
        asked.append(site.calls())
        return live

    written = update(api, smtp(timeout=5), None, EVERYTHING, guard=guard)
    assert asked == [[f"GET {INFO}"]]
    assert site.calls() == [f"PUT {PROVIDER}", f"GET {PROVIDER}"]
    assert (written.inputs.settings["timeout"], written.attributes["auth.username"]) == (5, "mailer")
    refused = AlreadyConfigured("no")

    def forbid() -> LiveProvider | None:
        raise refused

    with pytest.raises(AlreadyConfigured):
        update(api, smtp(timeout=6), live, EVERYTHING, guard=forbid)
    assert site.calls() == [f"GET {INFO}"]


def test_what_is_there_already_is_not_written(site: Site, api: PingOneAic) -> None:
    """Equal but for spelling; a secret that is sent again is a write."""
    live = made(site, api)
    assert update(api, smtp(), live, EVERYTHING) is live
    assert site.calls() == [f"GET {INFO}"]
    update(api, smtp(), live, InputDiff(credentials=True))
    assert f"PUT {PROVIDER}" in site.calls()


def test_a_write_keeps_what_nobody_manages(site: Site, api: PingOneAic) -> None:
    """A PUT replaces all of it, so that what the package does not know goes back as it was read."""
    made(site, api)
    site.tenant.call("PUT", PROVIDER, {**site.tenant.provider(), "somethingNew": {"a": 1}})
    update(api, smtp(timeout=5), api.read_provider(), EVERYTHING)
    stored = site.tenant.provider()
    assert (stored["timeout"], stored["somethingNew"]) == (5, {"a": 1})


def test_what_is_given_no_longer_is_taken_out(site: Site, api: PingOneAic) -> None:
    """Where the program gave it before; what it never gave stays."""
    made(site, api, timeout=5)
    site.tenant.call("PUT", PROVIDER, {**site.tenant.provider(), "from": "them@acme.example"})
    update(api, smtp(timeout=6), api.read_provider(), InputDiff(settings=frozenset({"timeout"})))
    assert site.tenant.provider()["from"] == "them@acme.example"
    update(api, smtp(timeout=6), api.read_provider(), InputDiff(fields=frozenset({"from_address"})))
    assert "from" not in site.tenant.provider()


def test_a_secret_counts_when_another_blob_reads_back(site: Site, api: PingOneAic) -> None:
    """The one from before is a stale answer, after which the tenant is asked again."""
    live = made(site, api)
    site.emulator.serve_stale(1)
    written = update(api, smtp(), live, InputDiff(credentials=True))
    assert written.secret_digests != live.secret_digests
    assert site.calls() == [f"GET {INFO}", f"PUT {PROVIDER}", f"GET {PROVIDER}", f"GET {PROVIDER}"]


def test_what_is_gone_is_reported_with_its_secret(site: Site, api: PingOneAic) -> None:
    """Nothing is written anew with a secret that nobody has."""
    del site.emulator.state.config["external.email"]
    for settings, name in ((smtp(), "password"), (graph(), "client_secret"), (BUILT_IN, "")):
        with pytest.raises(NotFound, match="is gone, and with it the secret") as caught:
            update(api, settings, None, EVERYTHING)
        assert caught.value.remedy.partition(":")[0] == (f"Set settings.{name}" if name else "")
    assert not [call for call in site.calls() if call.startswith("PUT")]


WHICH: list[tuple[dict[str, Any], InputDiff | None, Any, str | None]] = [
    ({}, EVERYTHING, None, "held"),
    ({"password": None}, EVERYTHING, None, "held"),
    ({}, None, None, PASSWORD),
    ({}, InputDiff(settings=frozenset({"password"}), credentials=True), None, PASSWORD),
    ({}, EVERYTHING, {"password": "other"}, PASSWORD),
    ({"password": None}, EVERYTHING, {"password": "other"}, "held"),
    ({"username": None, "password": None}, EVERYTHING, None, None),
    ({"port": 25}, EVERYTHING, None, PASSWORD),
    ({"host": "smtp.two.example"}, EVERYTHING, None, PASSWORD),
    ({"username": "other"}, EVERYTHING, None, PASSWORD),
]


def test_which_secret_is_sent(site: Site, api: PingOneAic) -> None:
    """The blob just read where it was given for this and is the recorded one; else the one in the program."""
    live = made(site, api)
    held = live.raw["auth"]["password"]
    for given, change, secret_digests, sent in WHICH:
        recorded = live.attributes if secret_digests is None else {**live.attributes, "secret_digests": secret_digests}
        api.update_provider(desired(smtp(timeout=5, **given)), change, live, recorded)
        (body,) = site.written()
        assert body["auth"].get("password") == (held if sent == "held" else sent), (given, change, secret_digests)


def test_a_placeholder_is_always_sent(site: Site, api: PingOneAic) -> None:
    """It is no secret, and what is held gives way to it; one that the tenant cannot resolve is refused before."""
    live = made(site, api)
    with pytest.raises(InvalidSettings, match=r"settings\.password: there is no ESV esv-p"):
        update(api, smtp(password=esv("p"), timeout=5), live, EVERYTHING)
    with pytest.raises(InvalidSettings, match=r"from_address: there is no ESV esv-f"):
        update(api, smtp(timeout=5), live, EVERYTHING, top={"from_address": esv("f")})
    site.tenant.secret("esv-p", "canary-other-password")
    site.tenant.restart()
    site.calls()
    update(api, smtp(password=esv("p"), timeout=5), live, EVERYTHING)
    assert site.written()[0]["auth"]["password"] == "&{esv.p}"


def test_a_secret_that_nobody_has_is_asked_for(site: Site, api: PingOneAic) -> None:
    """Neither the program nor the tenant has one for these settings; nothing is written."""
    with pytest.raises(
        TenantEmailError, match=f"^{api.who}: the tenant has no stored password for these settings"
    ) as caught:
        api.create_provider(desired(smtp(password=None)))
    assert caught.value.remedy == "Set settings.password."
    live = made(site, api)
    with pytest.raises(TenantEmailError, match="has no stored password for these settings"):
        update(api, smtp(password=None, host="smtp.two.example"), live, EVERYTHING)
    assert site.written() == []


def stock_document(site: Site) -> dict[str, Any]:
    """Returns the tenant's own stock configuration."""
    document = site.tenant.call("GET", STOCK).document
    return {name: value for name, value in document.items() if not name.startswith("_")}


def test_the_built_in_sender_comes_back(site: Site, api: PingOneAic, said: list[str]) -> None:
    """As the stock object has it, which is never written; where it sends already, nothing is."""
    stock = stock_document(site)
    live = made(site, api)
    back = update(api, BUILT_IN, live, None)
    assert (back.is_built_in, back.inputs.settings) == (True, BUILT_IN)
    assert site.tenant.provider() == {"_id": "external.email", **stock}
    site.calls()
    assert update(api, BUILT_IN, back, None) is back
    assert site.calls() == [f"GET {STOCK}", f"GET {INFO}"]
    api.delete_provider(made(site, api))
    assert site.tenant.provider() == {"_id": "external.email", **stock}
    assert (stock_document(site), said) == (stock, [])


def test_a_tenant_without_a_sender_of_its_own(site: Site, api: PingOneAic, said: list[str]) -> None:
    """Its mail is turned off by a deletion, which is said; to ask for the built-in sender is a mistake."""
    live = made(site, api)
    site.tenant.call("DELETE", STOCK)
    with pytest.raises(NotSupported, match=r"external\.emailDefault does not exist") as caught:
        update(api, BUILT_IN, live, None)
    assert caught.value.remedy == "Use pingone_aic.Smtp or pingone_aic.MsGraph."
    api.delete_provider(live)
    assert site.tenant.call("GET", PROVIDER).status == 404
    assert len(said) == 1
    assert said[0].startswith(f"{api.who}: there is no external.emailDefault")


def test_a_stock_object_that_is_none_is_left(site: Site, api: PingOneAic) -> None:
    """Who overwrote it would have us send through someone's server."""
    live = made(site, api)
    site.tenant.call("PUT", STOCK, {"host": "smtp.odd.example", "port": 25, "auth": {"enable": False}})
    before = site.tenant.provider()
    with pytest.raises(TenantEmailError, match="does not hold the built-in sender") as caught:
        api.delete_provider(live)
    assert caught.value.remedy == "Ask Ping's support to restore it; nothing was written."
    assert site.tenant.provider() == before


@pytest.mark.parametrize("there", ["smtp", "nothing"])
def test_a_test_mail_that_fails_changes_nothing(site: Site, api: PingOneAic, there: str) -> None:
    """What was there is put back, or taken away again."""
    live = made(site, api) if there == "smtp" else None
    if there == "nothing":
        site.tenant.call("DELETE", PROVIDER)
    before = site.tenant.call("GET", PROVIDER).document
    wrong = smtp(password="canary-wrong-password", timeout=5)
    inputs = desired(wrong, test_recipient="ada@customer.example")
    credentials = InputDiff(credentials=True)
    with pytest.raises(PlatformError, match="the previous configuration was restored"):
        api.update_provider(inputs, credentials, live, {}) if live else api.create_provider(inputs)
    after = site.tenant.call("GET", PROVIDER).document
    assert {**after, "_rev": ""} == {**before, "_rev": ""}


def test_a_server_is_tried_before_anything_is_written(site: Site, api: PingOneAic, said: list[str]) -> None:
    """Only where that was asked for; what works and is a risk is said."""
    live = made(site, api)
    nowhere = smtp(host="127.0.0.1", port=1, timeout=5)
    with pytest.raises(TenantEmailError, match=f"^{api.who}: preflight: "):
        update(api, nowhere, live, EVERYTHING, top={"preflight": "connect"})
    assert site.calls() == []
    update(api, nowhere, live, EVERYTHING, top={"preflight": "off"})
    assert site.tenant.provider()["port"] == 1
    with Scripted(Lines()) as server:
        open_text = smtp(host="127.0.0.1", port=server.port)
        update(api, open_text, live, EVERYTHING, top={"preflight": "connect"})
    (told,) = said
    assert told.startswith(f"{api.who}: preflight: 127.0.0.1:")
    assert "the password will travel in clear text" in told


def test_who_uses_an_esv(site: Site, api: PingOneAic) -> None:
    """Provider and templates, the protected ones too, by their ids."""
    assert api.users_of("esv-x") == []
    text = {"subject": {"en": "&{esv.x}"}, "message": {"en": "&{esv.y}"}, "defaultLocale": "en"}
    site.tenant.call("PUT", OWN, text)
    site.tenant.call("PUT", PROVIDER, {"host": "&{esv.x}", "port": 25, "auth": {"enable": False}})
    assert api.users_of("esv-x") == ["emailTemplate/own", "external.email"]
    assert api.users_of("esv-y") == ["emailTemplate/own"]
    site.tenant.call("DELETE", PROVIDER)
    assert api.users_of("esv-x") == ["emailTemplate/own"]


def test_a_template_comes_and_changes(site: Site, api: PingOneAic) -> None:
    """Absent is None; a change says what it sent; one that is gone cannot be changed."""
    assert api.read_template(TEMPLATE) is None
    with pytest.raises(NotFound):
        api.update_template(desired_template(TEMPLATE), InputDiff(settings=frozenset({"subject"})), None)
    first = api.create_template(desired_template(TEMPLATE))
    assert (first.written_names, first.attributes["subject"]) == (None, {"en": "Hi"})
    read = api.read_template(TEMPLATE)
    assert read is not None
    assert read.attributes == first.attributes
    new = desired_template({**TEMPLATE, "subject": {"en": "New"}})
    change = InputDiff(settings=frozenset({"subject"}))
    written = api.update_template(new, change, read)
    assert written.attributes["subject"] == site.tenant.call("GET", OWN).document["subject"] == {"en": "New"}
    assert written.written_names is not None
    assert {"subject", "message"} <= written.written_names
    with pytest.raises(InvalidSettings, match=r"settings\.subject\.en: there is no ESV esv-x"):
        api.update_template(desired_template({**TEMPLATE, "subject": {"en": esv("x")}}), change, read)


def test_a_template_keeps_what_nobody_manages(site: Site, api: PingOneAic) -> None:
    """A PUT replaces all of it; what the program gives no longer is taken out."""
    api.create_template(desired_template({**TEMPLATE, "description": "x"}))
    site.tenant.call("PUT", OWN, {**site.tenant.call("GET", OWN).document, "somethingNew": 1})
    change = InputDiff(settings=frozenset({"description"}))
    api.update_template(desired_template(TEMPLATE), change, api.read_template(TEMPLATE))
    stored = site.tenant.call("GET", OWN).document
    assert (stored["somethingNew"], "description" in stored) == (1, False)


BEFORE = {"subject": {"en": "Old"}, "message": {"en": "<p>x</p>"}, "defaultLocale": "en"}


RETIRED: list[tuple[str, Any, dict[str, Any] | None, bool, bool | None, tuple[str, ...], str | None]] = [
    # template, policy, snapshot, whether what is ours counts, edited (None: deleted); what is told, the subject left
    ("own", "delete", None, True, False, (), None),
    ("own", "delete", BEFORE, True, False, (), None),
    ("own", "delete", None, True, True, ("subject.en",), "X"),
    ("own", "delete", None, False, True, (), None),
    ("own", "restore", None, True, False, (), None),
    ("own", "restore", BEFORE, True, False, (), "Old"),
    ("own", "restore", BEFORE, True, True, ("subject.en",), "X"),
    ("own", "restore", BEFORE, False, True, (), "Old"),
    ("own", "delete", None, True, None, (), None),
    ("own", "restore", BEFORE, True, None, ("it is gone",), None),
    ("own", "restore", BEFORE, False, None, (), "Old"),
    ("welcome", "delete", None, True, False, (), "Hi"),
    ("welcome", "delete", BEFORE, True, False, (), "Hi"),
    ("welcome", "restore", None, True, False, (), "Hi"),
    ("welcome", "restore", BEFORE, True, False, (), "Old"),
]


@pytest.mark.parametrize("name", ["own", "welcome"])
def test_what_is_left_of_a_template(site: Site, api: PingOneAic, said: list[str], name: str) -> None:
    """What was made goes, what was adopted is put back, the tenant's own stays, and so does what someone changed."""
    settings, path = {**TEMPLATE, "template": name}, f"/openidm/config/emailTemplate/{name}"
    for _, policy, snapshot, ours, edited, changed, left in (row for row in RETIRED if row[0] == name):
        live = api.create_template(desired_template(settings))
        if edited:
            site.tenant.call("PUT", path, {**live.raw, "subject": {"en": "X"}})
        elif edited is None:
            site.tenant.call("DELETE", path)
        record = TemplateRecord(snapshot, dict(live.attributes) if ours else None, live.attributes)
        assert api.retire_template(settings, policy, record) == changed, (policy, snapshot, ours, edited)
        answer = site.tenant.call("GET", path)
        assert (answer.document["subject"]["en"] if answer.status == 200 else None) == left
    named = [line.startswith(f"{api.who}: emailTemplate/{name} ") for line in said]
    assert named == ([True] * 3 if name == "welcome" else [])
