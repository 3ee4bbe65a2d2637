"""Someone else's platform: a distribution of its own, found by its entry point, without a change of this package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from support.birds.server import install, serving
from support.host import HostOf, running_host
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle

TESTS: Final = Path(__file__).parents[2]
LOFT: Final = {"kind": "birds.loft", "host": "loft.example", "whistle": "canary-whistle", "pigeons": 2}
PROGRAM: Final = """
import asyncio, pulumi
from support.birds.settings import Loft, Template
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs
    def call(self, args):
        return {}
pulumi.runtime.set_mocks(Mocks())
def program():
    from tenant_email import EmailProvider, EmailTemplate
    provider = EmailProvider("mail", settings=Loft(host="loft.example", whistle="canary-whistle"))
    EmailTemplate("hello", settings=Template(template="hello", text="coo"), provider_id=provider.id)
    provider.settings.apply(lambda settings: print(settings["kind"], int(settings["pigeons"])))
asyncio.get_event_loop().run_until_complete(pulumi.runtime.stack.run_pulumi_func(program))
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which the stranger's distribution is installed."""
    install(tmp_path, "pulumi_birds", "birds = support.birds")
    return {"PYTHONPATH": os.pathsep.join((str(TESTS), str(tmp_path)))}


def inputs_of(settings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Returns a resource's inputs."""
    return {"tenant": "main", "settings": settings, **more}


def test_its_whole_life_on_the_sdks_host(environ: dict[str, str]) -> None:
    """Checked, compared, created, read, updated and deleted: provider and template, each `up` in its host."""
    with serving() as found:
        url, stored = found.url, found.stored
        tenant = {"platform": "birds", "url": url, "keeper": "Ada", "seed": "canary-seed"}
        config = {"tenant-email:tenants": json.dumps({"main": tenant})}
        loft = inputs_of(LOFT, from_address="a@loft.example", enabled=True, on_existing="fail")
        more = {**loft, "settings": {**LOFT, "pigeons": 5}}
        moved = {**more, "settings": {"kind": "birds.loft", "host": "other.example", "pigeons": 5}}
        message = inputs_of({"kind": "birds.template", "template": "hello", "text": "coo"}, on_existing="adopt")
        with running_host(config, environ) as host:
            provider, template = HostOf(host, EmailProviderLifecycle), HostOf(host, EmailTemplateLifecycle)
            assert provider.check(inputs_of({**LOFT, "host": "a b", "wings": 2})) == [
                "settings.host: is not a host name or IP address\nWrite only the host, without scheme, port or path.",
                "settings.wings: is not a known setting\nRemove settings.wings.",
            ]
            assert provider.check(loft) == template.check(message) == []
            id_, made = provider.create(loft)
            message_id, written = template.create(message)
        assert id_ == f"birds/{url.removeprefix('http://')}/email-provider"
        assert (stored["/loft"]["whistle"], stored["/messages/hello"]["text"]) == ("canary-whistle", "coo")
        with running_host(config, environ) as host:
            provider = HostOf(host, EmailProviderLifecycle)
            (reason,) = provider.check(moved, made)
            assert "pigeons forget a whistle when they move" in reason
            assert provider.diff(id_, made, loft) == (False, [])
            assert provider.diff(id_, made, more) == (True, [])
            made = provider.update(id_, made, more)
            assert provider.read(id_, made)[1]["settings"]["pigeons"] == 5
        with running_host(config, environ) as host:
            provider, template = HostOf(host, EmailProviderLifecycle), HostOf(host, EmailTemplateLifecycle)
            template.delete(message_id, written)
            provider.delete(id_, made)
            assert stored == {}
            assert provider.read(id_, made)[0] == ""


def test_a_program_takes_its_settings(environ: dict[str, str]) -> None:
    """The resources are this package's own, the settings the stranger's."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environ, "BIRDS_URL": "https://loft.example"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["birds.loft", "2"]


@pytest.mark.parametrize(
    ("distributions", "told"),
    [
        (
            {"pulumi_broken": "broken = support.no_such_package"},
            "platform broken of pulumi_broken: support.no_such_package",
        ),
        ({"bare_birds": "broken = support.canary"}, "Update bare_birds, or remove it from this environment."),
        (
            {"one": "broken = support.birds", "two": "broken = support.cloud"},
            "platform broken: one and two both provide it",
        ),
    ],
)
def test_a_broken_one_is_reported_by_its_distribution(tmp_path: Path, distributions: dict[str, str], told: str) -> None:
    """As a problem of the resource that needs it; whoever uses another platform never hears of it."""
    for name, line in distributions.items():
        install(tmp_path / name, name, line)
    path = os.pathsep.join((str(TESTS), *(str(tmp_path / name) for name in distributions)))
    tenants = {"main": {"platform": "auth0", "url": "https://b.example", "clientId": "a", "clientSecret": "b"}}
    smtp = {"kind": "auth0.smtp", "host": "b.example", "username": "u", "password": "canary-broken"}
    with running_host({"tenant-email:tenants": json.dumps(tenants)}, {"PYTHONPATH": path}) as host:
        provider = HostOf(host, EmailProviderLifecycle)
        assert provider.check(inputs_of(smtp)) == []
        with pytest.raises(Exception, match=told.replace(".", r"\.")):
            provider.check(inputs_of({**smtp, "kind": "broken.smtp"}))


def test_its_mails_cannot_be_asked_for(environ: dict[str, str]) -> None:
    """Which is said, before anything is asked: it has no module for that."""
    tenants = json.dumps({"main": {"platform": "birds", "url": "https://loft.example", "keeper": "Ada", "seed": "s"}})
    words = (sys.executable, "-m", "tenant_email.cli", "send-test", "birds", "--to", "a@loft.example", "--tenants", "-")
    done = subprocess.run(
        words, input=tenants, capture_output=True, text=True, check=False, env={**os.environ, **environ}, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "problem  birds/main: birds has no way to ask for a mail\n" in done.stdout
