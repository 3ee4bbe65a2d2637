"""Stacks of which the fleet file has nothing any more: told of, and never two of one tenant."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from support.fleets import STACK
from tenant_email.errors import InvalidSettings
from tenant_email.fleet.left_over import left_over, lines, require_one_owner
from tenant_email.fleet.project import Project
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import Unit
from tenant_email.fleet.stack_files import write_config

FLEET = read_fleet(STACK / "tenants.yaml", judged=False)
LATER = replace(FLEET, tenants={name: FLEET.tenants[name] for name in ("initech", "forge")})
KNOWN = ("acme", "dev", "forge", "sending_domain.mail", "umbrella")
ACME, UMBRELLA, MAIL = Unit(tenant="acme"), Unit(tenant="umbrella"), Unit(sending_domain="mail")
RENAME = "pulumi stack rename big --stack acme"
ONCE = "the stack stays. Once an up of every tenant is done, this takes it down:"
TO_TAKE = "the stack stays. To take it down:"


def made(project: Path) -> None:
    """Writes the config of the stacks as a run of the whole file did."""
    for unit in (ACME, MAIL, Unit(tenant="forge"), UMBRELLA):
        write_config(FLEET, unit, Project(project, "lab"), unit.stack)


def test_what_the_file_has_no_more(tmp_path: Path) -> None:
    """Tenants before their domain; a stack that nobody here made is nobody's, and one that is not there is none."""
    made(tmp_path)
    assert [each.unit for each in left_over(LATER, KNOWN, Project(tmp_path, "lab"))] == [ACME, UMBRELLA, MAIL]
    assert left_over(FLEET, KNOWN, Project(tmp_path, "lab")) == ()
    assert left_over(LATER, (), Project(tmp_path, "lab")) == ()
    assert left_over(LATER, KNOWN, Project(tmp_path, "another")) == ()
    elsewhere = replace(LATER, file=tmp_path / "others.yaml")
    assert left_over(elsewhere, KNOWN, Project(tmp_path, "lab")) == ()


def test_a_file_of_the_usual_name(tmp_path: Path) -> None:
    """No config names it."""
    file = tmp_path / "tenants.yaml"
    write_config(replace(FLEET, file=file), ACME, Project(tmp_path, "lab"), "acme")
    assert [each.unit for each in left_over(replace(LATER, file=file), KNOWN, Project(tmp_path, "lab"))] == [ACME]


@pytest.mark.parametrize("text", ["[", "config: 5", "config: {lab:tenant: [acme]}", "config: {lab:tenant: other}"])
def test_a_file_that_tells_nothing(tmp_path: Path, text: str) -> None:
    """It is somebody else's."""
    (tmp_path / "Pulumi.acme.yaml").write_text(text)
    assert left_over(LATER, KNOWN, Project(tmp_path, "lab")) == ()


@pytest.mark.parametrize("entry", ["{platform: auth0, url: 'http://['}", "{platform: birds, url: a.b}", "5", "{}"])
def test_an_entry_that_names_no_tenant(tmp_path: Path, entry: str) -> None:
    """It is nobody's."""
    (tmp_path / "Pulumi.acme.yaml").write_text(
        f"config: {{lab:tenant: acme, lab:file: {os.path.relpath(FLEET.file, tmp_path)}, "
        f"tenant-email:tenants: {{acme: {entry}}}}}\n"
    )
    found = left_over(LATER, KNOWN, Project(tmp_path, "lab"))
    assert [each.unit for each in found] == [ACME]
    require_one_owner(LATER, [Unit(tenant="forge")], found, tmp_path)


def test_what_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact command, with the folder where that is another one."""
    made(tmp_path)
    found = [each for each in left_over(LATER, KNOWN, Project(tmp_path, "lab")) if each.unit != UMBRELLA]
    assert list(lines(found, LATER, tmp_path)) == [
        f"acme: tenants.yaml has no such tenant any more, and {TO_TAKE}",
        f"  pulumi destroy --remove --stack acme --cwd {shlex.quote(str(tmp_path))}",
        f"sending_domain.mail: tenants.yaml has no tenant that sends from it any more, and {ONCE}",
        f"  pulumi destroy --remove --stack sending_domain.mail --cwd {shlex.quote(str(tmp_path))}",
    ]
    monkeypatch.chdir(tmp_path)
    assert found[0].command(Path()) == "pulumi destroy --remove --stack acme"


@pytest.mark.parametrize(
    "where",
    [
        {"url": "acme.eu.auth0.com"},
        {"url": "https://ACME.eu.auth0.com:443/"},
        {"url": "login.acme.com", "aliases": ["acme.eu.auth0.com"]},
    ],
)
def test_a_tenant_of_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: dict[str, object]) -> None:
    """Two stacks would undo each other: it is refused, however its url is written, or where it moved as well."""
    made(tmp_path)
    monkeypatch.chdir(tmp_path)
    acme = FLEET.tenants["acme"]
    renamed = replace(FLEET, tenants={"big": replace(acme, name="big", entry={**acme.entry, **where})})
    found, units = left_over(renamed, KNOWN, Project(Path(), "lab")), [Unit(tenant="big"), MAIL]
    with pytest.raises(InvalidSettings) as refused:
        require_one_owner(renamed, units, found, Path())
    (problem,) = refused.value.problems
    assert (problem.path, problem.what) == (
        "tenants.big",
        "is the tenant of the stack acme too, which tenants.yaml does not have any more",
    )
    assert problem.remedy == f"Name it acme again; or set its renamed_from to acme, and rename the stack: {RENAME}"
    require_one_owner(renamed, [MAIL], found, Path())
    said = replace(renamed, tenants={"big": replace(renamed.tenants["big"], renamed_from="acme")})
    with pytest.raises(InvalidSettings, match=f"\nIts renamed_from says so: rename the stack too: {RENAME}$"):
        require_one_owner(said, units, found, Path())
    require_one_owner(LATER, [Unit(tenant="forge")], left_over(LATER, KNOWN, Project(Path(), "lab")), Path())
