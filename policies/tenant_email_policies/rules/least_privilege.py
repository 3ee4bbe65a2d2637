"""The key that sends may send, and nothing else: its user has the one policy that was generated for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from tenant_email_policies import iam_policies, sending_users
from tenant_email_policies.rule import Config, Finding, StackRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.sending_users import Attachment, Document

_REMEDY: Final = (
    "Give the sending user nothing but what its SesSendingDomain generates; do other things with another user."
)


def judge(stack: Stack, _config: Config) -> Iterator[Finding]:
    """Yields what a user that sends may do besides."""
    for user in sending_users.users(stack):
        own = sending_users.maker(stack, user)
        for attachment in sending_users.attachments(stack, user):
            yield from _attached(stack, user, attachment)
        for membership in sending_users.memberships(stack, user):
            what = f"puts {user.name}, whose key sends, into a group: it may do what the group may"
            yield Finding(membership, "", what, _REMEDY)
        for inline in sending_users.inline_policies(stack, user):
            if own:
                what = f"is an inline policy of {user.name}, whose key sends: it may do more than send"
                yield Finding(inline.seen, "", what, _REMEDY)
            else:
                yield from _wide(inline)
    for policy in stack.typed(*sending_users.POLICIES):
        if component := sending_users.maker(stack, policy):
            yield from _changed(component, sending_users.document(policy))


def _attached(stack: Stack, user: Seen, attachment: Attachment) -> Iterator[Finding]:
    """Yields managed policies of a user: of a sending domain's any but its own, of another what may more than send."""
    own = sending_users.maker(stack, user)
    if own:
        if attachment.has_strangers or any(sending_users.maker(stack, each) != own for each in attachment.policies):
            what = f"attaches another policy to {user.name}, whose key sends"
            yield Finding(attachment.seen, "", what, _REMEDY)
        return
    if attachment.has_strangers:
        what = f"attaches a policy that is not of this stack to {user.name}, whose key sends"
        yield Finding(attachment.seen, "", what, "Attach a policy with ses:SendEmail on the domain's identity alone.")
    for policy in attachment.policies:
        yield from _wide(sending_users.document(policy))


def _changed(component: Seen, policy: Document) -> Iterator[Finding]:
    """Yields whether a sending domain's policy is another than it generated; unknown documents are left alone."""
    generated = iam_policies.document(component.at("policy_json"))
    registered = iam_policies.document(policy.value)
    if registered is None or iam_policies.is_same(generated, registered):
        return
    if generated is not None:
        what = f"is not the policy that {component.name} generated: something changed it"
        yield Finding(policy.seen, policy.path, what, "Take the transform, or whatever changes it, out.")
    yield from _wide(policy)


def _wide(policy: Document) -> Iterator[Finding]:
    """Yields what a policy allows beyond sending as named identities."""
    document = iam_policies.document(policy.value)
    if iam_policies.allows_more(document):
        yield Finding(policy.seen, policy.path, "allows more than ses:SendEmail and ses:SendRawEmail", _REMEDY)
    if iam_policies.allows_everyone(document):
        what = "allows to send as every identity of the account"
        yield Finding(policy.seen, policy.path, what, "Name the domain's identity as Resource.")


RULE: Final = StackRule(
    name="least-privilege-key",
    description="The user whose key sends must have the one policy that was generated for it.",
    remediation="Take further policies, groups and changes off the sending user.",
    severity=Severity.HIGH,
    config=Config,
    judge=judge,
)
