"""Says what IAM is asked about a call of IAM, STS or Route 53: actions, resources, condition keys.

Sources: Service Authorization Reference (resource types and condition keys; tags in a creation ask for the service's
tagging action too) and, for the names that refusals give resources (`user sender`, `policy send`), messages of AWS
as users quote them, such as hashicorp/terraform-provider-aws issues.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from botocore.session import get_session

from tenant_email_local.aws.iam_conditions import Context
from tenant_email_local.aws.iam_policy import Action
from tenant_email_local.aws.iam_principal import boundary_arn, iam_of, tag_map
from tenant_email_local.aws.wire import AwsCall, Params

ANY = "*"
CREATIONS = {"CreateUser": "user", "CreateRole": "role", "CreateGroup": "group", "CreatePolicy": "policy"}
TAGGING = {"CreateUser": "iam:TagUser", "CreateRole": "iam:TagRole", "CreatePolicy": "iam:TagPolicy"}
ATTACHING = re.compile(r"(Attach|Detach)(User|Group|Role)Policy")
KINDS = {
    "hostedzonelimit": "hostedzone",
    "reusabledelegationsetlimit": "delegationset",
    "trafficpolicies": "trafficpolicy",
}
ROUTE53 = {"r": "https://route53.amazonaws.com/doc/2013-04-01/"}
PLAIN_LABEL = re.compile(r"[a-z0-9._-]")


def iam_actions(call: AwsCall, context: Context) -> list[Action]:
    """Returns what a call of IAM asks for."""
    resource, shown = _iam_resource(call)
    keys = {**context, **_boundary_keys(call), **request_tags(call.params), **_resource_tags(call)}
    if ATTACHING.fullmatch(call.operation):
        keys["iam:policyarn"] = (call.text("PolicyArn"),)
    asked = [Action(f"iam:{call.operation}", resource, keys, shown)]
    if call.params.get("Tags") and call.operation in TAGGING:
        asked.append(Action(TAGGING[call.operation], resource, keys))
    return asked


def sts_actions(call: AwsCall, context: Context) -> list[Action]:
    """Returns what a call of STS asks for; GetCallerIdentity needs no permission, not even under a Deny."""
    if call.operation == "GetCallerIdentity":
        return []
    names = {"RoleSessionName": "sts:rolesessionname", "ExternalId": "sts:externalid"}
    given = {key: (call.text(name),) for name, key in names.items() if call.text(name)}
    resource = call.text("RoleArn")
    shown = resource or ""
    return [Action(f"sts:{call.operation}", resource or ANY, {**context, **given}, shown)]


def route53_actions(call: AwsCall, context: Context) -> list[Action]:
    """Returns what a call of Route 53 asks for; lists of zones are about no resource."""
    kind, name = _route53_kind(call.operation), call.text("Id") or call.text("HealthCheckId")
    if kind == "tags":
        kind, name = call.text("ResourceType"), call.text("ResourceId")
    partition = call.caller.arn.split(":")[1]
    resource = f"arn:{partition}:route53:::{kind}/{name}" if kind and name else ANY
    keys = {**context, **_change_keys(call.params.get("Body"))}
    return [Action(f"route53:{call.operation}", resource, keys, None if resource != ANY else "")]


def request_tags(params: Params) -> Context:
    """Returns the condition keys about the tags, or keys of tags, that a request brings."""
    tags = dict(tag_map(params.get("Tags")))
    keys: Sequence[str] = [*tags, *(params.get("TagKeys") or ())]
    named = {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    return {**named, "aws:tagkeys": tuple(keys)} if keys else {}


def tag_keys(tags: Mapping[str, str]) -> Context:
    """Returns the condition keys about the tags of a resource."""
    return {f"aws:resourcetag/{key.lower()}": (value,) for key, value in tags.items()}


def _iam_resource(call: AwsCall) -> tuple[str, str | None]:
    """Returns the ARN of what an IAM call is about and the name of it in a refusal."""
    root = ":".join(["arn", call.caller.arn.split(":")[1], "iam", "", call.caller.account])
    kind = CREATIONS.get(call.operation)
    if kind:
        name = call.text(f"{kind.capitalize()}Name")
        arn = f"{root}:{kind}{call.text('Path') or '/'}{name}"
        return arn, f"policy {name}" if kind == "policy" else None
    if call.operation == "SimulatePrincipalPolicy":
        return call.text("PolicySourceArn"), None
    iam = iam_of(call.caller)
    named: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
        ("instance-profile", call.text("InstanceProfileName"), {}),
        ("group", call.text("GroupName"), iam.groups),
        ("user", _user_name(call), iam.users),
        ("role", call.text("RoleName"), {role.name: role for role in iam.roles.values()}),
    )
    for kind, name, held in named:
        if name:
            return (held[name].arn if name in held else f"{root}:{kind}/{name}"), f"{kind} {name}"
    arn = call.text("PolicyArn")
    return (arn, f"policy {arn}") if arn else (ANY, "")


def _user_name(call: AwsCall) -> str:
    """Returns the user that a call is about; most calls mean the caller's own when they name none."""
    if name := call.text("UserName"):
        return name
    if call.operation == "GetAccessKeyLastUsed":
        key = iam_of(call.caller).access_keys.get(call.text("AccessKeyId"))
        return str(key.user_name) if key and key.user_name else ""
    return (call.caller.user or "") if _is_about_users(call.operation) else ""


@cache
def _model(service: str) -> Any:
    return get_session().get_service_model(service)


@cache
def _is_about_users(operation: str) -> bool:
    model = _model("iam")
    if operation not in model.operation_names:
        return False
    shape = model.operation_model(operation).input_shape
    return shape is not None and "UserName" in shape.members


@cache
def _route53_kind(operation: str) -> str:
    """Returns what the path of an operation names by its id: hostedzone, change, healthcheck, delegationset, tags."""
    model = _model("route53")
    if operation not in model.operation_names:
        return ""
    _, _, kind, *rest = str(model.operation_model(operation).http["requestUri"]).split("/")
    return KINDS.get(kind, kind) if any(part.startswith("{") for part in rest) else ""


def _boundary_keys(call: AwsCall) -> Context:
    arn = call.text("PermissionsBoundary")
    if not arn and call.text("UserName"):
        arn = boundary_arn(iam_of(call.caller).users.get(call.text("UserName")))
    return {"iam:permissionsboundary": (arn,)} if arn else {}


def _resource_tags(call: AwsCall) -> Context:
    iam, found = iam_of(call.caller), None
    if call.operation not in CREATIONS:
        if name := _user_name(call):
            found = iam.users.get(name)
        elif arn := call.text("PolicyArn"):
            found = iam.managed_policies.get(arn)
    tags: Any = found and (found.get_tags() if hasattr(found, "get_tags") else found.tags)
    keys = tag_keys(dict(tag_map(tags)))
    return {**keys, **{key.replace("aws:", "iam:", 1): value for key, value in keys.items()}}


def _change_keys(body: bytes | None) -> Context:
    """Returns the condition keys about the records that a ChangeResourceRecordSets changes."""
    if not body or b"ChangeBatch" not in body:
        return {}
    changes = ET.fromstring(body).findall(".//r:Change", ROUTE53)  # noqa: S314 - only clients on this machine reach the server
    found: Mapping[str, Callable[[ET.Element], str]] = {
        "NormalizedRecordNames": lambda change: normalize_record_name(change.findtext(".//r:Name", "", ROUTE53)),
        "RecordTypes": lambda change: change.findtext(".//r:Type", "", ROUTE53),
        "Actions": lambda change: change.findtext("r:Action", "", ROUTE53),
    }
    return {
        f"route53:changeresourcerecordsets{name.lower()}": tuple(read(change) for change in changes)
        for name, read in found.items()
    }


def normalize_record_name(name: str) -> str:
    """Returns a record's name as conditions see it: lower case, no final dot, other characters as octal escapes."""
    plain = re.sub(r"\\(\d{3})", lambda escape: chr(int(escape[1], 8)), name.rstrip(".").lower())
    return "".join(char if PLAIN_LABEL.match(char) else f"\\{ord(char):03o}" for char in plain)


REQUESTS: Mapping[str, Callable[[AwsCall, Context], list[Action]]] = {
    "iam": iam_actions,
    "sts": sts_actions,
    "route53": route53_actions,
}
