"""The IAM user who may send from one domain and do nothing else, and its keys in two slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from tenant_email.resources.aws import AwsKeyReady, AwsKeySlot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.components.ses_place import Place
    from tenant_email.platforms.settings import Settings

Slot = Literal["a", "b"]


@dataclass(frozen=True)
class IamInputs:
    """What organisations demand of an IAM user and its policy, as pulumi_aws takes it."""

    user_name: pulumi.Input[str] | None = None
    user_path: pulumi.Input[str] | None = None
    permissions_boundary: pulumi.Input[str] | None = None
    policy_name: pulumi.Input[str] | None = None
    policy_path: pulumi.Input[str] | None = None
    tags: Mapping[str, pulumi.Input[str]] | None = None


@dataclass(frozen=True)
class Trial:
    """What is tried out with a key before it is handed on, and after which resources."""

    from_addresses: Sequence[str]
    sends_through: type[Settings] | None
    after: tuple[pulumi.Resource, ...]


class Sender:
    """A user with a policy and a key that works.

    A key that is not wanted any more is deleted at the end of an `up`, after everything that used it was switched to
    the other: that is how a rotation leaves no gap.
    """

    def __init__(
        self,
        name: str,
        place: Place,
        document: pulumi.Output[str],
        *,
        iam: IamInputs,
        trial: Trial,
        active: Slot,
        keep_other: bool,
        handed_on: pulumi.Output[str],
    ) -> None:
        self._name, self._place = name, place
        self.policy = aws.iam.Policy(
            name, name=iam.policy_name, path=iam.policy_path, policy=document, tags=iam.tags, opts=place.opts
        )
        self.user = aws.iam.User(
            name,
            name=iam.user_name,
            path=iam.user_path,
            permissions_boundary=iam.permissions_boundary,
            tags=iam.tags,
            # a key does not follow a user that is renamed in place: its deletion would look for the old name
            opts=pulumi.ResourceOptions.merge(place.opts, pulumi.ResourceOptions(replace_on_changes=["name"])),
        )
        attached = aws.iam.UserPolicyAttachment(name, user=self.user.name, policy_arn=self.policy.arn, opts=place.opts)
        # with the other slot's key kept, nothing is deleted, and nobody needs to be warned
        self.key = self._key(active, None if keep_other else handed_on)
        if keep_other:
            self._key("b" if active == "a" else "a")
        self.ready = AwsKeyReady(
            f"{name}-{active}",
            access_key_id=self.key.id,
            secret_access_key=self.key.secret,
            region=place.region,
            from_addresses=list(trial.from_addresses) or None,
            sends_through=trial.sends_through,
            opts=place.after(attached, *trial.after),
        )

    def _key(self, slot: Slot, handed_on: pulumi.Output[str] | None = None) -> aws.iam.AccessKey:
        room = AwsKeySlot(
            f"{self._name}-{slot}",
            user_name=self.user.name,
            slot=slot,
            handed_on=handed_on,
            # known in a preview only of a user that exists, which has a key in the other slot then
            user_id=self.user.unique_id if pulumi.runtime.is_dry_run() else None,
            opts=self._place.opts,
            **self._place.props,
        )
        return aws.iam.AccessKey(f"{self._name}-{slot}", user=self.user.name, opts=self._place.after(room))
