"""Other tools that configure a tenant's email, with the same provider and templates on the same emulator.

Their programs are found on PATH or by an environment variable: TENANT_EMAIL_TERRAFORM (else `terraform` or `tofu`) with
TENANT_EMAIL_TERRAFORM_AUTH0 (the program terraform-provider-auth0), and TENANT_EMAIL_DEPLOY_CLI (else `a0deploy`).
Nothing is downloaded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Final

from support.benchmark.programs import BODIES, SENDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.benchmark.tenants import Tenants
    from tenant_email_local.ca import CertificateAuthority

_TEMPLATES: Final = [name for name in BODIES if name != "auth_email_by_code"]  # of 2026, and not known everywhere
SIZES: Final = {1: 1, 1 + len(_TEMPLATES): 1, 7 * (1 + len(_TEMPLATES)): 7, 67 * (1 + len(_TEMPLATES)): 67}
"""The resources that are compared, of providers and the templates that every tool knows, and their tenants."""
_LONGEST: Final = 1800.0  # seconds of one command


class Peer(ABC):
    """A tool with one stack."""

    tool: str
    one_tenant = False
    """Whether it knows one tenant at a time, so that many are as many runs."""

    def __init__(self, folder: Path, tenants: Tenants, authority: CertificateAuthority, resources: int) -> None:
        self._folder, self._tenants, self._authority = folder, tenants, authority
        self._templates = _TEMPLATES if resources > 1 else []

    @classmethod
    @abstractmethod
    def missing(cls) -> str:
        """Returns what is not here of what it needs; empty where all is."""

    @abstractmethod
    def version(self) -> str:
        """Returns its version."""

    @abstractmethod
    def operate(self, operation: str) -> bool:
        """Does an operation of a life; returns False for one that the tool does not have."""

    def _run(self, command: list[str], environ: Mapping[str, str]) -> str:
        done = subprocess.run(
            command,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self._folder), **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def _subject(self, tenant: str, template: str, *, changed: bool) -> str:
        return "Welcome" if changed and (tenant, template) == ("t0", "verify_email") else "Hi"

    def _sender(self, *, changed: bool) -> str:
        return "hello@acme.example" if changed and not self._templates else SENDER


class Terraform(Peer):
    """terraform-provider-auth0, by Terraform or OpenTofu: one configuration of a provider alias a tenant."""

    tool = "terraform-provider-auth0"

    @classmethod
    def missing(cls) -> str:
        """Returns what is not here."""
        if not _program("TENANT_EMAIL_TERRAFORM", "terraform", "tofu"):
            return "neither terraform nor tofu is on PATH"
        if not os.environ.get("TENANT_EMAIL_TERRAFORM_AUTH0"):
            return "TENANT_EMAIL_TERRAFORM_AUTH0 does not name the program terraform-provider-auth0"
        return ""

    def version(self) -> str:
        """Returns what the provider says, and the program that runs it."""
        told = json.loads(self._run([*self._command(), "version", "-json"], self._environ()))
        return f"with {Path(self._command()[0]).name} {told.get('terraform_version', '')}".strip()

    def operate(self, operation: str) -> bool:
        """Applies, refreshes or destroys."""
        words = {"refresh": ["apply", "-refresh-only"], "destroy": ["destroy"]}.get(operation, ["apply"])
        changed = operation not in ("create", "no change")
        (self._folder / "main.tf.json").write_text(json.dumps(self._configuration(changed=changed)))
        self._run([*self._command(), *words, "-auto-approve", "-input=false", "-no-color"], self._environ())
        return True

    def _command(self) -> list[str]:
        return [_program("TENANT_EMAIL_TERRAFORM", "terraform", "tofu")]

    def _environ(self) -> dict[str, str]:
        settings = self._folder / "settings.tfrc"
        provider = Path(os.environ["TENANT_EMAIL_TERRAFORM_AUTH0"]).resolve().parent
        overrides = f'dev_overrides {{ "auth0/auth0" = "{provider}" }}'
        settings.write_text(f"disable_checkpoint = true\nprovider_installation {{\n  {overrides}\n  direct {{}}\n}}\n")
        return {"TF_CLI_CONFIG_FILE": str(settings), "SSL_CERT_FILE": str(self._authority.ca_file)}

    def _configuration(self, *, changed: bool) -> dict[str, object]:
        providers, emails, templates = list[object](), dict[str, object](), dict[str, object]()
        for name, emulator in self._tenants.emulators.items():
            client = emulator.client
            providers.append(
                {
                    "alias": name,
                    "domain": emulator.url.removeprefix("https://"),
                    "client_id": client.client_id,
                    "client_secret": client.client_secret,
                }
            )
            emails[name] = {
                "provider": f"auth0.{name}",
                "name": "smtp",
                "enabled": True,
                "default_from_address": self._sender(changed=changed),
                "credentials": {
                    "smtp_host": "smtp.one.example",
                    "smtp_port": 587,
                    "smtp_user": "mailer",
                    "smtp_pass": "canary-benchmark",
                },
            }
            for template in self._templates:
                templates[f"{name}-{template}"] = {
                    "provider": f"auth0.{name}",
                    "depends_on": [f"auth0_email_provider.{name}"],
                    "template": template,
                    "body": BODIES[template],
                    "from": "",
                    "subject": self._subject(name, template, changed=changed),
                    "syntax": "liquid",
                    "enabled": True,
                }
        resources = {"auth0_email_provider": emails, "auth0_email_template": templates}
        return {
            "terraform": {"required_providers": {"auth0": {"source": "auth0/auth0"}}},
            "provider": {"auth0": providers},
            "resource": {kind: found for kind, found in resources.items() if found},
        }


class DeployCli(Peer):
    """auth0-deploy-cli: a tenant's YAML file, imported whole."""

    tool = "auth0-deploy-cli"
    one_tenant = True

    @classmethod
    def missing(cls) -> str:
        """Returns what is not here."""
        return "" if _program("TENANT_EMAIL_DEPLOY_CLI", "a0deploy") else "a0deploy is not on PATH"

    def version(self) -> str:
        """Returns the version of its package."""
        return self._run([self._program(), "--version"], {}).strip()

    def operate(self, operation: str) -> bool:
        """Imports the file; its refresh is an export, and it deletes nothing."""
        if operation == "destroy":
            return False
        ((name, emulator),) = self._tenants.emulators.items()
        settings = {
            "AUTH0_DOMAIN": emulator.url.removeprefix("https://"),
            "AUTH0_CLIENT_ID": emulator.client.client_id,
            "AUTH0_CLIENT_SECRET": emulator.client.client_secret,
            "AUTH0_INCLUDED_ONLY": ["emailProvider", "emailTemplates"],
        }
        (self._folder / "config.json").write_text(json.dumps(settings))
        environ = {"NODE_EXTRA_CA_CERTS": str(self._authority.ca_file)}
        if operation == "refresh":
            words = ["export", "--format", "yaml", "--output_folder", "exported"]
        else:
            self._write(name, changed=operation == "one change")
            words = ["import", "--input_file", "tenant.yaml"]
        self._run([self._program(), *words, "--config_file", "config.json"], environ)
        return True

    def _program(self) -> str:
        return _program("TENANT_EMAIL_DEPLOY_CLI", "a0deploy")

    def _write(self, tenant: str, *, changed: bool) -> None:
        bodies = self._folder / "bodies"
        bodies.mkdir(exist_ok=True)
        for name in self._templates:
            (bodies / f"{name}.html").write_text(BODIES[name])
        document = {
            "emailProvider": {
                "name": "smtp",
                "enabled": True,
                "default_from_address": self._sender(changed=changed),
                "credentials": {
                    "smtp_host": "smtp.one.example",
                    "smtp_port": 587,
                    "smtp_user": "mailer",
                    "smtp_pass": "canary-benchmark",
                },
            },
            "emailTemplates": [
                {
                    "template": name,
                    "body": f"./bodies/{name}.html",
                    "from": "",
                    "subject": self._subject(tenant, name, changed=changed),
                    "syntax": "liquid",
                    "enabled": True,
                }
                for name in self._templates
            ],
        }
        (self._folder / "tenant.yaml").write_text(json.dumps(document))


def _program(variable: str, *names: str) -> str:
    """Returns the path of a program, by a variable or on PATH; empty where it is not here."""
    found = [os.environ.get(variable, ""), *(shutil.which(name) or "" for name in names)]
    return next((path for path in found if path), "")
