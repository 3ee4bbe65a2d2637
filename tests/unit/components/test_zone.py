"""How the Route 53 zone of a domain is found, and what is said where it is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from support.registered import Registered, run_with
from tenant_email import SesSendingDomain
from tenant_email.errors import InvalidSettings

if TYPE_CHECKING:
    import pulumi


class Denied(Registered):
    """AWS, whose credentials may not look at zones."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Answers an invoke as the AWS provider does."""
        if args.token == "aws:route53/getZone:getZone":
            return {}, [("", "operation error Route 53: ListHostedZones, StatusCode: 403, api error AccessDenied: …")]
        return super().call(args)


def test_zones_that_may_not_be_looked_at_are_told() -> None:
    """With the permissions, and the argument that needs none of them; nothing is registered."""
    aws = Denied({})
    with pytest.raises(InvalidSettings) as refused:
        run_with(aws, partial(SesSendingDomain, "mail", domain="acme.example"))
    assert str(refused.value) == (
        "mail: zone_id: is not set, and AWS denies these credentials a look at the zones of the account\n"
        "Set zone_id, or allow route53:ListHostedZones, route53:GetHostedZone and route53:ListTagsForResource."
    )
    assert not any(kind.startswith("Ses") and kind != "SesSendingDomain" for kind, _ in aws.inputs)
