"""SesAccount: whether an account may send from a region, to whom, and what to do when it may not.

Stable facts only, no counters; docs/contracts/aws_ses.md#account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pydantic import Field

from tenant_email.errors import Problem, Rejected
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Address, Text
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations.aws_session import AwsTarget, recorded_target, ses_of, target_of_import, target_problems
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.operations.import_ids import parse_id

if TYPE_CHECKING:
    from tenant_email.aws.ses import Account, Ses
    from tenant_email.json_types import Props

_LONGEST_USE_CASE = 5000
_MOST_CONTACTS = 4
_HEALTHY = "HEALTHY"
# AWS locks the details while people look at them, and a refusal is talked over with the support, not sent again.
_UNDER_REVIEW = frozenset({"PENDING", "GRANTED", "DENIED"})


class AccessRequestInputs(Model):
    """What AWS's people want to know before they let an account out of the sandbox."""

    website: Text
    use_case: Text
    contacts: list[Address] = Field(default_factory=list[str])


class AccountInputs(AwsTarget):
    """The inputs of a SesAccount."""

    require_production_access: bool = False
    request_production_access: AccessRequestInputs | None = None


@dataclass(frozen=True, slots=True)
class AccountOutputs(Properties):
    """The outputs of a SesAccount; review: how far AWS is with a request for production access."""

    sandbox: bool | None
    sending_enabled: bool | None
    enforcement: str | None
    review: str | None

    @classmethod
    def of(cls, account: Account) -> Self:
        """Returns what is recorded of an account."""
        return cls(account.sandbox, account.sending_enabled, account.enforcement, account.review)

    @property
    def sends(self) -> bool:
        """Returns whether the account may send to everybody."""
        return not self.sandbox and bool(self.sending_enabled)


class SesAccountLifecycle(DynamicLifecycle):
    """The id is `aws-ses/{region}/account`; it owns nothing, so deleting it does nothing."""

    inputs = frozenset(AccountInputs.model_fields)
    replaced_by = ("region",)

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; nobody is asked."""
        inputs, problems = parse(AccountInputs, desired)
        request, path = inputs.request_production_access, "request_production_access"
        problems += target_problems(inputs)
        if not request or not is_known(request):
            return Findings(tuple(problems))
        if is_known(request.use_case) and len(request.use_case) > _LONGEST_USE_CASE:
            what = f"has {len(request.use_case)} characters"
            problems.append(Problem(f"{path}.use_case", what, f"Use at most {_LONGEST_USE_CASE}."))
        if is_known(request.contacts) and len(request.contacts) > _MOST_CONTACTS:
            what = f"has {len(request.contacts)} addresses"
            problems.append(Problem(f"{path}.contacts", what, f"Use at most {_MOST_CONTACTS}."))
        return Findings(tuple(problems))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; production access that is required and was missing at the last look is asked about again."""
        replaces = ["region"] if recorded.get("region") != desired.get("region") else []
        # AWS grants it while no program runs: without this nothing would differ, and nobody would ask again.
        missing = desired.get("require_production_access") is True and not AccountOutputs.from_props(recorded).sends
        return self.recorded_inputs(recorded) != desired or missing, replaces

    def do_create(self, desired: Props) -> tuple[str, AccountOutputs]:
        """Looks; asks for production access when asked to; fails when it is required and missing."""
        inputs = AccountInputs.model_validate(desired)
        client = ses_of(inputs)
        account = client.get_account()
        request = inputs.request_production_access
        # Asked for once: people read it, and a second request while the first is open is an error.
        if request and account.sandbox and account.review not in _UNDER_REVIEW:
            client.request_production_access(request.website, request.use_case, request.contacts)
            info(f"ses {client.region}: requested production access; AWS answers within about a day")
            account = client.get_account()
        # After the request, so that one `up` both asks and says that the answer is not there yet.
        if inputs.require_production_access:
            _require(client, account)
        return f"aws-ses/{client.region}/account", AccountOutputs.of(account)

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, AccountOutputs] | None:
        """Reads; a restriction that AWS has put on the account is reported."""
        region = id_.split("/")[1]
        account = ses_of(recorded_target(recorded, region)).get_account()
        if account.enforcement != _HEALTHY or not account.sending_enabled:
            warn(f"ses {region}: {_state(account)}")
        return self.recorded_inputs(recorded), AccountOutputs.of(account)

    def do_import(self, id_: str) -> tuple[Props, AccountOutputs] | None:
        """Looks at the account."""
        region = parse_id("SesAccount", id_)["region"]
        account = ses_of(target_of_import(id_, region)).get_account()
        return {"region": region}, AccountOutputs.of(account)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> AccountOutputs:
        """Looks again."""
        return self.do_create(desired)[1]

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: what an account may is not undone."""


def _require(client: Ses, account: Account) -> None:
    if AccountOutputs.of(account).sends:
        return
    remedy = (
        "Request production access: in the SES console, or with request_production_access=. "
        "Run again when AWS has granted it; until then omit require_production_access and list sandbox_recipients."
    )
    if not account.sandbox:
        remedy = "Read the email that AWS sent to the account's owner, and reply to it in the SES console."
        if account.enforcement == _HEALTHY:  # AWS did not pause it
            turn_on = "aws sesv2 put-account-sending-attributes --sending-enabled"
            remedy = f"Somebody turned sending off. Turn it on again: {turn_on} --region {client.region}"
    raise Rejected(f"ses {client.region}: {_state(account)}", remedy=remedy)


def _state(account: Account) -> str:
    where = "in the sandbox, mail reaches verified recipients only" if account.sandbox else "out of the sandbox"
    review = f", the request for production access is {account.review}" if account.review else ""
    sending = "enabled" if account.sending_enabled else "paused"
    return f"the account is {where}{review}; sending is {sending}, enforcement {account.enforcement}"
