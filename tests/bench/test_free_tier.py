"""The free tier's buckets in real time: provider and fourteen templates, applied and refreshed through an engine."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pytest

from support.benchmark.results import FreeTier
from support.engines import EmbeddedEngine, environment
from tenant_email.platforms.auth0.templates import NAMES as TEMPLATES
from tenant_email_local.emulators.auth0 import Auth0Emulator, SubscriptionPlan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.benchmark.results import Results
    from support.engines import Outcome

LEAST = {"apply": (14 - 5) * 60 / 25, "refresh": (14 - 10) * 60 / 50}
PROGRAM = f"""
from tenant_email import EmailProvider, EmailTemplate, auth0
smtp = auth0.Smtp(host="smtp.one.example", username="mailer", password="canary-smtp-password")
provider = EmailProvider("mail", settings=smtp)
for name in {TEMPLATES}:
    settings = auth0.Template(template=name, subject="Hi", body="<p>{{{{ url }}}}{{{{ code }}}}{{{{ link }}}}</p>")
    EmailTemplate(name, settings=settings, provider_id=provider.id)
"""


class Watch:
    """The real clock of a tenant; it remembers when it was asked, which every answer does."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def __call__(self) -> float:
        """Returns the time."""
        self.seen.append(time.time())
        return self.seen[-1]


def between_calls(tenant: Auth0Emulator, watch: Watch, operation: Callable[[], Outcome]) -> tuple[float, int]:
    """Runs an operation; returns (seconds from its first call to its last, calls turned away)."""
    tenant.reset_calls()
    watch.seen.clear()
    outcome = operation()
    assert outcome.ok, outcome.text
    return watch.seen[-1] - watch.seen[0], sum(call.status == 429 for call in tenant.calls)


@pytest.mark.parametrize("operation", ["apply", "refresh"])
def test_the_free_tier(tmp_path: Path, operation: str, results: Results, run: str) -> None:
    """Everything is done without a refusal, in the least time that the buckets allow and a tenth more."""
    folder = tmp_path / "project"
    folder.mkdir()
    runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    (folder / "Pulumi.yaml").write_text(json.dumps({"name": "bench", "runtime": runtime}))
    (folder / "__main__.py").write_text(PROGRAM)
    plan = SubscriptionPlan.FREE if operation == "apply" else SubscriptionPlan.OFF
    watch = Watch()
    with Auth0Emulator(plan=plan, clock=watch) as tenant:
        tenant.switches.legacy_templates = True
        client = tenant.client
        login = {"AUTH0_CLIENT_ID": client.client_id, "AUTH0_CLIENT_SECRET": client.client_secret}
        environ = {**environment(), **login, "AUTH0_DOMAIN": tenant.url}
        engine = EmbeddedEngine(folder, "dev", tmp_path, environ)
        seconds, refused = between_calls(tenant, watch, engine.up)
        state, port = tenant.state, tenant.port
    if operation == "refresh":
        with Auth0Emulator(plan=SubscriptionPlan.FREE, state=state, port=port, clock=watch) as tenant:
            seconds, refused = between_calls(tenant, watch, engine.refresh)
    least = LEAST[operation]
    results.free.append(FreeTier(operation, seconds, least, refused, run))
    print(f"\n{operation}: {seconds:.1f} s, least {least:.1f} s, ratio {seconds / least:.2f}, turned away {refused}")  # noqa: T201 - a benchmark reports
    assert refused == 0
    assert seconds <= least * 1.1
