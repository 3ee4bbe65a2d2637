"""What stands in users' state and must not change: references to the AWS lifecycles, and type tokens."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import dill
import pytest

import tenant_email
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_dkim_key import SesDkimKeyLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email.resources.aws import AwsKeySlot
from tenant_email.resources.ses import SesDomainSettings
from tenant_email.resources.ses_records import SesDomainPreflight, SesDomainRecord

if TYPE_CHECKING:
    from pulumi.dynamic import ResourceProvider

PATHS: dict[type[ResourceProvider], bytes] = {
    AwsKeyReadyLifecycle: b"tenant_email.lifecycle.aws_key_ready",
    AwsKeySlotLifecycle: b"tenant_email.lifecycle.aws_key_slot",
    SesAccountLifecycle: b"tenant_email.lifecycle.ses_account",
    SesDkimKeyLifecycle: b"tenant_email.lifecycle.ses_dkim_key",
    SesDomainIdentityLifecycle: b"tenant_email.lifecycle.ses_domain_identity",
    SesDomainPreflightLifecycle: b"tenant_email.lifecycle.ses_domain_preflight",
    SesDomainRecordLifecycle: b"tenant_email.lifecycle.ses_domain_record",
    SesDomainSettingsLifecycle: b"tenant_email.lifecycle.ses_domain_settings",
    SesDomainVerificationLifecycle: b"tenant_email.lifecycle.ses_domain_verification",
}
NAMES = ("AwsKeyReady", "SesAccount", "SesDkimKey", "SesDomainIdentity", "SesDomainVerification")

INNER = (AwsKeySlot, SesDomainSettings, SesDomainPreflight, SesDomainRecord)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("lifecycle", PATHS)
def test_a_provider_is_a_reference(lifecycle: type[ResourceProvider], protocol: int) -> None:
    """Under every protocol the pickle names the class, holds nothing else, and loads."""
    pickled = dill.dumps(lifecycle(), protocol=protocol, recurse=True)
    assert len(pickled) < 120
    assert PATHS[lifecycle] in pickled
    assert type(pickle.loads(pickled)) is lifecycle  # noqa: S301 - made here


@pytest.mark.parametrize("resource", [*(getattr(tenant_email, name) for name in NAMES), *INNER])
def test_type_tokens_stay_and_subclasses_keep_them(resource: Any) -> None:
    """A user's subclass changes no state."""
    subclass: Any = type("Mine", (resource,), {})
    token = f"dynamic/tenant-email:{resource.__name__}"
    assert resource._resource_type_name == subclass._resource_type_name == token  # noqa: SLF001 - Pulumi's own place for it
