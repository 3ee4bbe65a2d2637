"""What the plug-in answers an engine: failures at a property, detailed diffs, previews, and marks; no network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as pb

from support.inputs import SMTP, WELCOME, provider_inputs, template_inputs
from support.plugin import struct, urn_of, values
from tenant_email import package_schema as schema
from tenant_email.operations import operation
from tenant_email.plugin import configuration, provider
from tenant_email.plugin.values import encode

if TYPE_CHECKING:
    from google.protobuf import struct_pb2

    from tenant_email.json_types import Props

PROVIDER, TEMPLATE = schema.token("EmailProvider"), schema.token("EmailTemplate")
CANARY = "canary-in-a-plug-in"
ID = "auth0/acme.eu.auth0.com/email-provider"
Kind = pb.PropertyDiff
SEALED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": CANARY}


@pytest.fixture(autouse=True)
def _tenants() -> None:
    """Configures one tenant, which nobody calls."""
    operation.begin()
    entry = {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientId": "c", "clientSecret": CANARY}
    configuration.configure(pb.ConfigureRequest(args=struct({"tenants": json.dumps({"main": entry})})))


def sent(token: str, inputs: Props, marked: tuple[tuple[str, ...], ...] = ()) -> struct_pb2.Struct:
    """Returns inputs as a program sends them."""
    return encode(inputs, schema.properties_of(token), marked)


def failures(**inputs: Any) -> dict[str, str]:
    """Returns what a check refuses: the reason, by property."""
    request = pb.CheckRequest(urn=urn_of(PROVIDER), news=sent(PROVIDER, provider_inputs(**inputs)))
    return {each.property: each.reason for each in provider.check(request).failures}


def diff(before: Props, after: Props, token: str = PROVIDER, **marks: Any) -> pb.DiffResponse:
    """Compares inputs with recorded ones."""
    olds, news = sent(token, before, marks.get("olds", ())), sent(token, after, marks.get("news", ()))
    return provider.diff(pb.DiffRequest(urn=urn_of(token), id=marks.get("id_", ID), olds=olds, news=news))


def test_a_failure_is_at_its_property_and_in_the_schemas_words() -> None:
    """Within an object; the engine would print what stands at a text of the top, so that one is named in words."""
    found = failures(from_address="nobody", settings={**SMTP, "port": 0, "hostname": "x"}, further_domains=["a b"])
    assert found["settings.port"] == "must be a port from 1 to 65535\nUse 587 (STARTTLS) or 465 (TLS)."
    assert found["settings.hostname"].startswith("is not a known setting")
    assert found[""].startswith("fromAddress: is not an email address")
    assert provider.property_path("further_domains.0.on_delete") == "furtherDomains[0].onDelete"
    assert failures(enabled="perhaps")["enabled"].startswith("must be a valid boolean")


def test_a_failure_shows_no_secret() -> None:
    """Neither one of the schema's nor one that the user marked."""
    inputs = provider_inputs(settings={**SMTP, "username": f" {CANARY}-user", "password": f"{CANARY}\0"})
    news = sent(PROVIDER, inputs, (("settings", "username"),))
    answer = provider.check(pb.CheckRequest(urn=urn_of(PROVIDER), news=news))
    assert len(answer.failures) == 2
    assert CANARY not in str(answer.failures)
    news = sent(PROVIDER, provider_inputs(from_address=f"{CANARY}-user"), (("from_address",),))
    (failure,) = provider.check(pb.CheckRequest(urn=urn_of(PROVIDER), news=news)).failures
    assert "is not an email address" in failure.reason
    assert CANARY not in failure.reason


def test_a_check_seals_what_is_secret_by_the_schema() -> None:
    """A program in YAML gives a password in clear; the state has it encrypted."""
    news = struct({"settings": {"kind": "auth0.smtp", "password": CANARY}})
    inputs = values(provider.check(pb.CheckRequest(urn=urn_of(PROVIDER), news=news)).inputs)
    assert inputs["settings"]["password"] == SEALED


def test_a_difference_is_shown_where_it_is() -> None:
    """With what was added, changed and left out, by the schema's names."""
    after = provider_inputs(
        {**SMTP, "port": 2525, "password": f"{CANARY}-2"}, from_address=None, sending_domain="acme.example"
    )
    found = diff(provider_inputs(), after)
    assert {path: each.kind for path, each in found.detailedDiff.items()} == {
        "settings.port": Kind.UPDATE,
        "settings.password": Kind.UPDATE,
        "fromAddress": Kind.DELETE,
        "sendingDomain": Kind.ADD,
    }
    assert list(found.replaces) == []
    assert set(found.diffs) == {"settings", "fromAddress", "sendingDomain"}
    assert found.hasDetailedDiff
    token = schema.token("SesDomainSettings")
    before, after = ({"domain": "acme.example", "region": "eu-west-1", "tags": {"a b": each}} for each in "xy")
    assert list(diff(before, after, token, id_="aws-ses/eu-west-1/acme.example/settings").diffs) == ["tags"]


def test_another_template_is_a_replacement_at_its_settings() -> None:
    """The path says what differs, the kind that it is another object."""
    other = template_inputs({**WELCOME, "template": "blocked_account"})
    found = diff(template_inputs(), other, TEMPLATE, id_="auth0/acme.eu.auth0.com/email-template/welcome_email")
    assert list(found.replaces) == ["settings"]
    assert found.detailedDiff["settings.template"].kind == Kind.UPDATE_REPLACE


def test_what_is_equal_is_no_difference() -> None:
    """What an engine sends of numbers are doubles."""
    assert diff(provider_inputs(), provider_inputs({**SMTP, "port": 587.0})).changes == pb.DiffResponse.DIFF_NONE


def test_another_mark_is_recorded_anew() -> None:
    """What the user marks secret later has to be encrypted in the state, though it is the same value."""
    marked = (("settings", "username"),)
    found = diff(provider_inputs(), provider_inputs(), news=marked)
    assert (found.changes, found.hasDetailedDiff) == (pb.DiffResponse.DIFF_SOME, False)
    assert diff(provider_inputs(), provider_inputs(), olds=marked, news=marked).changes == pb.DiffResponse.DIFF_NONE


@pytest.mark.parametrize("step", ["create", "update"])
def test_a_preview_makes_nothing_and_knows_the_inputs(step: str) -> None:
    """The outputs come later, and the secrets stay secret."""
    inputs = sent(PROVIDER, provider_inputs())
    if step == "create":
        found = provider.create(pb.CreateRequest(urn=urn_of(PROVIDER), properties=inputs, preview=True)).properties
    else:
        request = pb.UpdateRequest(urn=urn_of(PROVIDER), id=ID, olds=inputs, news=inputs, preview=True)
        found = provider.update(request).properties
    shown = values(found)
    assert (shown["live"], shown["adopted"], shown["fromAddress"]) == (
        rpc.UNKNOWN,
        rpc.UNKNOWN,
        "no-reply@acme.example",
    )
    assert "value" in shown["settings"]["password"]


def test_an_output_that_follows_from_an_input_is_known_in_a_preview() -> None:
    """A placeholder is made of its ESV's name."""
    token = schema.token("EsvVariable")
    inputs = struct({"esv": "smtp-host", "value": "x"})
    answer = provider.create(pb.CreateRequest(urn=urn_of(token), properties=inputs, preview=True))
    assert values(answer.properties)["placeholder"] == "&{esv.smtp.host}"
    secret = struct({"esv": {**SEALED, "value": "smtp-host"}, "value": "x"})
    answer = provider.create(pb.CreateRequest(urn=urn_of(token), properties=secret, preview=True))
    assert values(answer.properties)["placeholder"] == {**SEALED, "value": "&{esv.smtp.host}"}


def test_region_and_tags_are_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a Python program does it: the tags say whose the identity is, also after a run that was killed."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    token = schema.token("SesDomainIdentity")
    news = struct({"domain": "acme.example"})
    inputs = values(provider.check(pb.CheckRequest(urn=urn_of(token), news=news)).inputs)
    tags = {"managed-by": "pulumi-tenant-email", "pulumi-project": "lab", "pulumi-stack": "dev"}
    assert (inputs["region"], inputs["tags"]) == ("eu-west-1", tags)


def test_every_lifecycle_is_served() -> None:
    """By the name of its class; another type is an error that names it."""
    resources = schema.load()["resources"]
    served = {token for token in resources if not resources[token].get("isComponent")}
    assert all(provider.lifecycle_of(token).inputs for token in served)
    with pytest.raises(provider.UnknownTypeError, match="tenant-email:index:Nothing"):
        provider.lifecycle_of("tenant-email:index:Nothing")


def test_what_an_aws_provider_says_is_no_mark() -> None:
    """A component seals it for everyone; its region may stand in a message."""
    token = schema.token("SesDomainIdentity")
    inputs = {"domain": "acme.example", "region": "eu-west-77", "aws_provider": {"sts_region": "eu-west-77"}}
    news = encode(inputs, schema.inputs_of(token))
    answer = provider.check(pb.CheckRequest(urn=urn_of(token), news=news))
    assert "eu-west-77" in str(answer.failures)
    assert "value" in values(answer.inputs)["awsProvider"]


def test_two_resources_for_one_object_are_refused_at_preview() -> None:
    """The second one, by the name of the first; the first may be checked again."""
    request = pb.CheckRequest(urn=urn_of(PROVIDER), news=sent(PROVIDER, provider_inputs()))
    assert not provider.check(request).failures
    assert not provider.check(request).failures
    (failure,) = provider.check(pb.CheckRequest(urn=f"{urn_of(PROVIDER)}-2", news=request.news)).failures
    assert failure.reason == f"{ID} is already managed by 'n'\nKeep one of the two resources."
