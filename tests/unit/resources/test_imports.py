"""A program and a host load what they use: an `up` starts sooner, and a host that has no AWS needs none."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tenant_email

HEAVY = ("boto3", "botocore", "cryptography", "dns", "jwt", "liquid", "pulumi_aws", "requests")
AWS = ("boto3", "botocore", "dns", "pulumi_aws")
MODULES = "import sys; print(*sorted(sys.modules))"

CHECKS = """
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
where = {"region": "eu-west-1", "domain": "acme.example"}
record = {"zone_id": "Z1", "name": "a.example", "type": "TXT", "ttl": 60, "value": "v=spf1", "purpose": "SPF"}
assert not SesDomainIdentityLifecycle().do_check(None, where).problems
assert SesDomainIdentityLifecycle().do_diff("", where, where) == (False, [])
assert not SesDomainRecordLifecycle().do_check(None, {"region": "eu-west-1", **record}).problems
assert SesDomainRecordLifecycle().do_diff("", record, record) == (False, [])
"""


def loaded(code: str) -> set[str]:
    """Returns the modules that a new interpreter has after some code."""
    ran = subprocess.run([sys.executable, "-c", f"{code}\n{MODULES}"], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("import tenant_email", ("pulumi", "pydantic", *HEAVY)),
        ("from tenant_email import EmailProvider, EmailTemplate, auth0", HEAVY),
        ("from tenant_email import EmailProvider, EmailTemplate, logto", HEAVY),
        ("from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable, Smtp", AWS),
        ("import tenant_email.lifecycle.email_provider, tenant_email.lifecycle.email_template", HEAVY),
        ("from tenant_email import SesSendingDomain, SesDomainIdentity, SesDkimKey, ses", (*HEAVY, "pydantic")),
        ("import tenant_email.lifecycle.ses_domain_identity, tenant_email.lifecycle.ses_domain_settings", HEAVY),
        ("import tenant_email.lifecycle.ses_domain_record, tenant_email.lifecycle.ses_domain_preflight", HEAVY),
        ("import tenant_email.lifecycle.ses_domain_verification, tenant_email.lifecycle.ses_account", HEAVY),
        ("import tenant_email.lifecycle.aws_key_ready, tenant_email.lifecycle.aws_key_slot", HEAVY),
        ("import tenant_email.lifecycle.ses_dkim_key", HEAVY),
        (CHECKS, HEAVY),
    ],
)
def test_an_import_loads_what_it_uses(code: str, without: tuple[str, ...]) -> None:
    """What only AWS, another platform or a call needs is not there."""
    assert loaded(code).intersection(without) == set()


def test_a_platform_loads_no_other() -> None:
    """The program of one platform has nothing of the others."""
    found = loaded("from tenant_email import EmailProvider, auth0")
    assert [name for name in found if "pingone_aic" in name or "logto" in name] == []


def test_every_public_name_is_there() -> None:
    """What the package lists it has; what it has not is an AttributeError."""
    assert all(hasattr(tenant_email, name) for name in tenant_email.__all__)
    assert set(tenant_email.__all__) <= set(dir(tenant_email))
    assert not hasattr(tenant_email, "EmailProvidr")
