"""TLS between mail servers that bring bounces back: TLS-RPT (RFC 8460) and MTA-STS (RFC 8461) of a MAIL FROM domain.

Pure. Both are read by servers that send mail *to* the domain. To a MAIL FROM domain those are the ones that return
bounces to SES; what SES sends to others goes by their policies, and by TlsPolicy of a configuration set.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

StsMode = Literal["testing", "enforce", "none"]

LONGEST_STS_AGE: Final = 31_557_600
"""In seconds: the most that `max_age` may be (RFC 8461 section 3.2)."""

_TLS_RPT: Final = re.compile(r"v=TLSRPTv1[ \t]*;")
_STS: Final = re.compile(r"v=STSv1[ \t]*;")
_ID_LENGTH: Final = 32  # letters and digits, RFC 8461 section 3.1


def tls_rpt_texts(texts: Iterable[str]) -> list[str]:
    """Returns the texts that are TLS-RPT records; more than one is as none (RFC 8460 section 3)."""
    return [text for text in texts if _TLS_RPT.match(text)]


def sts_texts(texts: Iterable[str]) -> list[str]:
    """Returns the texts that are MTA-STS records; more than one is as none (RFC 8461 section 3.1)."""
    return [text for text in texts if _STS.match(text)]


def record_field(text: str, name: str) -> str:
    """Returns what a record of either kind has in a field; what it has in fields that are not known means nothing."""
    pairs = (part.partition("=") for part in text.split(";"))
    return "".join([value.strip() for each, _, value in pairs if each.strip() == name][:1])


def sts_policy(mode: StsMode, max_age: int, hosts: Sequence[str]) -> str:
    """Returns the policy to serve at `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 section 3.2)."""
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {host}" for host in hosts), f"max_age: {max_age}"]
    return "".join(f"{line}\r\n" for line in lines)


def sts_id(policy: str) -> str:
    """Returns an id that is another one whenever the policy is."""
    return sha256(policy.encode()).hexdigest()[:_ID_LENGTH]
