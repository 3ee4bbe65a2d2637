"""The short forms of a SesSendingDomain's arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from tenant_email.aws.dns_records import RecordKind
    from tenant_email.platforms.settings import Settings
    from tenant_email.resources.dns_publishing import RecordPublisher


class ShortForms(TypedDict, total=False):
    """Parts of the typed values of `tenant_email.ses`, as arguments of their own."""

    dkim_key_length: Literal[1024, 2048] | None
    """`key_length` of `dkim=ses.EasyDkim(…)`."""
    dkim_selector: str | None
    """`selector` of `dkim=ses.ByoDkim(…)`, with `dkim="byo"`."""
    dkim_private_key: pulumi.Input[str] | None
    """`private_key` of `dkim=ses.ByoDkim(…)`, with `dkim="byo"` (secret)."""
    replica_of: str | None
    """`parent_region` of `dkim=ses.ReplicaDkim(…)`."""
    dmarc_reports: Sequence[str]
    """`reports` of `dmarc=ses.Dmarc(…)`."""
    zone: str | None
    """`name` of `dns=ses.DnsZone(…)`."""
    publish: bool | RecordPublisher
    """`publish` of `dns=ses.DnsZone(…)`."""
    overwrite_records: Sequence[RecordKind]
    """`overwrite` of `dns=ses.DnsZone(…)`."""
    from_display_names: Sequence[str] | None
    """Of `sending=ses.SendingPolicy(…)`."""
    recipients: Sequence[str] | None
    """Of `sending=ses.SendingPolicy(…)`."""
    from_identities: Sequence[str] | None
    """Of `sending=ses.SendingPolicy(…)`."""
    further_domains: Sequence[str] | None
    """Of `sending=ses.SendingPolicy(…)`."""
    sends_through: type[Settings] | None
    """Of `sending=ses.SendingPolicy(…)`."""
    user_name: pulumi.Input[str] | None
    """`name` of `user=ses.IamUser(…)`."""
    user_path: pulumi.Input[str] | None
    """`path` of `user=ses.IamUser(…)`."""
    permissions_boundary: pulumi.Input[str] | None
    """Of `user=ses.IamUser(…)`."""
    policy_name: pulumi.Input[str] | None
    """Of `user=ses.IamUser(…)`."""
    policy_path: pulumi.Input[str] | None
    """Of `user=ses.IamUser(…)`."""
    keep_other_key: bool
    """`keep_other` of `active_key=ses.KeySlots(…)`."""
    prove_sending: bool
    """Of `active_key=ses.KeySlots(…)`."""
    verification_timeout: str
    """`timeout` of `verification=ses.Verification(…)`."""
    wait: bool
    """Of `verification=ses.Verification(…)`."""
