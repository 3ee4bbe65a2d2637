"""Identities of SES's in a stack, whoever's resources they are, and the senders that a tenant is given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email_policies.domains import is_within, normalized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

SENDERS: Final = {"EmailProvider": "from_address", "EmailTemplate": "settings.from_address"}
"""Which property of a class is a sender."""
_OWN: Final = "SesDomainIdentity"
_FOREIGN: Final = {
    "aws:ses/domainIdentity:DomainIdentity": "domain",
    "aws:ses/emailIdentity:EmailIdentity": "email",
    "aws:sesv2/emailIdentity:EmailIdentity": "email_identity",
    "aws-native:ses:EmailIdentity": "email_identity",
}
"""Identities of SES's that a program makes itself, by type, with the input that is their name."""
_EXPRESSION: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def identities(stack: Stack) -> list[tuple[Seen, Value]]:
    """Returns all identities, of domains and of addresses, with their names."""
    own = ((each, each.at("domain")) for each in stack.of(_OWN))
    return [*own, *((each, each.at(_FOREIGN[each.type])) for each in stack.typed(*_FOREIGN))]


def sending_identities(stack: Stack) -> Iterator[tuple[Seen, str]]:
    """Yields the identities that this stack sends from, with the domain as DNS has it, or the address.

    Those of the library are there to be sent from; of any other it is known by a sender that lies in it, or is it.
    """
    senders = [address for seen in stack.of(*SENDERS) if (address := address_of(seen.at(SENDERS[seen.kind])))]
    addresses, domains = {*map(unlabelled, senders)}, {*map(domain_of, senders)}
    for identity, given in identities(stack):
        name = given if isinstance(given, str) else ""
        if "@" in name:
            if unlabelled(name) in addresses:
                yield identity, name
        elif name and (identity.kind == _OWN or any(is_within(each, normalized(name)) for each in domains)):
            yield identity, normalized(name)


def unlabelled(address: str) -> str:
    """Returns an address without its label, which needs no identity of its own; SES compares it letter by letter."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def address_of(sender: Value) -> str | None:
    """Returns the address of `a@b.example` or `Name <a@b.example>`.

    None for what is unknown, absent, empty (the tenant's own sender), or a placeholder of the platform's.
    """
    if not isinstance(sender, str) or not sender.strip():
        return None
    address = sender.rpartition("<")[2].rstrip().removesuffix(">").strip()
    return None if "&{" in address else address


def domain_of(address: str) -> str:
    """Returns the domain of an address, which is none of DNS's where a template writes all of it; "" without one.

    A label that the template language writes may be any, so that what is below a domain is below it all the same.
    """
    return normalized(_EXPRESSION.sub("any", address).rpartition("@")[2]) if "@" in address else ""
