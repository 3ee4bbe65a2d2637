"""The IAM user whose key sends: what may be attached to it, and how old its key may become."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws
import pytest
from pulumi_aws import iam

from support.policy_runs import engine_says, judged, messages, unknown
from tenant_email import AwsKeyReady, EmailProvider, SesSendingDomain, TenantEmail, auth0, logto, pingone_aic, ses
from tenant_email.aws.policy import sending_policy
from tenant_email_policies.rule import Config
from tenant_email_policies.rules import least_privilege
from tenant_email_policies.seen import Seen, Stack

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


def by_hand(document: object, *, given: bool = True, is_inline: bool = False, by_name: bool = False) -> None:
    """A user of one's own, whose key a provider is given."""
    user = iam.User("own", name="own")
    name: Any = "own" if by_name else user.name
    text = document if isinstance(document, str) else json.dumps(document)
    if is_inline:
        iam.UserPolicy("own", user=name, policy=text)
    else:
        policy = iam.Policy("own", policy=text)
        iam.UserPolicyAttachment("own", user=name, policy_arn=policy.arn)
    key = iam.AccessKey("own", user=name)
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


SENDING = ("least-privilege-key", "key-age")
ATTACHED = "attaches another policy to mail, whose key sends."
ALLOWS_MORE = "allows more than ses:SendEmail and ses:SendRawEmail."
ALLOWS_EVERY = "allows to send as every identity of the account."
MORE = f"policy {ALLOWS_MORE}"
EVERY = f"policy {ALLOWS_EVERY}"
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
    (partial(by_hand, SENDS, by_name=True), []),
    (partial(by_hand, statement(Action="ses:*"), by_name=True), [MORE]),
]


@pytest.mark.parametrize(("program", "expected"), CASES)
def test_least_privilege(program: Callable[[], object], expected: list[str]) -> None:
    """Nothing beside the generated policy, nor another in its place; a user whose key does not send is left alone."""
    found = judged(program, "least-privilege-key", outputs=KNOWN)
    assert sorted(messages(found)) == sorted(expected)


def condition(operator: str, key: str, *values: str) -> dict[str, object]:
    """A document that allows every identity under a condition."""
    return statement(Resource="*", Condition={operator: {key: list(values)}})


def identity(pattern: str) -> dict[str, object]:
    """A document of a pattern in place of an identity's name."""
    return statement(Resource=[ARN, f"arn:aws:ses:eu-west-1:123456789012:{pattern}"])


DOCUMENTS: list[tuple[object, list[str]]] = [
    (condition("StringLike", "ses:FromAddress", "*@acme.com"), []),
    (condition("stringequals", "SES:fromaddress", "a@acme.com", "b@acme.com"), []),
    (condition("ForAnyValue:StringEqualsIgnoreCase", "ses:FromAddress", "a@acme.com"), []),
    (condition("StringLike", "ses:FromAddress", "a@acme.com", "*"), [EVERY]),
    (condition("StringLike", "ses:FromAddress", "*@*"), [EVERY]),
    (condition("StringNotLike", "ses:FromAddress", "*@acme.com"), [EVERY]),
    (condition("StringLikeIfExists", "ses:FromAddress", "*@acme.com"), [EVERY]),
    (condition("IpAddress", "aws:SourceIp", "192.0.2.1"), [EVERY]),
    (
        statement(
            Resource="*",
            Condition={"IpAddress": {"aws:SourceIp": "1.2.3.4"}, "StringLike": {"ses:FromAddress": "*@a.com"}},
        ),
        [],
    ),
    (identity("identity/*.acme.com"), []),
    (identity("identity/a@acme.com"), []),
    (identity("configuration-set/*"), []),
    (identity("iden*"), [EVERY]),
    (identity("identity/?*"), [EVERY]),
    (identity("*"), [EVERY]),
    (statement(Resource="arn:aws:ses:*"), [EVERY]),
    (statement(Resource="arn:*"), [EVERY]),
    (statement(Resource="arn:aws:s?s:*:*:identity/*"), [EVERY]),
    (statement(Resource="arn:aws:ses:eu-*:1:iden?ity/*"), [EVERY]),
    (statement(Resource="arn:aws:sns:*"), []),
    (statement(Resource="arn:aws:s3:::bucket/*"), []),
    (statement(Resource="arn:aws-cn:ses:cn-north-1:1:identity/*"), [EVERY]),
    ({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "NotResource": ARN}}, [MORE, EVERY]),
    (statement(Action="ses:Send*"), [MORE]),
    (statement(Action="SES:sendEMAIL"), []),
    ({"statement": [{"effect": "allow", "action": "*", "resource": "*"}]}, [MORE, EVERY]),
    (
        {"Statement": [1, None, "x", [], {}, {"Effect": 1}, {"Effect": "Allow", "Action": [1], "Resource": {"a": 1}}]},
        [],
    ),
    ("{", []),
    ("null", []),
    ("[" * 50_000, []),
    (f'{{"Statement": {"9" * 5000}}}', []),
]


@pytest.mark.parametrize(("document", "expected"), DOCUMENTS, ids=range(len(DOCUMENTS)))
@pytest.mark.parametrize("is_inline", [False, True], ids=["managed", "inline"])
def test_documents_of_ones_own(document: object, expected: list[str], *, is_inline: bool) -> None:
    """Patterns, conditions and negations count as IAM reads them, managed or inline; what AWS will refuse does not."""
    found = judged(partial(by_hand, document, is_inline=is_inline), "least-privilege-key", outputs=KNOWN)
    assert sorted(messages(found)) == sorted(expected)


class Foreign(pulumi.CustomResource):
    """A resource of pulumi-aws with inputs that its class would not let through, or of a newer one."""

    arn: pulumi.Output[str]

    def __init__(self, type_: str, name: str, props: dict[str, Any]) -> None:
        super().__init__(type_, name, {"arn": None, **props})


@pytest.mark.parametrize(
    ("action", "expected"), [("ses:SendEmail", []), (["ses:SendEmail"], []), ("s3:*", [MORE]), (None, [])]
)
def test_a_document_that_is_no_text(action: Any, expected: list[str]) -> None:
    """A mapping counts as well; of one with parts that a preview does not know, the rest."""

    def program() -> None:
        known = {"Effect": "Allow", "Action": unknown() if action is None else action}
        allowed = {**known, "Resource": unknown() if action is None else ARN}
        user = iam.User("own", name="own")
        policy = Foreign("aws:iam/policy:Policy", "own", {"policy": {"Statement": [allowed]}})
        iam.UserPolicyAttachment("own", user=user.name, policy_arn=policy.arn)
        key = iam.AccessKey("own", user=user.name)
        EmailProvider(
            "mail", settings=auth0.Ses(region="eu-west-1", access_key_id=key.id, secret_access_key=key.secret)
        )

    assert messages(judged(program, "least-privilege-key", outputs=KNOWN)) == expected


def test_a_condition_that_is_not_known() -> None:
    """It may name the addresses: the update asks again."""

    def program() -> None:
        limited = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
        document = {"Statement": [{**limited, "Condition": {"StringLike": {"ses:FromAddress": unknown()}}}]}
        user = iam.User("own", name="own")
        Foreign("aws:iam/userPolicy:UserPolicy", "own", {"user": user.name, "policy": document})
        key = iam.AccessKey("own", user=user.name)
        key_of = auth0.Ses(region="eu-west-1", access_key_id=key.id, secret_access_key=key.secret)
        EmailProvider("mail", settings=key_of)

    assert messages(judged(program, "least-privilege-key", outputs=KNOWN)) == []


def native(*documents: object, beside: bool = True, **more: Any) -> None:
    """A user of aws-native's with these inline policies; only pulumi_aws makes keys."""
    inline = [{"policyName": f"p{at}", "policyDocument": each} for at, each in enumerate(documents)]
    user = Foreign("aws-native:iam:User", "own", {"userName": "own", "policies": inline, **more})
    key = iam.AccessKey("own", user=user.arn if beside else "own")
    key_of = auth0.Ses(region="eu-west-1", access_key_id=key.id, secret_access_key=key.secret)
    EmailProvider("mail", settings=key_of, from_address="no-reply@acme.com")


def attached_natively(document: object, **more: Any) -> None:
    """The same user, with a policy that says itself whose it is."""
    native(beside=False)
    Foreign("aws-native:iam:ManagedPolicy", "sends", {"policyDocument": document, "users": ["own"], **more})


OUTSIDE = "own attaches a policy that is not of this stack to own, whose key sends."
NATIVE: list[tuple[Callable[[], object], list[str]]] = [
    (partial(native, SENDS), []),
    (partial(native, SENDS, statement(Action="ses:*")), [f"policies.1 {ALLOWS_MORE}"]),
    (partial(native, statement(Resource="*"), beside=False), [f"policies.0 {ALLOWS_EVERY}"]),
    (partial(native, 7, None), []),
    (partial(native, managedPolicyArns=[ADMIN]), [OUTSIDE]),
    (partial(native, managedPolicyArns=[]), []),
    (
        partial(native, groups=["admins"]),
        ["own puts own, whose key sends, into a group: it may do what the group may."],
    ),
    (partial(native, groups=[]), []),
    (partial(attached_natively, SENDS), []),
    (partial(attached_natively, statement(Action="*")), [f"policy_document {ALLOWS_MORE}"]),
    (partial(attached_natively, statement(Action="*"), users=["else"]), []),
    (
        partial(component, lambda user: Foreign("aws-native:iam:ManagedPolicy", "more", {"users": [user]})),
        [f"more {ATTACHED}"],
    ),
    (
        partial(component, lambda user: Foreign("aws-native:iam:UserPolicy", "more", {"userName": user})),
        ["more is an inline policy of mail, whose key sends: it may do more than send."],
    ),
]


@pytest.mark.parametrize(("program", "expected"), NATIVE)
def test_users_and_policies_of_aws_native(program: Callable[[], object], expected: list[str]) -> None:
    """They are read alike: inline, attached by the user or by the policy, in groups."""
    assert messages(judged(program, *SENDING, outputs=KNOWN)) == expected


@pytest.mark.parametrize("name", ["policies", "managedPolicyArns", "groups"])
def test_a_part_of_a_user_that_is_not_known(name: str) -> None:
    """It may be what it should be: the update asks again."""
    given: Any = {name: unknown()}
    assert judged(partial(native, **given), *SENDING, outputs=KNOWN) == []


@pytest.mark.parametrize(
    ("arns", "expected"), [(["…/sends"], []), (["…/sends", "…/wide"], [f"policy_document {ALLOWS_MORE}"])]
)
def test_policies_of_aws_native_by_their_arns(arns: list[str], expected: list[str]) -> None:
    """Those of the stack that the list of a user names are read; one that is not in the stack is told."""

    def program(*further: str) -> None:
        for name, document in (("sends", SENDS), ("wide", statement(Action="ses:*"))):
            Foreign("aws-native:iam:ManagedPolicy", name, {"policyDocument": document, "policyArn": f"…/{name}"})
        native(managedPolicyArns=[*arns, *further])

    assert messages(judged(program, *SENDING, outputs=KNOWN)) == expected
    assert messages(judged(partial(program, ADMIN), *SENDING, outputs=KNOWN)) == [OUTSIDE, *expected]


def exclusively(*, also: str | None = None) -> None:
    """A sending domain whose user's policies another resource holds to a list."""
    sending = SesSendingDomain("mail", domain="acme.com")
    arns = [sending.policy_arn, *([also] if also else [])]
    token = "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive"
    Foreign(token, "more", {"userName": sending.user_name, "policyArns": arns})


def test_a_list_of_all_policies() -> None:
    """The generated one alone may be on it, known or not yet."""
    for outputs in (KNOWN, {**KNOWN, "Policy": {"arn": "arn:aws:iam::1:policy/mail"}}):
        assert judged(exclusively, "least-privilege-key", outputs=outputs) == []
        said = messages(judged(partial(exclusively, also=ADMIN), "least-privilege-key", outputs=outputs))
        assert said == [f"more {ATTACHED}"]


def test_what_else_is_below_a_sending_domain() -> None:
    """A program's own user with its own policy and key is no sending user, whoever its parent is."""

    def program() -> None:
        below = pulumi.ResourceOptions(parent=SesSendingDomain("mail", domain="acme.com"))
        user = iam.User("backup", name="backup", opts=below)
        policy = iam.Policy("backup", policy=json.dumps(statement(Action="s3:*", Resource="*")), opts=below)
        iam.UserPolicyAttachment("backup", user=user.name, policy_arn=policy.arn, opts=below)
        iam.AccessKey("backup", user=user.name, opts=below)

    assert judged(program, "least-privilege-key", "key-age", outputs=KNOWN) == []


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_users_of_one_name_in_two_accounts(*, is_elsewhere: bool) -> None:
    """A name alone says nothing of the account: there the provider decides, if a user of that name has it."""

    def program() -> None:
        by_hand(SENDS)
        other = pulumi.ResourceOptions(provider=pulumi_aws.Provider("other", region="eu-west-1"))
        if is_elsewhere:
            iam.User("theirs", name="own", opts=other)
        iam.UserPolicyAttachment("theirs", user="own", policy_arn=ADMIN, opts=other)

    said = messages(judged(program, "least-privilege-key", outputs=KNOWN))
    what = "theirs attaches a policy that is not of this stack to own, whose key sends."
    assert said == ([] if is_elsewhere else [what])


def test_the_cost_of_many_users() -> None:
    """A stack of two hundred tenants, each with a user of its own, is judged in seconds."""
    resources: list[Seen] = []

    def resource(type_: str, name: str, made_of: Seen | None = None, /, **props: str) -> Seen:
        depends = {each: frozenset({made_of.urn}) for each in ("settings", "user")} if made_of else {}
        resources.append(Seen(f"urn:pulumi:prod::lab::{type_}::{name}", type_, name, props, depends=depends))
        return resources[-1]

    for number in range(200):
        user = resource("aws:iam/user:User", f"u{number}", name=f"u{number}")
        resource("aws:iam/userPolicyAttachment:UserPolicyAttachment", f"u{number}", user, policyArn=ADMIN)
        key = resource("aws:iam/accessKey:AccessKey", f"u{number}", user)
        resource("tenant-email:index:EmailProvider", f"u{number}", key)
    began = time.process_time()
    assert len(list(least_privilege.judge(Stack(tuple(resources)), Config()))) == 200
    assert time.process_time() - began < 5


def reordered() -> None:
    """A component whose policy something writes in another order, with a text in place of a list of one."""

    def reorder(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.type_ != "aws:iam/policy:Policy":
            return None
        written = pulumi.Output.from_input(args.props["policy"]).apply(json.loads)
        return pulumi.ResourceTransformationResult({**args.props, "policy": written.apply(turned)}, args.opts)

    component(opts=pulumi.ResourceOptions(transformations=[reorder]))


def turned(document: dict[str, Any]) -> str:
    """Returns the same policy in other words."""
    (only,) = document["Statement"]
    changed = {**only, "Resource": only["Resource"][::-1], "Action": only["Action"][::-1]}
    return json.dumps({**document, "Statement": changed}, indent=2)


def test_the_same_policy_in_another_order_is_the_same() -> None:
    """IAM, a transform and a text editor may each write it otherwise."""
    assert judged(reordered, "least-privilege-key", outputs=KNOWN) == []


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
    "SesDomainIdentity": {"configuration_sets": [], "configurationSets": [], "sandbox": False},
}
WORKS = {
    **KNOWN,
    "AccessKey": {"id": "AKIAQWERTYUIOPASDFGH", "secret": "wJalr-made-by-iam", "sesSmtpPasswordV4": "Bv-made"},
}
"""What an update knows: the key as well, whose id is a user's name at SMTP servers."""
PATHS: Any = [
    auth0.Ses.from_ses,
    auth0.Smtp.from_ses,
    logto.AwsSes.from_ses,
    logto.Smtp.from_ses,
    pingone_aic.Smtp.from_ses,
]


@pytest.mark.parametrize("settings", PATHS, ids=range(len(PATHS)))
@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_stack_whose_key_is_known(settings: Any, monkeypatch: pytest.MonkeyPatch, *, plug_in: bool) -> None:
    """An update, which knows every value, is left in peace on each platform's path as its preview was."""
    engine_says(monkeypatch)

    def program() -> None:
        sending = SesSendingDomain("mail", domain="acme.com", dmarc="quarantine", require_production_access=True)
        TenantEmail("mail", sending_domain=sending, settings=settings, from_address="no-reply@acme.com")

    assert judged(program, plug_in=plug_in, outputs=WORKS) == []


@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_key_that_is_waited_for(*, plug_in: bool) -> None:
    """It is the user's whose key is waited for, although the provider has it from the wait."""

    def program() -> None:
        user = iam.User("own", name="own")
        iam.UserPolicyAttachment("own", user=user.name, policy_arn=ADMIN)
        key = iam.AccessKey("own", user=user.name)
        ready = AwsKeyReady("own", access_key_id=key.id, secret_access_key=key.secret)
        settings = auth0.Ses(
            region="eu-west-1", access_key_id=ready.access_key_id, secret_access_key=ready.secret_access_key
        )
        EmailProvider("mail", settings=settings, from_address="no-reply@acme.com")

    assert messages(judged(program, "least-privilege-key", plug_in=plug_in)) == [OUTSIDE]


def test_a_key_that_is_switched_off_has_no_age() -> None:
    """Nobody sends with it, and what has it has nothing to rotate."""
    made = {"createDate": "2020-01-01T00:00:00Z"}
    program = partial(by_hand, SENDS)
    assert len(judged(program, "key-age", outputs={"AccessKey": {**made, "status": "Active"}})) == 1
    assert judged(program, "key-age", outputs={"AccessKey": {**made, "status": "Inactive"}}) == []


@pytest.mark.parametrize(("days", "limit", "expected"), [(91, 90, True), (90, 90, False), (40, 30, True)])
def test_the_age_of_a_key(days: int, limit: int, *, expected: bool) -> None:
    """It is counted from the creation that the state has; a key that is yet to be made, or an odd date, has none."""
    made = (datetime.now(UTC) - timedelta(days=days, minutes=1)).isoformat()
    program = partial(by_hand, SENDS)
    config = {"key-age": {"maxAgeDays": float(limit)}}
    found = judged(program, "key-age", config=config, outputs={"AccessKey": {"createDate": made}})
    assert found == judged(native, "key-age", config=config, outputs={"AccessKey": {"createDate": made}})
    assert messages(found) == ([f"own is {days} days old, and may become {limit}."] if expected else [])
    assert {each.level for each in found} <= {"advisory"}
    for odd in ({}, {"createDate": "yesterday"}, {"createDate": 7}):
        assert judged(program, "key-age", outputs={"AccessKey": odd}) == []
