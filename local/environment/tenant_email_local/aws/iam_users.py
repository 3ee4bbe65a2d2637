"""Adds to moto's IAM what it lacks: users' permissions boundaries, and refusals that AWS's own IAM gives.

Sources: IAM API reference (PutUserPermissionsBoundary, DeleteUserPermissionsBoundary, and the DeleteConflict errors
of DeleteUser and DeletePolicy); IAM User Guide, "Rename an IAM user": tags, keys and policies stay with the user.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tenant_email_local.aws.iam_managed import find_managed_policy
from tenant_email_local.aws.iam_principal import boundary_arn, iam_of
from tenant_email_local.aws.wire import AwsCall, AwsError, Params


class IamUsers:
    """Two operations, and what comes before and after those that moto answers."""

    @property
    def handlers(self) -> Mapping[str, Callable[[AwsCall], Params]]:
        """Maps the names of the operations to what answers them."""
        return {
            "PutUserPermissionsBoundary": self.put_boundary,
            "DeleteUserPermissionsBoundary": self.delete_boundary,
        }

    def put_boundary(self, call: AwsCall) -> Params:
        """Limits a user by a managed policy."""
        _set_boundary(_user(call, call.text("UserName")), _boundary(call))
        return {}

    def delete_boundary(self, call: AwsCall) -> Params:
        """Takes the limit away."""
        user = _user(call, call.text("UserName"))
        if not boundary_arn(user):
            raise AwsError("NoSuchEntity", f"The user with name {user.name} does not have a permissions boundary.", 404)
        _set_boundary(user, "")
        return {}

    def before(self, call: AwsCall) -> None:
        """Raises AwsError where AWS refuses what moto accepts."""
        iam = iam_of(call.caller)
        if arn := call.text("PolicyArn"):
            find_managed_policy(iam, arn)  # one of AWS's own is known from now on
        if call.operation == "CreateUser" and call.text("PermissionsBoundary"):
            _boundary(call)
        elif call.operation == "DeleteUser":
            _refuse_used_user(iam, call.text("UserName"))
        elif call.operation == "DeletePolicy":
            _refuse_used_policy(iam, call.text("PolicyArn"))
        elif call.operation == "UpdateUser":
            _keep_tags(iam, call)

    def after(self, call: AwsCall) -> None:
        """Completes what moto did."""
        iam = iam_of(call.caller)
        if call.operation == "CreateUser" and call.text("PermissionsBoundary"):
            _set_boundary(iam.users[call.text("UserName")], call.text("PermissionsBoundary"))
        elif call.operation == "UpdateUser":
            user = iam.users[call.text("NewUserName") or call.text("UserName")]
            for key in user.access_keys:
                key.user_name = user.name


def _user(call: AwsCall, name: str) -> Any:
    user = iam_of(call.caller).users.get(name)
    if user is None:
        raise AwsError("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
    return user


def _boundary(call: AwsCall) -> str:
    arn = call.text("PermissionsBoundary")
    if find_managed_policy(iam_of(call.caller), arn) is None:
        raise AwsError("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.", 404)
    return arn


def _set_boundary(user: Any, arn: str) -> None:
    # moto writes an answer from the attributes of its object; a role has these two by itself
    user.permissions_boundary_arn = arn
    user.permissions_boundary = {
        "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
        "PermissionsBoundaryArn": arn,
    }
    if not arn:
        del user.permissions_boundary


def _refuse_used_user(iam: Any, name: str) -> None:
    user = iam.users.get(name)
    if user is None:
        return
    if user.access_keys:
        raise AwsError("DeleteConflict", "Cannot delete entity, must delete access keys first.", 409)
    if iam.get_groups_for_user(name):
        raise AwsError("DeleteConflict", "Cannot delete entity, must remove users from group first.", 409)


def _refuse_used_policy(iam: Any, arn: str) -> None:
    policy = iam.managed_policies.get(arn)
    if policy is None:
        return
    holders = (*iam.users.values(), *iam.roles.values(), *iam.groups.values())
    # moto counts a policy that is attached to one user twice as two, where AWS's attachment says yes again
    if any(arn in holder.managed_policies or boundary_arn(holder) == arn for holder in holders):
        raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    if len(policy.versions) > 1:
        text = (
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions."
        )
        raise AwsError("DeleteConflict", f"{text} The default version is deleted with the policy.", 409)


def _keep_tags(iam: Any, call: AwsCall) -> None:
    """Tags the user's next ARN: moto keeps tags by ARN, which a new name or path changes."""
    user = iam.users.get(call.text("UserName"))
    if user is not None and user.tags:
        tags = user.tags
        iam.tagger.delete_all_tags_for_resource(user.arn)
        path, name = call.text("NewPath") or user.path, call.text("NewUserName") or user.name
        iam.tagger.tag_resource(f"{user.arn.partition(':user')[0]}:user{path}{name}", tags)
