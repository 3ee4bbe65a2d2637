"""IAM: who has which policies, what is there by name, and the access keys of a user, of which AWS allows two."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tenant_email.aws.access import Access, AwsProvider
from tenant_email.aws.chain import open_session
from tenant_email.aws.explain import translate_errors
from tenant_email.aws.send_permissions import Principals, User, UserPolicy
from tenant_email.errors import Forbidden, NotFound
from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import AccessKeyMetadataTypeDef

    from tenant_email.json_types import Json, PropsView


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One key; `created` is a day."""

    id: str
    active: bool
    created: str

    def __str__(self) -> str:
        return f"{self.id}: {'Active' if self.active else 'Inactive'}, created {self.created}"


class Iam:
    """IAM, with the credentials of an AWS provider or, by default, of boto3's ordinary chain."""

    def __init__(
        self, region: str | None = None, profile: str | None = None, provider: AwsProvider | None = None
    ) -> None:
        aws = open_session("iam", Access(profile, provider or AwsProvider()), region)
        self._client: IAMClient = aws.client("iam")

    def principals(self) -> Principals:
        """Returns the account's users and groups with all their policies, in pages of one call."""
        details: dict[str, list[PropsView]] = {"UserDetailList": [], "GroupDetailList": [], "Policies": []}
        pages = self._client.get_paginator("get_account_authorization_details")
        with translate_errors("iam", "GetAccountAuthorizationDetails"):
            for page in pages.paginate(Filter=["User", "Group", "LocalManagedPolicy", "AWSManagedPolicy"]):
                answer: PropsView = page
                for name, found in details.items():
                    found.extend(answer.get(name) or [])
        managed = {policy["Arn"]: _managed(policy) for policy in details["Policies"]}
        groups = {each["GroupName"]: _policies(each, "GroupPolicyList", managed) for each in details["GroupDetailList"]}
        return Principals(tuple(_user(each, managed) for each in details["UserDetailList"]), groups)

    def policy_tags(self, arn: str) -> dict[str, str]:
        """Returns the tags of a managed policy, which `principals` does not have."""
        with translate_errors("iam", "ListPolicyTags", arn):
            return _tags(self._client.list_policy_tags(PolicyArn=arn))

    def access_keys(self, user: str) -> list[AccessKey]:
        """Returns the user's keys; none for a user that IAM does not know yet."""
        try:
            with translate_errors("iam", "ListAccessKeys", user):
                found = self._client.list_access_keys(UserName=user)["AccessKeyMetadata"]
        except NotFound:
            return []
        return [_key(key) for key in found]

    def has_user(self, name: str) -> bool:
        """Returns whether a user is there."""
        try:
            with translate_errors("iam", "GetUser", name):
                self._client.get_user(UserName=name)
        except NotFound:
            return False
        return True

    def has_policy(self, arn: str) -> bool:
        """Returns whether a managed policy is there."""
        try:
            with translate_errors("iam", "GetPolicy", arn):
                self._client.get_policy(PolicyArn=arn)
        except NotFound:
            return False
        return True

    def user_of(self, id_: str) -> str:
        """Returns the user that a key belongs to; empty where AWS names none."""
        with translate_errors("iam", "GetAccessKeyLastUsed", id_):
            return str(self._client.get_access_key_last_used(AccessKeyId=id_).get("UserName") or "")

    def last_use(self, id_: str) -> str:
        """Returns when a key was last used, in words; without the permission to ask it says so."""
        try:
            with translate_errors("iam", "GetAccessKeyLastUsed", id_):
                used = self._client.get_access_key_last_used(AccessKeyId=id_)["AccessKeyLastUsed"].get("LastUsedDate")
        except Forbidden:
            return "last use unknown (iam:GetAccessKeyLastUsed is not allowed)"
        return f"last used {used:%Y-%m-%d}" if used else "never used"


def _user(found: PropsView, managed: Mapping[str, UserPolicy]) -> User:
    boundary: PropsView = found.get("PermissionsBoundary") or {}
    return User(
        found["UserName"],
        found.get("Path", "/"),
        boundary.get("PermissionsBoundaryArn", ""),
        _tags(found),
        _policies(found, "UserPolicyList", managed),
        tuple(found.get("GroupList") or ()),
    )


def _policies(found: PropsView, own: str, managed: Mapping[str, UserPolicy]) -> tuple[UserPolicy, ...]:
    inline = [UserPolicy(each["PolicyName"], _document(each["PolicyDocument"])) for each in found.get(own) or ()]
    arns = [each["PolicyArn"] for each in found.get("AttachedManagedPolicies") or ()]
    return (*inline, *(managed.get(arn, UserPolicy(arn.rpartition("/")[2], {}, arn)) for arn in arns))


def _managed(found: PropsView) -> UserPolicy:
    versions = found.get("PolicyVersionList") or ()
    text: Json = next((each["Document"] for each in versions if each.get("IsDefaultVersion")), None)
    arn, path = str(found["Arn"]), found.get("Path", "/")
    return UserPolicy(arn.rpartition("/")[2], _document(text), arn, path, found.get("Description", ""))


def _document(found: Json) -> PropsView:
    """Returns a document, which botocore has decoded already, or a server that is not AWS has not."""
    decoded = json.loads(unquote(found)) if isinstance(found, str) else found
    return decoded if is_object(decoded) else {}


def _tags(found: PropsView) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in found.get("Tags") or ()}


def _key(found: AccessKeyMetadataTypeDef) -> AccessKey:
    created = found.get("CreateDate")
    return AccessKey(
        id=found.get("AccessKeyId", ""),
        active=found.get("Status") == "Active",
        created=f"{created:%Y-%m-%d}" if created else "some day",
    )
