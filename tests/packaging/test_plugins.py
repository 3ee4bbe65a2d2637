"""What Pulumi's language host takes for a plug-in, and would download, where our distributions are installed."""

from __future__ import annotations

import ast
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto import language_pb2_grpc

from support.wheels import PROJECTS, Environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PULUMI_S_OWN = {"aws", "cloudflare", "digitalocean"}

# The rule of the language host, run in the program's environment: a distribution is a plug-in when the module of its
# name holds a pulumi-plugin.json that says so, or when there is none and it is named `pulumi-…`. The module is looked
# for by import; older hosts look beside the distribution's metadata.
RULE = """
import importlib.metadata, importlib.util, json, pathlib, re, sys

def said(distribution):
    module = distribution.metadata["Name"].replace("-", "_")
    found = importlib.util.find_spec(module) if sys.argv[1] == "imported" else None
    folders = found.submodule_search_locations or [] if found else [distribution.locate_file(module)]
    files = [pathlib.Path(folder, "pulumi-plugin.json") for folder in folders]
    return next((json.loads(file.read_text()) for file in files if file.is_file()), None)

def name(distribution):
    return re.sub("[-_.]+", "-", distribution.metadata["Name"].lower())

for distribution in importlib.metadata.distributions():
    told = said(distribution)
    if told["resource"] if told else name(distribution).startswith("pulumi-"):
        print((told or {}).get("name") or name(distribution).removeprefix("pulumi-"))
"""


@pytest.fixture(scope="module", params=["wheels", "editable"])
def environment(
    request: pytest.FixtureRequest, wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """An environment with all distributions, from their wheels or from their sources."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "editable":
        return Environment.make(folder, editable=list(PROJECTS.values()))
    return Environment.make(folder, list(wheels.values()))


@pytest.mark.parametrize("place", ["imported", "beside the metadata"])
def test_none_of_ours_is_a_plugin(environment: Environment, place: str) -> None:
    """Wherever a language host looks, it finds the word that there is nothing to download."""
    assert set(environment.run("-c", RULE, place).stdout.split()) == PULUMI_S_OWN


@pytest.mark.skipif(shutil.which("pulumi-language-python") is None, reason="the Pulumi CLI is not on PATH")
def test_the_language_host_requires_no_plugin_of_ours(environment: Environment, tmp_path: Path) -> None:
    """Asked as `pulumi install` asks it, the real one names Pulumi's own plug-ins alone."""
    options = struct_pb2.Struct()
    options.update({"toolchain": "pip", "virtualenv": str(environment.folder)})
    here = str(tmp_path)
    info = pb.ProgramInfo(root_directory=here, program_directory=here, entry_point=".", options=options)
    with language_host() as stub:
        answer = stub.GetRequiredPackages(pb.GetRequiredPackagesRequest(info=info))
    assert {package.name for package in answer.packages} == PULUMI_S_OWN


def test_the_word_for_pulumi_costs_nothing() -> None:
    """Its module is a docstring."""
    (statement,) = ast.parse((PROJECTS["tenant_email"] / "providers/pulumi_tenant_email/__init__.py").read_text()).body
    assert isinstance(statement, ast.Expr)


@contextmanager
def language_host() -> Iterator[language_pb2_grpc.LanguageRuntimeStub]:
    """Starts the real language host; it calls no engine while nothing is installed."""
    command = ["pulumi-language-python", "127.0.0.1:9"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as host:
        assert host.stdout
        try:
            with grpc.insecure_channel(f"127.0.0.1:{host.stdout.readline().strip()}") as channel:
                yield language_pb2_grpc.LanguageRuntimeStub(channel)
        finally:
            host.kill()
