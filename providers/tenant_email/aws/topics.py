"""SNS topics that somebody else made, and the keys that encrypt them: what their policies say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant_email.aws.chain import open_session
from tenant_email.aws.explain import translate_errors
from tenant_email.errors import PlatformError

if TYPE_CHECKING:
    from tenant_email.aws.access import Access
    from tenant_email.aws.pace import Pace
    from tenant_email.json_types import Json, PropsView


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; `key_id` is empty where nothing encrypts it."""

    policy: Json
    key_id: str


class Topics:
    """SNS and KMS in one region."""

    def __init__(self, region: str, access: Access, pace: Pace | None = None) -> None:
        self._region = region
        session = open_session(f"sns {region}", access, region, pace)
        self._sns, self._kms = session.client("sns"), session.client("kms")

    def find(self, arn: str) -> Topic:
        """Reads a topic.

        Raises:
            NotFound: there is none of this ARN.
            Forbidden: sns:GetTopicAttributes is not allowed.
        """
        with translate_errors(f"sns {self._region}", "GetTopicAttributes", arn):
            answer: PropsView = self._sns.get_topic_attributes(TopicArn=arn)
        attributes: PropsView = answer.get("Attributes") or {}
        return Topic(_document(attributes.get("Policy")), str(attributes.get("KmsMasterKeyId") or ""))

    def key(self, key_id: str) -> tuple[str, Json] | None:
        """Reads the ARN and the policy of a key, by any of its names; None where that is not to be had."""
        try:
            with translate_errors(f"kms {self._region}", "DescribeKey"):
                found: PropsView = self._kms.describe_key(KeyId=key_id)
            arn = str(found["KeyMetadata"]["Arn"])
            with translate_errors(f"kms {self._region}", "GetKeyPolicy"):
                answer: PropsView = self._kms.get_key_policy(KeyId=arn, PolicyName="default")
        except PlatformError:
            return None  # SES looks itself when the destination is made
        return arn, _document(answer.get("Policy"))


def _document(text: object) -> Json:
    """Returns a policy; None for what is none."""
    try:
        parsed: Json = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return parsed
