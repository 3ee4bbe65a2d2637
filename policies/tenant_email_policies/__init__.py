"""Policies for the email of identity tenants, for a Pulumi policy pack.

A pack of its own takes three lines:

    from pulumi_policy import PolicyPack
    from tenant_email_policies import policies

    PolicyPack("my-policies", policies=[*policies(), …])

What each policy says, and its config: docs/policies.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email_policies.rules import (
    dmarc,
    key_age,
    keys_in_clear,
    least_privilege,
    literals,
    ports,
    sandbox,
    senders,
    takeover,
    tls,
)

if TYPE_CHECKING:
    from pulumi_policy import Policy

_RULES: Final = (
    ports.RULE,
    tls.RULE,
    senders.RULE,
    dmarc.RULE,
    sandbox.RULE,
    literals.RULE,
    keys_in_clear.RULE,
    takeover.RULE,
    least_privilege.RULE,
    key_age.RULE,
)
NAMES: Final = tuple(rule.name for rule in _RULES)
"""The names of all policies."""


def policies(*names: str) -> list[Policy]:
    """Returns the policies of these names, in their own order; without names all of them.

    Raises:
        ValueError: there is no policy of a name.

    """
    if unknown := sorted(set(names) - set(NAMES)):
        raise ValueError(f"no policy is named {', '.join(unknown)}; there are {', '.join(NAMES)}")
    return [rule.policy() for rule in _RULES if not names or rule.name in names]
