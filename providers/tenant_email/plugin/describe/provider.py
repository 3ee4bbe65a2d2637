"""The configuration of the provider: tenants, by platform, and how AWS is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.access import AwsProvider
from tenant_email.inputs.fields import Text  # noqa: TC001 - pydantic resolves the annotations
from tenant_email.plugin.describe.found import found_platforms
from tenant_email.plugin.describe.specs import PACKAGE, Types, constant, title_of, union
from tenant_email.tenants.credentials import names_of
from tenant_email.tenants.entries import LONGEST, SHORTEST

if TYPE_CHECKING:
    from tenant_email.json_types import Props
    from tenant_email.platforms.base import Platform


class Aws(AwsProvider):
    """How AWS is reached, in the words of the AWS provider; what is omitted is found as AWS's own tools find it.

    Access keys given here are kept in the state, encrypted; a profile or a role is not.
    """

    region: Text | None = None
    """The region of resources that name none; else AWS_REGION or AWS_DEFAULT_REGION."""
    profile: Text | None = None
    """A profile of the AWS config files."""
    skip_region_validation: bool | None = None
    """Takes a region that is not known here."""


def configuration(types: Types) -> Props:
    """Returns the properties of the provider's configuration, by name."""
    tenants = {platform.name: _tenant(types, platform) for platform in found_platforms()}
    return {
        "tenants": {
            "type": "object",
            "additionalProperties": union(tenants, "platform"),
            "description": (
                "The tenants by the names that resources call them by, such as `main`: where each is and how to log in "
                "to it. Environment variables in the names that users already have, such as AUTH0_CLIENT_SECRET, apply "
                "to the tenant `main`, or to the only one."
            ),
            "secret": True,
        },
        "aws": {
            **types.object(Aws),
            "description": "How AWS is reached; else by AWS's usual environment variables and files.",
            "secret": True,
        },
    }


def _tenant(types: Types, platform: Platform) -> Props:
    """Returns a reference to the type of a tenant's entry, whose names stand in no model and are camelCase inside."""
    spec, token = platform.connection, f"{PACKAGE}:index:{title_of(platform.name)}Tenant"
    title = platform.capabilities.title

    def text(description: str, *, secret: bool = False) -> Props:
        return {"type": "string", "description": description, **({"secret": True} if secret else {})}

    properties: Props = {
        "platform": constant(platform.name),
        "url": text(f"The url of the tenant, as in `https://tenant.example`; {spec.url_variable} goes before it."),
        "tokenUrl": text(
            f"Where access tokens are asked for, if on another host; {spec.variable('TOKEN_URL')} goes before it."
        ),
        "allowHttp": {
            "type": "boolean",
            "description": "Allows a url with `http://` elsewhere than on this machine: for a cluster, where nobody "
            "listens in.",
        },
        "caFile": text("A file in PEM with further certificate authorities, for a tenant with a private one."),
        "timeout": {
            "type": "number",
            "description": f"How long one answer may take, in seconds, from {SHORTEST} to {LONGEST}. Default: `30`.",
        },
        "aliases": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Other hosts that are this tenant, as after a change of its domain: what was recorded with "
            "them is still found.",
        },
    }
    for key, variable in spec.credentials.items():
        value, by_variable, by_file = names_of(key)
        what = _words(key)
        properties |= {
            value: text(f"The {what}; else {variable}.", secret=key in spec.secret),
            by_variable: text(f"The name of an environment variable that holds the {what}."),
            by_file: text(f"The path of a file that holds the {what}."),
        }
    return types.described(token, f"A tenant of {title}, and what logs in to it.", properties, ["platform"])


def _words(name: str) -> str:
    """Returns a name in camelCase as words."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
