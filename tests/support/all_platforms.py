"""A machine with a tenant of each platform, a stack that logs in to each, and what has each send a mail."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from support.auth0 import Tenant as Auth0Tenant
from support.lab import DOMAIN, Lab
from support.logto import Tenant as LogtoTenant
from support.pingone_aic import SEND
from support.pingone_aic import Tenant as AicTenant
from support.pingone_aic_site import ADA
from tenant_email import platforms
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from support.canary import Watched
    from support.engines import Outcome
    from tenant_email_local.inbox import Received

NAMES = ("auth0", "logto", "pingone_aic")
REGION = "us-east-1"


class Mails:
    """What each tenant of a machine sends, and what is heard of it."""

    def __init__(self, machine: LocalMachine) -> None:
        self.machine = machine
        self._queue = ""

    def client(self, service: Any) -> Any:
        """Returns a client of the stack's account."""
        session: Any = self.machine.aws.session()
        return session.client(service, region_name=REGION, endpoint_url=self.machine.aws.url)

    def subscribe(self, topic: str) -> None:
        """Puts a queue at a topic."""
        sqs = self.client("sqs")
        self._queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)

    def messages(self) -> list[Any]:
        """Takes what arrived at the queue."""
        sqs = self.client("sqs")
        found = sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        for each in found:
            sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(json.loads(each["Body"])["Message"]) for each in found]

    def send(self, name: str) -> Received:
        """Has a platform send a mail; returns it as it arrived."""
        before = len(self.machine.smtp.inbox)
        answer = self._ways[name]()
        assert len(self.machine.smtp.inbox) == before + 1, (name, answer)
        return list(self.machine.smtp.inbox)[-1]

    @property
    def _ways(self) -> dict[str, Callable[[], object]]:
        tenants: Any = self.machine.tenants
        return {
            "auth0": Auth0Tenant(tenants["auth0"]).verify,
            "logto": lambda: LogtoTenant(tenants["logto"]).call("POST", "/api/verification-codes", {"email": ADA}),
            "pingone_aic": lambda: AicTenant(tenants["pingone_aic"]).call("POST", SEND, {"to": ADA, "subject": "Hi"}),
        }


class AllPlatforms(Mails):
    """The machine, and the stack on it."""

    def __init__(self, machine: LocalMachine, engine: Watched) -> None:
        super().__init__(machine)
        self.engine = engine

    def up(self, **config: object) -> Outcome:
        """Brings the stack up with this config."""
        for name, value in config.items():
            self.engine.set_config(f"lab:{name}", value if isinstance(value, str) else json.dumps(value))
        outcome = self.engine.up()
        assert outcome.ok, outcome.text
        return outcome


@contextmanager
def all_platforms(folder: Path, kind: str, program: str) -> Generator[AllPlatforms]:
    """Runs the machine, and opens the stack of a program whose tenants have the platforms' names."""
    behavior = Behavior(look_delay=0.1, key_delay=0)
    with LocalMachine(folder / "machine", NAMES, behavior=behavior) as machine:
        machine.aws.create_zone(DOMAIN)
        cast("Any", machine.tenants["pingone_aic"]).switches.restart_seconds = 0.1
        lab = Lab.make(machine, folder, kind)
        lab.write(program)
        engine, environment = lab.open(), machine.environment()
        for name in NAMES:
            spec, entry = platforms.connection_specs()[name], f"tenant-email:tenants.{name}"
            engine.set_config(f"{entry}.platform", name, path=True)
            engine.set_config(f"{entry}.url", machine.tenants[name].url, path=True)
            for part, variable in {**spec.plain, **spec.secret}.items():
                if variable in environment:
                    engine.set_config(f"{entry}.{part}", environment[variable], path=True, secret=True)
        yield AllPlatforms(machine, engine)
