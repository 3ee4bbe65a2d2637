"""The two scenarios of the demo: the flagship stack, and a password rule met on the way."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import requests
from rich.panel import Panel
from rich.text import Text

from tenant_email_local.emulators.auth0.local import USER
from tenant_email_local.machine import PASSWORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from tenant_email_local.demo.engines import Embedded, Engine, PulumiCli
    from tenant_email_local.machine import LocalMachine

DOMAIN: Final = "acme.example"
_PASSPHRASE: Final = "local-demo"  # noqa: S105 - its state holds nothing but this machine's own secrets
_PROJECT: Final = "tenant-email-auth0"
_SMTP_PROJECT: Final = "tenant-email-auth0-smtp"


class ScenarioError(Exception):
    """A step did not go as announced."""


@dataclass
class Stage:
    """Where a scenario plays: the terminal, the machine, and the engine for each of its stacks.

    `moment` keeps what the machine holds, under a label, for the page that is written at the end.
    """

    console: Console
    machine: LocalMachine
    engine: type[Embedded | PulumiCli]
    root: Path
    scratch: Path
    moment: Callable[[str], None]
    steps: int = 0

    def open(self, name: str) -> Engine:
        """Returns a stack of a copy of a program in this clone, whose environment is this interpreter's."""
        environ = {**os.environ, **self.machine.environment(), "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE}
        scratch = (self.scratch / name).absolute()
        copied = scratch / "program"
        shutil.copytree(self.root / "stacks" / name, copied)
        project = copied / "Pulumi.yaml"
        project.write_text(project.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"))
        return self.engine(copied, scratch, environ, self._engine_line)

    def chapter(self, title: str) -> None:
        """Begins a scenario."""
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left", characters="═")

    def step(self, title: str, what: str) -> None:
        """Begins a step: a heading, and what it does."""
        self.steps += 1
        self.machine.auth0.reset_calls()
        self.console.print()
        self.console.rule(f"[bold]{self.steps}. {title}", align="left")
        self.console.print(Text(what, style="italic"), soft_wrap=True)

    def run(self, engine: Engine, operation: str, *, succeeds: bool = True) -> None:
        """Runs an operation, then lists what the tenant was asked; StoryError when it does not end as it should."""
        ended = engine.run(operation)
        self.calls()
        if ended != succeeds:
            raise ScenarioError(f"This {operation} should have {'succeeded' if succeeds else 'been refused'}.")

    def calls(self) -> None:
        """Lists the calls that the tenant received since the step began."""
        calls = self.machine.auth0.calls
        self.console.print(f"[bold]The tenant received {len(calls) or 'no'} call{'s' * (len(calls) != 1)}.")
        for call in calls:
            self.console.print(Text(f"    {call}"), soft_wrap=True)

    def mail(self) -> None:
        """Sends a verification email through what the tenant has stored, and shows it as it arrived."""
        before = len(self.machine.smtp.inbox)
        _as_administrator(self.machine, "POST", "/api/v2/jobs/verification-email", {"user_id": USER.user_id})
        received = self.machine.smtp.inbox.wait_for(before + 1, timeout=20)[-1]
        title = f"delivered to {', '.join(received.rcpt_to)} by {received.username}"
        self.console.print(Panel(Text(received.text(), overflow="fold"), title=title, title_align="left"))
        self.moment(f"after step {self.steps}, when the mail had arrived")

    def _engine_line(self, line: str) -> None:
        self.console.print(Text(f"  {line}", style="red" if "error:" in line else ""), soft_wrap=True)


def flagship(stage: Stage) -> None:
    """Plays the flagship stack from an empty tenant to a delivered mail."""
    stage.chapter("Part one: Auth0 sends through Amazon SES")
    stage.machine.aws.create_zone(DOMAIN)
    engine = stage.open("auth0_ses")
    engine.configure(
        {
            "aws:region": "us-east-1",
            f"{_PROJECT}:domain": DOMAIN,
            f"{_PROJECT}:fromAddress": f"no-reply@{DOMAIN}",
            "tenant-email:tenants.main.platform": "auth0",
            "tenant-email:tenants.main.url": stage.machine.auth0.url,
        },
        {},
    )
    stage.step("Preview", "What would be made; no call leaves for the tenant, so it needs no tenant secret in CI.")
    stage.run(engine, "preview")
    stage.step(
        "Up",
        "The domain is proven by looking its DKIM records up; the provider is switched only after that, and with a key "
        "that works. Waiting for both takes some seconds.",
    )
    stage.run(engine, "up")
    stage.step("Up again", "Nothing changed, so nothing is sent.")
    stage.run(engine, "up")
    stage.step("Another sender", "The from address changes in provider, templates and policy; no credential is sent.")
    engine.configure({f"{_PROJECT}:fromAddress": f"hello@{DOMAIN}"}, {})
    stage.run(engine, "up")
    stage.step("Someone changes it by hand", "The built-in sender is changed in the dashboard; a refresh finds it.")
    _as_administrator(stage.machine, "PATCH", "/api/v2/emails/provider", {"default_from_address": "oops@acme.example"})
    stage.machine.auth0.reset_calls()
    stage.run(engine, "refresh")
    stage.step("Repaired", "The next up sends back what differs, and only that.")
    stage.run(engine, "up")
    stage.step("A real mail", "The tenant sends a verification email through the provider that it has stored.")
    stage.mail()
    stage.step("Destroy", "The templates first, then the provider, then what it needed.")
    stage.run(engine, "destroy")


def smtp(stage: Stage) -> None:
    """Plays a host change without and with the password."""
    stage.chapter("Part two: an SMTP server moves")
    engine = stage.open("auth0_smtp")
    username, password = next(iter(PASSWORDS.items()))
    engine.configure(
        {
            f"{_SMTP_PROJECT}:host": "smtp.one.example",
            f"{_SMTP_PROJECT}:username": username,
            f"{_SMTP_PROJECT}:fromAddress": f"no-reply@{DOMAIN}",
            "tenant-email:tenants.main.platform": "auth0",
            "tenant-email:tenants.main.url": stage.machine.auth0.url,
        },
        {f"{_SMTP_PROJECT}:password": password},
    )
    stage.step("Up", "A provider with host, user and password.")
    stage.run(engine, "up")
    stage.step("The host changes, the password is forgotten", "Refused in the preview, before anything is sent.")
    engine.forget(f"{_SMTP_PROJECT}:password")
    engine.configure({f"{_SMTP_PROJECT}:host": "smtp.two.example"}, {})
    stage.run(engine, "preview", succeeds=False)
    stage.step("The same with the password", "All four SMTP fields go out together, as Auth0 demands.")
    engine.configure({}, {f"{_SMTP_PROJECT}:password": password})
    stage.run(engine, "up")
    stage.mail()
    stage.step("Destroy", "The tenant goes back to Auth0's built-in sender.")
    stage.run(engine, "destroy")


def _as_administrator(machine: LocalMachine, method: str, path: str, body: dict[str, str]) -> None:
    """Does what a person would do in the dashboard, with a login of its own."""
    tenant = machine.auth0
    grant = {
        "grant_type": "client_credentials",
        "client_id": tenant.client.client_id,
        "client_secret": tenant.client.client_secret,
        "audience": f"{tenant.url}/api/v2/",
    }
    token = requests.post(f"{tenant.url}/oauth/token", json=grant, timeout=10).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    requests.request(method, tenant.url + path, json=body, headers=headers, timeout=10).raise_for_status()
