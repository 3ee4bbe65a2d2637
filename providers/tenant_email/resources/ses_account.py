"""What an account may send from a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from tenant_email.resources import lifecycles
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.base import Named, options_without_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi


class AccessRequest(TypedDict, total=False):
    """What AWS's people want to know before they let an account out of the sandbox (PutAccountDetails)."""

    website: pulumi.Input[str]
    """The address of the site that the mail is for, as in `https://acme.com`."""
    use_case: pulumi.Input[str]
    """What is sent to whom, why they get it and how they stop it; 5,000 characters at most."""
    contacts: pulumi.Input[Sequence[pulumi.Input[str]]]
    """Email addresses that AWS answers to in addition to the account's own; four at most."""


class SesAccount(Named, module="tenant-email", name="SesAccount"):
    """What an account may send from a region, and the way out of the sandbox.

    It is read, and owns nothing: a destroy changes nothing.

    Args:
        name: the resource's name in the stack.
        region: the SES region; else that of the AWS provider, `aws:region` or AWS_REGION.
        require_production_access: fails with Rejected while the account is in the sandbox or may not send.
        request_production_access: asks AWS to let the account out of the sandbox; people read it, so it is never
            sent unless it is given here, and never again while they do. See `AccessRequest`.
        expected_account: the AWS account that this must happen in, as twelve digits; another one is WrongTenant.
        profile: an AWS profile; else the credentials of the AWS provider that the resource is under.
        opts: Pulumi's options.

    Outputs: `sandbox`, `sending_enabled`, `enforcement` ("HEALTHY", "PROBATION", "SHUTDOWN") and `review`, how far AWS
    is with the request; no counters. Rules: docs/contracts/aws_ses.md#account.

    """

    sandbox: pulumi.Output[bool]
    """Whether the account is in the sandbox, where mail reaches verified recipients only."""
    sending_enabled: pulumi.Output[bool]
    """Whether the account may send."""
    enforcement: pulumi.Output[str]
    """What AWS has put on the account: "HEALTHY", "PROBATION" or "SHUTDOWN"."""
    review: pulumi.Output[str | None]
    """How far AWS is with the request for production access."""

    def __init__(
        self,
        name: str,
        *,
        region: pulumi.Input[str] | None = None,
        require_production_access: bool = False,
        request_production_access: AccessRequest | None = None,
        expected_account: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Remove import_.")
        props = {
            "require_production_access": require_production_access,
            "request_production_access": request_production_access,
            "expected_account": expected_account,
            **aws_inputs(region, profile, opts),
            **dict.fromkeys(("sandbox", "sending_enabled", "enforcement", "review")),
        }
        super().__init__(lifecycles.SES_ACCOUNT, name, props, options)
