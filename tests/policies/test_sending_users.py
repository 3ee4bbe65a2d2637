"""The IAM user whose key sends: what may be attached to it, and how old its key may become."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi_aws import iam

from support.policy_runs import judged, messages
from tenant_email import EmailProvider, SesSendingDomain, TenantEmail, auth0, ses
from tenant_email.aws.policy import sending_policy

if TYPE_CHECKING:
    from collections.abc import Callable

ARN = "arn:aws:ses:eu-west-1:123456789012:identity/acme.com"
SENDS: Any = sending_policy(ARN)
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def component(*beside: Callable[[pulumi.Output[str]], object], **more: Any) -> None:
    """A sending domain, and what a program does to its user."""
    sending = SesSendingDomain("mail", domain="acme.com", **more)
    for each in beside:
        each(sending.user_name)


def by_hand(document: object, *, given: bool = True) -> None:
    """A user of one's own, whose key a provider is given."""
    user = iam.User("own", name="own")
    policy = iam.Policy("own", policy=json.dumps(document))
    iam.UserPolicyAttachment("own", user=user.name, policy_arn=policy.arn)
    key = iam.AccessKey("own", user=user.name)
    if given:
        key_of = auth0.Ses(region="eu-west-1", access_key_id=key.id, secret_access_key=key.secret)
        EmailProvider("mail", settings=key_of, from_address="no-reply@acme.com")


def inline(user: pulumi.Input[str]) -> None:
    """An inline policy."""
    iam.UserPolicy("more", user=user, policy="{}")


def widened() -> None:
    """A component whose policy a transformation changes."""

    def widen(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != "aws:iam/policy:Policy":
            return None
        changed = {**SENDS, "Statement": [{"Effect": "Allow", "Action": "ses:*", "Resource": "*"}]}
        return pulumi.ResourceTransformationResult({**args.props, "policy": json.dumps(changed)}, args.opts)

    component(opts=pulumi.ResourceOptions(transformations=[widen]))


def statement(**parts: object) -> dict[str, object]:
    """A document of one statement."""
    return {**SENDS, "Statement": {**SENDS["Statement"][0], **parts}}


ATTACHED = "attaches another policy to mail, whose key sends."
MORE = "policy allows more than ses:SendEmail and ses:SendRawEmail."
EVERY = "policy allows to send as every identity of the account."
CASES: list[tuple[Callable[[], object], list[str]]] = [
    (component, []),
    (partial(component, inline), ["more is an inline policy of mail, whose key sends: it may do more than send."]),
    (
        partial(component, lambda user: iam.UserPolicyAttachment("more", user=user, policy_arn=ADMIN)),
        [f"more {ATTACHED}"],
    ),
    (
        partial(component, lambda user: iam.PolicyAttachment("more", users=[user], policy_arn=ADMIN)),
        [f"more {ATTACHED}"],
    ),
    (
        partial(component, lambda user: iam.UserGroupMembership("more", user=user, groups=["admins"])),
        ["more puts mail, whose key sends, into a group: it may do what the group may."],
    ),
    (
        partial(component, lambda user: iam.GroupMembership("more", group="admins", users=[user])),
        ["more puts mail, whose key sends, into a group: it may do what the group may."],
    ),
    (partial(component, lambda _: iam.UserPolicyAttachment("more", user="else", policy_arn=ADMIN)), []),
    (widened, ["policy is not the policy that mail generated: something changed it.", MORE, EVERY]),
    (partial(by_hand, SENDS), []),
    (partial(by_hand, statement(Action="ses:*")), [MORE]),
    (partial(by_hand, statement(Action=["ses:SendEmail", "s3:GetObject"])), [MORE]),
    (partial(by_hand, statement(Resource="*")), [EVERY]),
    (partial(by_hand, statement(Resource=["arn:aws:ses:eu-west-1:1:identity/*"])), [EVERY]),
    (partial(by_hand, statement(Effect="Deny", Action="*", Resource="*")), []),
    (partial(by_hand, statement(Action="*"), given=False), []),
    (partial(by_hand, ["no", 1, None]), []),
]


@pytest.mark.parametrize(("program", "expected"), CASES)
def test_least_privilege(program: Callable[[], object], expected: list[str]) -> None:
    """Nothing beside the generated policy, nor another in its place; a user whose key does not send is left alone."""
    found = judged(program, "least-privilege-key", outputs=KNOWN)
    assert sorted(messages(found)) == sorted(expected)


def flagship(**more: Any) -> None:
    """A sending domain and a tenant that sends from it."""
    sending = SesSendingDomain("mail", domain="acme.com", dmarc="quarantine", require_production_access=True, **more)
    body = "<p>{{ url }}</p>"
    verify = auth0.Template(template="verify_email", subject="Hi", body=body)
    provider: Any = {"settings": auth0.Ses.from_ses, "from_address": "no-reply@acme.com", "templates": {"v": verify}}
    TenantEmail("mail", sending_domain=sending, **provider)


@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_whole_stack_is_left_in_peace(*, plug_in: bool) -> None:
    """None of the parts that a component makes violates a policy, in production; what it is told to overwrite does."""
    assert judged(flagship, plug_in=plug_in, outputs=KNOWN) == []
    replacing = partial(flagship, dns=ses.DnsZone(overwrite=["dmarc"]))
    said = messages(judged(replacing, plug_in=plug_in, outputs=KNOWN))
    assert said == ["overwrite is true: what exists is overwritten."]


KNOWN: dict[str, dict[str, Any]] = {
    "User": {"uniqueId": "AIDA"},
    "SesDomainIdentity": {"configuration_sets": [], "sandbox": False},
}


@pytest.mark.parametrize(("days", "limit", "expected"), [(91, 90, True), (90, 90, False), (40, 30, True)])
def test_the_age_of_a_key(days: int, limit: int, *, expected: bool) -> None:
    """It is counted from the creation that the state has; a key that is yet to be made, or an odd date, has none."""
    made = (datetime.now(UTC) - timedelta(days=days, minutes=1)).isoformat()
    program = partial(by_hand, SENDS)
    config = {"key-age": {"maxAgeDays": float(limit)}}
    found = judged(program, "key-age", config=config, outputs={"AccessKey": {"createDate": made}})
    assert messages(found) == ([f"own is {days} days old, and may become {limit}."] if expected else [])
    assert {each.level for each in found} <= {"advisory"}
    for odd in ({}, {"createDate": "yesterday"}, {"createDate": 7}):
        assert judged(program, "key-age", outputs={"AccessKey": odd}) == []
