"""What the engine records of a creation, also of one whose answer was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from support.flock.parts import installed, tenant_of
from support.plugin import struct, urn_of, values
from tenant_email import package_schema as schema
from tenant_email.errors import NOTHING_RECORDED, PlatformError
from tenant_email.operations import operation
from tenant_email.operations.steps import UnconfirmedCreationError
from tenant_email.plugin import configuration, provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.flock.tenant import Tenant

NOTE = "It is recorded as created in part: the next `pulumi up` goes on with it."


def sealed(value: Any) -> dict[str, Any]:
    """Returns a secret as it travels."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    """A tenant in memory."""
    with installed(tmp_path):
        operation.begin()
        configuration.configure(pb.ConfigureRequest(args=struct({})))
        yield tenant_of("owls", monkeypatch)
    operation.begin()


SETTINGS = {"kind": "owls.smtp", "host": "smtp.one.example", "port": 587, "username": "ada"}
INPUTS = {"tenant": "main", "fromAddress": "ada@acme.example", "enabled": True}


def created(settings: Any) -> pb.CreateResponse:
    """Creates a provider."""
    urn = urn_of(schema.token("EmailProvider"))
    return provider.create(pb.CreateRequest(urn=urn, properties=struct({**INPUTS, "settings": settings})))


def test_what_may_have_been_made_is_recorded_as_it_was_sent(tenant: Tenant) -> None:
    """With a mark of its own, and with what is secret sealed, also by the user's mark alone."""
    tenant.losing = ["before", "before"]
    with pytest.raises(provider.PartlyCreatedError) as caught:
        created(sealed({**SETTINGS, "password": "canary"}))
    found = caught.value.recorded
    assert (found.id, list(found.reasons)) == ("owls/owls.example/email-provider", [str(caught.value)])
    assert str(caught.value).endswith(NOTE)
    kept = {**INPUTS, "settings": sealed({**SETTINGS, "password": sealed("canary")})}
    assert values(found.inputs) == kept
    assert values(found.properties) == {**kept, "unconfirmed": True}


@pytest.mark.usefixtures("tenant")
def test_what_the_live_settings_repeat_is_sealed() -> None:
    """As a whole, where the user marked one of them."""
    found = values(created({**SETTINGS, "username": sealed("ada"), "password": "canary"}).properties)
    assert found["live"] == sealed(found["live"]["value"])
    assert found["live"]["value"]["username"] == "ada"
    assert found["written_identity"]["attributes"] == found["live"]


@pytest.mark.parametrize("remedy", [NOTHING_RECORDED, ""])
def test_a_creation_in_part_is_recorded_and_told(remedy: str) -> None:
    """With what the next run does about it, once, in the schema's names."""
    error = PlatformError("from_address: no answer", remedy=remedy)
    properties = struct({"a": 1}), struct({"b": 2})
    found = provider.PartlyCreatedError(UnconfirmedCreationError(error, "the id", {}), *properties)
    assert str(found) == f"fromAddress: no answer\n{NOTE}"
    assert found.error is error
    expected = pb.ErrorResourceInitFailed(
        id="the id", properties=properties[0], reasons=[str(found)], inputs=properties[1]
    )
    assert found.recorded == expected
