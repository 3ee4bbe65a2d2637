"""What a check fills in for a program that is not in Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from support.plugin import struct, urn_of
from tenant_email import package_schema as schema
from tenant_email.operations import operation
from tenant_email.plugin import configuration, provider
from tenant_email.plugin.defaults import with_defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.json_types import Props

TAGS = {"managed-by": "pulumi-tenant-email", "pulumi-project": "lab", "pulumi-stack": "dev"}
AWS = {"region": "eu-west-1", "profile": "mail"}


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    """Configures how AWS is reached."""
    operation.begin()
    configuration.configure(pb.ConfigureRequest(args=struct({"aws": json.dumps(AWS)})))
    yield
    configuration.configure(pb.ConfigureRequest(args=struct({})))


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        (
            "SesDomainIdentity",
            {"domain": "acme.example"},
            {"dkim": "easy", "switch_timeout": "2m", "on_existing": "fail", **AWS, "tags": TAGS},
        ),
        ("SesDomainIdentity", {"region": "eu-west-2", "dkim": "byo", "tags": {}, "profile": "x"}, None),
        ("SesDomainSettings", {"domain": "acme.example"}, AWS),
        ("SesDkimKey", {}, {"bits": 2048}),
        ("EmailTemplate", {}, {"tenant": "main", "on_existing": "adopt"}),
    ],
)
def test_what_is_not_given_is_filled_in(name: str, given: Props, found: Props | None) -> None:
    """From the schema and the config, where the resource has such an input; tags only where they are not the user's."""
    token = schema.token(name)
    usual = {"switch_timeout": "2m", "on_existing": "fail"} if found is None else found
    assert with_defaults(token, urn_of(token), provider.lifecycle_of(token), given) == {**usual, **given}
