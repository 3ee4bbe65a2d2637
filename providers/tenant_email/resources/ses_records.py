"""The parts of a sending domain that meet what others have in SES and DNS; made by SesSendingDomain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.resources import lifecycles
from tenant_email.resources.aws_provider import aws_inputs
from tenant_email.resources.base import Named, options_for
from tenant_email.resources.ses import own_tags

if TYPE_CHECKING:
    import pulumi

    from tenant_email.shapes import Props, PropsView


class SesDomainPreflight(Named, module="tenant-email", name="SesDomainPreflight"):
    """A look at the identity and at every DNS name before anything is written; it writes nothing.

    Its inputs are those of SesDomainIdentity that say what may be taken over, and the `records` to come.
    """

    adopts_identity: pulumi.Output[bool]
    existing_mail_from: pulumi.Output[str]

    def __init__(self, name: str, props: PropsView, opts: pulumi.ResourceOptions) -> None:
        options, _ = options_for(opts, None)
        outputs = dict.fromkeys(("adopts_identity", "existing_mail_from"))
        super().__init__(
            lifecycles.SES_DOMAIN_PREFLIGHT,
            name,
            {"tags": own_tags(), **_with_aws_inputs(props, opts), **outputs},
            options,
        )


class SesDomainRecord(Named, module="tenant-email", name="SesDomainRecord"):
    """One DNS record of a sending domain in Route 53.

    What exists and means the same is used as it is. What means something else is refused, or with `overwrite`
    replaced until a destroy, which puts it back. Its inputs are those of lifecycle/ses_domain_record.py:

    `zone_id`, `name` (absolute), `type`, `ttl` in seconds, `value` as DNS holds it, `purpose`; `ours_alone` for a name
    that nobody else uses, where whatever is there is ours; `keep` for a record that outlives its resource because
    the identity does.
    """

    def __init__(self, name: str, props: PropsView, opts: pulumi.ResourceOptions) -> None:
        options, _ = options_for(opts, None)
        outputs = dict.fromkeys(("written_value", "replaced_records", "conflicting_records"))
        super().__init__(lifecycles.SES_DOMAIN_RECORD, name, {**_with_aws_inputs(props, opts), **outputs}, options)


def _with_aws_inputs(props: PropsView, opts: pulumi.ResourceOptions) -> Props:
    return {**props, **aws_inputs(props.get("region"), props.get("profile"), opts)}
