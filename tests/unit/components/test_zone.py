"""How the Route 53 zone of a domain is found, and what is said where it is not."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime._callbacks import _CallbackServicer  # pyright: ignore[reportPrivateUsage] - the SDK has no other

from support.registered import Registered, run_with
from tenant_email import SesSendingDomain, ses
from tenant_email.errors import InvalidSettings, Unavailable

if TYPE_CHECKING:
    import pulumi

RECORD = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
RECORDS = [{**RECORD, "name": f"t{number}._domainkey.mail.acme.example"} for number in range(3)]


class Asked(Registered):
    """AWS, which has every zone and notes which it is asked for."""

    asked: str = ""

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Answers an invoke."""
        self.asked = str(args.args.get("name", self.asked))
        return super().call(args)


@pytest.mark.parametrize(("zone", "asked"), [(None, "mail.acme.example"), ("Acme.example.", "acme.example")])
def test_the_zone_that_is_named_is_looked_up(zone: str | None, asked: str) -> None:
    """And not the closest one, where both are there; the names in a table are within it."""
    aws = Asked({"SesDomainIdentity": {"dns_records": RECORDS}})
    run_with(aws, partial(SesSendingDomain, "mail", domain="mail.acme.example", zone=zone))
    assert (aws.asked, aws.inputs["SesDomainIdentity", "mail"]["zone"]) == (asked, asked)


class Expired(Registered):
    """AWS, to whom the credentials of one function are old."""

    def __init__(self, function: str) -> None:
        super().__init__({})
        self._function = function

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Answers an invoke as the AWS provider does."""
        if args.token.endswith(self._function):
            return {}, [("", "1 error occurred:\n\t* StatusCode: 403, RequestID: 1, api error ExpiredToken: it is old")]
        return super().call(args)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("getZone", "the Route 53 zone of mail could not be looked up"),
        ("getRegion", "mail: AWS does not tell the region"),
        ("getCallerIdentity", "mail: AWS does not tell whose account it is"),
    ],
)
def test_what_aws_says_of_the_credentials_is_told(function: str, said: str) -> None:
    """In a line, where Pulumi's own error would be a traceback of the program, and of the plug-in no word of it."""
    with pytest.raises(Unavailable) as failed:
        run_with(Expired(function), partial(SesSendingDomain, "mail", domain="acme.example"))
    assert str(failed.value).startswith(f"{said}: ExpiredToken: it is old")
    assert str(failed.value).endswith(
        "Log in to AWS again, or correct the settings of the AWS provider; then run again."
    )


def test_hooks_are_listened_for_before_anything_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK stops a server that is only about to start where a program fails, at which gRPC ends the process."""
    serve: Any = _CallbackServicer.serve
    servers, early = list[object](), list[int]()

    async def serving(server: _CallbackServicer) -> None:
        servers.append(server)
        await serve(server)

    async def look() -> None:
        await asyncio.sleep(0)
        early.append(len(servers))

    def program() -> None:
        SesSendingDomain("mail", domain="mail.acme.example", events=ses.Events())
        looks.append(asyncio.ensure_future(look()))

    looks: list[asyncio.Future[None]] = []
    monkeypatch.setattr(_CallbackServicer, "serve", serving)
    run_with(Asked({"SesDomainIdentity": {"dns_records": RECORDS}}), program)
    assert (early, len(servers)) == ([1], 1), "one, for all hooks, as soon as the component is there"


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
