"""What a state of Terraform and one of Pulumi have in common: resources with a type, an address and attributes.

Terraform's names are used for both, because Pulumi's bridged providers are made from Terraform's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OURS: Final = frozenset(
    {
        "auth0_email",
        "auth0_email_provider",
        "auth0_email_template",
        "aws_iam_access_key",
        "aws_iam_policy",
        "aws_iam_policy_attachment",
        "aws_iam_user",
        "aws_iam_user_policy",
        "aws_iam_user_policy_attachment",
        "aws_route53_record",
        "aws_ses_configuration_set",
        "aws_ses_domain_dkim",
        "aws_ses_domain_identity",
        "aws_ses_domain_identity_verification",
        "aws_ses_domain_mail_from",
        "aws_sesv2_configuration_set",
        "aws_sesv2_email_identity",
        "aws_sesv2_email_identity_feedback_attributes",
        "aws_sesv2_email_identity_mail_from_attributes",
    }
)
"""The types that are read; every other one stays with the other tool."""


class Encrypted:
    """A value that the state has only encrypted."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "[encrypted]"


ENCRYPTED: Final = Encrypted()


@dataclass(frozen=True, slots=True)
class StateResource:
    """One resource of a state.

    provider: what the other tool calls the configured provider that manages it: resources of one are of one tenant.
    host: the tenant that this provider is for, where the state says it.
    """

    address: str
    type: str
    attributes: Props = field(repr=False)
    provider: str = ""
    host: str = ""

    def text(self, name: str) -> str:
        """Returns an attribute that is a text; empty for none, for a secret, and for what is no text."""
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Returns an attribute that is a list of texts."""
        value = self.attributes.get(name)
        return tuple(item for item in value if isinstance(item, str)) if is_list(value) else ()

    def tags(self) -> dict[str, str]:
        """Returns its tags."""
        value = self.attributes.get("tags")
        return {key: item for key, item in value.items() if isinstance(item, str)} if is_object(value) else {}


def block(value: Json) -> Props:
    """Returns a nested block, of which there is one at most: Terraform keeps a list of it, Pulumi the object itself."""
    found = value[0] if is_list(value) and value else value
    return found if is_object(found) else {}


def as_secret(value: Json) -> Json:
    """Returns a value with every text in it as a secret."""
    if isinstance(value, str):
        return Secret(value) if value else value
    if is_object(value):
        return {key: as_secret(item) for key, item in value.items()}
    return [as_secret(item) for item in value] if is_list(value) else value


def select(resources: Iterable[StateResource], only: Sequence[str], where: str) -> list[StateResource]:
    """Returns the resources that `only` names: by address, by what an address is within, or by their provider.

    Raises:
        TenantEmailError: a name in `only` names none.

    """
    every = list(resources)
    for name in only:
        if not any(_is_named(resource, name) for resource in every):
            known = ", ".join(dict.fromkeys(resource.address for resource in every)) or "nothing"
            raise TenantEmailError(
                f"{where}: --only {name} names nothing that can be migrated", remedy=f"It has {known}."
            )
    return [each for each in every if not only or any(_is_named(each, name) for name in only)]


def _is_named(resource: StateResource, name: str) -> bool:
    within = (f"{name}.", f"{name}[")
    return name in (resource.address, resource.provider) or resource.address.startswith(within)
