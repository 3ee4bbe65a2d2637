"""What stands in users' state and must not change: references to the ESV lifecycles, and type tokens."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import dill
import pytest

from tenant_email import pingone_aic
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

PATHS: dict[type[ResourceProvider], bytes] = {
    EsvRestartLifecycle: b"tenant_email.lifecycle.esv_restart",
    EsvSecretLifecycle: b"tenant_email.lifecycle.esv_secret",
    EsvVariableLifecycle: b"tenant_email.lifecycle.esv_variable",
}


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("lifecycle", PATHS)
def test_a_provider_is_a_reference(lifecycle: type[ResourceProvider], protocol: int) -> None:
    """Under every protocol the pickle names the class, holds nothing else, and loads."""
    pickled = dill.dumps(lifecycle(), protocol=protocol, recurse=True)
    assert len(pickled) < 110
    assert PATHS[lifecycle] in pickled
    assert type(pickle.loads(pickled)) is lifecycle  # noqa: S301 - made here


@pytest.mark.parametrize("name", ["EsvRestart", "EsvSecret", "EsvVariable"])
def test_type_tokens_stay_and_subclasses_keep_them(name: str) -> None:
    """A user's subclass changes no state."""
    resource = getattr(pingone_aic, name)
    subclass: Any = type("Mine", (resource,), {})
    assert resource._resource_type_name == subclass._resource_type_name == f"dynamic/tenant-email:{name}"  # noqa: SLF001 - Pulumi's own place for it
