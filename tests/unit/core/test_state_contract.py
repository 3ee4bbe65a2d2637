"""What stands in users' state and must not change: references to lifecycles, and type tokens."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import dill
import pytest

import tenant_email
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

LIFECYCLES: dict[type[ResourceProvider], str] = {
    EmailProviderLifecycle: "tenant_email.lifecycle.email_provider",
    EmailTemplateLifecycle: "tenant_email.lifecycle.email_template",
}
# what protocol 4 writes around a class's path: dill.dumps(EmailProviderLifecycle(), protocol=4)
GOLDEN = (
    b"\x80\x04\x95G\x00\x00\x00\x00\x00\x00\x00\x8c%tenant_email.lifecycle.email_provider\x94"
    b"\x8c\x16EmailProviderLifecycle\x94\x93\x94)\x81\x94."
)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_a_provider_is_a_reference(lifecycle: type[ResourceProvider], protocol: int) -> None:
    """Under every protocol the pickle names the class and holds nothing else."""
    pickled = dill.dumps(lifecycle(), protocol=protocol, recurse=True)
    assert len(pickled) < 110
    assert LIFECYCLES[lifecycle].encode() in pickled
    assert type(pickle.loads(pickled)) is lifecycle  # noqa: S301 - made here


def test_the_pickle_of_earlier_releases_loads() -> None:
    """The bytes that states hold since the first release are a working provider, and still the ones written."""
    assert isinstance(pickle.loads(GOLDEN), EmailProviderLifecycle)  # noqa: S301 - written above
    assert dill.dumps(EmailProviderLifecycle(), protocol=4, recurse=True) == GOLDEN


def test_no_provider_makes_everything_secret() -> None:
    """The SDK would mark the whole reference a secret, which breaks its reuse."""
    assert not any(lifecycle.serialize_as_secret_always for lifecycle in LIFECYCLES)


@pytest.mark.parametrize("name", ["EmailProvider", "EmailTemplate"])
def test_type_tokens_stay(name: str) -> None:
    """A subclass, and a subclass of it, keep the type token that states hold."""
    resource = getattr(tenant_email, name)
    mine = type("Mine", (type("Ours", (resource,), {}),), {})
    tokens = {getattr(each, "_resource_type_name") for each in (resource, mine)}  # noqa: B009 - the SDK's own name
    assert tokens == {f"dynamic/tenant-email:{name}"}
