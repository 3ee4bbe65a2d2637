"""The ports that mail servers take messages on, and how TLS begins there: one table for every platform.

25, 587 and 2525 are submission ports that turn to TLS by STARTTLS (RFC 6409, RFC 3207), 465 begins with TLS (RFC 8314);
2587 and 2465 are their second numbers at Amazon SES and others (docs/contracts/aws_ses.md#smtp-password).
"""

from __future__ import annotations

import re
from typing import Final, Literal

Security = Literal["starttls", "tls", "opportunistic", "none"]
"""How a connection is secured: by STARTTLS or it ends, from the first byte, by STARTTLS where it is offered, never."""

STARTTLS: Final = frozenset({25, 587, 2525, 2587})
TLS: Final = frozenset({465, 2465})
# of every partition, with IPv6, and within a network of the user's own
_SES: Final = re.compile(
    r"(?:vpce-[a-z0-9-]+\.)?email-smtp(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)\.?",
    re.IGNORECASE,
)
_SES_PORTS: Final = (STARTTLS | TLS) - {2525}


def begins_with_tls(port: object) -> bool:
    """Returns whether servers speak TLS from the first byte on this port."""
    return isinstance(port, int) and port in TLS


def begins_without_tls(port: object) -> bool:
    """Returns whether servers begin in clear text on this port; of an unknown one nobody can tell."""
    return isinstance(port, int) and port in STARTTLS


def serves_none(host: object, port: object) -> bool:
    """Returns whether this is an SMTP endpoint of Amazon SES with a port that SES does not listen on."""
    return isinstance(host, str) and isinstance(port, int) and bool(ses_region(host)) and port not in _SES_PORTS


def ses_region(host: str) -> str:
    """Returns the region whose SES has this SMTP host; empty for another host."""
    found = _SES.fullmatch(host)
    return found[1].lower() if found else ""
