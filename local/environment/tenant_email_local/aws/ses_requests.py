"""Says what IAM is asked about a call of SES v2 that sends nothing.

Sources: docs/contracts/aws_ses.md#iam; Service Authorization Reference of SES v2: a named configuration set is a
resource of its own, tags in a creation ask for ses:TagResource, and a replica for the parent's key.
"""

from tenant_email_local.aws.credentials import partition_of
from tenant_email_local.aws.dkim import EASY, EXTERNAL, origin_region
from tenant_email_local.aws.iam_conditions import Context
from tenant_email_local.aws.iam_policy import Action
from tenant_email_local.aws.iam_requests import ANY, request_tags, tag_keys
from tenant_email_local.aws.store import AccountStore, fold
from tenant_email_local.aws.tags import read_tags
from tenant_email_local.aws.wire import AwsCall, Caller, Params

CREATIONS = frozenset({"CreateEmailIdentity", "CreateConfigurationSet"})
WITH_BOTH = frozenset({"PutEmailIdentityConfigurationSetAttributes"})


def ses_arn(caller: Caller, region: str, kind: str, name: str) -> str:
    """Returns the ARN of an identity or a configuration set."""
    return f"arn:{partition_of(region)}:ses:{region}:{caller.account}:{kind}/{name}"


def ses_actions(call: AwsCall, context: Context, store: AccountStore) -> list[Action]:
    """Returns what a call asks for; raises AwsError SerializationException for tags of another shape."""
    read_tags(call.params.get("Tags"))
    keys = {**context, "ses:apiversion": ("2",), **request_tags(call.params)}
    asked = [
        Action(f"ses:{call.operation}", arn, {**keys, **_tags_of(store, call, arn)}) for arn in _resources(call)
    ] or [Action(f"ses:{call.operation}", ANY, keys, "")]
    if call.params.get("Tags") and call.operation in CREATIONS:
        asked.append(Action("ses:TagResource", asked[0].resource, keys))
    return [*asked, *_replication(call, keys)]


def _resources(call: AwsCall) -> list[str]:
    if arn := call.text("ResourceArn"):
        return [arn]
    identity, configuration_set = call.text("EmailIdentity"), call.text("ConfigurationSetName")
    found = [ses_arn(call.caller, call.region, "identity", fold(identity))] if identity else []
    if configuration_set and (not identity or call.operation in WITH_BOTH):
        found.append(ses_arn(call.caller, call.region, "configuration-set", configuration_set))
    return found


def _tags_of(store: AccountStore, call: AwsCall, arn: str) -> Context:
    kind, _, name = arn.split(":", 5)[-1].partition("/") if arn.count(":") >= 5 else ("", "", "")  # noqa: PLR2004 - the parts of an ARN
    account = store.account(call.caller.account, call.region)
    found = account.identities.get(fold(name)) if kind == "identity" else account.configuration_sets.get(name)
    return tag_keys(found.tags) if found else {}


def _replication(call: AwsCall, keys: Context) -> list[Action]:
    attributes: Params = call.params.get("DkimSigningAttributes") or {}
    origin = str(attributes.get("DomainSigningAttributesOrigin") or call.text("SigningAttributesOrigin"))
    if origin in ("", EASY, EXTERNAL):
        return []
    parent = ses_arn(call.caller, origin_region(origin), "identity", fold(call.text("EmailIdentity")))
    context = {**keys, "ses:replicaregion": (call.region,)}
    return [Action("ses:ReplicateEmailIdentityDkimSigningKey", parent, context)]
