"""Whether the sending policy of a key, as IAM would judge it (aws/senders.py), allows a sender: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.senders import is_allowed, is_name_allowed, lies_in
from tenant_email.errors import Problem
from tenant_email.inputs.fields import address_of, name_of

if TYPE_CHECKING:
    from tenant_email.findings import SenderLimits


def limit_problems(path: str, sender: str, limits: SenderLimits) -> list[Problem]:
    """Returns why the key would not send from an address; by domain first, for then its addresses say no more."""
    address, name = address_of(sender), name_of(sender)
    domains, addresses = limits.domains, limits.addresses
    if domains and not lies_in(address, domains):
        host, named = address.rpartition("@")[2], " or ".join(domains)
        which = f"is not in the verified domain {named}" if len(domains) == 1 else f"is in none of the domains {named}"
        remedy = (
            f"Use an address at {named}, or set further_domains=[{host!r}] on the SesSendingDomain whose key the "
            "tenant uses; each sending domain has its own key."
        )
        return [Problem(path, f"{address} {which}", remedy)]
    if addresses and not is_allowed(address, addresses):
        remedy = f"Add it to the sending domain's from_addresses, or use one of {', '.join(addresses)}."
        return [Problem(path, f"{address} is not one of the addresses that the sending policy allows", remedy)]
    if limits.names and not is_name_allowed(name, limits.names):
        known = ", ".join(map(repr, limits.names))
        what = f"has {f'the name {name!r}' if name else 'no name'}, and the sending policy allows only {known}"
        remedy = f"Write it as Name <{address}>, or correct from_display_names of the sending domain."
        return [Problem(path, what, remedy)]
    return []
