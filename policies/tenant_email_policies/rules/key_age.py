"""Old keys: the longer a key is in use, the more places have seen it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pulumi_policy import EnforcementLevel, Severity
from pydantic import Field

from tenant_email_policies import sending_users
from tenant_email_policies.rule import Config, Finding, StackRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Stack
    from tenant_email_policies.values import Value


class AgeConfig(Config):
    """How old a key may be."""

    max_age_days: int = Field(default=90, ge=1, description="How old a key that sends may become, in days.")


def judge(stack: Stack, config: AgeConfig) -> Iterator[Finding]:
    """Yields the keys whose creation, as the state has it, is too long ago; one that is yet to be made has none."""
    now = datetime.now(UTC)
    for key in sending_users.keys_in_use(stack):
        made = None if key.at("status") == "Inactive" else _moment(key.at("create_date"))
        if made is not None and (age := (now - made).days) > config.max_age_days:
            what = f"is {age} days old, and may become {config.max_age_days}"
            remedy = "Rotate it: switch active_key of its SesSendingDomain, as docs/rotation.md says."
            yield Finding(key, "", what, remedy)


def _moment(value: Value) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


RULE: Final = StackRule(
    name="key-age",
    description="A key that sends must not be older than it may become.",
    remediation="Rotate the key.",
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    config=AgeConfig,
    judge=judge,
)
