"""An explicit AWS provider: its region counts for SES too, and its account must be the one that SES is called in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email_local.aws.credentials import RootKey
from tenant_email_local.aws.server import ROOT_KEY_ID, ROOTS, AwsServer

if TYPE_CHECKING:
    from support.lab import Lab

OTHER_KEY, OTHER_SECRET, OTHER_ACCOUNT = "AKIAOTHERACCOUNT0001", "secret-of-another-account", "210987654321"
PROGRAM = """
import pulumi
import pulumi_aws as aws
from tenant_email import SesSendingDomain, TenantEmail, auth0
provider = aws.Provider("explicit", region="eu-west-1"{0})
sending = SesSendingDomain("mail", domain="acme.example", zone_id="Z0000000000000000000", profile={1!r},
                           opts=pulumi.ResourceOptions(provider=provider))
TenantEmail("mail", sending_domain=sending, settings=auth0.Ses.from_ses, from_address="no-reply@acme.example")
"""
OF_ANOTHER_ACCOUNT = """, access_key="{key}", secret_key="{secret}",
    endpoints=[aws.ProviderEndpointArgs(iam="{url}", sts="{url}", route53="{url}")]"""


def test_another_account_is_refused_before_the_tenant_is_touched(lab: Lab) -> None:
    """When SES's profile is of another account than the provider, nothing is made and the tenant stays as it is."""
    lab.write("")
    root = ROOTS[ROOT_KEY_ID].secret
    profile = f"[local]\naws_access_key_id = {ROOT_KEY_ID}\naws_secret_access_key = {root}\n"
    (lab.folder / "credentials").write_text(profile)
    engine = lab.open({"AWS_SHARED_CREDENTIALS_FILE": str(lab.folder / "credentials")})
    calls = lab.machine.aws.calls
    with AwsServer(lab.machine.dns, roots={OTHER_KEY: RootKey(OTHER_SECRET, OTHER_ACCOUNT)}) as other:
        keys = OF_ANOTHER_ACCOUNT.format(key=OTHER_KEY, secret=OTHER_SECRET, url=other.url)
        lab.write(PROGRAM.format(keys, "local"))
        before = len(calls)
        outcome = engine.up()
        assert engine.destroy().ok
    assert not outcome.ok
    assert f"not {OTHER_ACCOUNT}" in outcome.text
    assert "Set the `profile` that the AWS provider uses" in outcome.text
    assert "CreateEmailIdentity" not in {call.operation for call in calls[before:]}
    assert lab.calls() == []


def test_the_region_of_an_explicit_provider_counts(lab: Lab) -> None:
    """SES is asked in the provider's region; a zone that is not there stops the stack before anything is written."""
    lab.write(PROGRAM.format("", None))
    engine, calls = lab.open(), lab.machine.aws.calls
    before = len(calls)
    outcome = engine.up()
    assert "Set zone_id to a hosted zone of this AWS account" in outcome.text
    assert engine.destroy().ok
    assert {call.region for call in calls[before:] if call.operation == "GetEmailIdentity"} == {"eu-west-1"}
    assert not [call.operation for call in calls[before:] if call.operation.startswith(("Create", "Put", "Change"))]
    assert lab.calls() == []
