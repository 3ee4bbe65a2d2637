"""The command `tenant-email fleet kubernetes`: what it writes, and what it leaves alone."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

from support.fleets import STACK
from tenant_email.cli import app

if TYPE_CHECKING:
    from pathlib import Path


DIGEST = f"acme/pulumi:1@sha256:{'0' * 64}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The stack, its secrets where a pod has them."""
    shutil.copytree(STACK, tmp_path / "fleet")
    file = tmp_path / "fleet" / "tenants.yaml"
    file.write_text(file.read_text().replace(": secrets/", ": /run/secrets/"))
    return tmp_path


def run(folder: Path, *more: str) -> Any:
    """Writes the manifests."""
    words = ["fleet", "kubernetes", str(folder / "fleet" / "tenants.yaml"), "--out", str(folder / "out")]
    options = ["--repo", "https://github.com/acme/mail", "--org", "acme", "-n", "mail"]
    return CliRunner().invoke(app, [*words, *options, *more])


def test_every_object_is_a_file_and_every_secret_is_named(folder: Path) -> None:
    """The list of files is what kubectl applies; the Secrets and their keys are told."""
    done = run(folder)
    assert "tenant-acme: ACME_AUTH0_SECRET" in done.output
    listed = yaml.safe_load((folder / "out" / "kustomization.yaml").read_text())
    assert (listed["namespace"], listed["resources"][0]) == ("mail", "service-account.yaml")
    assert {*listed["resources"], "kustomization.yaml"} == {path.name for path in (folder / "out").iterdir()}
    acme = yaml.safe_load((folder / "out" / "stack-acme.yaml").read_text())
    assert acme["spec"]["stack"] == "acme/tenant-email-fleet/acme"


@pytest.mark.parametrize(
    ("image", "said"),
    [("", "Without --image, the operator's may"), ("acme/pulumi:1", "The image acme/pulumi:1 may"), (DIGEST, "")],
)
def test_an_image_that_may_change(folder: Path, image: str, said: str) -> None:
    """What runs with the secrets is told of, unless its digest names it."""
    told = [line for line in run(folder, "--image", image).output.splitlines() if "by its digest" in line]
    assert [line.startswith(said) for line in told] == ([True] if said else [])


def test_a_text_stays_a_text(folder: Path) -> None:
    """Whoever reads it: YAML 1.2 takes `1e3` for a number, and an older one `y` for a flag."""
    file = folder / "fleet" / "tenants.yaml"
    text = file.read_text().replace("  initech:", "  '1e3':").replace("appId: m2m-email", "appId: y")
    file.write_text(text)
    done = run(folder)
    assert done.exit_code == 0, done.output
    (made,) = (folder / "out").glob("stack-t-1e3-*.yaml")
    assert "tenant-email-fleet:tenant: '1e3'\n" in made.read_text()
    assert "'1e3':\n" in made.read_text()
    assert "appId: 'y'\n" in made.read_text()


@pytest.mark.parametrize(
    ("options", "kinds", "projects"),
    [
        ([], "stack", ("tenant-email-fleet", "tenant-email-fleet")),
        (["--program", "--repo", "", "--package", "x"], "stack,program", ("initech", "initrode")),
    ],
)
def test_a_tenant_of_another_name(folder: Path, options: list[str], kinds: str, projects: tuple[str, str]) -> None:
    """What takes its state along is said, and nobody is told to destroy it."""
    run(folder, *options)
    file = folder / "fleet" / "tenants.yaml"
    file.write_text(file.read_text().replace("  initech:\n", "  initrode:\n    renamed_from: initech\n"))
    done = run(folder, *options)
    assert done.output.splitlines()[-4:] == [
        "stack-initech.yaml is of a stack that has another name now: delete it.",
        "Stacks were renamed. Where it is not done yet, before anything is applied, in a Pulumi project:",
        f"  kubectl delete {kinds} initech --namespace mail",
        f"  pulumi stack rename acme/{projects[1]}/initrode --stack acme/{projects[0]}/initech",
    ]


def test_a_domain_of_another_name(folder: Path) -> None:
    """Its stack is renamed too; one that a tenant had for itself has a stack of its own from then on."""
    file = folder / "fleet" / "tenants.yaml"
    text = file.read_text().replace("sending_domain: mail", "sending_domain: post")
    for old, count in (("mail", 1), ("forge", 0)):
        file.write_text(text.replace("  mail: #", f"  post:\n    renamed_from: {old} #"))
        said = run(folder).output
        assert said.count("pulumi stack rename acme/tenant-email-fleet/sending_domain.post --stack") == count, said


def test_a_file_of_somebody_else_is_left_alone(folder: Path) -> None:
    """Nothing at all is written then; a stack that is gone is told of, and its file stays."""
    (folder / "out").mkdir()
    (folder / "out" / "stack-acme.yaml").write_text("mine: true\n")
    refused = run(folder)
    assert refused.exit_code == 1
    assert "stack-acme.yaml: is there, and not made by this" in refused.output
    assert [path.name for path in (folder / "out").iterdir()] == ["stack-acme.yaml"]
    (folder / "out" / "stack-acme.yaml").unlink()
    run(folder)
    (folder / "out" / "stack-umbrella.yaml").rename(folder / "out" / "stack-gone.yaml")
    assert "stack-gone.yaml is of no stack of this fleet any more" in run(folder).output
    assert (folder / "out" / "stack-gone.yaml").exists()


def test_what_is_no_file_or_no_folder(folder: Path) -> None:
    """Nothing is written then."""
    (folder / "out").mkdir()
    (folder / "out" / "stack-forge.yaml").mkdir()
    refused = run(folder)
    assert refused.exit_code == 1
    assert "stack-forge.yaml: is there, and not made by this" in refused.output
    assert [path.name for path in (folder / "out").iterdir()] == ["stack-forge.yaml"]
    (folder / "file").write_text("mine")
    assert "--out: is not a folder" in run(folder, "--out", str(folder / "file")).output
