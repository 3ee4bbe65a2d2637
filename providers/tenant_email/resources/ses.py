"""The resources of Amazon SES."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pulumi

from tenant_email.aws.dns_records import (
    DnsRecord,
    DnsRecordProps,
    mail_from_records,
    normalize_domain,
    normalize_mail_from,
    record_table,
)
from tenant_email.aws.own_tags import own_tags
from tenant_email.operations.engine_request import parts_of
from tenant_email.resources import lifecycles
from tenant_email.resources.arguments import as_secret
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.base import Named, existing_inputs, options_for
from tenant_email.resources.ses_values import DkimParts, short_dkim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.aws.dns_records import RecordKind
    from tenant_email.aws.ses import OnMxFailure
    from tenant_email.capabilities import OnDelete, OnExisting
    from tenant_email.json_types import Props, PropsView
    from tenant_email.resources.ses_values import Dkim


class SesDomainIdentity(Named, module="tenant-email", name="SesDomainIdentity"):
    """A domain that Amazon SES may send from, proven by DKIM.

    MAIL FROM domain, feedback, configuration set and tags are those of a SesDomainSettings, so that a change of them
    leaves the identity, and all that is made of its outputs, alone. In Python it is made as a child, of `mail_from`,
    `feedback_forwarding`, `configuration_set` and `tags`.

    Args:
        name: the resource's name in the stack.
        domain: the domain, as in `acme.com`; case, a trailing dot and non-ASCII letters are normalized. A single label,
            an email address, a wildcard and a URL are refused.
        region: the SES region; else that of the AWS provider, `aws:region` or AWS_REGION.
        zone: the DNS zone that holds the domain, if it is a parent: for the zone-relative names in `dns_records`.
        dkim: how the domain signs: "easy" or `ses.EasyDkim`, `ses.ByoDkim` or `ses.ReplicaDkim`; or "byo", with the
            parts of a key of your own as arguments of their own. A switch to it waits until its record is in DNS.
        dkim_key_length: short for `ses.EasyDkim(key_length=…)`.
        dkim_selector: short for `ses.ByoDkim(selector=…)`, see SesDkimKey.
        dkim_private_key: short for `ses.ByoDkim(private_key=…)` (secret).
        replica_of: short for `ses.ReplicaDkim(parent_region=…)`.
        switch_timeout: how long a switch to "byo" waits for the record, as in "2m"; "0s" switches without a look at
            DNS, for a machine that cannot ask it or sees another zone than SES.
        mail_from: a subdomain for bounces, `bounce` or `bounce.acme.com`; it needs the MX and SPF records listed.
        zone_id: the Route 53 zone that these records will be in: where it has something else at their names, SES is
            not told of the MAIL FROM domain.
        overwrite_records: of "mx" and "spf" those that will be replaced there all the same.
        on_mx_failure: what SES does without that MX record: "USE_DEFAULT_VALUE" sends from its own domain,
            "REJECT_MESSAGE" rejects the mail.
        feedback_forwarding: False stops the mails about bounces and complaints, once something else hears of them, such
            as the events of a configuration set: until then SES sends them all the same.
        configuration_set: the set that mail of this domain uses when the call names none.
        tags: AWS tags, 47 at most in addition to the three by which this stack knows its identity.
        expected_account: the AWS account that this must happen in, as twelve digits; another one is WrongTenant, before
            any write.
        on_existing: "fail" says so when SES knows the domain already (AlreadyConfigured); "adopt" takes it over, a
            destroy leaves it.
        overwrite: lets adoption change a different signing mode or MAIL FROM domain.
        on_delete: omitted, what was created is deleted; or "delete", "retain".
        profile: an AWS profile; else the credentials of the AWS provider that the resource is under.
        opts: Pulumi's options; `import_`, the id, means adopt without a write, unless on_existing is "adopt".

    Rules: docs/contracts/aws_ses.md#identity and #dns.

    """

    domain: pulumi.Output[str]
    region: pulumi.Output[str]
    identity_arn: pulumi.Output[str]
    """The ARN of the identity."""
    dkim_tokens: pulumi.Output[list[str]]
    """The names of SES's keys, of which the DKIM records are made."""
    dns_records: pulumi.Output[list[DnsRecordProps]]
    """The DNS records that prove the domain, and those of its MAIL FROM domain."""
    verification_status: pulumi.Output[str]
    """How far SES is with the domain, such as "PENDING" or "SUCCESS"."""
    dkim_status: pulumi.Output[str]
    """How far SES is with DKIM, in the same words."""
    sandbox: pulumi.Output[bool]
    """Whether the account is in the sandbox, where mail reaches verified recipients only."""
    enforcement: pulumi.Output[str]
    """What AWS has put on the account: "HEALTHY", "PROBATION" or "SHUTDOWN"."""
    adopted: pulumi.Output[bool]
    """Whether someone else made it, so that a destroy leaves it."""
    configuration_sets: pulumi.Output[list[str]]
    """The default sets that the identity had when it was adopted and when it was last looked at: IAM checks them."""
    settings: SesDomainSettings | None

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        zone: pulumi.Input[str] | None = None,
        dkim: Dkim = "easy",
        dkim_key_length: Literal[1024, 2048] | None = None,
        dkim_selector: pulumi.Input[str] | None = None,
        dkim_private_key: pulumi.Input[str] | None = None,
        replica_of: pulumi.Input[str] | None = None,
        switch_timeout: pulumi.Input[str] = "2m",
        mail_from: pulumi.Input[str] | None = None,
        zone_id: pulumi.Input[str] | None = None,
        overwrite_records: Sequence[RecordKind] = (),
        on_mx_failure: OnMxFailure = "USE_DEFAULT_VALUE",
        feedback_forwarding: pulumi.Input[bool] | None = None,
        configuration_set: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        expected_account: pulumi.Input[str] | None = None,
        on_existing: OnExisting = "fail",
        overwrite: bool = False,
        on_delete: OnDelete | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, import_id = options_for(opts, on_delete)
        where = {"domain": domain, **aws_inputs(region, profile, opts)}
        parts = DkimParts(dkim_key_length, dkim_selector, dkim_private_key, replica_of).merge(name, dkim)
        props = {
            **where,
            "zone": zone,
            "dkim": short_dkim(dkim),
            "dkim_key_length": parts.key_length,
            "dkim_selector": parts.selector,
            "dkim_private_key": as_secret(name, "dkim_private_key", parts.private_key),
            "replica_of": parts.replica_of,
            "switch_timeout": switch_timeout,
            "expected_account": expected_account,
            "tags": own_tags(pulumi.get_project(), pulumi.get_stack()),
            **existing_inputs(on_existing, import_id),
            "overwrite": overwrite or None,
            "on_delete": on_delete,
            **dict.fromkeys(("identity_arn", "dkim_tokens", "dkim_fingerprint", "dns_records", "signing_enabled")),
            **dict.fromkeys(
                ("configuration_sets", "adopted", "verification_status", "dkim_status", "sandbox", "enforcement")
            ),
        }
        super().__init__(lifecycles.SES_DOMAIN_IDENTITY, name, props, options, declared=["dkim_private_key"])
        settings: Props = {
            "mail_from": mail_from,
            "on_mx_failure": on_mx_failure if mail_from is not None else None,
            "zone_id": zone_id if mail_from is not None else None,
            "overwrite_records": list(overwrite_records) or None if mail_from is not None else None,
            "feedback_forwarding": feedback_forwarding,
            "configuration_set": configuration_set,
            "tags": tags,
        }
        self.settings = None
        if any(value is not None for value in settings.values()):
            more = {**settings, "expected_account": expected_account, "overwrite": overwrite or None}
            # what is ignored of the identity may be of what its child has
            ignored = [path for path in options.ignore_changes or () if parts_of(path)[0] in {*settings, "*"}]
            kept = options.retain_on_delete
            child = pulumi.ResourceOptions(parent=self, retain_on_delete=kept, ignore_changes=ignored)
            self.settings = SesDomainSettings(f"{name}-settings", {**where, **more}, child)
        if mail_from is not None:
            self.dns_records = _with_mail_from(self.dns_records, domain, where["region"], mail_from, zone)

    @property
    def records_table(self) -> pulumi.Output[str]:
        """The records to publish as a plain-text table, for a DNS host that is not managed here."""
        return self.dns_records.apply(lambda records: record_table([DnsRecord.from_props(each) for each in records]))


class SesDomainSettings(Named, module="tenant-email", name="SesDomainSettings"):
    """What an identity has besides its keys: MAIL FROM domain, feedback, configuration set and tags.

    What is not given is not managed, and what is given no longer becomes what it was before. In Python a
    SesDomainIdentity makes it, and documents it.
    """

    mail_from_status: pulumi.Output[str | None]
    """How far SES is with the MAIL FROM domain, such as "PENDING" or "SUCCESS"."""

    def __init__(self, name: str, props: PropsView, opts: pulumi.ResourceOptions) -> None:
        outputs = dict.fromkeys(("mail_from_status", "previous_settings", "written_settings"))
        super().__init__(lifecycles.SES_DOMAIN_SETTINGS, name, {**props, **outputs}, opts)


def _with_mail_from(
    records: pulumi.Output[list[Props]],
    domain: pulumi.Input[str],
    region: pulumi.Input[str] | None,
    mail_from: pulumi.Input[str],
    zone: pulumi.Input[str] | None,
) -> pulumi.Output[list[Props]]:
    """Adds the records of a MAIL FROM domain, made only of inputs: known even while the identity changes."""

    def add_mail_from(known: Sequence[Any]) -> list[Props]:
        dkim, domain, region, mail_from, zone = known
        try:
            name = normalize_domain(domain)
            more = mail_from_records(normalize_mail_from(mail_from, name), name, region, zone)
        except ValueError:
            # the resource refuses it, with the remedy; here the text of the error would quote what may be secret
            return list(dkim)
        return [*dkim, *(record.to_props() for record in more)]

    inputs: pulumi.Output[list[Any]] = pulumi.Output.all(records, domain, region, mail_from, zone)
    return inputs.apply(add_mail_from)
