"""The stacks as a user runs them: Graph on one tenant, and a promotion through three."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from support.engines import Engine, engine_params, open_engine
from support.lab import Lab
from support.pingone_aic import PROVIDER, SEND, Tenant, state
from support.pingone_aic_site import ADA
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches, Environment
from tenant_email_local.emulators.pingone_aic.local import environment
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.engines import Outcome
    from tenant_email_local.machine import LocalMachine

PROMOTION = "/environment/promotion"
TEMPLATE = "/openidm/external/email?_action=sendTemplate"
PLACEHOLDERS = ("&{esv.mail.host}", "&{esv.mail.password}")


def good(outcome: Outcome) -> Outcome:
    """Returns an outcome that succeeded."""
    assert outcome.ok, outcome.text
    return outcome


def test_graph_stack_sends_and_goes_back(lab: Lab, tenant: AicEmulator) -> None:
    """One run switches to Graph and welcomes users; destroy restores the built-in sender and template."""
    before = json.dumps(tenant.state.config, sort_keys=True)
    lab.copy("aic_graph")
    engine = lab.open()
    given = {"mailbox": "no-reply@acme.example", "directory": "d", "clientId": "local-graph-client"}
    lab.configure(engine, "aic_graph", **given, clientSecret="local-graph-secret", testRecipient=ADA)
    good(engine.up())
    Tenant(tenant).call("POST", TEMPLATE, {"templateName": "welcome", "to": ADA, "object": {"givenName": "Ada"}})
    assert tenant.graph is not None
    assert [message.subject for message in tenant.graph.inbox][1:] == ["Welcome, Ada"]
    good(engine.destroy())
    assert json.dumps(tenant.state.config, sort_keys=True) == before


@dataclass
class Tier:
    """One environment: its tenant, its own mail server, its stack."""

    name: str
    emulator: AicEmulator
    server: SmtpServer
    engine: Engine

    @property
    def tenant(self) -> Tenant:
        """Returns a client that is not ours."""
        return Tenant(self.emulator)

    def promote(self) -> bool:
        """Pulls the static configuration of the tier below; tells whether it went through."""
        lock = self.tenant.call("POST", f"{PROMOTION}/lock").document["promotionId"]
        self.tenant.call("POST", f"{PROMOTION}/promote", {})
        report = self.tenant.call("GET", f"{PROMOTION}/promote").document
        self.tenant.call("DELETE", f"{PROMOTION}/lock/{lock}")
        return not report["blockingError"]

    def send(self) -> int:
        """Asks the tenant to send an email; returns the status."""
        return self.tenant.call("POST", SEND, {"to": ADA, "subject": "Hi"}).status


@pytest.fixture(params=engine_params())
def tiers(request: pytest.FixtureRequest, machine: LocalMachine, tmp_path: Path) -> Iterator[list[Tier]]:
    """Runs three tenants, each promoted from the one before, each with a mail server and a secret of its own."""
    project = Lab.make(machine, tmp_path, request.param)
    project.copy("aic_promotion")
    made: list[Tier] = []
    with ExitStack() as running:
        for name, tier in (("development", "dev"), ("staging", "staging"), ("production", "prod")):
            password = f"canary-{tier}"
            server = running.enter_context(_server(password))
            emulator = running.enter_context(_tenant(tier, server, made[-1].emulator if made else None))
            made.append(Tier(name, emulator, server, _stack(project, tier, name, emulator, password)))
        yield made


def _server(password: str) -> SmtpServer:
    return SmtpServer(lambda user, given: (user, given) == ("mailer", password), hosts=["*.example"])


def _tenant(tier: str, server: SmtpServer, lower: AicEmulator | None) -> AicEmulator:
    delivery = Delivery(resolve=lambda _host, _port: ("127.0.0.1", server.port), ca_file=server.ca_file)
    there, switches = state(environment=Environment(tier)), AicSwitches(restart_seconds=0.2)
    return AicEmulator(state=there, switches=switches, delivery=delivery, lower=lower)


def _stack(project: Lab, tier: str, name: str, emulator: AicEmulator, password: str) -> Engine:
    scratch = project.folder.parent / tier
    scratch.mkdir()
    variables = {**project.machine.environment(), **environment(emulator)}
    engine = open_engine(project.kind, project.folder, scratch, stack=tier, environ=variables)
    given = {"environment": name, "host": f"smtp.{tier}.example", "fromAddress": f"no-reply@{tier}.example"}
    own = {"url": emulator.url, "serviceAccountId": variables["FRODO_SA_ID"]}
    key = {"serviceAccountKey": variables["FRODO_SA_JWK"], "password": password}
    project.configure(engine, "aic_promotion", **given, **own, **key)
    return engine


def test_promotion_from_development_to_production(tiers: list[Tier]) -> None:
    """Each tier ends up sending through its own host with its own secret; no upper tier ever holds a literal one."""
    development, *upper = tiers
    good(development.engine.up())
    for tier in upper:
        assert not tier.promote(), "a promotion must not pass before the ESVs are there"
        assert set(good(tier.engine.up()).operations) == {"host", "port", "username", "from", "password", "loaded"}
        assert tier.promote()
        stored = tier.tenant.call("GET", PROVIDER).document
        assert (stored["host"], stored["auth"]["password"]) == PLACEHOLDERS
        assert "canary" not in json.dumps(tier.emulator.state.config)
        assert "$crypto" not in json.dumps(tier.emulator.state.config)
    assert [tier.send() for tier in tiers] == [200, 200, 200]
    senders = [tier.server.inbox[0].mail_from for tier in tiers]
    assert senders == ["no-reply@dev.example", "no-reply@staging.example", "no-reply@prod.example"]
    assert [good(tier.engine.up()).changes.get("same") for tier in tiers] == [9, 7, 7]


def test_upper_tier_refuses_the_development_program(tiers: list[Tier]) -> None:
    """Applied as development, the stack makes its ESVs and is shown the way that works."""
    production = tiers[-1]
    production.engine.set_config("tenant-email-aic-promotion:environment", "development")
    outcome = production.engine.up()
    assert not outcome.ok
    assert "the prod environment is immutable" in outcome.text
    assert "promote it" in outcome.text
    assert production.tenant.call("GET", PROVIDER).document["port"] == 25
