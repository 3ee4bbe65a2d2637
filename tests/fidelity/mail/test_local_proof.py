"""A whole way on one machine: a tenant sends through SES, and the mail that arrives is proven by its own DNS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from support.aws import ZONE, wait_for
from tenant_email.cli import app
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_mail_through_ses_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed by the domain's own keys, aligned with its policy, and as configured; a revoked key is told."""
    with LocalMachine(tmp_path, ("auth0",), behavior=Behavior(look_delay=0.05, key_delay=0)) as machine:
        _set_up(machine)
        for name, value in machine.environment().items():
            monkeypatch.setenv(name, value)
        words = ["send-test", "auth0", "--to", "ada@customer.example", "--mailbox", str(tmp_path / "inbox"), "--json"]
        told = _call(words)
        assert told["dkim"][0] == f"the signature of {ZONE} (selector {_selector(machine)}) verifies"
        assert told["dmarc"] == [f"DKIM of {ZONE} is aligned with {ZONE}, whose policy is p=reject"]
        assert told["from"] == [f"From is no-reply@{ZONE}, as configured"]
        machine.dns.override(f"{_selector(machine)}.dkim.amazonses.com", {"TXT": ['"v=DKIM1; p="']})
        assert "is revoked: its p= is empty" in _call(words)["dkim"][0]


def _call(words: list[str]) -> dict[str, list[str]]:
    result = CliRunner().invoke(app, words)
    findings = json.loads(result.stdout)["findings"]
    return {check: [each["what"] for each in findings if each["check"] == check] for check in ("dkim", "dmarc", "from")}


def _selector(machine: LocalMachine) -> str:
    return machine.smtp.inbox[0].raw.partition(b"s=")[2].partition(b";")[0].decode()


def _set_up(machine: LocalMachine) -> None:
    session: Any = machine.aws.session()
    ses, iam, zones = (session.client(name, endpoint_url=machine.aws.url) for name in ("sesv2", "iam", "route53"))
    zone = machine.aws.create_zone(ZONE)
    tokens = ses.create_email_identity(EmailIdentity=ZONE)["DkimAttributes"]["Tokens"]
    records = [(f"{token}._domainkey.{ZONE}", "CNAME", f"{token}.dkim.amazonses.com") for token in tokens]
    records.append((f"_dmarc.{ZONE}", "TXT", '"v=DMARC1; p=reject"'))
    changes: Any = [
        {
            "Action": "CREATE",
            "ResourceRecordSet": {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]},
        }
        for name, kind, value in records
    ]
    zones.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    wait_for(lambda: ses.get_email_identity(EmailIdentity=ZONE)["VerificationStatus"] == "SUCCESS")
    iam.create_user(UserName="sender")
    iam.attach_user_policy(UserName="sender", PolicyArn="arn:aws:iam::aws:policy/AmazonSESFullAccess")
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    credentials = {
        "accessKeyId": key["AccessKeyId"],
        "secretAccessKey": key["SecretAccessKey"],
        "region": "us-east-1",
    }
    machine.auth0.state.provider = {
        "name": "ses",
        "enabled": True,
        "default_from_address": f"no-reply@{ZONE}",
        "credentials": credentials,
        "settings": {},
    }
