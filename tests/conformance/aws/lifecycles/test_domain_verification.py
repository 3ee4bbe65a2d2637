"""SesDomainVerification: what it waits for, what it says, and what a refresh shows."""

from __future__ import annotations

import time
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from support.aws import wait_for
from support.dns_zone import serve
from support.host import listening, running_host
from support.ses_site import TAGS
from tenant_email.aws.rsa_key import new_private_key
from tenant_email.errors import InvalidSettings, NotFound, Rejected, VerificationTimeout
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email.operations import operation
from tenant_email.timing import Timing
from tenant_email_local.dns import DnsServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from support.managed import Managed
    from support.ses_site import SesSite


def created(site: SesSite, **inputs: Any) -> list[Any]:
    """Creates the identity and returns its records."""
    identity = site.identity(**inputs)
    identity.up()
    records: list[Any] = identity.state["dns_records"]
    return records


def test_it_returns_when_dns_and_ses_agree(site: SesSite) -> None:
    """With the records published it waits until SES says SUCCESS; a second run asks nothing."""
    records = created(site)
    site.publish(records)
    wait = site.verification(records)
    wait.up()
    assert wait.state["verification_status"] == wait.state["dkim_status"] == "SUCCESS"
    asked = len(site.calls("Get"))
    assert wait.up() == "same"
    assert wait.up(timeout="20m") == "update"
    assert len(site.calls("Get")) == asked


@pytest.mark.parametrize(
    ("variable", "region"), [("TENANT_EMAIL_DNS", "eu-west-1"), ("TENANT_EMAIL_SES_INTERVAL", "sa-east-1")]
)
def test_a_wrong_variable_is_reported_as_such(
    site: SesSite, monkeypatch: pytest.MonkeyPatch, variable: str, region: str
) -> None:
    """What the environment has wrong is named with the remedy, and not called a bug of this package."""
    records = created(site)
    monkeypatch.setenv(variable, "soon")
    with pytest.raises(InvalidSettings, match=f"{variable}=soon is not .*\nCorrect the variable"):
        site.verification(records, region=region).up()


def test_a_time_out_names_each_record(site: SesSite) -> None:
    """Two of three records are missing: both are named with what should be there, the third is not."""
    records = created(site)
    site.publish(records[:1])
    with pytest.raises(VerificationTimeout, match="not verified after 1 s: 1 of 3 records are in DNS") as caught:
        site.verification(records).up(timeout="1s")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].strip(" -") for line in lines[1:3]] == [record["name"] for record in records[1:]]
    assert f"expected CNAME {records[1]['values'][0]}" in lines[1]
    assert lines[-1] == "Fix the records listed above, then run again."


def test_a_failed_domain_fails_at_once_with_the_record(site: SesSite) -> None:
    """SES has given up: nobody waits, and the wrong record is named with what is there and what should be."""
    records = created(site)
    wrong = {**records[0], "values": ["elsewhere.example"]}
    site.publish([wrong, *records[1:]])
    site.aws.behavior.patience = 0
    site.until("FAILED")
    started = time.monotonic()
    with pytest.raises(Rejected, match="verification FAILED") as caught:
        site.verification(records).up(timeout="1h")
    assert time.monotonic() - started < 60
    said = f"has CNAME elsewhere.example; expected CNAME {records[0]['values'][0]} and nothing else"
    assert said in str(caught.value)
    assert "pulumi refresh" in str(caught.value).splitlines()[-1]


def test_mail_from_is_waited_for_apart(site: SesSite) -> None:
    """MAIL FROM has a machine of its own: verified DKIM does not end the wait, its MX record does."""
    identity = site.verified()
    site.settings().up(mail_from="bounce")
    records = identity.state["dns_records"]
    with pytest.raises(VerificationTimeout, match="MAIL FROM PENDING"):
        site.verification(records, mail_from=True).up(timeout="1s")
    mx = {"name": f"bounce.{site.domain}", "type": "MX", "values": ["10 feedback-smtp.eu-west-1.amazonses.com."]}
    site.publish([*records, mx])
    wait = site.verification(records, mail_from=True)
    wait.up()
    assert wait.state["mail_from_status"] == "SUCCESS"


def regressed(site: SesSite) -> Managed:
    """Verifies a domain, then takes its records away."""
    identity = site.verified()
    wait = site.verification(identity.state["dns_records"])
    wait.up()
    site.publish([])
    return wait


def test_a_temporary_failure_shows_as_drift(site: SesSite) -> None:
    """Records that vanish make SES doubt: a refresh shows it, and the next update waits again."""
    wait = regressed(site)
    site.until("TEMPORARY_FAILURE")
    wait.refresh()
    assert wait.state["verification_status"] == "TEMPORARY_FAILURE"
    with pytest.raises(VerificationTimeout, match="0 of 3 records"):
        wait.up(timeout="1s")
    site.publish(wait.inputs["records"])
    assert wait.up() == "update"
    assert wait.state["verification_status"] == "SUCCESS"


def test_a_failure_shows_as_drift(site: SesSite) -> None:
    """A domain that SES has given up later is reported by the next update at once."""
    site.aws.behavior.patience = 0.2
    wait = regressed(site)
    site.until("FAILED")
    wait.refresh()
    assert wait.state["verification_status"] == "FAILED"
    with pytest.raises(Rejected, match="has no such name"):
        wait.up(timeout="1h")


@pytest.mark.parametrize(
    ("parent", "said"),
    [
        ({}, "the parent region has no such identity"),
        ({"dkim": "byo", "dkim_selector": "s1"}, "the parent signs with its own key"),
    ],
)
def test_a_replica_that_cannot_be_made_is_explained(site: SesSite, parent: dict[str, Any], said: str) -> None:
    """SES tells replication failures in passing only; the wait ends at once with the reason."""
    if parent:
        site.identity(**parent, region="us-east-2", dkim_private_key=new_private_key(1024).reveal()).up()
    records = created(site, replica_of="us-east-2", tags=TAGS)
    site.publish(records)
    with pytest.raises(Rejected, match=said):
        site.verification(records).up(timeout="1h")


def test_without_waiting(site: SesSite, said: list[str]) -> None:
    """wait=False records the status as it is, with what is not in DNS; turned on later, it waits."""
    records = created(site)
    wait = site.verification(records)
    wait.up(wait=False)
    (told,) = said
    assert told.startswith(f"ses eu-west-1: {site.domain}: not waiting for verification (wait=False); ")
    assert [record["name"] in told for record in records] == [True] * 3
    assert wait.id == f"aws-ses/eu-west-1/{site.domain}/verification"
    assert wait.state["verification_status"] == "PENDING"
    assert wait.up(wait=False) == "same"
    site.publish(records)
    assert wait.up(wait=True) == "update"
    assert wait.state["verification_status"] == "SUCCESS"


def test_a_domain_that_nobody_has(site: SesSite) -> None:
    """Without an identity there is nothing to wait for."""
    with pytest.raises(NotFound, match="is not an identity there"):
        site.verification([]).up()


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"timeout": "10 minutes"}, "timeout: '10 minutes' is not a time\nWrite it as 90s, 10m or 1h."),
        ({"records": [{"name": "x"}]}, "records: a DNS record has exactly the fields"),
    ],
)
def test_bad_inputs(site: SesSite, inputs: dict[str, Any], said: str) -> None:
    """What cannot be waited for is refused at preview."""
    assert said in "\n".join(site.verification([]).problems(**inputs))


def test_what_ses_has_verified_is_verified(site: SesSite) -> None:
    """With no way to DNS from here the resource is made all the same, with a warning that names each record."""
    records = site.verified().state["dns_records"]
    inputs = {"domain": site.domain, "region": "eu-west-1", "records": records, "timeout": "1s"}
    with (
        listening() as (engine, address),
        running_host({}, {"TENANT_EMAIL_DNS": "127.0.0.1:9"}, engine=address) as host,
    ):
        _, outputs = host.create(SesDomainVerificationLifecycle, inputs)
    assert outputs["verification_status"] == "SUCCESS"
    (told,) = engine.lines
    assert "SES has verified the domain, but DNS as seen from this machine is still wrong:" in told
    assert (told.count("did not answer in time"), engine.severities) == (3, ["WARNING"])


class Later:
    """The clock of a wait that has lasted longer than a change takes to reach every name server."""

    def __init__(self) -> None:
        self._read = 0

    def __call__(self) -> float:
        """Returns the time, an age after the first reading."""
        self._read += 1
        return time.monotonic() + (600 if self._read > 1 else 0)


@pytest.fixture
def later() -> Iterator[None]:
    """Turns the clock of what waits from now on."""
    operation.begin(Timing(now=Later()))
    yield
    operation.begin(Timing())


@pytest.mark.usefixtures("later")
def test_ses_is_asked_while_dns_looks_wrong_from_here(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a split horizon this machine never sees the records, but SES does: the wait ends with SES's word."""
    records = created(site)
    with DnsServer() as inside:
        serve(inside, (records[0]["name"], "CNAME", ["internal.example."]), zone=site.domain)
        monkeypatch.setenv("TENANT_EMAIL_DNS", inside.address)
        wait_for(lambda: site.live()["VerificationInfo"].get("ErrorType") == "HOST_NOT_FOUND")
        Timer(1.0, site.publish, [records]).start()
        wait = site.verification(records)
        wait.up(timeout="1h")
    assert wait.state["verification_status"] == "SUCCESS"


@pytest.mark.usefixtures("later")
def test_what_ses_too_finds_wrong_is_not_waited_for(site: SesSite) -> None:
    """A record that is there but wrong, for SES as well, ends the wait long before its time."""
    records = created(site)
    site.publish([{**records[0], "values": ["elsewhere.example"]}, *records[1:]])
    wait_for(lambda: site.live()["VerificationInfo"].get("ErrorType") == "INVALID_VALUE")
    with pytest.raises(VerificationTimeout, match="a record is wrong, as SES sees too") as caught:
        site.verification(records).up(timeout="1h")
    assert "has CNAME elsewhere.example" in str(caught.value)
    assert str(caught.value).splitlines()[-1] == "Fix the records listed above, then run again."
