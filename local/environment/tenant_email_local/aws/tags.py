"""Reads and keeps tags on the ARNs that SES really gives its resources."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from tenant_email_local.aws.store import AccountStore
from tenant_email_local.aws.wire import AwsCall, AwsError, Params

MAX_TAGS = 50


def read_tags(value: Any) -> dict[str, str]:
    """Returns tags as a map; raises AwsError SerializationException for another shape, before anything else."""
    given: list[Any] = value or []
    try:
        tags = {str(tag["Key"]): str(tag["Value"]) for tag in given}
    except (TypeError, KeyError):
        raise AwsError("SerializationException", "Start of structure or map found where not expected.") from None
    if len(tags) > MAX_TAGS:
        raise AwsError("BadRequestException", "Too many tags.")
    return tags


class Tags:
    """The tag operations of SES v2."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    @property
    def handlers(self) -> Mapping[str, Any]:
        """Maps the names of the operations to what answers them."""
        return {
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list,
        }

    def tag(self, call: AwsCall) -> Params:
        """Adds or changes tags."""
        self._of(call).update(read_tags(call.params.get("Tags")))
        return {}

    def untag(self, call: AwsCall) -> Params:
        """Removes tags; keys that are not there do not matter."""
        keys: list[str] = call.params.get("TagKeys") or []
        tags = self._of(call)
        for key in keys:
            tags.pop(key, None)
        return {}

    def list(self, call: AwsCall) -> Params:
        """Lists the tags."""
        return {"Tags": [{"Key": key, "Value": value} for key, value in self._of(call).items()]}

    def _of(self, call: AwsCall) -> MutableMapping[str, str]:
        arn = call.text("ResourceArn")
        *_, region, account, resource = arn.split(":", 5) if arn.count(":") >= 5 else ("", "", "")  # noqa: PLR2004 - the parts of an ARN
        kind, _, name = resource.partition("/")
        place = self._store.account(account, region)
        found = (
            self._store.identity(account, region, name)
            if kind == "identity"
            else place.configuration_sets.get(name)
            if kind == "configuration-set"
            else None
        )
        if found is None or account != call.caller.account:
            raise AwsError("NotFoundException", f"Resource <{arn}> does not exist.", 404)
        return found.tags
