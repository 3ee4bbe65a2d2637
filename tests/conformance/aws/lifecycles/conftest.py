"""One account for all lifecycle tests, because lifecycles share their clients; each test has a domain of its own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import boto3
import pytest

from support.ses_site import SesSite
from tenant_email_local.aws.behavior import Behavior

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_local.aws.server import AwsServer
    from tenant_email_local.dns import DnsServer

KEY = "AKIALOCALTEST0000099"
_numbers = count(1)
_session = boto3.Session()  # one for all tests, whose key is the same: it reads the models of AWS once


@pytest.fixture
def site(aws_server: AwsServer, name_server: DnsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesSite]:
    """A domain of the test's own, and the account that it is in."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    variables = {
        **aws_server.environment(KEY, "eu-west-1"),
        "TENANT_EMAIL_DNS": name_server.address,
        "TENANT_EMAIL_SES_INTERVAL": "0",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    vars(aws_server.behavior).update(vars(Behavior(key_delay=0, look_delay=0.02)))
    aws_server.calls.clear()
    yield SesSite(f"site{next(_numbers)}.example", aws_server, name_server, _session)
    name_server.zones = tuple
