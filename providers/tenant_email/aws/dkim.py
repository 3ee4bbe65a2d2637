"""The three ways a domain can sign with SES, as what is sent for each (docs/contracts/aws_ses.md#create).

botocore checks neither patterns nor key lengths, so they are checked here, before a call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

if TYPE_CHECKING:
    from mypy_boto3_sesv2.literals import DkimSigningAttributesOriginType
    from mypy_boto3_sesv2.type_defs import DkimSigningAttributesTypeDef

    from tenant_email.redaction.secrets import Secret

KeyBits = Literal[1024, 2048]
DkimKind = Literal["easy", "byo"]
"""The word for a way to sign: with SES's keys, or with one's own."""
_LONG_KEY: Final = 2048
_SELECTOR: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class EasySigning:
    """Keys made and rotated by SES; the length can change once a day."""

    bits: KeyBits = 2048
    origin: DkimSigningAttributesOriginType = "AWS_SES"

    def for_create(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of CreateEmailIdentity; the length is always sent, its default is disputed."""
        return {"NextSigningKeyLength": "RSA_2048_BIT" if self.bits == _LONG_KEY else "RSA_1024_BIT"}

    def for_put(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of PutEmailIdentityDkimSigningAttributes."""
        return self.for_create()


@dataclass(frozen=True, slots=True)
class ByoSigning:
    """A key of one's own under a selector of one's own; SES never gives the key back.

    Raises:
        ValueError: the selector or the key is not one that SES takes.
    """

    selector: str
    private_key: Secret
    origin: DkimSigningAttributesOriginType = "EXTERNAL"

    def __post_init__(self) -> None:
        self.check_selector(self.selector)
        from tenant_email.aws import rsa_key  # noqa: PLC0415 - slow to load, and Easy DKIM needs none

        rsa_key.load(self.private_key)

    @staticmethod
    def check_selector(selector: str) -> None:
        """Raises ValueError for a selector that SES refuses."""
        if not _SELECTOR.fullmatch(selector):
            raise ValueError(
                f"{selector[:70]!r} is not a DKIM selector: 1 to 63 letters, digits and inner hyphens, no dots"
            )

    def for_create(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of CreateEmailIdentity, the key without its PEM armour."""
        from tenant_email.aws import rsa_key  # noqa: PLC0415 - slow to load, and Easy DKIM needs none

        key = rsa_key.without_armour(self.private_key)
        return {"DomainSigningSelector": self.selector, "DomainSigningPrivateKey": key.reveal()}

    def for_put(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of PutEmailIdentityDkimSigningAttributes."""
        return self.for_create()


@dataclass(frozen=True, slots=True)
class ReplicaSigning:
    """The Easy DKIM keys of the same domain in another region (DEED); DNS is published once, for the parent."""

    parent_region: str

    @property
    def origin(self) -> DkimSigningAttributesOriginType:
        """Returns the signing origin that names the parent's region."""
        name = "AWS_SES_" + self.parent_region.upper().replace("-", "_")
        return cast("DkimSigningAttributesOriginType", name)

    def for_create(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of CreateEmailIdentity."""
        return {"DomainSigningAttributesOrigin": self.origin}

    def for_put(self) -> DkimSigningAttributesTypeDef:
        """Returns nothing: here SES wants the origin next to the attributes, and refuses it among them."""
        return {}


DkimSigning = EasySigning | ByoSigning | ReplicaSigning
