"""ESVs against the emulator: values, versions, what cannot be changed, the restart, and placeholders that need them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from support.pingone_aic import PROVIDER
from support.pingone_aic import smtp as wire_smtp
from support.pingone_aic_site import ADA, PASSWORD, Site, smtp
from support.state_keys import STATE_KEYS, output_keys
from support.ways import dynamic_only
from tenant_email.errors import AlreadyConfigured, InvalidSettings, NotFound, Rejected, TenantEmailError
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.operations import operation
from tenant_email.pingone_aic import esv
from tenant_email.tenants.connections import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.managed import Managed

PEM = "-----BEGIN X-----\nQUJD\n-----END X-----\n"
VARIABLE = "/environment/variables/esv-a"
SECRET = "/environment/secrets/esv-s"


def variable(site: Site, **inputs: Any) -> Managed:
    """Returns the variable esv-a."""
    given = {"esv": "a", "value": "1", "expression_type": "string", "description": ""}
    return site.resource(EsvVariableLifecycle(), **given | inputs)


def secret(site: Site, **inputs: Any) -> Managed:
    """Returns the secret esv-s."""
    given = {"esv": "esv-s", "value": "canary-esv", "encoding": "generic", "use_in_placeholders": True}
    return site.resource(EsvSecretLifecycle(), **given | {"description": ""} | inputs)


def restart(site: Site, *names: str) -> Managed:
    """Returns a restart for these ESVs."""
    return site.resource(EsvRestartLifecycle(), esvs=list(names), revisions=[1], timeout="20s")


def test_variable_is_written_once_for_each_value(site: Site) -> None:
    """A new value is a revision that needs a restart; a description is neither."""
    made = variable(site)
    assert [made.up(), made.up(), made.up(value="2"), made.up(value="2", description="two")] == [
        "create",
        "same",
        "update",
        "update",
    ]
    assert (made.state["revision"], made.id.rpartition("/")[2]) == (2, "esv-a")
    document = site.tenant.call("GET", VARIABLE).document
    assert (document["valueBase64"], document["description"]) == ("Mg==", "two")


@dynamic_only
def test_the_keys_of_the_outputs_are_frozen(site: Site) -> None:
    """As made and as refreshed: a state of today must mean the same to every later release."""
    for name, made in {"EsvVariable": variable(site), "EsvSecret": secret(site)}.items():
        made.up()
        assert output_keys(made) == STATE_KEYS[name]
        made.refresh()
        assert output_keys(made) == STATE_KEYS[name]


@pytest.mark.parametrize(
    ("value", "kind", "stored"), [(587, "int", "NTg3"), (True, "bool", "dHJ1ZQ=="), ([1], "array", None)], ids=str
)
def test_values_are_written_as_the_api_wants_them(site: Site, value: object, kind: str, stored: str | None) -> None:
    """Numbers and booleans become text, and stay what they are after a refresh; a list is a mistake."""
    made = variable(site, value=value, expression_type=kind)
    if stored is None:
        assert made.problems()
        return
    made.up()
    made.refresh()
    assert made.up() == "same"
    assert site.tenant.call("GET", VARIABLE).document["valueBase64"] == stored


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"value": "x", "expression_type": "int"}, "value: is not of type int"),
        ({"value": "1", "expression_type": "bool"}, "value: is not of type bool"),
        ({"value": "{}", "expression_type": "array"}, "value: is not of type array"),
        ({"value": "x" * 65536}, "longer than 65535 bytes"),
        ({"esv": "Email"}, "is not an ESV name"),
        ({"expression_type": "text"}, "expression_type"),
    ],
)
def test_wrong_variables_are_found_in_the_preview(site: Site, inputs: dict[str, Any], told: str) -> None:
    """No call is needed to know."""
    (problem, *_) = variable(site, **inputs).problems()
    assert told in problem
    assert site.calls() == []


def test_a_secret_that_is_too_long_is_found_in_the_preview(site: Site) -> None:
    """Counted in bytes, as the platform counts."""
    (problem,) = secret(site, value="é" * 32768).problems()
    assert "longer than 65535 bytes" in problem
    assert secret(site, value="é" * 32767).problems() == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("variable", {"expression_type": "int"}),
        ("secret", {"encoding": "pem"}),
        ("secret", {"use_in_placeholders": False}),
    ],
)
def test_what_cannot_be_changed_is_explained(site: Site, kind: str, change: dict[str, Any]) -> None:
    """The preview says which field the platform fixes, and what to do."""
    made = variable(site) if kind == "variable" else secret(site, value=PEM)
    made.up()
    (problem,) = made.problems(**change)
    assert f"{next(iter(change))}: of esv-" in problem
    assert "Use another ESV name" in problem


def test_another_name_is_another_esv(site: Site) -> None:
    """A rename replaces."""
    made = variable(site)
    made.up()
    assert made.plan(esv="b") == "replace"


@pytest.mark.parametrize("kind", ["variable", "secret"])
def test_existing_esv_is_adopted_only_when_asked(site: Site, kind: str) -> None:
    """Taking over is explicit, changes what differs, and a destroy leaves it."""
    make, path = (variable, VARIABLE) if kind == "variable" else (secret, SECRET)
    site.tenant.variable("esv-a", "other")
    site.tenant.secret("esv-s", "other")
    with pytest.raises(AlreadyConfigured, match="on_existing='adopt'"):
        make(site).up()
    made = make(site, on_existing="adopt", description="mine")
    made.up()
    made.destroy()
    assert site.tenant.call("GET", path).document["description"] == "mine"


@pytest.mark.parametrize("kind", ["variable", "secret"])
def test_existing_esv_that_equals_the_inputs_is_refused_or_adopted(site: Site, kind: str) -> None:
    """Who made it no run knows: the message says both ways out, and an import adopts it without a write."""
    make = variable if kind == "variable" else secret
    make(site).up()
    with pytest.raises(
        AlreadyConfigured, match=r"already exists, and this(?s:.)*'adopt'.*\n?.*also set on_delete='delete'"
    ):
        make(site).up()
    site.calls()
    imported = make(site, on_existing="import")
    imported.up()
    assert not [call for call in site.calls() if not call.startswith("GET") and "access_token" not in call]
    assert imported.state["adopted"] is True
    with pytest.raises(
        AlreadyConfigured,
        match=(
            r"cannot import: esv-\w exists with a different description\n"
            r"  - .*\n"
            r"Make"
        ),
    ):
        make(site, on_existing="import", description="other").up()
    with pytest.raises(AlreadyConfigured, match=r"nothing to import: there is no esv-n\nRemove import_"):
        make(site, on_existing="import", esv="n").up()


def test_refusal_shows_no_description_that_the_user_marked_secret(site: Site) -> None:
    """Neither the one of the inputs nor the one that is live; the value never."""
    secret(site, description="canary-live").up()
    with pytest.raises(AlreadyConfigured, match="a different description") as refused:
        secret(site, description="canary-ours", secret_inputs=["description"]).up()
    assert "canary" not in str(refused.value)


def by_somebody(site: Site, kind: str, how: str) -> None:
    """Changes an ESV, or makes it anew, as a colleague does."""
    path = VARIABLE if kind == "variable" else SECRET
    if how == "anew":
        site.tenant.call("DELETE", path)
    if kind == "variable":
        site.tenant.variable("esv-a", "theirs")
    elif how == "anew":
        site.tenant.secret("esv-s", "theirs")
    else:
        site.tenant.call("POST", f"{SECRET}/versions?_action=create", {"valueBase64": "eA=="})


@pytest.mark.parametrize("how", ["changed", "anew"])
@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("kind", ["variable", "secret"])
def test_what_someone_else_changed_is_kept_by_a_destroy(site: Site, kind: str, how: str, *, looked: bool) -> None:
    """Another value or version is theirs, also when a refresh has recorded it; on_delete decides otherwise."""
    path, make = (VARIABLE, variable) if kind == "variable" else (SECRET, secret)
    kept, asked = make(site), make(site, on_delete="delete", on_existing="adopt")
    kept.up()
    asked.up()
    by_somebody(site, kind, how)
    if looked:
        kept.refresh()
    kept.destroy()
    assert site.tenant.call("GET", path).status == 200
    asked.destroy()
    assert site.tenant.call("GET", path).status == 404


@pytest.mark.parametrize("kind", ["variable", "secret"])
def test_what_a_later_write_makes_ours_is_deleted(site: Site, kind: str) -> None:
    """After an update that writes over it, the ESV is this stack's again; a description alone makes nothing ours."""
    path, make = (VARIABLE, variable) if kind == "variable" else (SECRET, secret)
    made = make(site)
    made.up()
    by_somebody(site, kind, "changed")
    made.up(description="mine")
    made.refresh()
    made.destroy()
    assert site.tenant.call("GET", path).status == 200
    made.up(description="mine")
    made.destroy()
    assert site.tenant.call("GET", path).status == 404


def test_secret_of_an_earlier_release_goes_by_its_recorded_version(site: Site) -> None:
    """A state without a record of what was written deletes the version it has the value of, and no other."""
    made = secret(site)
    made.up()
    made.state = {name: value for name, value in made.state.items() if name != "last_written"}
    by_somebody(site, "secret", "changed")
    made.refresh()
    made.destroy()
    assert site.tenant.call("GET", SECRET).status == 200


@pytest.mark.parametrize("kind", ["variable", "secret"])
def test_replacement_that_deletes_first_goes_on(site: Site, kind: str) -> None:
    """What its resource gave up in this run is this stack's own, created as before."""
    make, path = (variable, VARIABLE) if kind == "variable" else (secret, SECRET)
    old = make(site)
    old.up()
    operation.begin()
    new = make(site)
    assert not new.problems()
    old.drop()
    new.start()
    assert new.state["adopted"] is False
    assert site.tenant.call("GET", path).status == 200


def test_esv_of_another_type_is_not_adopted(site: Site) -> None:
    """A fixed field that differs cannot be taken over."""
    site.tenant.variable("esv-a", "1", "int")
    site.tenant.secret("esv-s", "x", useInPlaceholders=False)
    for made in (variable(site, on_existing="adopt"), secret(site, on_existing="adopt")):
        with pytest.raises(Rejected, match="exists with a different"):
            made.up()


def test_secret_gets_a_version_for_each_value(site: Site) -> None:
    """A PUT would be refused, so a new value is a new version; older ones go when asked for."""
    made = secret(site, keep_versions=1)
    made.up()
    assert made.up(value="canary-two", description="new") == "update"
    assert made.state["version"] == "2"
    versions = site.tenant.call("GET", f"{SECRET}/versions").document
    assert [version["status"] for version in versions] == ["ENABLED", "DESTROYED"]
    assert made.up(value="canary-two", description="new") == "same"


def test_version_of_someone_else_is_drift(site: Site) -> None:
    """After a refresh the value is sent again, as one more version."""
    made = secret(site)
    made.up()
    site.tenant.call("POST", f"{SECRET}/versions?_action=create", {"valueBase64": "eA=="})
    made.refresh()
    assert (made.up(), made.state["version"]) == ("update", "3")


def test_secret_that_someone_made_anew_is_drift(site: Site) -> None:
    """It has the number of ours again, with a value that nobody can read: after a refresh ours is sent."""
    made = secret(site)
    made.up()
    made.refresh()
    assert made.up() == "same"
    site.tenant.call("DELETE", SECRET)
    site.tenant.secret("esv-s", "canary-of-someone")
    made.refresh()
    assert (made.up(), made.state["version"]) == ("update", "2")


def test_version_that_the_tenant_runs_with_is_kept(site: Site) -> None:
    """It goes with the next one, once a restart has loaded another; what someone destroyed does not count."""
    made = secret(site, keep_versions=1)
    made.up()
    site.tenant.restart()
    for number in (2, 3):
        made.up(value=f"canary-{number}")
    assert statuses(site) == ["ENABLED", "DESTROYED", "ENABLED"]
    made.up(value="canary-4", keep_versions=2)
    assert statuses(site) == ["ENABLED", "ENABLED", "DESTROYED", "ENABLED"]
    site.tenant.restart()
    site.tenant.call("DELETE", f"{SECRET}/versions/3")
    made.up(value="canary-5", keep_versions=2)
    assert statuses(site) == ["ENABLED", "ENABLED", "DESTROYED", "DESTROYED", "DESTROYED"]


def statuses(site: Site) -> list[str]:
    """Returns the status of each version, the newest first."""
    return [one["status"] for one in site.tenant.call("GET", f"{SECRET}/versions").document]


def test_value_that_is_loaded_needs_no_restart(site: Site) -> None:
    """A value that is put back before any restart is no revision: what depends on it does nothing."""
    made = variable(site)
    made.up()
    site.tenant.restart()
    assert [made.up(value="2"), made.state["revision"]] == ["update", 2]
    assert [made.up(value="1"), made.state["revision"]] == ["update", 2]
    site.calls()
    restart(site, "a").up()
    assert "POST /environment/startup" not in site.calls()


def test_value_that_is_there_already_is_no_version(site: Site) -> None:
    """An adoption with the present value adds nothing, destroys nothing, and leaves the secret loaded."""
    site.tenant.secret("esv-s", "canary-one")
    site.tenant.call("POST", f"{SECRET}/versions?_action=create", {"valueBase64": "Y2FuYXJ5LWVzdg=="})
    site.tenant.restart()
    site.calls()
    made = secret(site, on_existing="adopt", keep_versions=1)
    made.up()
    assert site.calls().count(f"GET {SECRET}/versions") == 1
    assert made.state["version"] == "2"
    assert site.tenant.call("GET", SECRET).document["loaded"] is True
    assert [one["status"] for one in site.tenant.call("GET", f"{SECRET}/versions").document] == ["ENABLED"] * 2


def test_secret_that_someone_deleted_is_reported_with_the_way_out(site: Site) -> None:
    """The platform only says that no version could be made."""
    made = secret(site)
    made.up()
    site.tenant.call("DELETE", SECRET)
    with pytest.raises(NotFound, match=r"Failed to create secret version\n.*run `pulumi refresh`, then `pulumi up`"):
        made.up(value="canary-two")


def test_run_that_was_killed_after_its_version_converges(site: Site) -> None:
    """The next run gets that version back, and one that it has not recorded still lets the older ones go."""
    made = secret(site, keep_versions=1)
    made.up()
    recorded = made.state
    made.up(value="canary-two")
    made.state = recorded
    assert [made.up(value="canary-two"), made.state["version"]] == ["update", "2"]
    versions = site.tenant.call("GET", f"{SECRET}/versions").document
    assert [one["status"] for one in versions] == ["ENABLED", "DESTROYED"]


def test_omitted_value_keeps_what_the_tenant_holds(site: Site) -> None:
    """Nothing to keep is an error; an adopted secret keeps its versions."""
    with pytest.raises(TenantEmailError, match="so there is no value to keep"):
        secret(site, value=None).up()
    site.tenant.secret("esv-s", "other")
    made = secret(site, value=None, on_existing="adopt")
    made.up()
    assert made.state["version"] == "1"


@pytest.mark.parametrize(("encoding", "value"), [("pem", "no key"), ("base64hmac", "%%"), ("base64aes", "&")])
def test_content_is_checked_before_the_server_fails_on_it(site: Site, encoding: str, value: str) -> None:
    """The API would answer a server error."""
    (problem,) = secret(site, encoding=encoding, value=value).problems()
    assert problem.startswith(f"value: is not of encoding {encoding}")


@pytest.mark.parametrize("kind", ["variable", "secret"])
def test_refresh_and_destroy(site: Site, kind: str) -> None:
    """What was made is deleted; what is gone is gone; a second delete is done already."""
    made = variable(site) if kind == "variable" else secret(site)
    made.up()
    assert made.refresh()
    assert made.up() == "same"
    made.destroy()
    made.destroy()
    assert not made.refresh()


@pytest.fixture
def alias() -> Iterator[str]:
    """Gives the tenant another of its hosts."""
    lifecycle, host = EsvVariableLifecycle(), "login.acme.example"
    tenants = {"main": {"platform": "pingone_aic", "aliases": [host]}}
    lifecycle.configure(ConfigureRequest(Config({CONFIG_KEY: json.dumps(tenants)}, "aic")))
    yield host
    lifecycle.configure(ConfigureRequest(Config({}, "aic")))


def test_renamed_resource_keeps_an_esv_recorded_under_an_alias(site: Site, alias: str) -> None:
    """An id with another of the tenant's hosts is the ESV that the new resource owns now."""
    old = variable(site)
    old.up()
    old.id = f"pingone_aic/{alias}/esv-variable/esv-a"
    variable(site, on_existing="adopt").up()
    old.drop()
    assert site.tenant.call("GET", VARIABLE).status == 200


def test_a_replacement_takes_over_an_esv_recorded_under_an_alias(site: Site, alias: str) -> None:
    """What this run gave up is its own, whichever of the tenant's hosts its id holds."""
    old = variable(site)
    old.up()
    old.id = f"pingone_aic/{alias}/esv-variable/esv-a"
    operation.begin()
    new = variable(site, description="of the replacement")
    assert not new.problems()
    old.drop()
    new.start()
    assert new.state["description"] == "of the replacement"


def test_referenced_esv_is_not_deleted(site: Site) -> None:
    """Provider and templates that still name it are reported; without them it goes."""
    made = variable(site)
    made.up()
    site.tenant.call("PUT", PROVIDER, wire_smtp(host="&{esv.a}"))
    body = {"subject": {"en": "&{esv.a}"}}
    site.tenant.call("PUT", "/openidm/config/emailTemplate/own", body)
    with pytest.raises(AlreadyConfigured, match=r"still used by emailTemplate/own, external\.email"):
        made.destroy()
    site.tenant.call("DELETE", "/openidm/config/emailTemplate/own")
    site.tenant.call("DELETE", PROVIDER)
    made.destroy()
    assert site.tenant.call("GET", VARIABLE).status == 404


def test_restart_only_when_something_waits(site: Site) -> None:
    """The first run restarts and waits until all is loaded, the second asks and does nothing."""
    variable(site).up()
    secret(site).up()
    made = restart(site, "a", "esv-s")
    made.up()
    assert site.tenant.call("GET", "/environment/count?_onlyPending=true").document == {"secrets": 0, "variables": 0}
    site.calls()
    restart(site, "a", "s").up()
    assert "POST /environment/startup" not in site.calls()


def test_pending_esv_shows_as_a_change_after_a_refresh(site: Site) -> None:
    """What someone wrote without a restart is loaded by the next run."""
    variable(site).up()
    made = restart(site, "a")
    made.up()
    site.tenant.variable("esv-a", "2")
    made.refresh()
    assert made.up() == "update"
    assert site.tenant.call("GET", VARIABLE).document["loaded"] is True


def test_esv_that_someone_deleted_does_not_fail_a_refresh(site: Site) -> None:
    """It shows as a change, and the next run makes it and restarts."""
    variable(site).up()
    made = restart(site, "a")
    made.up()
    site.tenant.call("DELETE", VARIABLE)
    assert made.refresh()
    variable(site).up()
    assert made.up() == "update"
    assert site.tenant.call("GET", VARIABLE).document["loaded"] is True


def test_an_edited_state_names_what_no_esv_can_be_called(site: Site) -> None:
    """A refresh shows that as a change, and the next run goes by the program."""
    variable(site).up()
    made = restart(site, "a")
    made.up()
    made.state["esvs"] = ["", "É"]
    assert made.refresh()
    assert [made.up(), made.state["esvs"]] == ["update", ["a"]]


def test_restart_for_an_esv_that_does_not_exist(site: Site) -> None:
    """It is reported before anything restarts."""
    with pytest.raises(NotFound, match="there is no ESV esv-a"):
        restart(site, "a").up()
    assert "POST /environment/startup" not in site.calls()


def with_placeholders(site: Site, **settings: Any) -> Managed:
    """Returns a provider that names esv-port and esv-password."""
    return site.provider(smtp(port=esv("port"), password=esv("password"), **settings), test_recipient=ADA)


def test_every_placeholder_must_exist_be_loaded_and_fit(site: Site) -> None:
    """Everything wrong is reported before a write, with the remedy; then mail goes out through the ESVs."""
    site.tenant.secret("esv-password", PASSWORD, useInPlaceholders=False)
    site.tenant.variable("esv-port", "no number")
    for told in ("not loaded yet", "does not fit"):
        with pytest.raises(InvalidSettings, match=f"esv-port.*{told}(?s:.)*cannot be used in placeholders"):
            with_placeholders(site).up()
        site.tenant.restart()
    site.tenant.call("DELETE", "/environment/secrets/esv-password")
    with pytest.raises(InvalidSettings, match=r"settings\.password: there is no ESV esv-password"):
        with_placeholders(site).up()
    site.tenant.secret("esv-password", PASSWORD)
    site.tenant.variable("esv-port", "587")
    site.tenant.restart()
    assert not [body for body in site.written() if "host" in body]
    with_placeholders(site, host=esv("nowhere", "smtp.one.example")).up()
    assert len(site.server.inbox) == 1


def test_placeholders_get_the_wrapper_of_their_field(site: Site) -> None:
    """A number and a boolean are wrapped, a text is not; a refresh sees no difference."""
    for name, value in {"host": "smtp.one.example", "port": "587", "tls": "true"}.items():
        site.tenant.variable(f"esv-{name}", value)
    site.tenant.restart()
    provider = site.provider(smtp(host=esv("host"), port=esv("port"), starttls=esv("tls")))
    provider.up()
    stored = site.tenant.provider()
    assert (stored["host"], stored["port"]) == ("&{esv.host}", {"$int": "&{esv.port}"})
    assert stored["starttls"] == {"enable": {"$bool": "&{esv.tls}"}}
    provider.refresh()
    assert provider.up() == "same"


def test_placeholders_cost_two_lists(site: Site) -> None:
    """Beyond the four calls of a change there are the lists of variables and secrets."""
    site.tenant.variable("esv-host", "smtp.one.example")
    site.tenant.restart()
    provider = site.provider(smtp(host=esv("host")))
    provider.up()
    site.calls()
    provider.up(settings=smtp(host=esv("host"), debug=True))
    assert site.calls() == [
        "POST /am/oauth2/access_token",
        "GET /environment/variables",
        "GET /environment/secrets",
        "GET /environment/info",
        f"GET {PROVIDER}",
        f"PUT {PROVIDER}",
        f"GET {PROVIDER}",
    ]


def test_placeholder_in_the_sender(site: Site) -> None:
    """A from address may be an ESV, alone or inside `Name <…>`."""
    site.tenant.variable("esv-from", "no-reply@acme.example")
    site.tenant.restart()
    site.provider(from_address=f"Acme <{esv('from')}>", test_recipient=ADA).up()
    assert site.server.inbox[0].message["From"] == "Acme <no-reply@acme.example>"


def test_changed_placeholder_in_the_tenant_is_drift(site: Site) -> None:
    """A placeholder that someone replaced by a literal shows after a refresh, and is put back."""
    site.tenant.secret("esv-password", PASSWORD)
    site.tenant.restart()
    provider = site.provider(smtp(password=esv("password")))
    provider.up()
    site.tenant.call("PUT", PROVIDER, {**site.tenant.provider(), "auth": wire_smtp()["auth"]})
    provider.refresh()
    assert provider.up() == "update"
    assert site.tenant.provider()["auth"]["password"] == "&{esv.password}"
