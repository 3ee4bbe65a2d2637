"""The IAM user who may send from one domain and do nothing else, and its keys in two slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime import is_dry_run

from tenant_email.components.ses_left_over import LeftKeys, LeftNames
from tenant_email.components.ses_policy import policy_problem, policy_text
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.aws import AwsKeyReady, AwsKeySlot
from tenant_email.resources.duplicates import claim_of_ses
from tenant_email.resources.outputs import always, output_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pulumi_aws import iam

    from tenant_email.components.ses_arguments import Arguments
    from tenant_email.components.ses_place import Place
    from tenant_email.platforms.settings import Settings
    from tenant_email.resources.ses_values import IamUser, KeySlot, KeySlots


@dataclass(frozen=True)
class Trial:
    """What is tried out with a key before it is passed on, and after which resources."""

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
        user: IamUser,
        tags: Mapping[str, pulumi.Input[str]] | None,
        keys: KeySlots,
        trial: Trial,
        handed_on: pulumi.Output[str],
    ) -> None:
        from pulumi_aws import iam  # noqa: PLC0415 - slow to load, and only a component that is built needs it

        self._name, self._place = name, place
        named = LeftNames(place).opts
        # of another domain only once that is verified: until then the tenant sends as the one before
        self.policy = iam.Policy(
            name,
            name=user.policy_name,
            path=user.policy_path,
            policy=document,
            tags=tags,
            opts=pulumi.ResourceOptions.merge(place.after(*trial.after), named),
        )
        self.user = iam.User(
            name,
            name=user.name,
            path=user.path,
            permissions_boundary=user.permissions_boundary,
            tags=tags,
            # a key does not follow a user that is renamed in place: its deletion would look for the old name
            opts=pulumi.ResourceOptions.merge(
                pulumi.ResourceOptions.merge(place.opts, named), pulumi.ResourceOptions(replace_on_changes=["name"])
            ),
        )
        attached = iam.UserPolicyAttachment(name, user=self.user.name, policy_arn=self.policy.arn, opts=place.opts)
        self._left = LeftKeys(place).opts
        # with the other slot's key kept, nothing is deleted, and nobody needs to be warned
        self.key = self._key(keys.active, None if keys.keep_other else handed_on)
        if keys.keep_other:
            self._key("b" if keys.active == "a" else "a")
        self.ready = AwsKeyReady(
            f"{name}-{keys.active}",
            access_key_id=self.key.id,
            secret_access_key=self.key.secret,
            region=place.region,
            from_addresses=list(trial.from_addresses) or None,
            sends_through=trial.sends_through,
            opts=place.after(attached, *trial.after),
        )

    def _key(self, slot: KeySlot, handed_on: pulumi.Output[str] | None = None) -> iam.AccessKey:
        room = AwsKeySlot(
            f"{self._name}-{slot}",
            user_name=self.user.name,
            slot=slot,
            handed_on=handed_on,
            user_id=_unknown_of_existing(self.user.unique_id) if is_dry_run() else None,
            opts=self._place.opts,
            **self._place.props,
        )
        from pulumi_aws import iam  # noqa: PLC0415 - the same

        opts = pulumi.ResourceOptions.merge(self._place.after(room), self._left)
        return iam.AccessKey(f"{self._name}-{slot}", user=self.user.name, opts=opts)


def name_claims(component: str, place: Place, user: IamUser) -> list[Problem]:
    """Returns what another component of the program names its user or policy already: an account has each name once.

    IAM compares them without case, and whatever their paths are.
    """
    remedy = "Name it otherwise. To send from several domains by one user, name them in further_domains of one."
    given = {"user_name": ("user", user.name), "policy_name": ("policy", user.policy_name)}
    return [
        problem
        for path, (kind, name) in given.items()
        if isinstance(name, str)
        for problem in claim_of_ses(
            component, (place.known_account, kind, name.lower()), Problem(path, f"the {kind} {name}", remedy)
        )
    ]


def _unknown_of_existing(user_id: pulumi.Output[str]) -> pulumi.Output[Any]:
    """Returns an output that is unknown where the id of a user is known, which then exists; else None.

    In a preview alone, so that nobody takes a new user for an old one while it is made. An update plan, by which
    `pulumi up --plan` holds the inputs to those of the preview, lets an unknown one go.
    """

    async def is_new() -> bool:
        return not await user_id.is_known()

    return output_of(always(None), is_known=is_new())


def policy_document(
    owner: str,
    arguments: Arguments,
    place: Place,
    configuration_set: pulumi.Input[str] | None,
    adopted_sets: pulumi.Output[list[str]] | None,
) -> pulumi.Output[str]:
    """Returns the policy of the key as JSON, built of inputs: a preview shows the whole of it.

    Args:
        owner: the name of the sending domain among the resources.
        arguments: its arguments.
        place: where it is.
        configuration_set: the set that the domain is given.
        adopted_sets: the default sets that an adopted identity has, which IAM checks as well.

    Raises:
        InvalidSettings: in the preview, where the policy is longer than IAM takes.

    """

    def write(known: Sequence[Any]) -> str:
        region, account, given, found = known
        text = policy_text(arguments, region, account, [each for each in (given, *(found or ())) if each])
        if problem := policy_problem(text):
            raise InvalidSettings(owner, (problem,))
        return text

    at: pulumi.Output[Any] = pulumi.Output.all(place.region, place.account, configuration_set, adopted_sets)
    return at.apply(write)
