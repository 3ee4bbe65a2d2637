"""The access keys that an IAM user has, of which AWS allows two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant_email.aws.access import Access, AwsProvider
from tenant_email.aws.chain import open_session
from tenant_email.aws.explain import translate_errors
from tenant_email.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import AccessKeyMetadataTypeDef


@dataclass(frozen=True, slots=True)
class AccessKey:
    """One key; `created` is a day."""

    id: str
    active: bool
    created: str

    def __str__(self) -> str:
        return f"{self.id}: {'Active' if self.active else 'Inactive'}, created {self.created}"


class Iam:
    """IAM, with the credentials of an AWS provider or, by default, of boto3's ordinary chain."""

    def __init__(
        self, region: str | None = None, profile: str | None = None, provider: AwsProvider | None = None
    ) -> None:
        aws = open_session("iam", Access(profile, provider or AwsProvider()), region)
        self._client: IAMClient = aws.client("iam")

    def access_keys(self, user: str) -> list[AccessKey]:
        """Returns the user's keys; none for a user that IAM does not know yet."""
        try:
            with translate_errors("iam", "ListAccessKeys", user):
                found = self._client.list_access_keys(UserName=user)["AccessKeyMetadata"]
        except NotFound:
            return []
        return [_key(key) for key in found]

    def last_use(self, id_: str) -> str:
        """Returns when a key was last used, in words; without the permission to ask it says so."""
        try:
            with translate_errors("iam", "GetAccessKeyLastUsed", id_):
                used = self._client.get_access_key_last_used(AccessKeyId=id_)["AccessKeyLastUsed"].get("LastUsedDate")
        except Forbidden:
            return "last use unknown (iam:GetAccessKeyLastUsed is not allowed)"
        return f"last used {used:%Y-%m-%d}" if used else "never used"


def _key(found: AccessKeyMetadataTypeDef) -> AccessKey:
    created = found.get("CreateDate")
    return AccessKey(
        id=found.get("AccessKeyId", ""),
        active=found.get("Status") == "Active",
        created=f"{created:%Y-%m-%d}" if created else "some day",
    )
