"""The distributions: the library, the two that run its stacks on one machine, and the policies: each alone."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import packages_distributions
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.engines import PASSPHRASE
from support.wheels import PROJECTS, Environment, build, metadata, packages

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = {"tenant_email": "providers/tenant_email"}
TYPE_STUBS = {"_typeshed", *(f"mypy_boto3_{service}" for service in ("iam", "route53", "sesv2", "sts"))}

PROGRAM = """
from tenant_email import EmailProvider, auth0

EmailProvider("mail", settings=auth0.SendGrid(api_key="SG.1"), from_address="a@acme.com")
"""
CONFIG = {"tenant-email:tenants": json.dumps({"main": {"platform": "auth0", "url": "https://acme.eu.auth0.com"}})}


@pytest.fixture(scope="module")
def library(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the library alone."""
    return Environment.make(tmp_path_factory.mktemp("library"), [wheels["tenant_email"]])


@pytest.fixture(scope="module")
def everything(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with all of them."""
    return Environment.make(tmp_path_factory.mktemp("everything"), list(wheels.values()))


def test_each_wheel_holds_one_package(wheels: dict[str, Path]) -> None:
    """The library's has a word for Pulumi beside, and neither engine, nor emulators, nor a stand-in for a plug-in."""
    holds = {name: {name} for name in PROJECTS} | {"tenant_email": {"tenant_email", "pulumi_tenant_email"}}
    assert {name: packages(wheel) for name, wheel in wheels.items()} == holds
    with zipfile.ZipFile(wheels["tenant_email"]) as archive:
        local = re.compile(r"(?<!/cli)/(local|engine|emulators|demo|aws/plugin)\b")
        assert not [name for name in archive.namelist() if local.search(name)]


@pytest.mark.parametrize("package", PROJECTS)
def test_each_wheel_says_what_it_is(wheels: dict[str, Path], package: str) -> None:
    """License, typing, authors and the Python versions that it is for."""
    with zipfile.ZipFile(wheels[package]) as archive:
        names = archive.namelist()
        told = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        assert f"{package}/py.typed" in names
        assert "Apache License" in archive.read(next(n for n in names if n.endswith("licenses/LICENSE"))).decode()
    assert "Author: The pulumi-tenant-email maintainers" in told
    for version in ("3.11", "3.12", "3.13", "3.14"):
        assert f"Classifier: Programming Language :: Python :: {version}" in told


@pytest.mark.parametrize("package", PROJECTS)
def test_an_sdist_builds_the_same_wheel(wheels: dict[str, Path], package: str, tmp_path: Path) -> None:
    """It holds all that its wheel is made of, and nothing that leads out of it."""
    with tarfile.open(build(package, tmp_path, target="sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = (path for path in tmp_path.iterdir() if path.is_dir())
    again = build(package, tmp_path, project=unpacked)
    with zipfile.ZipFile(again) as made, zipfile.ZipFile(wheels[package]) as direct:
        assert sorted(made.namelist()) == sorted(direct.namelist())


def test_versions_and_pins_are_in_step() -> None:
    """One version, which each demands of the others; and Pulumi takes a new distribution `pulumi-…` for a plug-in."""
    version = metadata("tenant_email")["version"]
    assert {metadata(package)["version"] for package in PROJECTS} == {version}
    assert metadata("tenant_email")["optional-dependencies"]["local"] == [f"tenant-email-local=={version}"]
    pin = f"embedded-pulumi-engine=={version}"
    assert pin in metadata("tenant_email_local")["dependencies"]
    assert not [p for p in PROJECTS if p != "tenant_email" and metadata(p)["name"].startswith("pulumi-")]


@pytest.mark.parametrize("package", PROJECTS)
def test_each_declares_what_it_imports(package: str) -> None:
    """What is imported is the standard library's, its own, or of a distribution that pyproject.toml names."""
    demands = [*metadata(package)["dependencies"], *metadata(package).get("optional-dependencies", {}).get("local", ())]
    declared = {canonicalize_name(Requirement(demand).name) for demand in demands}
    # of an editable install nobody sees what it brings
    brought = {**packages_distributions(), **{ours: [str(metadata(ours)["name"])] for ours in PROJECTS}}
    names = {name.partition(".")[0] for name in imported(package)} - sys.stdlib_module_names - {package}
    missing = {name for name in names if not declared & {canonicalize_name(dist) for dist in brought.get(name, ())}}
    assert missing - TYPE_STUBS == set()


def imported(package: str) -> set[str]:
    """Returns the modules that a package's files import."""
    found: set[str] = set()
    for file in (PROJECTS[package] / FOLDERS.get(package, package)).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return found


def test_the_library_works_alone_and_says_what_is_missing(library: Environment) -> None:
    """Without the local environment the command line and the resources work; `local` says what to install."""
    assert library.run("-m", "embedded_pulumi_engine").returncode != 0
    assert library.run("-c", "import tenant_email; tenant_email.EmailProvider").returncode == 0
    assert library.run("-m", "tenant_email.cli", "--help").returncode == 0
    refused = library.run("-m", "tenant_email.cli", "local")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        "tenant-email-local is not installed",
        "Run: pip install 'pulumi-tenant-email[local]'",
    ]


def test_a_program_runs_on_the_installed_engine(everything: Environment, tmp_path: Path) -> None:
    """The installed engine previews a program of the installed library."""
    options = {"toolchain": "pip", "virtualenv": str(everything.folder)}
    project = {"name": "wheels", "runtime": {"name": "python", "options": options}, "config": CONFIG}
    (tmp_path / "Pulumi.yaml").write_text(json.dumps(project))
    (tmp_path / "__main__.py").write_text(PROGRAM)
    environ = {**os.environ, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
    previewed = everything.run("-m", "embedded_pulumi_engine", "preview", environ=environ, cwd=tmp_path)
    assert "+ 2 to create" in previewed.stdout, previewed.stdout + previewed.stderr
    assert "SG.1" not in previewed.stdout


def test_the_installed_command_runs_the_installed_machine(everything: Environment, tmp_path: Path) -> None:
    """`tenant-email local` finds the local environment by its entry point."""
    command = [str(everything.folder / "bin" / "tenant-email"), "local", "--directory", str(tmp_path)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        printed = list(takewhile(lambda line: not line.startswith("# Ctrl-C"), run.stdout))
        run.terminate()
        assert run.wait(timeout=20) == 0
    assert any(line.startswith("export AUTH0_DOMAIN=http://127.0.0.1:") for line in printed)
