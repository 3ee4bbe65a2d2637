"""The resources around an access key, and where AWS resources are by default."""

from __future__ import annotations

import os

import pulumi

from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle
from tenant_email.resources.arguments import hidden
from tenant_email.resources.base import Named, options_for


def region_or_default(region: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
    """Returns the region given, or the stack's, or the environment's, so that state says where a thing is."""
    environ = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return region or pulumi.Config("aws").get("region") or environ


def profile_or_default(profile: pulumi.Input[str | None] | None) -> pulumi.Input[str | None] | None:
    """Returns the profile given, or the stack's."""
    return profile or pulumi.Config("aws").get("profile")


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
            "secret_access_key": hidden(name, "secret_access_key", secret_access_key),
            "region": region_or_default(region),
        }
        super().__init__(AwsKeyReadyLifecycle(), name, props, options, declared=["secret_access_key"])


class AwsKeySlot(Named, module="tenant-email", name="AwsKeySlot"):
    """Makes sure that a user has room for one more access key, before AWS answers LimitExceeded.

    Args:
        name: the resource's name in the stack.
        user_name: the IAM user.
        slot: a name for the key that will be made; another slot is looked at anew.
        region: a region of the user's partition.
        expected_account: the AWS account that this must happen in.
        profile: an AWS profile; else `aws:profile` or the AWS chain.
        opts: Pulumi's options.

    """

    def __init__(
        self,
        name: str,
        *,
        user_name: pulumi.Input[str],
        slot: str,
        region: pulumi.Input[str] | None = None,
        expected_account: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options, _ = options_for(opts, None)
        props = {
            "user_name": user_name,
            "slot": slot,
            "region": region_or_default(region),
            "expected_account": expected_account,
            "profile": profile_or_default(profile),
        }
        super().__init__(AwsKeySlotLifecycle(), name, props, options)
