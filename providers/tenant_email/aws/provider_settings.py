"""The settings of an AWS provider that SES is reached by, as pulumi_aws names and writes them.

Apart from what validates them (access.py), because a program reads them of its provider and needs no more.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

KEYS: Final = ("accessKey", "secretKey", "token")
"""The settings that are credentials themselves."""

NAMES: Final = frozenset(
    {
        "access_key",
        "assume_role_with_web_identity",
        "assume_roles",
        "custom_ca_bundle",
        "endpoints",
        "keys",
        "secret_key",
        "shared_config_files",
        "shared_credentials_files",
        "skip_metadata_api_check",
        "sts_region",
        "token",
        "use_dualstack_endpoint",
        "use_fips_endpoint",
    }
)
"""The properties of an `AwsProvider`; the rest of an AWS provider is not needed."""

_SERVICES: Final = frozenset({"cloudwatch", "iam", "kms", "route53", "sesv2", "sns", "sts"})
"""Those that are called here."""
_FLAGS: Final = {"true": True, "false": False}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


SETTINGS: Final = ("profile", "region", "skipRegionValidation", *(_camel(name) for name in sorted(NAMES)))
"""The settings of an AWS provider that are looked at, as a stack's config names them."""


def provider_props(settings: PropsView) -> Props:
    """Returns an AWS provider's settings as the properties of an AwsProvider; the rest is left out."""
    props = {snake(name): _parse(value) for name, value in settings.items() if snake(name) in NAMES}
    if is_list(endpoints := props.get("endpoints")):
        pairs = [pair for each in endpoints if is_object(each) for pair in each.items() if pair[1]]
        props["endpoints"] = {name: url for name, url in pairs if name in _SERVICES}
    return {name: value for name, value in props.items() if value not in (None, "", [], {})}


def snake(name: str) -> str:
    """Returns a name as Python writes it."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f"_{match[1].lower()}", name)


def _parse(value: object) -> object:
    """Returns a setting, its JSON read, names in it as pulumi_aws's Python has them; tags are names of the user's."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, str):
        return _FLAGS.get(value, value)
    if is_list(value):
        return [_parse(item) for item in value]
    if is_object(value):
        pairs = ((name, item if name == "tags" else _leaf(item)) for name, item in value.items() if item is not None)
        return {snake(name): item for name, item in pairs}
    return value


def _leaf(value: object) -> object:
    # a policy is JSON in a string, and stays one
    return value if isinstance(value, str) else _parse(value)
