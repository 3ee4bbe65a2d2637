"""A component project that is built on this package, added to a program with `pulumi package add` of the real CLI."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.newcomer import AWS

if TYPE_CHECKING:
    from pathlib import Path

    from support.newcomer import Newcomer

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")

COMPONENT = """
from typing import Optional, TypedDict
import pulumi
from pulumi.provider.experimental import component_provider_host
from tenant_email import EmailProvider, auth0

class MailArgs(TypedDict):
    sender: pulumi.Input[str]

class Mail(pulumi.ComponentResource):
    def __init__(self, name: str, args: MailArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("acme-mail:index:Mail", name, {}, opts)
        settings = auth0.SendGrid(api_key="SG.1")
        EmailProvider(name, settings=settings, from_address=args["sender"], opts=pulumi.ResourceOptions(parent=self))

component_provider_host(name="acme-mail", components=[Mail])
"""
RUNTIME = "runtime: {name: python, options: {toolchain: uv, virtualenv: .venv}}\n"


def test_a_component_project_is_added(newcomer: Newcomer, tmp_path: Path) -> None:
    """The CLI installs what it requires, takes nothing of ours for a plug-in, and writes the SDK of the component."""
    component, program = tmp_path / "component", tmp_path / "program"
    for folder, manifest in {component: "PulumiPlugin.yaml", program: "Pulumi.yaml"}.items():
        folder.mkdir()
        (folder / manifest).write_text(f"name: {folder.name}\n{RUNTIME}")
    (component / "__main__.py").write_text(COMPONENT)
    (component / "requirements.txt").write_text(f"pulumi-tenant-email>=0.1,<0.2\n{AWS}\n")
    (program / "requirements.txt").write_text("pulumi\n")
    (program / "__main__.py").write_text("")
    newcomer.does(program, "pulumi", "package", "add", str(component))
    (arguments,) = program.glob("sdks/*/pulumi_acme_mail/mail.py")
    assert "sender: pulumi.Input[" in arguments.read_text()
