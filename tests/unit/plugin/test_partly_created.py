"""A creation whose answer was lost, as the engine records it."""

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
from tenant_email.plugin import provider

if TYPE_CHECKING:
    from pathlib import Path

NOTE = "It is recorded as created in part: the next `pulumi up` goes on with it."


def sealed(value: Any) -> dict[str, Any]:
    """Returns a secret as it travels."""
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": value}


def test_it_is_recorded_as_it_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a mark of its own, and with what is secret sealed, also by the user's mark alone."""
    with installed(tmp_path):
        operation.begin()
        tenant = tenant_of("owls", monkeypatch)
        tenant.losing = ["before", "before"]
        settings = {"kind": "owls.smtp", "host": "smtp.one.example", "port": 587, "username": "ada"}
        inputs = {"tenant": "main", "fromAddress": "ada@acme.example", "enabled": True}
        given = {**inputs, "settings": sealed({**settings, "password": "canary"})}
        with pytest.raises(provider.PartlyCreatedError) as caught:
            provider.create(pb.CreateRequest(urn=urn_of(schema.token("EmailProvider")), properties=struct(given)))
        operation.begin()
    found = caught.value.recorded
    assert (found.id, list(found.reasons)) == ("owls/owls.example/email-provider", [str(caught.value)])
    assert str(caught.value).endswith(NOTE)
    kept = {**inputs, "settings": sealed({**settings, "password": sealed("canary")})}
    assert values(found.inputs) == kept
    assert values(found.properties) == {**kept, "unconfirmed": True}


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
