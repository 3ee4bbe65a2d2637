"""The resources of Amazon SES and of the access key that sends through it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Literal, cast

import pulumi

from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email.resources.base import Named, options_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.capabilities import OnDelete, OnExisting


def _region(region: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
    """Returns the region given, or the stack's, or the environment's, so that state says where a thing is."""
    environ = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return region or pulumi.Config("aws").get("region") or environ


def _profile(profile: pulumi.Input[str | None] | None) -> pulumi.Input[str | None] | None:
    return profile or pulumi.Config("aws").get("profile")


def _own_tags(tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None) -> pulumi.Output[dict[str, str]]:
    """Adds the tags by which an identity is known as this stack's, also after a run that was killed."""
    own = {
        "managed-by": "pulumi-tenant-email",
        "pulumi-project": pulumi.get_project(),
        "pulumi-stack": pulumi.get_stack(),
    }
    given: pulumi.Output[Mapping[str, Any]] = pulumi.Output.from_input(cast("Any", tags or {}))
    return given.apply(lambda tags: {**tags, **own})


class SesDomainIdentity(Named, module="tenant-email", name="SesDomainIdentity"):
    """A domain that Amazon SES may send from, proven by DKIM.

    Args:
        name: the resource's name in the stack.
        domain: the domain; case, a trailing dot and non-ASCII letters are normalised.
        region: the SES region; else `aws:region` or the AWS chain.
        dkim: "easy": SES makes and rotates a 2048-bit key, three CNAME records prove the domain.
        expected_account: the AWS account that this must happen in; another one fails before any write.
        tags: AWS tags.
        on_existing: "fail" says so when SES knows the domain already; "adopt" takes it over, a destroy leaves it.
        on_delete: None deletes what was created; or "delete", "retain".
        profile: an AWS profile; else `aws:profile` or the AWS chain.
        opts: Pulumi's options.

    """

    domain: pulumi.Output[str]
    region: pulumi.Output[str]
    identity_arn: pulumi.Output[str]
    dkim_tokens: pulumi.Output[list[str]]
    dns_records: pulumi.Output[list[dict[str, Any]]]
    verification_status: pulumi.Output[str]
    sandbox: pulumi.Output[bool]

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        dkim: Literal["easy"] = "easy",
        expected_account: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        on_existing: OnExisting = "fail",
        on_delete: OnDelete | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = options_for(opts, on_delete)
        props = {
            "domain": domain,
            "region": _region(region),
            "dkim": dkim,
            "expected_account": expected_account,
            "tags": _own_tags(tags),
            "on_existing": on_existing,
            "on_delete": on_delete,
            "profile": _profile(profile),
            "identity_arn": None,
            "dkim_tokens": None,
            "dns_records": None,
            "adopted": None,
            "verification_status": None,
            "sandbox": None,
        }
        super().__init__(SesDomainIdentityLifecycle(), name, props, options)


class SesDomainVerification(Named, module="tenant-email", name="SesDomainVerification"):
    """Waits until a domain is verified: first its records at the zone's own servers, then SES.

    Args:
        name: the resource's name in the stack.
        domain: the domain of a SesDomainIdentity.
        region: its SES region.
        records: `identity.dns_records`.
        timeout: how long to wait, as in "90s", "10m", "1h".
        profile: an AWS profile.
        opts: Pulumi's options; make it depend on the DNS records.

    """

    domain: pulumi.Output[str]
    verification_status: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        domain: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        records: pulumi.Input[Sequence[Mapping[str, Any]]],
        timeout: pulumi.Input[str] = "10m",
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = options_for(opts, None)
        props = {
            "domain": domain,
            "region": _region(region),
            "records": records,
            "timeout": timeout,
            "profile": _profile(profile),
            "verification_status": None,
        }
        super().__init__(SesDomainVerificationLifecycle(), name, props, options)


class AwsKeyReady(Named, module="tenant-email", name="AwsKeyReady"):
    """Waits, at most 60 s, until a new IAM access key works: AWS refuses it for some seconds.

    Args:
        name: the resource's name in the stack.
        access_key_id: the key.
        secret_access_key: its secret.
        region: the region whose STS is asked.
        opts: Pulumi's options.

    """

    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        access_key_id: pulumi.Input[str],
        secret_access_key: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = options_for(opts, None)
        props = {
            "access_key_id": access_key_id,
            "secret_access_key": pulumi.Output.secret(secret_access_key),
            "region": _region(region),
        }
        super().__init__(AwsKeyReadyLifecycle(), name, props, options)
