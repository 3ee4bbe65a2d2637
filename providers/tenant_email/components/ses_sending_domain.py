"""A domain that may send through SES, and a user who may send from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import pulumi
import pulumi_aws as aws

from tenant_email.aws import policy, smtp_password
from tenant_email.aws.dns_records import candidate_zones, normalise_domain
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources import AwsKeyReady, SesDomainIdentity, SesDomainVerification

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_DKIM_RECORDS = 3  # Easy DKIM has three, always, so that a preview can show them


class SesSendingDomain(pulumi.ComponentResource):
    """A verified SES domain with a user who may send from it and do nothing else.

    Every output resolves only after the domain is verified and the key works, so whatever is made of them is
    switched over no earlier.

    Args:
        name: the component's name in the stack.
        domain: the domain to send from.
        zone_id: its Route 53 zone; else the public zone of the domain or of the nearest parent is looked up.
        region: the SES region; else that of the AWS provider.
        from_addresses: the only addresses that may send; none given allows every address of the domain.
        profile: the AWS profile for SES; else that of the AWS provider.
        opts: Pulumi's options; an explicit AWS provider reaches the IAM and Route 53 parts, its region and profile
            the SES parts.

    """

    identity_arn: pulumi.Output[str]
    dns_records: pulumi.Output[list[dict[str, Any]]]
    policy_arn: pulumi.Output[str]
    policy_json: pulumi.Output[str]
    user_name: pulumi.Output[str]
    region: pulumi.Output[str]
    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        domain: str,
        zone_id: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        from_addresses: Sequence[str] | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tenant-email:index:SesSendingDomain", name, None, opts)
        self.domain = _domain(domain, name)
        self.from_addresses = list(from_addresses or ())
        self._name, self._child = name, pulumi.ResourceOptions(parent=self)
        invoke = pulumi.InvokeOptions(parent=self)
        found = aws.get_region_output(opts=invoke).region
        self._region = found if region is None else pulumi.Output.from_input(cast("str", region))
        self._account = aws.get_caller_identity_output(opts=invoke).account_id
        self._profile = profile or _provider_profile(opts)
        identity = SesDomainIdentity(
            name,
            domain=self.domain,
            region=self._region,
            expected_account=self._account,
            profile=self._profile,
            opts=self._child,
        )
        verification = self._verified(identity, zone_id or self._zone(invoke))
        self._user_with_key(identity, verification)
        self.register_outputs({"identity_arn": self.identity_arn, "policy_json": self.policy_json})

    def _zone(self, invoke: pulumi.InvokeOptions) -> str:
        """Finds the public Route 53 zone, walking up the labels: mail.a.example may live in the zone a.example."""
        candidates = candidate_zones(self.domain)
        for zone in candidates:
            try:
                return str(aws.route53.get_zone(name=zone, private_zone=False, opts=invoke).zone_id)
            except Exception as error:
                if "no matching" not in str(error):
                    raise
        what = f"no public Route 53 zone is named {' or '.join(candidates)}"
        remedy = "Create the zone, or give zone_id."
        raise InvalidSettings(self._name, (Problem("zone_id", what, remedy),))

    def _verified(self, identity: SesDomainIdentity, zone_id: pulumi.Input[str]) -> SesDomainVerification:
        records = [
            aws.route53.Record(
                f"{self._name}-dkim-{number}",
                zone_id=zone_id,
                name=identity.dns_records[number]["name"],
                type="CNAME",
                ttl=identity.dns_records[number]["ttl"],
                records=identity.dns_records[number]["values"],
                allow_overwrite=True,
                opts=self._child,
            )
            for number in range(_DKIM_RECORDS)
        ]
        return SesDomainVerification(
            self._name,
            domain=self.domain,
            region=self._region,
            records=identity.dns_records,
            profile=self._profile,
            opts=pulumi.ResourceOptions(parent=self, depends_on=records),
        )

    def _user_with_key(self, identity: SesDomainIdentity, verification: SesDomainVerification) -> None:
        arn = pulumi.Output.all(self._region, self._account).apply(
            lambda known: policy.identity_arn(self.domain, known[0], known[1])
        )
        document = arn.apply(
            lambda arn: policy.policy_json(policy.sending_policy(arn, from_addresses=self.from_addresses))
        )
        sending = aws.iam.Policy(self._name, policy=document, opts=self._child)
        user = aws.iam.User(self._name, opts=self._child)
        attached = aws.iam.UserPolicyAttachment(self._name, user=user.name, policy_arn=sending.arn, opts=self._child)
        key = aws.iam.AccessKey(f"{self._name}-a", user=user.name, opts=self._child)
        ready = AwsKeyReady(
            self._name,
            access_key_id=key.id,
            secret_access_key=key.secret,
            region=self._region,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attached]),
        )
        self._gates = [verification.id, ready.id]
        self.identity_arn = self._gated(arn)
        self.dns_records = self._gated(identity.dns_records)
        self.policy_arn = self._gated(sending.arn)
        self.policy_json = self._gated(document)
        self.user_name = self._gated(user.name)
        self.region = self._gated(self._region)
        self.access_key_id = self._gated(key.id)
        self.secret_access_key = pulumi.Output.secret(self._gated(key.secret))

    def _gated(self, value: pulumi.Output[T]) -> pulumi.Output[T]:
        """Holds a value back until the domain is verified and the key works."""
        return pulumi.Output.all(value, *self._gates).apply(lambda known: cast("T", known[0]))

    @property
    def smtp_host(self) -> pulumi.Output[str]:
        """The region's SMTP endpoint; NotSupported where SES has none."""
        return self.region.apply(smtp_password.smtp_host)

    @property
    def smtp_port(self) -> pulumi.Output[int]:
        """587, STARTTLS."""
        return self.region.apply(lambda _: smtp_password.DEFAULT_SMTP_PORT)

    @property
    def smtp_username(self) -> pulumi.Output[str]:
        """The access key id."""
        return self.access_key_id

    @property
    def smtp_password(self) -> pulumi.Output[str]:
        """The SMTP password of the key, good in this region only (secret)."""
        both = pulumi.Output.all(self.secret_access_key, self.region)
        return pulumi.Output.secret(both.apply(lambda known: smtp_password.smtp_password(known[0], known[1])))


def _domain(domain: str, name: str) -> str:
    try:
        return normalise_domain(domain)
    except ValueError as error:
        problem = Problem("domain", str(error), "Write a domain that you own, such as acme.com.")
        raise InvalidSettings(name, (problem,)) from None


def _provider_profile(opts: pulumi.ResourceOptions | None) -> pulumi.Output[str | None] | None:
    provider = opts.provider if opts else None
    return provider.profile if isinstance(provider, aws.Provider) else None
