"""The resources around an access key, and where AWS resources are by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.resources import lifecycles
from tenant_email.resources.arguments import as_secret, require_settings_class
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.base import Named, options_without_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from tenant_email.platforms.settings import Settings


class AwsKeyReady(Named, module="tenant-email", name="AwsKeyReady"):
    """A wait until a new IAM access key works, and the proof that it may send: AWS refuses a new key for some seconds.

    STS is asked until it knows the key. Then one mail for each of `from_addresses` and each way of sending goes to
    SES's mailbox simulator, `success@simulator.amazonses.com`, with this key: SES judges it as any other mail, with
    policies, boundaries, identity and default configuration set, and delivers it to nobody. It needs no permission but
    the key's own, and works in the sandbox; each mail counts for quota and bill, never for bounces or complaints. A
    policy that limits recipients must allow the simulator's address. A domain that is not verified yet is a warning,
    because it is not the key that is missing something.

    Args:
        name: the resource's name in the stack.
        access_key_id: the id of the key, as in `AKIA…`.
        secret_access_key: its secret access key, not the SMTP password that is derived of it.
        region: the region whose STS is asked, and whose SES.
        from_addresses: senders to prove, as in `no-reply@acme.com` or `Acme <no-reply@acme.com>`. Omitted, only STS is
            asked: for a key that may not send from this machine, by a condition on the source's address.
        sends_through: the settings class that will use the key, such as `auth0.Smtp`: only its way of sending is tried.
        timeout: how long to wait for AWS to know the key, and then for SES to let it send, as in "60s", the default;
            then Unavailable, or Forbidden with the input that would allow the sending.
        opts: Pulumi's options.

    Rules: docs/contracts/aws_ses.md#iam.

    """

    access_key_id: pulumi.Output[str]
    secret_access_key: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        access_key_id: pulumi.Input[str],
        secret_access_key: pulumi.Input[str],
        region: pulumi.Input[str] | None = None,
        from_addresses: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        sends_through: type[Settings] | None = None,
        timeout: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Remove import_.")
        require_settings_class(name, sends_through=sends_through)
        props = {
            "access_key_id": access_key_id,
            "secret_access_key": as_secret(name, "secret_access_key", secret_access_key),
            "region": aws_inputs(region, None, opts)["region"],
            "from_addresses": from_addresses,
            "ses_path": sends_through.ses_path if sends_through else None,
            "timeout": timeout,
        }
        super().__init__(lifecycles.AWS_KEY_READY, name, props, options, declared=["secret_access_key"])


class AwsKeySlot(Named, module="tenant-email", name="AwsKeySlot"):
    """A check that a user has room for one more access key, before LimitExceeded; a part of SesSendingDomain.

    Args:
        name: the resource's name in the stack.
        user_name: the IAM user.
        slot: a name for the key that will be made; another slot is looked at anew.
        handed_on: how the old key leaves the program, as the end of a sentence with "but", where the key of another
            slot is deleted once this one is created: a warning says so.
        user_id: unknown in a preview in which the user exists, and has a key in another slot; else not given.
        region: a region of the user's partition.
        expected_account: the AWS account that this must happen in, as twelve digits; another one is WrongTenant.
        profile: an AWS profile; else the credentials of the AWS provider that the resource is under.
        opts: Pulumi's options.

    """

    def __init__(
        self,
        name: str,
        *,
        user_name: pulumi.Input[str],
        slot: str,
        handed_on: pulumi.Input[str] | None = None,
        user_id: pulumi.Input[str] | None = None,
        region: pulumi.Input[str] | None = None,
        expected_account: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str | None] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Remove import_.")
        props = {
            "user_name": user_name,
            "slot": slot,
            "handed_on": handed_on,
            "user_id": user_id,
            "expected_account": expected_account,
            **aws_inputs(region, profile, opts),
        }
        super().__init__(lifecycles.AWS_KEY_SLOT, name, props, options)
