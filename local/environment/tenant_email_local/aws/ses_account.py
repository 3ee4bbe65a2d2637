"""Answers SES v2's account and configuration set operations.

Sources: docs/contracts/aws_ses.md#account and #moto for the duplicate configuration set.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.store import AccountStore, ConfigurationSet
from tenant_email_local.aws.tags import read_tags
from tenant_email_local.aws.wire import AwsCall, AwsError, Params

OPTIONS = (
    "TrackingOptions",
    "DeliveryOptions",
    "ReputationOptions",
    "SendingOptions",
    "SuppressionOptions",
    "VdmOptions",
)
SANDBOX_QUOTA = {"Max24HourSend": 200.0, "MaxSendRate": 1.0}
PRODUCTION_QUOTA = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0}


class AccountApi:
    """The operations on an account and its configuration sets."""

    def __init__(self, store: AccountStore, behavior: Behavior) -> None:
        self._store = store
        self._behavior = behavior

    @property
    def handlers(self) -> Mapping[str, Any]:
        """Maps the names of the operations to what answers them."""
        puts = {f"PutConfigurationSet{option}": self.put_options for option in OPTIONS}
        return {
            "GetAccount": self.get,
            "PutAccountDetails": self.put_details,
            "CreateConfigurationSet": self.create_set,
            "GetConfigurationSet": self.get_set,
            "DeleteConfigurationSet": self.delete_set,
            "ListConfigurationSets": self.list_sets,
            **puts,
        }

    def get(self, call: AwsCall) -> Params:
        """Shows the account in this region."""
        account = self._store.account(call.caller.account, call.region)
        quota = PRODUCTION_QUOTA if self._behavior.production else SANDBOX_QUOTA
        return {
            "ProductionAccessEnabled": self._behavior.production,
            "SendingEnabled": self._behavior.sending,
            "EnforcementStatus": self._behavior.enforcement,
            "DedicatedIpAutoWarmupEnabled": False,
            "VdmAttributes": {"VdmEnabled": "ENABLED" if self._behavior.vdm else "DISABLED"},
            "SendQuota": {**quota, "SentLast24Hours": float(account.sent)},
            **({"Details": account.details} if account.details else {}),
        }

    def put_details(self, call: AwsCall) -> Params:
        """Asks for production access; the request stays under review and locks the details."""
        account = self._store.account(call.caller.account, call.region)
        if account.details:
            raise AwsError("ConflictException", "Account details are under review.", 409)
        names = ("MailType", "WebsiteURL", "ContactLanguage", "UseCaseDescription", "AdditionalContactEmailAddresses")
        given = {name: call.params[name] for name in names if name in call.params}
        account.details = {**given, "ReviewDetails": {"Status": "PENDING", "CaseId": str(uuid4())}}
        return {}

    def create_set(self, call: AwsCall) -> Params:
        """Creates a configuration set."""
        name = call.text("ConfigurationSetName")
        sets = self._store.account(call.caller.account, call.region).configuration_sets
        if name in sets:
            raise AwsError("AlreadyExistsException", f"Configuration set <{name}> already exists.")
        options = {option: call.params[option] for option in OPTIONS if option in call.params}
        sets[name] = ConfigurationSet(name, options, read_tags(call.params.get("Tags")))
        return {}

    def get_set(self, call: AwsCall) -> Params:
        """Shows a configuration set."""
        found = self._set(call)
        tags = [{"Key": key, "Value": value} for key, value in found.tags.items()]
        return {"ConfigurationSetName": found.name, **found.options, "Tags": tags}

    def delete_set(self, call: AwsCall) -> Params:
        """Removes a configuration set."""
        found = self._set(call)
        del self._store.account(call.caller.account, call.region).configuration_sets[found.name]
        return {}

    def list_sets(self, call: AwsCall) -> Params:
        """Lists the configuration sets of the region."""
        return {"ConfigurationSets": list(self._store.account(call.caller.account, call.region).configuration_sets)}

    def put_options(self, call: AwsCall) -> Params:
        """Replaces one group of options; the parameters are that group's own fields."""
        option = call.operation.removeprefix("PutConfigurationSet")
        given = {name: value for name, value in call.params.items() if name != "ConfigurationSetName"}
        self._set(call).options[option] = given.get(option, given)
        return {}

    def _set(self, call: AwsCall) -> ConfigurationSet:
        return self._store.configuration_set(call.caller.account, call.region, call.text("ConfigurationSetName"))
