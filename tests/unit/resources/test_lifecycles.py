"""What a program writes of a lifecycle that it never loads is what Pulumi would have made of it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from base64 import b64decode
from typing import TYPE_CHECKING, Final

import dill
import pytest

from tenant_email.resources import lifecycles

if TYPE_CHECKING:
    from tenant_email.resources.lifecycles import LifecycleReference

EVERY: Final = [each for each in vars(lifecycles).values() if isinstance(each, lifecycles.LifecycleReference)]


def named(reference: LifecycleReference) -> str:
    """Returns a name for a test."""
    return reference.name


@pytest.mark.parametrize("reference", EVERY, ids=named)
def test_the_pickle_is_pulumis(reference: LifecycleReference) -> None:
    """To the byte; and it loads as an instance of the class."""
    pickled = b64decode(reference.pickled)
    assert pickled == dill.dumps(reference.load(), protocol=4, recurse=True)
    assert type(pickle.loads(pickled)) is type(reference.load())  # noqa: S301 - made here


@pytest.mark.parametrize("reference", EVERY, ids=named)
def test_the_outputs_that_repeat_inputs_are_the_lifecycles(reference: LifecycleReference) -> None:
    """A program knows without the lifecycle which outputs may have to be hidden."""
    assert set(reference.mirrors) == set(reference.load().mirrors)


@pytest.mark.parametrize(("name", "frozen"), [("pulumi.dynamic.__main__", True), ("__main__", False)])
def test_a_host_alone_keeps_what_the_sdk_loaded_out_of_collections(name: str, *, frozen: bool) -> None:
    """A user's program is not ours to tune."""
    code = f"""
import gc, sys
from importlib.machinery import ModuleSpec
sys.modules["__main__"].__spec__ = ModuleSpec({name!r}, None)
import tenant_email.lifecycle.email_provider
print(gc.get_freeze_count() > 1000)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(frozen)
