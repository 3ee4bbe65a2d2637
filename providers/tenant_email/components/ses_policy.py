"""The policy of a sending domain's key, as IAM takes it; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws import policy
from tenant_email.aws.senders import SIMULATOR, identity_name
from tenant_email.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.components.ses_arguments import Arguments


def policy_text(arguments: Arguments, region: str, account: str, configuration_sets: Sequence[str]) -> str:
    """Returns the policy as JSON; the sets are those that the domain's mail uses, beside the one of its own name."""
    sending = arguments.sending
    recipients = sending.recipients
    if recipients and arguments.keys.prove_sending:
        recipients = [*recipients, SIMULATOR]
    # AWS takes seconds to go by a policy: so the domain's own set is allowed before events have mail use it
    names = dict.fromkeys((*configuration_sets, policy.default_set_name(arguments.domain)))

    def arns(identities: Sequence[str]) -> list[str]:
        return [policy.identity_arn(identity_name(each), region, account) for each in identities]

    document = policy.sending_policy(
        policy.identity_arn(arguments.domain, region, account),
        further_identity_arns=arns(sending.further_domains),
        actions=policy.ACTIONS[sending.sends_through.ses_path if sending.sends_through else "any"],
        from_addresses=sending.from_addresses,
        from_display_names=sending.from_display_names,
        recipients=recipients,
        configuration_set_arns=[policy.configuration_set_arn(each, region, account) for each in names],
        from_identity_arns=arns(sending.from_identities),
        sandbox_recipient_arns=arns(sending.sandbox_recipients),
    )
    return policy.policy_json(document)


def policy_problem(text: str) -> Problem | None:
    """Returns a problem where a policy is longer than IAM takes."""
    if (length := policy.counted_length(text)) <= policy.LONGEST_POLICY:
        return None
    what = f"makes a policy of {length} characters, and IAM takes {policy.LONGEST_POLICY}"
    remedy = "Write patterns such as *@acme.com in place of many addresses, or give senders another domain."
    return Problem("sending", what, remedy)
