"""What a preview asks of the CLI: stacks and config of its own, so that neither project nor states are written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.asked_cli import AskedCli, asked_cli
from tenant_email.errors import TenantEmailError
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.stacks import Operation

if TYPE_CHECKING:
    from pathlib import Path

ACME, FORGE, MAIL = Unit(tenant="acme"), Unit(tenant="forge"), Unit(sending_domain="mail")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AskedCli:
    """Notes what the CLI is asked."""
    return asked_cli(tmp_path, monkeypatch)


def files(folder: Path) -> dict[str, str]:
    """Returns the files of a folder."""
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_stacks_that_are_there(cli: AskedCli) -> None:
    """Each is previewed where it is, with the config that it would get; its file stays as it is, and none is made."""
    before = files(cli.project)
    found = cli.run(Operation.PREVIEW, MAIL, ACME)
    assert [each["words"][0] for each in found] == ["preview", "preview"]
    assert {(each["folder"], each["backend"]) for each in found} == {(str(cli.project), None)}
    acme = found[1]["config"]
    assert acme.startswith("encryptionsalt: v1:x\nconfig:\n  lab:mine: 1\n  lab:tenant: acme\n  aws:region:")
    assert files(cli.project) == before


def test_stacks_that_are_not_there(cli: AskedCli) -> None:
    """They are made in a backend that is gone afterwards, and the domain once, though two tenants need it."""
    before = files(cli.project)
    found = cli.run(Operation.PREVIEW, MAIL, ACME, Unit(tenant="umbrella"), there=())
    assert [each["words"][:3] for each in found if each["words"][0] == "stack"] == [
        ["stack", "init", unit.stack] for unit in (MAIL, ACME, Unit(tenant="umbrella"))
    ]
    backends = {each["backend"] for each in found}
    assert len(backends) == 1
    assert {each["passphrase"] for each in found} == {"of-a-dry-run"}
    assert not any(os.path.exists(each["folder"]) for each in found if each["words"][0] == "stack")  # noqa: PTH110
    assert files(cli.project) == before


def test_a_new_tenant_of_a_domain_that_is_there(cli: AskedCli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain's state comes along; a passphrase that somebody has is used."""
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "mine")
    found = cli.run(Operation.PREVIEW, ACME, there=["sending_domain.mail"])
    words = [each["words"][:4] for each in found]
    assert words == [
        ["stack", "init", "sending_domain.mail", "--no-select"],
        ["stack", "export", "--stack", "sending_domain.mail"],
        ["stack", "import", "--stack", "sending_domain.mail"],
        ["stack", "init", "acme", "--no-select"],
        ["preview", "--diff", "--stack", "acme"],
    ]
    assert [each["backend"] is None for each in found] == [False, True, False, False, False]
    assert {each["passphrase"] for each in found} == {"mine"}


def test_a_passphrase_in_a_file(cli: AskedCli) -> None:
    """Its path begins at the project, wherever the CLI runs."""
    cli.patch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", "pass")
    found = cli.run(Operation.PREVIEW, FORGE, there=())
    assert {(each["passphrase"], each["passphrase_file"]) for each in found} == {(None, str(cli.project / "pass"))}


def test_a_stack_of_environments(cli: AskedCli) -> None:
    """Only one that is there opens them."""
    (cli.project / "Pulumi.forge.yaml").write_text("environment: [acme/prod]\nconfig: {lab:tenant: forge}\n")
    assert len(cli.run(Operation.PREVIEW, FORGE)) == 1
    with pytest.raises(TenantEmailError, match=r"Pulumi\.forge\.yaml: has environments of Pulumi Cloud"):
        cli.run(Operation.PREVIEW, FORGE, there=())
