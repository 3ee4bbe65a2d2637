"""The access keys that an IAM user has, of which AWS allows two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config

from tenant_email.aws.answers import guard
from tenant_email.aws.explain import explained
from tenant_email.errors import NotFound

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import AccessKeyMetadataTypeDef

MOST_KEYS: Final = 2


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One key; dates are days, `last_used` is None when it never was."""

    id: str
    active: bool
    created: str
    last_used: str | None

    def __str__(self) -> str:
        used = f"last used {self.last_used}" if self.last_used else "never used"
        return f"{self.id}: {'Active' if self.active else 'Inactive'}, made {self.created}, {used}"


class Iam:
    """IAM, with the credentials of boto3's ordinary chain."""

    def __init__(self, region: str | None = None, profile: str | None = None) -> None:
        with explained("iam", "opening a session", f"with profile {profile}" if profile else ""):
            session = boto3.Session(profile_name=profile, region_name=region)
            config = Config(retries={"mode": "standard", "total_max_attempts": 6})
            self._client: IAMClient = session.client("iam", config=config)
        guard(self._client, "iam")

    def access_keys(self, user: str) -> list[AccessKey]:
        """Returns the user's keys; none for a user that IAM does not know yet."""
        try:
            with explained("iam", "ListAccessKeys", user):
                found = self._client.list_access_keys(UserName=user)["AccessKeyMetadata"]
        except NotFound:
            return []
        return [self._key(key) for key in found]

    def _key(self, found: AccessKeyMetadataTypeDef) -> AccessKey:
        id_ = found.get("AccessKeyId", "")
        with explained("iam", "GetAccessKeyLastUsed", id_):
            used = self._client.get_access_key_last_used(AccessKeyId=id_)["AccessKeyLastUsed"].get("LastUsedDate")
        created = found.get("CreateDate")
        return AccessKey(
            id=id_,
            active=found.get("Status") == "Active",
            created=f"{created:%Y-%m-%d}" if created else "some day",
            last_used=f"{used:%Y-%m-%d}" if used else None,
        )
