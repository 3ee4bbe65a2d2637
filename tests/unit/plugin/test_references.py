"""A component that a program hands to another one: its URN, in whatever the language of the program wraps it."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email.plugin.references import give_urns

URN = "urn:pulumi:dev::lab::tenant-email:index:SesSendingDomain::mail"
SIGNATURE = "4dabf18193072939515e22adb298388d"
RESOURCE, OUTPUT = "5cf8f73096256a8f31e491e813e4eb8e", "d0e6a833031e9bbcd3f4e8bde6ca49a4"  # the protocol's own words
REFERENCE = {SIGNATURE: RESOURCE, "urn": URN, "id": "", "packageVersion": "0.1.0"}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (REFERENCE, URN),
        ({SIGNATURE: OUTPUT, "value": REFERENCE, "dependencies": [URN, "another"]}, URN),
        ({SIGNATURE: OUTPUT}, {SIGNATURE: OUTPUT}),
        ("acme.com", "acme.com"),
        ({"value": REFERENCE}, {"value": REFERENCE}),
    ],
    ids=["reference", "in an output", "unknown", "no resource", "an object"],
)
def test_a_resource_comes_as_its_urn(given: Any, taken: Any) -> None:
    """Also where its id is empty, and where the input depends on more than it."""
    inputs = {"sendingDomain": given, "fromAddress": "no-reply@acme.com"}
    request = pb.ConstructRequest(type="tenant-email:index:TenantEmail")
    json_format.ParseDict(inputs, request.inputs)
    request.inputDependencies["sendingDomain"].urns[:] = [URN, "another"]
    give_urns(request)
    assert json_format.MessageToDict(request.inputs) == {**inputs, "sendingDomain": taken}
    assert bool(request.inputDependencies["sendingDomain"].urns) == (taken != URN)
