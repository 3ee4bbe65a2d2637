"""Asks DNS as a receiver does, of the machine's resolver, and remembers the answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import dns.exception

from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_servers import DnsSettings
from tenant_email.inputs.hosts import ascii_host, is_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BUDGET: Final = 30.0  # seconds, of all questions about a mail


class Dns:
    """A lookup for the proof of one mail."""

    def __init__(self, settings: DnsSettings) -> None:
        self._authorities = Authorities(replace(settings, budget=_BUDGET))

    @classmethod
    def of_environment(cls, environ: Mapping[str, str]) -> Dns:
        """Returns one that asks the resolver of the machine, or what TENANT_EMAIL_DNS names; ValueError as there."""
        return cls(DnsSettings.from_environ(environ))

    def __call__(self, name: str, kind: str) -> Sequence[str]:
        """Returns the values, aliases followed; none where there is nothing, or where no such name can be.

        Raises:
            LookupError: DNS gave no answer.
        """
        if not ascii_host(name) or is_address(name):
            return ()
        try:
            return self._authorities.resolve(ascii_host(name), kind)
        except dns.exception.DNSException:
            raise LookupError(f"DNS did not answer for {name}") from None
