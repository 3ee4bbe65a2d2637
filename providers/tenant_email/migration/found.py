"""What a reader finds in another tool's files, in the names of our resources; pure data.

A value of a setting is as the platform has it, a `Secret`, or what a program takes from stack config: `FromConfig`, and
`Joined` for a text with some of it inside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Json, Props
    from tenant_email.redaction.secrets import Secret

Source = Literal["terraform", "pulumi", "deploy-cli", "frodo", "fr-config-manager", "logto"]
"""The tools whose files can be read."""


@dataclass(frozen=True, slots=True)
class FromConfig:
    """A value that a stack's config gives; `value` is what the other tool has for it, None where that is not known."""

    key: str
    secret: bool = False
    value: Json = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """A text made of texts and of values from stack config."""

    parts: tuple[str | FromConfig, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundProvider:
    """The email provider of a tenant; `address` is what the other tool calls it."""

    address: str
    settings: Props = field(repr=False)
    from_address: str | FromConfig | Joined | None = None
    enabled: bool | FromConfig = True


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """An email template of a tenant."""

    address: str
    settings: Props = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundEsv:
    """An environment-specific value of PingOne AIC; no `value`: the tenant's is kept."""

    id: str
    secret: bool
    value: str | Secret | FromConfig | None = field(default=None, repr=False)
    description: str = ""
    expression_type: str = "string"
    encoding: str = "generic"
    use_in_placeholders: bool = True


@dataclass(frozen=True, slots=True)
class FoundTenant:
    """One tenant; `host` is empty where the files do not say it."""

    platform: str
    host: str = ""
    provider: FoundProvider | None = None
    templates: tuple[FoundTemplate, ...] = ()
    esvs: tuple[FoundEsv, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A DNS record in Route 53."""

    address: str
    zone_id: str
    name: str
    kind: str
    ttl: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundKey:
    """An access key of an IAM user."""

    address: str
    id: str


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """A policy of an IAM user: one of its own, or one that is attached to it, which has an ARN.

    addresses: of the policy, and of what attaches it.
    """

    address: str
    name: str
    document: Props = field(repr=False)
    arn: str = ""
    path: str = "/"
    addresses: tuple[str, ...] = ()
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class FoundUser:
    """An IAM user that may send."""

    address: str
    name: str
    path: str = "/"
    boundary: str = ""
    policies: tuple[FoundPolicy, ...] = ()
    keys: tuple[FoundKey, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class FoundDomain:
    """A domain of Amazon SES, with what belongs to it; `addresses` are those of the parts of its identity."""

    address: str
    domain: str
    region: str
    arn: str
    addresses: tuple[str, ...] = ()
    mail_from: str = ""
    reject_on_mx_failure: bool = False
    configuration_set: str = ""
    dkim: Literal["easy", "byo", "none"] = "easy"
    dkim_tokens: tuple[str, ...] = ()
    dkim_selector: str = ""
    dkim_private_key: Secret | None = field(default=None, repr=False)
    feedback_forwarding: bool | None = None
    records: tuple[FoundRecord, ...] = ()
    users: tuple[FoundUser, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What a person should know of one thing in the files; `refused`: it is not taken."""

    address: str
    text: str
    remedy: str = ""
    refused: bool = False


@dataclass(slots=True)
class Reading:
    """All that a reader found.

    `left`: how many of each other kind of thing there are, which stay with the other tool.
    `taken`: the addresses of what the new program manages, which leave the other tool. `types`: of what a state has of
    the types that are read, by address.
    """

    source: Source
    tenant: FoundTenant | None = None
    domains: tuple[FoundDomain, ...] = ()
    notes: list[Note] = field(default_factory=list[Note])
    left: Counter[str] = field(default_factory=Counter[str])
    taken: list[str] = field(default_factory=list[str])
    types: dict[str, str] = field(default_factory=dict[str, str])
