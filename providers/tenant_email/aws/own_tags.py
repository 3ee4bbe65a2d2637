"""The tags by which an AWS resource is known as a stack's, even after a run that was killed."""

from __future__ import annotations


def own_tags(project: str, stack: str) -> dict[str, str]:
    """Returns the tags of a stack of a project."""
    return {"managed-by": "pulumi-tenant-email", "pulumi-project": project, "pulumi-stack": stack}
