"""Bounces and complaints are heard of: on each platform's way a mail uses the set, and its events arrive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from support.auth0 import Tenant as Auth0Tenant
from support.engines import engine_params
from support.lab import DOMAIN, Lab
from support.logto import Tenant as LogtoTenant
from support.pingone_aic import SEND
from support.pingone_aic import Tenant as AicTenant
from support.pingone_aic_site import ADA
from tenant_email import platforms
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.canary import Watched

REGION = "us-east-1"
PROGRAM = f"""
import pulumi
from tenant_email import EmailProvider, SesSendingDomain, auth0, logto, pingone_aic, ses

platforms = {{"auth0": auth0, "logto": logto, "pingone_aic": pingone_aic}}
config = pulumi.Config()
hears = config.get_bool("hears") is not False
sending = SesSendingDomain("mail", domain="{DOMAIN}", from_addresses=["no-reply@{DOMAIN}"],
                           events=ses.Events(types=["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"]) if hears else None)
for name, kind in config.require_object("kinds").items():
    EmailProvider(name, tenant=name, settings=getattr(platforms[name], kind).from_ses(sending),
                  from_address="no-reply@{DOMAIN}")
pulumi.export("set", sending.configuration_set)
pulumi.export("topic", sending.events_topic_arn)
"""


class Heard:
    """A machine with a tenant of each platform, and a queue at the topic."""

    def __init__(self, machine: LocalMachine, engine: Watched) -> None:
        self.machine, self.engine = machine, engine
        self._queue = ""

    def client(self, service: Any) -> Any:
        """Returns a client of the stack's account."""
        return self.machine.aws.session().client(service, region_name=REGION, endpoint_url=self.machine.aws.url)

    def up(self, **kinds: str) -> Any:
        """Brings the stack up with a kind for each tenant; returns its outputs."""
        self.engine.set_config("lab:kinds", json.dumps(kinds))
        outcome = self.engine.up()
        assert outcome.ok, outcome.text
        return outcome.outputs

    def subscribe(self, topic: str) -> None:
        """Puts a queue at a topic."""
        self._queue = self.client("sqs").create_queue(QueueName="heard")["QueueUrl"]
        arn = self.client("sqs").get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])

    def messages(self) -> list[Any]:
        """Takes what arrived at the queue."""
        found = self.client("sqs").receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        for each in found:
            self.client("sqs").delete_message(QueueUrl=self._queue, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(json.loads(each["Body"])["Message"]) for each in found]

    @property
    def ways(self) -> dict[str, Callable[[], object]]:
        """What has each platform send one mail."""
        tenants: Any = self.machine.tenants
        return {
            "auth0": Auth0Tenant(tenants["auth0"]).verify,
            "logto": lambda: LogtoTenant(tenants["logto"]).call("POST", "/api/verification-codes", {"email": ADA}),
            "pingone_aic": lambda: AicTenant(tenants["pingone_aic"]).call("POST", SEND, {"to": ADA, "subject": "Hi"}),
        }


@pytest.fixture(params=engine_params())
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Heard]:
    """Runs a machine with one tenant of each platform, and opens a stack that logs in to each."""
    behavior = Behavior(look_delay=0.1, key_delay=0)
    names = ("auth0", "logto", "pingone_aic")
    with LocalMachine(tmp_path / "machine", names, behavior=behavior) as machine:
        machine.aws.create_zone(DOMAIN)
        cast("Any", machine.tenants["pingone_aic"]).switches.restart_seconds = 0.1
        lab = Lab.make(machine, tmp_path, request.param)
        lab.write(PROGRAM)
        engine, environment = lab.open(), machine.environment()
        for name in names:
            spec = platforms.connection_specs()[name]
            engine.set_config(f"tenant-email:tenants.{name}.platform", name, path=True)
            engine.set_config(f"tenant-email:tenants.{name}.url", machine.tenants[name].url, path=True)
            for part, variable in {**spec.plain, **spec.secret}.items():
                if variable in environment:
                    engine.set_config(
                        f"tenant-email:tenants.{name}.{part}", environment[variable], path=True, secret=True
                    )
        yield Heard(machine, engine)


def test_each_platforms_mail_is_heard_of(heard: Heard) -> None:
    """Its Send and Delivery arrive with the set's name, be it a setting, a header or the identity's default."""
    outputs = heard.up(auth0="Ses", logto="AwsSes", pingone_aic="Smtp")
    heard.subscribe(outputs["topic"])
    for kinds in ({}, {"auth0": "Smtp", "logto": "Smtp", "pingone_aic": "Smtp"}):
        if kinds:
            heard.up(**kinds)
        for name, send in heard.ways.items():
            before = len(heard.machine.smtp.inbox)
            answer = send()
            assert len(heard.machine.smtp.inbox) == before + 1, (name, kinds, answer)
            told = heard.messages()
            assert [each["eventType"] for each in told] == ["Send", "Delivery"], (name, kinds)
            assert {each["mail"]["tags"]["ses:configuration-set"][0] for each in told} == {outputs["set"]}
