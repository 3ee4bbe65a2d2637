"""Whoever knows the folder of one platform knows them all: the same modules, with the same duties."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import tenant_email
from tenant_email import platforms

if TYPE_CHECKING:
    from collections.abc import Mapping

DUTIES: Final[Mapping[str, frozenset[str]]] = {
    "answers": frozenset({"TOKEN", "TEMPLATE"}),
    "api": frozenset(),  # the class of a tenant has the platform's name
    "capabilities": frozenset({"CAPABILITIES", "CONNECTION"}),
    "checks": frozenset({"check_provider", "check_template"}),
    "dialect": frozenset(),  # its class too, with Dialect behind it
    "kinds": frozenset({"KINDS", "Kind"}),
    "login": frozenset({"login"}),
    "mails": frozenset({"MAILS"}),
    "mapping": frozenset({"created_attributes", "provider_body", "provider_live", "attribute_paths"}),
    "models": frozenset({"TEMPLATES", "TRANSPORTS"}),
    "platform": frozenset({"PLATFORM"}),
    "preflight": frozenset({"server"}),
    "remedies": frozenset({"REMEDIES"}),
    "samples": frozenset({"variables"}),
    "sending": frozenset(),  # as survey
    "settings": frozenset({"Smtp", "Template"}),
    "starters": frozenset({"starter"}),
    "survey": frozenset(),  # its class has the platform's name too
    "templates": frozenset({"body_of", "live_of", "attribute_paths"}),
}
ALONE: Final = {
    "auth0": {"liquid"},
    "logto": {"clean", "effects", "languages", "limits", "sign_in", "texts", "texts_mapping"},
    "pingone_aic": {"environment", "esv_paths", "esvs", "placeholders", "smtp_properties", "store", "trial_mail"},
}
"""What only one platform has."""


def folder(name: str) -> Path:
    """Returns the folder of a platform."""
    return Path(platforms.__path__[0]) / name


@pytest.mark.parametrize("name", platforms.names())
def test_the_same_modules(name: str) -> None:
    """A platform has what every platform has, its own README, and what is listed here as its own."""
    found = {path.stem for path in folder(name).glob("*.py")} - {"__init__"}
    assert found == DUTIES.keys() | ALONE[name]
    assert (folder(name) / "README.md").is_file()


@pytest.mark.parametrize("name", platforms.names())
def test_the_same_duties(name: str) -> None:
    """A module of a name does in each platform what it does in the others, under the same names."""
    title = "".join(part.capitalize() for part in name.replace("pingone", "ping_one").split("_"))
    own = {"api": {title}, "dialect": {f"{title}Dialect"}, "survey": {f"{title}Survey"}}
    for duty, names in DUTIES.items():
        module = import_module(f"tenant_email.platforms.{name}.{duty}")
        assert names | own.get(duty, set()) <= vars(module).keys(), duty


@pytest.mark.parametrize("name", platforms.names())
def test_imported_alike(name: str) -> None:
    """Each platform is a module of the package, under every form of the import statement."""
    code = f"import tenant_email.{name}; from tenant_email import {name} as same; from tenant_email.{name} import Smtp"
    subprocess.run([sys.executable, "-c", f"{code}; assert same is tenant_email.{name}; Smtp"], check=True)
    module = getattr(tenant_email, name)
    assert module.__name__ == f"tenant_email.{name}"
    assert {each for each in module.__all__ if not hasattr(module, each)} == set()


@pytest.mark.parametrize("name", platforms.names())
def test_one_name(name: str) -> None:
    """The folder, what it can do, how it is logged in to and each of its kinds have the same name."""
    platform = platforms.load(name)
    kinds = {kind.partition(".")[0] for kind in (*platform.models, *platform.templates)}
    assert {platform.name, platform.connection.platform, platforms.connection_specs()[name].platform, *kinds} == {name}
