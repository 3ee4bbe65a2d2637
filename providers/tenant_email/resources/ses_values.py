"""What belongs together in a sending domain, as typed values; `tenant_email.ses` names them for programs.

Plain Python data: a value is registered nowhere by itself, and what makes no sense is refused when a resource or a
component takes it. Rules and limits: docs/contracts/aws_ses.md#identity, #account and #iam.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.platforms.settings import HoldsSecrets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.aws.dns_records import DmarcPolicy, RecordKind
    from tenant_email.aws.tls_policy import StsMode
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import Settings
    from tenant_email.resources.dns_publishing import RecordPublisher

KeySlot = Literal["a", "b"]
KeyLength = Literal[1024, 2048]


@dataclass(frozen=True, kw_only=True)
class EasyDkim:
    """Easy DKIM: SES makes and rotates the key, three CNAME records prove the domain.

    Args:
        key_length: 1024 or 2048 bits; omitted, 2048, or what an adopted identity has. SES changes it once a day at
            most.

    """

    kind: ClassVar[str] = "easy"
    key_length: KeyLength | None = None


@dataclass(frozen=True, kw_only=True)
class ByoDkim(HoldsSecrets):
    """BYODKIM, a key of your own under a selector of your own: one TXT record proves the domain.

    Args:
        selector: names the key in DNS: 1 to 63 letters, digits and inner hyphens. Another selector is another key.
        private_key: an RSA key of 1024 to 2048 bits, in PEM and not encrypted (secret); omitted, SesSendingDomain makes
            one, see SesDkimKey. In Python a SesDomainIdentity needs it.

    """

    kind: ClassVar[str] = "byo"
    secret: ClassVar[frozenset[str]] = frozenset({"private_key"})
    selector: pulumi.Input[str]
    private_key: pulumi.Input[str] | None = field(default=None, repr=False)

    def to_props(self) -> Props:
        """Returns the kind and what was given, the key marked as secret."""
        key = None if self.private_key is None else pulumi.Output.secret(self.private_key)
        return {"kind": self.kind, "selector": self.selector, "private_key": key}


@dataclass(frozen=True, kw_only=True)
class ReplicaDkim:
    """Deterministic Easy DKIM: the keys of the same domain's Easy DKIM identity in another region are shared.

    Args:
        parent_region: the region of that identity; its DNS records serve both.

    """

    kind: ClassVar[str] = "replica"
    parent_region: pulumi.Input[str]


DkimMode = EasyDkim | ByoDkim | ReplicaDkim
Dkim = Literal["easy", "byo"] | DkimMode
"""How a domain signs; a word is short for `EasyDkim()`, or for a `ByoDkim` with its parts as arguments next to it."""


def short_dkim(dkim: Dkim) -> Literal["easy", "byo"]:
    """Returns the word for a way to sign."""
    if isinstance(dkim, DkimMode):
        return "byo" if isinstance(dkim, ByoDkim) else "easy"
    return dkim


@dataclass(frozen=True)
class DkimParts:
    """The parts of a way to sign, as a resource has them among its inputs."""

    key_length: KeyLength | None = None
    selector: pulumi.Input[str] | None = None
    private_key: pulumi.Input[str] | None = field(default=None, repr=False)
    replica_of: pulumi.Input[str] | None = None

    def merge(self, owner: str, dkim: Dkim) -> DkimParts:
        """Returns the parts of `dkim`, or these next to a word; raises InvalidSettings where a part is given twice."""
        if not isinstance(dkim, DkimMode):
            return self
        given = {
            "dkim_key_length": self.key_length,
            "dkim_selector": self.selector,
            "dkim_private_key": self.private_key,
            "replica_of": self.replica_of,
        }
        remedy = f"Set it in ses.{type(dkim).__name__}(…), or remove it."
        twice = [name for name, part in given.items() if part is not None]
        if twice:
            problems = [Problem(name, "cannot be combined with a typed dkim", remedy) for name in twice]
            raise InvalidSettings(owner, tuple(problems))
        if isinstance(dkim, ByoDkim):
            return DkimParts(selector=dkim.selector, private_key=dkim.private_key)
        if isinstance(dkim, ReplicaDkim):
            return DkimParts(replica_of=dkim.parent_region)
        return DkimParts(key_length=dkim.key_length)


@dataclass(frozen=True, kw_only=True)
class Dmarc:
    """A DMARC record (RFC 9989).

    The way from "none" to "reject" is in docs/dmarc.md.

    Args:
        policy: what receivers do with mail that fails: begin with "none", read the reports, then "quarantine", then
            "reject".
        reports: where aggregate reports go: addresses, or URIs such as `mailto:dmarc@acme.com`.
        subdomain_policy: the policy of subdomains without a record of their own; omitted, `policy`.
        nonexistent_policy: the policy of subdomains that do not exist, which may be stricter at once; omitted, that of
            other subdomains.
        failure_reports: where reports of single mails go, which hold parts of them and which few receivers send.
        testing: True asks receivers for one step less than the policy, and for reports as if it counted.
        report_zones: where the record is published by which another domain among the report addresses agrees to get
            reports: by that domain, the zone that holds it.

    """

    policy: DmarcPolicy = "none"
    reports: Sequence[str] = ()
    subdomain_policy: DmarcPolicy | None = None
    nonexistent_policy: DmarcPolicy | None = None
    failure_reports: Sequence[str] = ()
    testing: bool = False
    report_zones: Mapping[str, DnsZone] = field(default_factory=dict[str, "DnsZone"])


@dataclass(frozen=True, kw_only=True)
class TlsReports:
    """Reports about TLS to the MAIL FROM domain, of servers that bring bounces back (RFC 8460).

    Args:
        reports: where they go: addresses, or URIs of `mailto:` or `https:`.

    """

    reports: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class MtaSts:
    """An MTA-STS policy of the MAIL FROM domain: servers that bring bounces back are to use TLS to SES (RFC 8461).

    The policy is to be served by HTTPS, see the output `mta_sts_policy`; without it the record has no effect.

    Args:
        mode: "testing" reports failures and delivers all the same; "enforce" does not deliver; "none" ends a policy.
        max_age: how long a server may remember the policy, in seconds, up to 31557600.

    """

    mode: StsMode = "testing"
    max_age: int = 604_800


@dataclass(frozen=True, kw_only=True)
class SendingPolicy:
    """What the key of a sending domain may send: its IAM policy holds this and nothing else.

    Addresses and names may hold the wildcards `*` and `?`.

    Args:
        from_addresses: the only addresses that may send; none given allows every address of the domain.
        from_display_names: the only display names that may send.
        recipients: the only recipients that may be sent to, and SES's mailbox simulator, with which the key is proven.
        from_identities: email address identities among the From addresses, which SES checks in the domain's place.
        sandbox_recipients: verified recipients, which IAM checks too while the account is in the sandbox.
        further_domains: other domains that the key may send from too, each a verified identity of the same account and
            region, such as a SesDomainIdentity; `from_addresses`, where given, limit their addresses as well.
        sends_through: the kind of settings that will use the key, such as `auth0.Smtp`: the policy then allows only
            what its path through SES needs, and only that path is proven.

    """

    from_addresses: Sequence[str] = ()
    from_display_names: Sequence[str] = ()
    recipients: Sequence[str] = ()
    from_identities: Sequence[str] = ()
    sandbox_recipients: Sequence[str] = ()
    further_domains: Sequence[str] = ()
    sends_through: type[Settings] | None = None


@dataclass(frozen=True, kw_only=True)
class KeySlots:
    """The two access keys that IAM allows a user, as slots: a rotation makes the other one and switches to it.

    Args:
        active: the slot of the key in use; switch it between "a" and "b" to rotate the key without a gap.
        keep_other: keeps the other slot's key too, to be able to go back; the next `up` without it deletes it.
        prove_sending: False proves only that AWS knows the key, without the emails to SES's mailbox simulator that
            AwsKeyReady describes: for a key that may not send from this machine.

    """

    active: KeySlot = "a"
    keep_other: bool = False
    prove_sending: bool = True


@dataclass(frozen=True, kw_only=True)
class IamUser:
    """What an organization demands of the IAM user that sends, and of its policy.

    Args:
        name: the user's name; else one is made. Another name is another user with a key of its own.
        path: the user's path, such as `/email/`.
        permissions_boundary: the ARN of the policy that bounds the user; it must allow the sending as well.
        policy_name: the policy's name; else one is made.
        policy_path: the policy's path.

    """

    name: pulumi.Input[str] | None = None
    path: pulumi.Input[str] | None = None
    permissions_boundary: pulumi.Input[str] | None = None
    policy_name: pulumi.Input[str] | None = None
    policy_path: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class DnsZone:
    """Where the DNS records of a sending domain are published.

    `tenant_email.dns` makes the value for Route 53, Cloudflare, Google Cloud DNS, Azure DNS and DigitalOcean.

    Args:
        zone_id: the Route 53 zone; else the public zone of the domain or of the nearest parent is looked up.
        name: the zone's name, that of the domain or of a parent: it is looked up in place of the nearest one. With
            `zone_id`, and at another host, it is for the names within the zone that `records_table` shows, and a record
            whose name public DNS has in another zone below it is refused.
        publish: False leaves the records to you, see `records_table`; the verification waits for them. In Python also a
            function that makes the resource of one record, for any other DNS host.
        overwrite: which kinds of records, such as "mx", "spf", "dmarc" and "dkim" (of a key of your own), may replace
            what Route 53 has under their names and means something else; a destroy puts it back. What means the same is
            used as it is.
        existing: with a function, which of these kinds are in DNS already, with the same effect: they are used as they
            are, and neither made nor deleted.
        look_first: with a function, False publishes without a look at what public DNS has at the names: for records
            that were imported into the stack, and for a machine that cannot query DNS.
        provider: the AWS provider by which the Route 53 zone is reached, where it is in another account than SES.

    """

    python_only: ClassVar[frozenset[str]] = frozenset({"existing", "look_first", "provider"})
    zone_id: pulumi.Input[str] | None = None
    name: str | None = None
    publish: bool | RecordPublisher = True
    overwrite: Sequence[RecordKind] = ()
    existing: Sequence[RecordKind] = ()
    look_first: bool = True
    provider: pulumi.ProviderResource | None = None


@dataclass(frozen=True, kw_only=True)
class Verification:
    """How the verification of a domain by SES is waited for, see SesDomainVerification.

    Args:
        timeout: how long to wait, as in "90s", "10m" or "1h".
        wait: False does not wait, for records that come later: the outputs resolve at once, and mail is refused until
            SES has verified the domain.

    """

    timeout: str = "10m"
    wait: bool = True
