"""The provider's own inputs: an object or JSON text, checked before anything is called, and secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as pb

from support.plugin import struct, values
from tenant_email.operations import operation
from tenant_email.plugin import configuration

SIGNATURE = "4dabf18193072939515e22adb298388d"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ENTRY = {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientId": "c", "clientSecret": "canary"}


def refused(**inputs: Any) -> list[str]:
    """Returns what a check of the provider's inputs refuses; none of it names a property, which would be printed."""
    found = configuration.check(pb.CheckRequest(urn="urn", news=struct(inputs))).failures
    assert not any(each.property for each in found)
    return [each.reason for each in found]


@pytest.mark.parametrize("write", [json.dumps, lambda value: value], ids=["text", "object"])
def test_tenants_come_as_text_or_as_an_object(write: Any) -> None:
    """The stack's config gives text, and so do some languages; each entry is checked."""
    assert refused(tenants=write({"main": ENTRY})) == []
    found = refused(tenants=write({"main": {**ENTRY, "url": "https://acme eu"}}))
    assert len(found) == 1
    assert "canary" not in found[0]
    operation.begin()
    configuration.configure(pb.ConfigureRequest(args=struct({"tenants": write({"main": ENTRY})})))
    assert operation.current().connections().get("main", "auth0").url == ENTRY["url"]


def test_a_text_may_hold_secrets_as_the_wire_has_them() -> None:
    """So the SDKs of Java and .NET write an object with a secret in it, or the whole of it; the tenant is found."""
    entry = {**ENTRY, "clientSecret": {SIGNATURE: SECRET, "value": "canary"}}
    whole = {SIGNATURE: SECRET, "value": {"main": ENTRY}}
    for given in ({"main": entry}, whole):
        checked = configuration.check(pb.CheckRequest(urn="urn", news=struct({"tenants": json.dumps(given)})))
        assert not checked.failures
        operation.begin()
        configuration.configure(pb.ConfigureRequest(args=checked.inputs))
        assert operation.current().connections().get("main", "auth0").secret["clientSecret"].reveal() == "canary"


def test_a_text_may_hold_what_is_not_known_yet() -> None:
    """Then the whole of it is not: an engine configures no provider, and asks it nothing, until it is."""
    for url in (rpc.UNKNOWN, {SIGNATURE: OUTPUT}):
        text = json.dumps({"main": {**ENTRY, "url": url}})
        checked = configuration.check(pb.CheckRequest(urn="urn", news=struct({"tenants": text})))
        assert not checked.failures
        assert values(checked.inputs)["tenants"] == {SIGNATURE: SECRET, "value": rpc.UNKNOWN}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            {"tenants": f'{{"{SIGNATURE}": '},
            "tenants: must be a map of tenants\nWrite it as {main: {platform: …, url: …}}.",
        ),
        ({"tenant": {}}, "tenant: is no input of the provider\nDid you mean tenants?"),
        ({"tenants": [1]}, "tenants: must be a map of tenants\nWrite it as {main: {platform: …, url: …}}."),
        ({"tenants": "no JSON"}, "tenants: must be a map of tenants\nWrite it as {main: {platform: …, url: …}}."),
        (
            {"tenants": {"a": {"platform": "auht0"}}},
            "tenants.a.platform: 'auht0' is not a platform\nDid you mean auth0?",
        ),
        (
            {"tenants": {"a": {"platform": "zzz"}}},
            "tenants.a.platform: 'zzz' is not a platform\nUse one of: auth0, logto, pingone_aic.",
        ),
        (
            {"tenants": {"a": {"platform": ["auth0"]}}},
            "tenants.a.platform: ['auth0'] is not a platform\nDid you mean auth0?",
        ),
    ],
)
def test_what_is_wrong_is_said_at_preview(inputs: dict[str, Any], said: str) -> None:
    """Each with its way out."""
    assert refused(**inputs) == [said]


def test_what_is_not_known_yet_is_not_judged() -> None:
    """An entry may hold what another resource gives."""
    assert refused(tenants={"main": {**ENTRY, "url": rpc.UNKNOWN}}) == []
    assert refused(tenants={"main": {**ENTRY, "aliases": [{"a": rpc.UNKNOWN}]}}) == []


def test_what_an_engine_adds_is_no_input() -> None:
    """Which plug-in it is to take, and from where."""
    assert refused(version="1.0.0", pluginDownloadURL="https://a.example") == []


def test_tenants_are_secret_in_the_state() -> None:
    """As a whole, also where a program gave them in clear."""
    checked = values(configuration.check(pb.CheckRequest(urn="urn", news=struct({"tenants": {"main": ENTRY}}))).inputs)
    assert SECRET in checked["tenants"].values()


def test_what_a_program_marks_stays_so() -> None:
    """Also where it is no input, as the message of the check says."""
    marked = {SIGNATURE: SECRET, "value": "canary"}
    checked = values(configuration.check(pb.CheckRequest(urn="urn", news=struct({"odd": marked}))).inputs)
    assert checked == {"odd": marked}


def test_an_engine_is_told_what_it_may_send() -> None:
    """Secrets, unknowns, resources and outputs as such; else it would send a secret in clear."""
    found = configuration.configure(pb.ConfigureRequest(args=struct({})))
    flags = (found.acceptSecrets, found.supportsPreview, found.acceptResources, found.acceptOutputs)
    assert flags == (True, True, True, True)


def test_nothing_replaces_a_resource() -> None:
    """Its id says in which tenant it is; so a resource may also come from the provider of dynamic resources."""
    before, after = struct({"tenants": {"main": ENTRY}}), struct({"tenants": {"main": {**ENTRY, "clientId": "d"}}})
    assert configuration.diff(pb.DiffRequest(olds=before, news=before)).changes == pb.DiffResponse.DIFF_NONE
    found = configuration.diff(pb.DiffRequest(olds=struct({}), news=after))
    assert (found.changes, list(found.replaces)) == (pb.DiffResponse.DIFF_SOME, [])
    same = configuration.diff(pb.DiffRequest(olds=struct({}), old_inputs=after, news=after))
    assert same.changes == pb.DiffResponse.DIFF_NONE


def test_settings_of_aws_are_read_as_of_a_stacks_config() -> None:
    """A map among them as JSON text."""
    operation.begin()
    aws = {"region": "eu-west-1", "endpoints": [{"sesv2": "http://127.0.0.1:1"}]}
    configuration.configure(pb.ConfigureRequest(args=struct({"aws": aws})))
    found = operation.current().aws_config()
    assert (found["region"], json.loads(found["endpoints"] or "")) == ("eu-west-1", aws["endpoints"])


@pytest.mark.parametrize(("name", "host"), [("default", "env.eu.auth0.com"), ("mine", "acme.eu.auth0.com")])
def test_variables_are_not_for_an_explicit_provider(name: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with two providers has two tenants called main, and each provider names its own."""
    monkeypatch.setenv("AUTH0_DOMAIN", "env.eu.auth0.com")
    monkeypatch.setenv("AUTH0_CLIENT_ID", "env")
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "canary-env")
    operation.begin()
    urn = f"urn:pulumi:dev::lab::pulumi:providers:tenant-email::{name}"
    configuration.configure(pb.ConfigureRequest(urn=urn, args=struct({"tenants": {"main": ENTRY}})))
    found = operation.current().connections().get("main", "auth0")
    assert found.host == host
    assert found.secret["clientSecret"].reveal() == ("canary" if name == "mine" else "canary-env")


def test_a_check_looks_at_variables_as_the_steps_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong one is told to whom it is for."""
    monkeypatch.setenv("AUTH0_DOMAIN", "env eu")
    urn, news = "urn:pulumi:dev::lab::pulumi:providers:tenant-email::", struct({"tenants": {"main": ENTRY}})
    found = {
        name: [each.reason for each in configuration.check(pb.CheckRequest(urn=f"{urn}{name}", news=news)).failures]
        for name in ("default_0_1_0", "mine")
    }
    assert [len(each) for each in found.values()] == [1, 0]
    assert found["default_0_1_0"][0].startswith("AUTH0_DOMAIN: ")
