"""The lifecycles by their paths in state: a program names them, and loads none, nor anything that they need."""

from __future__ import annotations

import pickle
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email.operations.lifecycle import Lifecycle

_PACKAGE: Final = "tenant_email.lifecycle"


@dataclass(frozen=True, slots=True)
class LifecycleReference:
    """A lifecycle class: its module and its name, and which of its outputs repeat inputs (`Lifecycle.mirrors`)."""

    module: str
    name: str
    mirrors: tuple[str, ...] = ()

    @property
    def pickled(self) -> str:
        """Returns what stands in state: what Pulumi would make of an instance, under every version of Python alike."""
        return _pickled(f"{_PACKAGE}.{self.module}", self.name)

    def load(self) -> Lifecycle:
        """Returns the lifecycle itself, for the rare program that needs to know where its outputs repeat inputs."""
        made: Lifecycle = getattr(import_module(f"{_PACKAGE}.{self.module}"), self.name)()
        return made


@cache
def _pickled(module: str, name: str) -> str:
    """Returns the pickle of an instance without attributes, by the opcodes of protocol 4 (pickletools)."""
    path = b"".join(
        pickle.SHORT_BINUNICODE + bytes([len(part)]) + part.encode() + pickle.MEMOIZE for part in (module, name)
    )
    body = (
        path + pickle.STACK_GLOBAL + pickle.MEMOIZE + pickle.EMPTY_TUPLE + pickle.NEWOBJ + pickle.MEMOIZE + pickle.STOP
    )
    frame = pickle.FRAME + len(body).to_bytes(8, "little")
    return b64encode(pickle.PROTO + bytes([4]) + frame + body).decode()


EMAIL_PROVIDER: Final = LifecycleReference("email_provider", "EmailProviderLifecycle", ("live", "written_identity"))
EMAIL_TEMPLATE: Final = LifecycleReference("email_template", "EmailTemplateLifecycle", ("live",))
ESV_VARIABLE: Final = LifecycleReference("esv_variable", "EsvVariableLifecycle")
ESV_SECRET: Final = LifecycleReference("esv_secret", "EsvSecretLifecycle")
ESV_RESTART: Final = LifecycleReference("esv_restart", "EsvRestartLifecycle")
AWS_KEY_READY: Final = LifecycleReference("aws_key_ready", "AwsKeyReadyLifecycle")
AWS_KEY_SLOT: Final = LifecycleReference("aws_key_slot", "AwsKeySlotLifecycle")
SES_ACCOUNT: Final = LifecycleReference("ses_account", "SesAccountLifecycle")
SES_DKIM_KEY: Final = LifecycleReference("ses_dkim_key", "SesDkimKeyLifecycle")
SES_DOMAIN_IDENTITY: Final = LifecycleReference(
    "ses_domain_identity", "SesDomainIdentityLifecycle", ("identity_arn", "dns_records")
)
SES_DOMAIN_SETTINGS: Final = LifecycleReference(
    "ses_domain_settings", "SesDomainSettingsLifecycle", ("previous_settings", "written_settings")
)
SES_DOMAIN_VERIFICATION: Final = LifecycleReference("ses_domain_verification", "SesDomainVerificationLifecycle")
SES_DOMAIN_PREFLIGHT: Final = LifecycleReference("ses_domain_preflight", "SesDomainPreflightLifecycle")
SES_DOMAIN_RECORD: Final = LifecycleReference(
    "ses_domain_record", "SesDomainRecordLifecycle", ("written_value", "replaced_records")
)
