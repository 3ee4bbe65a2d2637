"""The process: errors without a traceback, and waits that a Cancel ends."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from support.auth0 import config_entry
from support.plugin import in_clear, running_plugin, struct, urn_of, values
from tenant_email import package_schema as schema
from tenant_email_local.emulators.auth0 import Auth0Emulator
from tenant_email_local.emulators.server import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = schema.token("EmailTemplate")
SETTINGS = {"kind": "auth0.template", "template": "welcome_email", "subject": "Hi", "body": "<p>Hi</p>"}
INPUTS = {"settings": {**SETTINGS, "syntax": "liquid", "enabled": True}}


@pytest.fixture
def tenant() -> Iterator[Auth0Emulator]:
    """Serves an empty tenant."""
    with Auth0Emulator() as emulator:
        yield emulator


def created(stub: Any) -> str:
    """Returns what a creation fails with; empty where it does not."""
    try:
        stub.Create(pb.CreateRequest(urn=urn_of(TOKEN), properties=struct(INPUTS)))
    except grpc.RpcError as error:
        return str(error.details())
    return ""


def test_a_cancel_ends_a_wait(tenant: Auth0Emulator) -> None:
    """A rate limit that asks for half a minute is waited for no longer than the engine wants to."""
    tenant.inject(Fault("POST", "/api/v2/email-templates*", status=429, headers={"Retry-After": "30"}, times=9))
    with running_plugin({"main": config_entry(tenant)}) as stub:
        told: list[str] = []
        thread = threading.Thread(target=lambda: told.append(created(stub)))
        thread.start()
        while not any("email-templates" in call.path for call in tenant.calls):
            pass
        stub.Cancel(empty_pb2.Empty())
        thread.join(10)
    assert told == ["stopped while waiting\nRun again: what was done before is recorded."]


def test_a_type_that_is_none(tenant: Auth0Emulator) -> None:
    """It is named, without a traceback; the schema and the version are there before any configuration."""
    with running_plugin({"main": config_entry(tenant)}) as stub:
        with pytest.raises(grpc.RpcError) as caught:
            stub.Diff(pb.DiffRequest(urn=urn_of("tenant-email:index:Nothing"), id="x"))
        assert caught.value.details() == "there is no resource type tenant-email:index:Nothing"
        with pytest.raises(grpc.RpcError, match="SesSendingDomain is a component, of which there is nothing to import"):
            stub.Read(pb.ReadRequest(urn=urn_of(schema.token("SesSendingDomain")), id="acme.com"))
        assert stub.GetSchema(pb.GetSchemaRequest()).schema == schema.text()
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == schema.load()["version"]


def test_a_creation_without_an_answer_is_recorded_in_part(tenant: Auth0Emulator) -> None:
    """The engine gets its id and what was sent; the update that it sends next makes the resource whole."""
    inputs = {"settings": {"kind": "auth0.smtp", "host": "smtp.one.example", "username": "ada", "password": "canary"}}
    urn = urn_of(schema.token("EmailProvider"))
    tenant.inject(Fault("POST", "/api/v2/emails/provider", drop="after"))
    tenant.inject(down := Fault("GET", "/api/v2/emails/provider*", html="<p>down</p>", times=99))
    with running_plugin({"main": config_entry(tenant)}) as stub:
        with pytest.raises(grpc.RpcError) as caught:
            stub.Create(pb.CreateRequest(urn=urn, properties=struct(inputs)))
        error: Any = caught.value
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        (packed,), found = status_pb2.Status.FromString(details).details, pb.ErrorResourceInitFailed()
        packed.Unpack(found)
        assert (found.id.endswith("/email-provider"), found.properties["unconfirmed"]) == (True, True)
        assert "created in part" in found.reasons[0]
        assert "canary" not in in_clear(found)
        down.times = 0
    with running_plugin({"main": config_entry(tenant)}) as stub:  # as the next run has one of its own
        request = pb.UpdateRequest(urn=urn, id=found.id, olds=found.properties, news=found.inputs)
        made = values(stub.Update(request).properties)
    assert (made["adopted"], "unconfirmed" in made) == (False, False)
    assert (tenant.state.provider or {})["credentials"]["smtp_pass"] == "canary"
