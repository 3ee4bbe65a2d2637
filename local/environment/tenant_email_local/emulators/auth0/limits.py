"""The endpoint buckets of docs/contracts/auth0.md#rate-limits."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal

from tenant_email_local.emulators.limits import Rate

Bucket = Literal["write templates", "read templates", "write provider", "read provider"]


class SubscriptionPlan(Enum):
    """Names the subscriptions that differ in their limits; OFF has none."""

    OFF = "off"
    FREE = "free"
    PROFESSIONAL = "professional"
    ENTERPRISE = "enterprise"


_SMALL: Final[dict[Bucket, Rate]] = {
    "write templates": Rate(5, 25),
    "read templates": Rate(10, 50),
    "write provider": Rate(5, 25),
    "read provider": Rate(5, 25),
}
_ENTERPRISE: Final[dict[Bucket, Rate]] = {
    "write templates": Rate(10, 100),
    "read templates": Rate(15, 150),
    "write provider": Rate(10, 100),
    "read provider": Rate(15, 150),
}
RATES: Final[dict[SubscriptionPlan, dict[Bucket, Rate]]] = {
    SubscriptionPlan.OFF: {},
    SubscriptionPlan.FREE: _SMALL,
    SubscriptionPlan.PROFESSIONAL: _SMALL,
    SubscriptionPlan.ENTERPRISE: _ENTERPRISE,
}
BUILT_IN_SENDER: Final = Rate(10, 10)
