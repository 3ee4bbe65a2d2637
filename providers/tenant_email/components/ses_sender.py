"""The IAM user who may send from one domain and do nothing else, and its keys in two slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pulumi_aws as aws

from tenant_email.resources import AwsKeyReady, AwsKeySlot

if TYPE_CHECKING:
    import pulumi

    from tenant_email.components.ses_place import Place

Slot = Literal["a", "b"]


class Sender:
    """A user with a policy and a key that works.

    A key that is not wanted any more is deleted at the end of an `up`, after everything that used it was switched to
    the other: that is how a rotation leaves no gap.
    """

    def __init__(
        self, name: str, place: Place, document: pulumi.Output[str], active: Slot, *, keep_other: bool
    ) -> None:
        self._name, self._place = name, place
        self.policy = aws.iam.Policy(name, policy=document, opts=place.opts)
        self.user = aws.iam.User(name, opts=place.opts)
        attached = aws.iam.UserPolicyAttachment(name, user=self.user.name, policy_arn=self.policy.arn, opts=place.opts)
        self.key = self._key(active)
        if keep_other:
            self._key("b" if active == "a" else "a")
        self.ready = AwsKeyReady(
            f"{name}-{active}",
            access_key_id=self.key.id,
            secret_access_key=self.key.secret,
            region=place.region,
            opts=place.after(attached),
        )

    def _key(self, slot: Slot) -> aws.iam.AccessKey:
        room = AwsKeySlot(
            f"{self._name}-{slot}",
            user_name=self.user.name,
            slot=slot,
            region=self._place.region,
            expected_account=self._place.account,
            profile=self._place.profile,
            opts=self._place.opts,
        )
        return aws.iam.AccessKey(f"{self._name}-{slot}", user=self.user.name, opts=self._place.after(room))
