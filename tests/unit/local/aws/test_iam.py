"""The local IAM: what policies, boundaries and sessions allow of IAM's, Route 53's and STS's calls, in AWS's words."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from policy_sentry.querying.actions import (  # pyright: ignore[reportMissingTypeStubs]
    get_action_data,  # pyright: ignore[reportUnknownVariableType]
)

from support.aws import ZONE, local_aws, refusal
from tenant_email_local.aws.iam_policy import Action, Decision, decide
from tenant_email_local.aws.iam_requests import REQUESTS, normalize_record_name
from tenant_email_local.aws.wire import AwsCall, Caller

if TYPE_CHECKING:
    from support.aws import Cloud, Key

ME = "User: arn:aws:iam::123456789012:user/operator is not authorized to perform:"
ROOT = "arn:aws:iam::123456789012"
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"{ROOT}:root"}}


def allow(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    """Returns a policy of one statement that allows."""
    return policy({"Effect": "Allow", "Action": list(actions), "Resource": resource, **more})


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """Returns a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def deny(*actions: str) -> dict[str, Any]:
    """Returns a policy that allows all but some actions."""
    return policy(
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": list(actions), "Resource": "*"},
    )


def operator(cloud: Cloud, *policies: dict[str, Any], **limits: str) -> Key:
    """Makes an operator and returns its key."""
    environment = cloud.aws.operator(*policies, **limits)
    return environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]


def boundary(cloud: Cloud, document: dict[str, Any]) -> str:
    """Creates a managed policy that can be a boundary."""
    made = cloud.iam.create_policy(PolicyName="limit", Path="/limits/", PolicyDocument=json.dumps(document))
    return made["Policy"].get("Arn", "")


CALLS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "iam:CreateUser": ("iam", "create_user", {"UserName": "x"}, f" on resource: {ROOT}:user/x"),
    "iam:TagUser": (
        "iam",
        "create_user",
        {"UserName": "x", "Path": "/a/", "Tags": [{"Key": "k", "Value": "v"}]},
        f" on resource: {ROOT}:user/a/x",
    ),
    "iam:GetUser": ("iam", "get_user", {"UserName": "x"}, " on resource: user x"),
    "iam:ListAccessKeys": ("iam", "list_access_keys", {}, " on resource: user operator"),
    "iam:CreatePolicy": (
        "iam",
        "create_policy",
        {"PolicyName": "p", "PolicyDocument": "{}"},
        " on resource: policy p",
    ),
    "iam:ListPolicies": ("iam", "list_policies", {}, ""),
    "route53:ListHostedZones": ("route53", "list_hosted_zones", {}, ""),
    "route53:GetHostedZone": (
        "route53",
        "get_hosted_zone",
        {"Id": "Z1"},
        " on resource: arn:aws:route53:::hostedzone/Z1",
    ),
    "route53:GetChange": ("route53", "get_change", {"Id": "C1"}, " on resource: arn:aws:route53:::change/C1"),
    "route53:ListTagsForResource": (
        "route53",
        "list_tags_for_resource",
        {"ResourceType": "hostedzone", "ResourceId": "Z1"},
        " on resource: arn:aws:route53:::hostedzone/Z1",
    ),
    "ses:GetAccount": ("sesv2", "get_account", {}, ""),
    "ses:TagResource": (
        "sesv2",
        "create_email_identity",
        {"EmailIdentity": "Acme.Example", "Tags": [{"Key": "k", "Value": "v"}]},
        " on resource: arn:aws:ses:us-east-1:123456789012:identity/acme.example",
    ),
    "ses:CreateConfigurationSet": (
        "sesv2",
        "create_configuration_set",
        {"ConfigurationSetName": "cs"},
        " on resource: arn:aws:ses:us-east-1:123456789012:configuration-set/cs",
    ),
}


def test_one_denied_action_is_refused_in_the_words_of_aws(cloud: Cloud) -> None:
    """Each call names the action and the resource as AWS does; a Deny wins over an Allow of everything."""
    for action, (service, method, params, resource) in CALLS.items():
        key = operator(cloud, deny(action))
        code = "AccessDeniedException" if service == "sesv2" else "AccessDenied"
        text = refusal(partial(getattr(cloud.client(service, key), method), **params))
        assert text == f"{code} 403 {ME} {action}{resource} with an explicit deny in an identity-based policy"
    assert cloud.iam.list_users()["Users"][0]["UserName"] == "operator"
    assert cloud.sts(operator(cloud)).get_caller_identity()["Arn"] == f"{ROOT}:user/operator"


def test_nothing_is_done_that_is_not_allowed(cloud: Cloud) -> None:
    """The sentence ends with what is missing; an Allow of the very resource is enough."""
    iam = cloud.client("iam", operator(cloud))
    why = "because no identity-based policy allows the iam:CreateUser action"
    text = refusal(lambda: iam.create_user(UserName="x"))
    assert text == f"AccessDenied 403 {ME} iam:CreateUser on resource: {ROOT}:user/x {why}"
    operator(cloud, allow("iam:createuser", resource=f"{ROOT}:user/${{aws:username}}-*"))
    assert refusal(lambda: iam.create_user(UserName="x")).startswith("AccessDenied")
    assert refusal(lambda: iam.create_user(UserName="operator-2")) == "accepted"


def test_a_boundary_takes_away_and_never_gives(cloud: Cloud) -> None:
    """What an operator may do is in its policies and in its boundary."""
    key = operator(cloud, allow("iam:*", "route53:*"), boundary=boundary(cloud, allow("iam:Get*", "ses:*")))
    iam, zones, ses = (cloud.client(service, key) for service in ("iam", "route53", "sesv2"))
    assert refusal(iam.get_user) == "accepted"
    limit = "because no permissions boundary allows the route53:ListHostedZones action"
    assert refusal(zones.list_hosted_zones) == f"AccessDenied 403 {ME} route53:ListHostedZones {limit}"
    assert refusal(ses.get_account).endswith("because no identity-based policy allows the ses:GetAccount action")
    cloud.iam.delete_user_permissions_boundary(UserName="operator")
    assert refusal(zones.list_hosted_zones) == "accepted"
    cloud.iam.put_user_permissions_boundary(
        UserName="operator", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    assert refusal(zones.list_hosted_zones) == "accepted"
    assert "no permissions boundary allows" in refusal(lambda: iam.create_user(UserName="x"))


def test_a_boundary_limits_mail_too(cloud: Cloud) -> None:
    """A sender whose boundary does not know SES sends nothing."""
    cloud.verified()
    arn = boundary(cloud, allow("iam:*"))
    ses = cloud.client("sesv2", operator(cloud, allow("ses:*"), boundary=arn))
    mail: Any = {"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "text"}}}}
    send = partial(
        ses.send_email, FromEmailAddress=f"a@{ZONE}", Destination={"ToAddresses": ["b@c.example"]}, Content=mail
    )
    assert "is not authorized to perform `ses:SendEmail'" in refusal(send)
    cloud.iam.delete_user_permissions_boundary(UserName="operator")
    assert refusal(send) == "accepted"


def test_boundaries_are_kept_and_shown(cloud: Cloud) -> None:
    """A user is created with its boundary, shows it, and cannot have one that does not exist."""
    arn = boundary(cloud, allow("ses:*"))
    cloud.iam.create_user(UserName="x", PermissionsBoundary=arn, Path="/mail/", Tags=[{"Key": "k", "Value": "v"}])
    cloud.iam.update_user(UserName="x", NewPath="/other/")
    user = cloud.iam.get_user(UserName="x")["User"]
    assert user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") == arn
    assert (user["Arn"], user.get("Tags")) == (f"{ROOT}:user/other/x", [{"Key": "k", "Value": "v"}])
    assert refusal(lambda: cloud.iam.delete_policy(PolicyArn=arn)).startswith("DeleteConflict 409")
    missing = refusal(lambda: cloud.iam.create_user(UserName="y", PermissionsBoundary=f"{arn}s"))
    assert missing == f"NoSuchEntity 404 Scope ARN: {arn}s does not exist or is not attachable."
    cloud.iam.delete_user_permissions_boundary(UserName="x")
    assert "PermissionsBoundary" not in cloud.iam.get_user(UserName="x")["User"]


@pytest.mark.parametrize(
    ("key", "value", "params"),
    [
        ("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess", "boundary"),
        ("aws:RequestTag/team", "id", "tags"),
        ("aws:PrincipalTag/role", "mail", ""),
        ("aws:username", "operator", ""),
        ("aws:RequestedRegion", "us-east-1", ""),
        ("aws:SecureTransport", "true", ""),
    ],
)
def test_conditions_of_a_creation(cloud: Cloud, key: str, value: str, params: str) -> None:
    """Organisations demand a boundary or a tag of who creates users."""
    condition = {"StringEquals": {key: value}}
    iam = cloud.client("iam", operator(cloud, allow("iam:*", Condition=condition)))
    cloud.iam.tag_user(UserName="operator", Tags=[{"Key": "role", "Value": "mail"}])
    given: dict[str, Any] = {
        "boundary": {"PermissionsBoundary": value},
        "tags": {"Tags": [{"Key": "team", "Value": value}]},
    }
    assert refusal(partial(iam.create_user, UserName="x", **given.get(params, {}))) == "accepted"
    if params:
        assert refusal(partial(iam.create_user, UserName="y")).startswith("AccessDenied")


def test_record_names_can_be_limited(cloud: Cloud) -> None:
    """A policy that allows records of one name and type allows no others."""
    condition = {
        "ForAllValues:StringLike": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["*._domainkey.acme.example"]
        },
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["CNAME"]},
    }
    key = operator(cloud, allow("route53:ChangeResourceRecordSets", Condition=condition))
    change = cloud.client("route53", key).change_resource_record_sets

    def create(name: str, type_: str, value: str) -> str:
        record = {"Name": name, "Type": type_, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        return refusal(lambda: change(HostedZoneId=cloud.zone_id, ChangeBatch=batch))

    assert create(f"A._DomainKey.{ZONE}.", "CNAME", "x.example") == "accepted"
    assert create(f"b._domainkey.{ZONE}", "TXT", '"x"').startswith("AccessDenied")
    assert create(f"www.{ZONE}", "CNAME", "x.example").startswith("AccessDenied")
    assert normalize_record_name("*.Acme.example.") == r"\052.acme.example"


def test_a_session_of_a_role_has_the_role_and_no_more(cloud: Cloud) -> None:
    """AssumeRole asks both sides, the session's own policy limits it, and an old token says that it has expired."""
    cloud.iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(policy(TRUST)))
    cloud.iam.put_role_policy(RoleName="deploy", PolicyName="p", PolicyDocument=json.dumps(allow("iam:*", "ses:*")))
    sts = cloud.sts(operator(cloud, allow("sts:AssumeRole", resource=f"{ROOT}:role/deploy")))
    limit = json.dumps(allow("ses:*"))
    given = sts.assume_role(RoleArn=f"{ROOT}:role/deploy", RoleSessionName="ci", Policy=limit)["Credentials"]
    key = (given["AccessKeyId"], given["SecretAccessKey"])
    session = partial(cloud.client, key=key, token=given["SessionToken"])
    me = "arn:aws:sts::123456789012:assumed-role/deploy/ci"
    assert session("sts").get_caller_identity()["Arn"] == me
    assert refusal(session("sesv2").get_account) == "accepted"
    assert "no session policy allows the iam:ListUsers action" in refusal(session("iam").list_users)
    assert refusal(cloud.client("iam", key).list_users).startswith("InvalidClientTokenId 403")
    cloud.aws.behavior.sessions_expired = True
    assert refusal(session("iam").list_users).startswith("ExpiredToken 403 The security token included in the request")
    assert refusal(session("sesv2").get_account).startswith("ExpiredTokenException 403")


def test_who_may_assume_a_role(cloud: Cloud) -> None:
    """A role that trusts another is refused, and so is an operator without sts:AssumeRole."""
    other = {**TRUST, "Principal": {"AWS": "arn:aws:iam::999999999999:root"}}
    for name, trust in (("mine", TRUST), ("theirs", other)):
        cloud.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy(trust)))
    sts = cloud.sts(operator(cloud, allow("sts:*", resource=f"{ROOT}:role/*")))
    assume = partial(sts.assume_role, RoleSessionName="ci")
    refused = "AccessDenied 403 " + f"{ME} sts:AssumeRole on resource: {ROOT}:role/"
    assert refusal(partial(assume, RoleArn=f"{ROOT}:role/mine")) == "accepted"
    assert refusal(partial(assume, RoleArn=f"{ROOT}:role/theirs")) == f"{refused}theirs"
    assert refusal(partial(assume, RoleArn=f"{ROOT}:role/none")) == f"{refused}none"
    operator(cloud)
    assert refusal(partial(assume, RoleArn=f"{ROOT}:role/mine")).startswith(f"{refused}mine because no identity-based")


def test_a_simulation_says_what_a_call_would_find(cloud: Cloud) -> None:
    """SimulatePrincipalPolicy evaluates policies, boundary, resources and the context it is given."""
    identity = "arn:aws:ses:us-east-1:123456789012:identity/acme.example"
    condition = {"StringEquals": {"ses:FromAddress": "a@acme.example"}}
    sending = allow("ses:SendEmail", "ses:GetAccount", resource=identity, Condition=condition)
    operator(cloud, sending, boundary=boundary(cloud, allow("ses:Send*")))

    def simulate(action: str, *addresses: str, resource: str = identity) -> dict[str, Any]:
        entry = {"ContextKeyName": "ses:FromAddress", "ContextKeyValues": list(addresses), "ContextKeyType": "string"}
        iam: Any = cloud.iam
        answer: Any = iam.simulate_principal_policy(
            PolicySourceArn=f"{ROOT}:user/operator",
            ActionNames=[action],
            ResourceArns=[resource],
            ContextEntries=[entry] if addresses else [],
        )
        found: dict[str, Any] = answer["EvaluationResults"][0]
        return found

    found = simulate("ses:SendEmail", "a@acme.example")
    assert (found["EvalDecision"], found["EvalResourceName"]) == ("allowed", identity)
    assert found["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": True}
    assert len(found["MatchedStatements"]) == 1
    assert simulate("ses:SendEmail", "b@acme.example")["EvalDecision"] == "implicitDeny"
    assert simulate("ses:SendEmail")["MissingContextValues"] == ["ses:FromAddress"]
    assert simulate("ses:GetAccount", "a@acme.example")["PermissionsBoundaryDecisionDetail"] == {
        "AllowedByPermissionsBoundary": False
    }
    unknown = refusal(
        lambda: cloud.iam.simulate_principal_policy(PolicySourceArn=f"{ROOT}:user/x", ActionNames=["ses:SendEmail"])
    )
    assert unknown == "NoSuchEntity 404 The user with name x cannot be found."


CONTEXT = {
    "aws:currenttime": ("2026-11-25T10:00:00+00:00",),
    "aws:sourceip": ("10.1.2.3",),
    "n": ("5",),
    "s": ("a", "b"),
}


@pytest.mark.parametrize(
    ("operator_name", "key", "value", "holds"),
    [
        ("DateLessThan", "aws:CurrentTime", "2026-12-01T00:00:00Z", True),
        ("DateGreaterThanEquals", "aws:CurrentTime", "2026-12-01", False),
        ("IpAddress", "aws:SourceIp", ["192.0.2.0/24", "10.0.0.0/8"], True),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", False),
        ("NumericLessThanEquals", "n", 5, True),
        ("NumericNotEquals", "n", "5", False),
        ("ForAllValues:StringEquals", "s", ["a"], False),
        ("ForAnyValue:StringEquals", "s", ["a"], True),
        ("ForAnyValue:StringNotEquals", "s", ["a"], True),
        ("ForAllValues:StringEquals", "none", ["a"], True),
        ("ForAnyValue:StringEquals", "none", ["a"], False),
        ("ArnNotLike", "none", "arn:*", True),
        ("StringNotEqualsIfExists", "none", "a", True),
        ("BoolIfExists", "none", True, True),
        ("Bool", "none", True, False),
        ("StringLike", "aws:SourceIp", "${aws:sourceip}", True),
        ("StringEquals", "aws:SourceIp", "${none, '10.1.2.3'}", True),
        ("StringNotEquals", "aws:SourceIp", "${none}", False),
        ("StringLike", "aws:SourceIp", "10.${*}", False),
    ],
)
def test_condition_operators(operator_name: str, key: str, value: Any, holds: bool) -> None:
    """IAM User Guide, "Condition operators": a statement whose variable has no value does not apply."""
    document = allow("a:B", Condition={operator_name: {key: value}})
    decision = decide([document], Action("a:B", "arn:x", CONTEXT))
    assert (decision is Decision.ALLOWED) == holds


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ({"NotAction": "iam:*", "Resource": "*"}, True),
        ({"NotAction": "ses:Get*", "Resource": "*"}, False),
        ({"Action": "ses:GetAccount", "NotResource": "arn:x"}, True),
        ({"Action": "ses:GetAccount", "NotResource": "arn:?"}, True),
        ({"Action": "ses:GetAccount", "NotResource": ["*"]}, False),
        ({"Action": "SES:getaccoun?", "Resource": ["arn:y", "*"]}, True),
    ],
)
def test_elements_can_be_negated(statement: dict[str, Any], allowed: bool) -> None:
    """NotAction and NotResource match all but what they name."""
    found = decide([policy({"Effect": "Allow", **statement})], Action("ses:GetAccount", "*", {}))
    assert (found is Decision.ALLOWED) == allowed


def test_resources_are_those_of_the_authorization_reference() -> None:
    """What each call of IAM and Route 53 is about is a resource that AWS's reference has for its action."""
    names = {
        "UserName": "u",
        "RoleName": "r",
        "GroupName": "g",
        "InstanceProfileName": "n",
        "PolicyArn": f"{ROOT}:policy/p",
        "Id": "i",
    }
    params = {
        **names,
        "PolicyName": "p",
        "PolicySourceArn": f"{ROOT}:user/u",
        "ResourceType": "hostedzone",
        "ResourceId": "i",
    }
    wrong: list[str] = []
    with local_aws():
        for service in ("iam", "route53"):
            model: Any = botocore.session.get_session().get_service_model(service)
            for name in model.operation_names:
                shape = model.operation_model(name).input_shape
                shapes: dict[str, Any] = shape.members if shape else {}
                members = {str(member.serialization.get("name", key)) for key, member in shapes.items()}
                given = {key: value for key, value in params.items() if key in members}
                call = AwsCall(service, name, "us-east-1", Caller("123456789012", f"{ROOT}:root"), given)
                known: Any = get_action_data(service, name)
                formats = [each["resource_arn_format"] for each in known[service]] if known else []
                asked = REQUESTS[service](call, {})[0].resource
                kind = asked.split(":")[5].partition("/")[0] if ":" in asked else "*"
                if known and not any(kind == "*" or f":{kind}/" in each for each in formats):
                    wrong.append(f"{service}:{name} {asked} {formats}")
    assert "\n".join(wrong) == ""


def test_a_policy_attached_twice_is_attached_once(cloud: Cloud) -> None:
    """A second attachment to the same user is no second one: once it is taken away the policy can go."""
    arn = boundary(cloud, allow("ses:*"))
    cloud.iam.create_user(UserName="x")
    cloud.iam.attach_user_policy(UserName="x", PolicyArn=arn)
    cloud.iam.attach_user_policy(UserName="x", PolicyArn=arn)
    assert refusal(lambda: cloud.iam.delete_policy(PolicyArn=arn)).startswith("DeleteConflict 409")
    cloud.iam.detach_user_policy(UserName="x", PolicyArn=arn)
    assert refusal(lambda: cloud.iam.delete_policy(PolicyArn=arn)) == "accepted"
