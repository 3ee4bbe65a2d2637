"""The local DNS and AWS, and the package's own client on them.

The servers live as long as the run; each test has an AWS account and a zone of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.dns_zone import serve
from tenant_email.aws.pace import Pace
from tenant_email.aws.ses import Ses
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.credentials import RootKey
from tenant_email_local.aws.server import AwsServer
from tenant_email_local.dns import DnsServer

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-west-1"
ROOTS = {f"AKIALOCALTEST{n:07}": RootKey(f"secret-of-local-test-{n}", f"{n:012}") for n in range(1, 100)}


@pytest.fixture(scope="session")
def name_server() -> Iterator[DnsServer]:
    """Runs the name server."""
    with DnsServer() as server:
        yield server


@pytest.fixture(scope="session")
def aws_server(name_server: DnsServer) -> Iterator[AwsServer]:
    """Runs AWS with many accounts."""
    with AwsServer(name_server, roots=ROOTS) as server:
        yield server


@pytest.fixture(scope="session")
def unused_keys() -> Iterator[str]:
    """Hands out root keys of accounts that no test has used."""
    return iter(ROOTS)


@pytest.fixture
def dns(name_server: DnsServer) -> DnsServer:
    """The name server, serving the zone acme.example, empty but for its apex."""
    serve(name_server)
    return name_server


@pytest.fixture
def aws(
    aws_server: AwsServer, dns: DnsServer, unused_keys: Iterator[str], monkeypatch: pytest.MonkeyPatch
) -> AwsServer:
    """AWS as it starts, with boto3's ordinary chain pointing to an account of the test's own."""
    del dns
    aws_server.calls.clear()
    vars(aws_server.behavior).update(vars(Behavior()))
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    for name, value in aws_server.environment(next(unused_keys), REGION).items():
        monkeypatch.setenv(name, value)
    return aws_server


@pytest.fixture
def ses(aws: AwsServer) -> Ses:
    """The client, without the wait between calls."""
    del aws
    return Ses(REGION, pace=Pace(interval=0, attempts=2))
