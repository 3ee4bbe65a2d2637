"""Lists what a test or a demo may change about the local AWS."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

HOURS_72 = 72 * 3600.0


@dataclass
class Behavior:
    """The switches; all times are seconds, and changing one takes effect at the next call.

    Sources: docs/contracts/aws_ses.md#timing, #limits, #mail-from, #account (sandbox) and #moto (supplement);
    the tokens of a new identity may be late by `token_delay`.
    """

    key_delay: float = 3.0
    sessions_expired: bool = False  # makes all temporary credentials old
    look_delay: float = 0.3
    patience: float = HOURS_72
    token_delay: float = 0.0
    throttle: bool = False
    production: bool = True
    sending: bool = True  # False: AWS, or someone, has paused the account
    enforcement: str = "HEALTHY"
    vdm: bool = True  # Virtual Deliverability Manager
    mail_from_needs_verified: bool = False
    down: Collection[str] = frozenset()  # regions that answer nothing but 503
    hanging: Collection[str] = frozenset()  # regions that take a call and never answer it
    bounces: Collection[str] = frozenset()  # recipients whose servers know nobody of that name
    complaints: Collection[str] = frozenset()  # recipients who call each mail spam
    delays: Mapping[str, float] = field(default_factory=dict[str, float])  # by operation, such as AttachUserPolicy
    signing_zones: Mapping[str, str] = field(default_factory=dict[str, str])
