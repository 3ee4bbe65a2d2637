"""References to other stacks: which state they read, and what of it is secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from embedded_pulumi_engine.builtin import BuiltinPlugin, StackStates
from embedded_pulumi_engine.passphrase import new_salt
from embedded_pulumi_engine.plugins import PluginError
from embedded_pulumi_engine.resources import encode
from embedded_pulumi_engine.urns import STACK_TYPE
from embedded_pulumi_engine.values import seal
from support.registrations import recorded

if TYPE_CHECKING:
    from pathlib import Path

OUTPUTS = {"domain": "acme.example", "smtp": {"host": "smtp.acme.example", "password": seal("canary")}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backend with one stack."""
    folder, crypter = tmp_path_factory.mktemp("states"), new_salt("phrase")
    stack = replace(recorded(), type=STACK_TYPE, custom=False, outputs=OUTPUTS)
    secrets = {"type": "passphrase", "state": {"salt": crypter.salt_line}}
    deployment = {"secrets_providers": secrets, "resources": [encode(stack, crypter)]}
    (folder / "sending").mkdir()
    (folder / "sending" / "dev.json").write_text(json.dumps({"version": 3, "deployment": deployment}))
    return folder


@pytest.mark.parametrize(
    ("project", "name"), [("tenant", "organization/sending/dev"), ("sending", "organization/dev"), ("sending", "dev")]
)
def test_outputs_are_found_by_every_form_of_the_name(folder: Path, project: str, name: str) -> None:
    """Secrets come as secrets, and the names of what holds one are told."""
    found, _ = BuiltinPlugin(StackStates(folder, project, "phrase")).invoke(
        "pulumi:pulumi:readStackOutputs", {"name": name}
    )
    assert (found["outputs"], found["secretOutputNames"]) == (OUTPUTS, ["smtp"])


@pytest.mark.parametrize(
    ("name", "phrase", "said"),
    [
        ("organization/sending/prod", "phrase", 'unknown stack "organization/sending/prod"'),
        ("acme/sending/dev", "phrase", "names no stack"),
        ("organization/../dev", "phrase", "names no stack"),
        ("organization//dev", "phrase", "names no stack"),
        ("organization/sending/dev", "another", "could not read stack"),
    ],
)
def test_what_cannot_be_read_is_an_error(folder: Path, name: str, phrase: str, said: str) -> None:
    """A stack that is not there, a name that is none, a passphrase that opens another."""
    with pytest.raises(PluginError, match=said):
        StackStates(folder, "sending", phrase).outputs(name)


def test_what_a_state_has_is_read_by_urn(folder: Path) -> None:
    """Each resource with its type and outputs, as a program asks for its own."""
    found, _ = BuiltinPlugin(StackStates(folder, "sending", "phrase")).invoke(
        "pulumi:pulumi:readStackResourceOutputs", {"stackName": "organization/sending/dev"}
    )
    assert found["outputs"] == {recorded().urn: {"type": STACK_TYPE, "outputs": OUTPUTS}}
