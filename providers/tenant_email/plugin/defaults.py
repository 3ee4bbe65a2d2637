"""Inputs that a program need not give: one in Python fills them in by itself, for the others a check does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email import package_schema as schema
from tenant_email.aws.own_tags import own_tags
from tenant_email.operations import operation
from tenant_email.package_schema.names import snake

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView
    from tenant_email.operations.lifecycle import Lifecycle


def with_defaults(token: str, urn: str, lifecycle: Lifecycle, inputs: PropsView) -> Props:
    """Returns a resource's inputs with those that are not given: region and profile, and the tags of an identity."""
    declared = schema.inputs_of(token)
    usual: Props = {snake(name): spec["default"] for name, spec in declared.items() if "default" in spec}
    if "region" in lifecycle.inputs:
        from tenant_email.operations.aws_session import default_region  # noqa: PLC0415 - AWS's alone

        usual |= {"region": default_region(), "profile": operation.current().aws_config().get("profile")}
    if "tags" not in declared:  # else they are the user's own
        stack, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
        usual["tags"] = own_tags(project, stack)
    known = {name: value for name, value in usual.items() if value is not None and name in lifecycle.inputs}
    return {**known, **inputs}
