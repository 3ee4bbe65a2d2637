"""Implements the IAM resource types."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from tenant_email_local.aws.plugin import tags as tags_of
from tenant_email_local.aws.plugin.kind import ResourceType, Same, exists_from_here
from tenant_email_local.aws.plugin.policy_documents import as_text, same_document, with_text
from tenant_email_local.aws.plugin.session import Aws, RefusedError
from tenant_email_local.aws.plugin.values import Properties
from tenant_email_local.aws.smtp_password import smtp_password

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

MAX_POLICY_VERSIONS = 5


class UserResource(ResourceType):
    """Is aws:iam/user:User; a new name or path changes the user in place."""

    type_name = "aws:iam/user:User"
    inputs = frozenset({"name", "path", "permissionsBoundary", "tags", "forceDestroy"})
    defaults: ClassVar[Mapping[str, Any]] = {"path": "/", "forceDestroy": False}
    auto_named = "name"
    outputs = frozenset({"arn", "uniqueId", "tagsAll"})

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the user; its name is its id."""
        boundary = {"PermissionsBoundary": inputs["permissionsBoundary"]} if "permissionsBoundary" in inputs else {}
        tags = aws.tags(inputs.get("tags"))
        user = aws.iam.create_user(UserName=inputs["name"], Path=inputs["path"], Tags=tags_of.listed(tags), **boundary)[
            "User"
        ]
        outputs = {"arn": user["Arn"], "uniqueId": user["UserId"], "tagsAll": tags}
        with exists_from_here(user["UserName"], outputs):
            self.read(aws, user["UserName"], {})
        return user["UserName"], outputs

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the user."""
        try:
            # a rename leaves the id as it was
            user = aws.iam.get_user(UserName=state.get("name", id_))["User"]
        except aws.iam.exceptions.NoSuchEntityException:
            return None
        tags = tags_of.mapped(user.get("Tags", []))
        boundary = user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return {
            "name": user["UserName"],
            "path": user["Path"],
            "arn": user["Arn"],
            "uniqueId": user["UserId"],
            "permissionsBoundary": boundary,
            "tags": tags_of.own(aws, state, tags),
            "tagsAll": tags,
        }

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Renames, moves, tags."""
        del id_
        if (olds["name"], olds["path"]) != (news["name"], news["path"]):
            aws.iam.update_user(UserName=olds["name"], NewUserName=news["name"], NewPath=news["path"])
        before, boundary = olds.get("permissionsBoundary"), news.get("permissionsBoundary")
        if boundary and boundary != before:
            aws.iam.put_user_permissions_boundary(UserName=news["name"], PermissionsBoundary=boundary)
        elif before and not boundary:
            aws.iam.delete_user_permissions_boundary(UserName=news["name"])
        tags = aws.tags(news.get("tags"))
        gone, added = tags_of.changed(olds, tags)
        if gone:
            aws.iam.untag_user(UserName=news["name"], TagKeys=gone)
        if added:
            aws.iam.tag_user(UserName=news["name"], Tags=tags_of.listed(added))
        return {"arn": aws.iam.get_user(UserName=news["name"])["User"]["Arn"], "tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Takes the user out of its groups and deletes it; with forceDestroy also the keys that others made."""
        name = state.get("name", id_)
        try:
            for group in aws.iam.list_groups_for_user(UserName=name)["Groups"]:
                aws.iam.remove_user_from_group(UserName=name, GroupName=group["GroupName"])
            if state.get("forceDestroy"):
                for key in aws.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
                    aws.iam.delete_access_key(UserName=name, AccessKeyId=key.get("AccessKeyId", ""))
            aws.iam.delete_user(UserName=name)
        except aws.iam.exceptions.NoSuchEntityException:
            return


class PolicyResource(ResourceType):
    """Is aws:iam/policy:Policy; a new document becomes a new default version."""

    type_name = "aws:iam/policy:Policy"
    inputs = frozenset({"name", "namePrefix", "path", "policy", "description", "tags"})
    required = frozenset({"policy"})
    defaults: ClassVar[Mapping[str, Any]] = {"path": "/"}
    auto_named = "name"
    replaced_by = frozenset({"name", "namePrefix", "path", "description"})
    optional_outputs = frozenset({"name", "namePrefix"})
    outputs = frozenset({"arn", "policyId", "attachmentCount", "tagsAll"})
    same: ClassVar[Mapping[str, Same]] = {"policy": same_document}

    def normalize(self, inputs: Properties) -> Properties:
        """Writes a document that was given as an object as JSON."""
        return with_text(inputs)

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the policy; its ARN is its id."""
        name = inputs.get("name") or f"{inputs['namePrefix']}{uuid4().hex[:26]}"
        tags = aws.tags(inputs.get("tags"))
        policy = aws.iam.create_policy(
            PolicyName=name,
            Path=inputs["path"],
            PolicyDocument=inputs["policy"],
            Description=inputs.get("description", ""),
            Tags=tags_of.listed(tags),
        )["Policy"]
        arn = policy.get("Arn", "")
        extra = {"name": name, "arn": arn, "policyId": policy.get("PolicyId"), "attachmentCount": 0}
        outputs = {**extra, "tagsAll": tags}
        with exists_from_here(arn, outputs):
            self.read(aws, arn, {})
        return arn, outputs

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the policy and its default version; a document that means the same keeps its spelling."""
        try:
            policy = aws.iam.get_policy(PolicyArn=id_)["Policy"]
        except aws.iam.exceptions.NoSuchEntityException:
            return None
        version = aws.iam.get_policy_version(PolicyArn=id_, VersionId=policy.get("DefaultVersionId", ""))
        live = as_text(version["PolicyVersion"].get("Document"))
        recorded = state.get("policy")
        tags = tags_of.mapped(policy.get("Tags", []))
        return {
            "name": policy.get("PolicyName"),
            "path": policy.get("Path"),
            "description": policy.get("Description"),
            "policy": recorded if recorded and same_document(recorded, live) else live,
            "arn": policy.get("Arn"),
            "policyId": policy.get("PolicyId"),
            "attachmentCount": policy.get("AttachmentCount"),
            "tags": tags_of.own(aws, state, tags),
            "tagsAll": tags,
        }

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Makes the new document the default version, after dropping the oldest when five exist."""
        if not same_document(olds["policy"], news["policy"]):
            _drop_oldest_version(aws.iam, id_)
            aws.iam.create_policy_version(PolicyArn=id_, PolicyDocument=news["policy"], SetAsDefault=True)
        tags = aws.tags(news.get("tags"))
        gone, added = tags_of.changed(olds, tags)
        if gone:
            aws.iam.untag_policy(PolicyArn=id_, TagKeys=gone)
        if added:
            aws.iam.tag_policy(PolicyArn=id_, Tags=tags_of.listed(added))
        self.read(aws, id_, news)
        return {"tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the policy with its other versions, which AWS asks for."""
        del state
        try:
            for version in aws.iam.list_policy_versions(PolicyArn=id_)["Versions"]:
                if not version.get("IsDefaultVersion"):
                    aws.iam.delete_policy_version(PolicyArn=id_, VersionId=version.get("VersionId", ""))
            aws.iam.delete_policy(PolicyArn=id_)
        except aws.iam.exceptions.NoSuchEntityException:
            return


class UserPolicyAttachmentResource(ResourceType):
    """Is aws:iam/userPolicyAttachment:UserPolicyAttachment."""

    type_name = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
    inputs = frozenset({"user", "policyArn"})
    required = inputs
    replaced_by = inputs

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Attaches the policy."""
        aws.iam.attach_user_policy(UserName=inputs["user"], PolicyArn=inputs["policyArn"])
        id_ = f"{inputs['user']}-{uuid4().hex[:26]}"
        with exists_from_here(id_, {}):
            self.read(aws, id_, inputs)
        return id_, {}

    def found_by(self, id_: str) -> Properties:
        """Returns user and policy: an import gives `user/arn`."""
        user, _, arn = id_.partition("/")
        return {"user": user, "policyArn": arn}

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Looks for the policy among those attached to the user."""
        del id_
        try:
            attached = aws.iam.list_attached_user_policies(UserName=state["user"])["AttachedPolicies"]
        except aws.iam.exceptions.NoSuchEntityException:
            return None
        found = any(policy.get("PolicyArn") == state["policyArn"] for policy in attached)
        return {"user": state["user"], "policyArn": state["policyArn"]} if found else None

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Detaches the policy."""
        del id_
        try:
            aws.iam.detach_user_policy(UserName=state["user"], PolicyArn=state["policyArn"])
        except aws.iam.exceptions.NoSuchEntityException:
            return


class AccessKeyResource(ResourceType):
    """Is aws:iam/accessKey:AccessKey; its secret is known at creation only."""

    type_name = "aws:iam/accessKey:AccessKey"
    inputs = frozenset({"user", "status", "pgpKey"})
    required = frozenset({"user"})
    defaults: ClassVar[Mapping[str, Any]] = {"status": "Active"}
    replaced_by = frozenset({"user", "pgpKey"})
    outputs = frozenset({"secret", "sesSmtpPasswordV4", "createDate"})
    secrets = frozenset({"secret", "sesSmtpPasswordV4"})

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the key; the SMTP password is the one of the provider's region, as the real provider derives it."""
        if inputs.get("pgpKey"):
            raise RefusedError("the local stand-in for the AWS provider cannot encrypt with pgpKey")
        key = aws.iam.create_access_key(UserName=inputs["user"])["AccessKey"]
        id_, status = key["AccessKeyId"], inputs["status"]
        outputs = {
            "secret": key["SecretAccessKey"],
            "sesSmtpPasswordV4": smtp_password(key["SecretAccessKey"], aws.region),
            "createDate": key["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ") if "CreateDate" in key else "",
        }
        if status != "Active":
            with exists_from_here(id_, outputs):
                aws.iam.update_access_key(UserName=inputs["user"], AccessKeyId=id_, Status=status)
        return id_, outputs

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the key's status; what AWS shows only once is carried over."""
        try:
            keys = aws.iam.list_access_keys(UserName=state["user"])["AccessKeyMetadata"]
        except aws.iam.exceptions.NoSuchEntityException:
            return None
        found = next((key for key in keys if key.get("AccessKeyId") == id_), None)
        return {**state, "status": found.get("Status")} if found else None

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Switches the key on or off."""
        if olds.get("status") != news["status"]:
            aws.iam.update_access_key(UserName=news["user"], AccessKeyId=id_, Status=news["status"])
        self.read(aws, id_, news)
        return {}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the key."""
        try:
            aws.iam.delete_access_key(UserName=state["user"], AccessKeyId=id_)
        except aws.iam.exceptions.NoSuchEntityException:
            return


def _drop_oldest_version(iam: "IAMClient", arn: str) -> None:
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    if len(versions) < MAX_POLICY_VERSIONS:
        return
    spare = [version for version in versions if not version.get("IsDefaultVersion")]
    oldest = min(spare, key=lambda version: int(version.get("VersionId", "v0")[1:]))
    iam.delete_policy_version(PolicyArn=arn, VersionId=oldest.get("VersionId", ""))
