"""Objects that a component gets as one output, as SDKs and the engine write them: each member becomes an output."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format
from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email.plugin.components import Components
from tenant_email.plugin.serve import Servicer
from tenant_email.plugin.whole_outputs import open_outputs

SIGNATURE = "4dabf18193072939515e22adb298388d"
OUTPUT, SECRET = "d0e6a833031e9bbcd3f4e8bde6ca49a4", "1b47061264138c4ac30d75fd1eb44270"  # the protocol's own words
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SENDING, TENANT = "tenant-email:index:SesSendingDomain", "tenant-email:index:TenantEmail"
KEY = "urn:pulumi:dev::lab::aws:iam/accessKey:AccessKey::own"
ZONE = "urn:pulumi:dev::lab::aws:route53/zone:Zone::own"


def output(value: Any, *urns: str, secret: bool = False) -> dict[str, Any]:
    """Returns an output as an SDK writes it; one that is not known has no value."""
    known = {} if value is None else {"value": value}
    return {SIGNATURE: OUTPUT, "secret": secret, "dependencies": [*urns], **known}


def sealed(value: Any) -> dict[str, Any]:
    """Returns a secret as an SDK writes it that has no outputs."""
    return {SIGNATURE: SECRET, "value": value}


def opened(token: str, given: dict[str, Any], on: dict[str, list[str]] | None = None) -> tuple[Any, list[str]]:
    """Returns the inputs as they are handed on, and which of them still depend as a whole on something."""
    request = pb.ConstructRequest(type=token)
    json_format.ParseDict(given, request.inputs)
    for name, urns in (on or {}).items():
        request.inputDependencies[name].urns.extend(urns)
    open_outputs(request)
    left = [name for name, each in request.inputDependencies.items() if each.urns]
    return json_format.MessageToDict(request.inputs), left


SES = {"kind": "auth0.ses", "region": "eu-west-1", "accessKeyId": UNKNOWN, "secretAccessKey": sealed("canary")}
BY_MEMBER = {
    "kind": "auth0.ses",
    "region": output("eu-west-1", KEY),
    "accessKeyId": output(None, KEY),
    "secretAccessKey": output("canary", KEY, secret=True),
}
TEMPLATE = {"kind": "auth0.template", "subject": "Hi", "fromAddress": "a@acme.com"}
OPENED = {**TEMPLATE, "subject": output("Hi", KEY), "fromAddress": output("a@acme.com", KEY)}
CASES: list[tuple[str, str, Any, list[str], Any]] = [
    (TENANT, "settings", output(SES, KEY), [], BY_MEMBER),
    (TENANT, "settings", output(SES), [KEY], BY_MEMBER),
    (TENANT, "settings", SES, [KEY], BY_MEMBER),
    (TENANT, "settings", output(output(SES), KEY), [], BY_MEMBER),
    (TENANT, "settings", {**SES, "region": output("eu-west-1", ZONE)}, [KEY],
     {**BY_MEMBER, "region": output("eu-west-1", ZONE, KEY)}),
    (TENANT, "settings", sealed({"kind": "auth0.resend", "apiKey": "canary"}), [],
     {"kind": "auth0.resend", "apiKey": output("canary", secret=True)}),
    (TENANT, "settings", output({"kind": "auth0.resend", "apiKey": None}, KEY), [],
     {"kind": "auth0.resend", "apiKey": None}),
    (TENANT, "settings", {**SES, "secretAccessKey": sealed("canary")}, [], SES),
    (TENANT, "settings", output({"kind": "auth0.resend", "apiKey": "canary"}, secret=True), [],
     {"kind": "auth0.resend", "apiKey": output("canary", secret=True)}),
    (TENANT, "settings", {SIGNATURE: OUTPUT, "value": {"kind": "auth0.resend", "apiKey": {SIGNATURE: OUTPUT}}}, [KEY],
     {"kind": "auth0.resend", "apiKey": output(None, KEY)}),
    (TENANT, "settings", {"kind": "auth0.resend", "colour": "red"}, [KEY],
     {"kind": "auth0.resend", "colour": output("red", KEY)}),
    (TENANT, "settings", {"kind": "pingone_aic.smtp", "tlsProtocols": output([output("TLSv1.2", KEY)], KEY)}, [],
     {"kind": "pingone_aic.smtp", "tlsProtocols": ["TLSv1.2"]}),
    (TENANT, "settings", output(None, KEY), [], output(None, KEY)),
    (TENANT, "settings", UNKNOWN, [], UNKNOWN),
    (TENANT, "settings", "a text", [KEY], "a text"),
    (TENANT, "templates", {"welcome": TEMPLATE}, [KEY], {"welcome": OPENED}),
    (TENANT, "templates", output({"welcome": TEMPLATE}, KEY), [], {"welcome": OPENED}),
    (TENANT, "templates", {"welcome": output(TEMPLATE, KEY)}, [], {"welcome": OPENED}),
    (TENANT, "onDelete", output("retain", KEY), [], "retain"),
    (SENDING, "dns", output({"zoneId": "Z1", "publish": True, "overwrite": ["spf"]}, ZONE), [],
     {"zoneId": output("Z1", ZONE), "publish": True, "overwrite": ["spf"]}),
    (SENDING, "dmarc", output("reject", ZONE), [], "reject"),
    (SENDING, "events", output({"destination": {"kind": "sns", "arn": UNKNOWN}}, ZONE), [],
     {"destination": {"kind": "sns", "arn": output(None, ZONE)}}),
]  # fmt: skip


@pytest.mark.parametrize(("token", "name", "given", "on", "expected"), CASES, ids=range(len(CASES)))
def test_what_is_said_of_a_whole_is_said_of_its_members(
    token: str, name: str, given: Any, on: list[str], expected: Any
) -> None:
    """Secrets stay secrets and dependencies dependencies; kinds, words and what must be known are as they were."""
    found, left = opened(token, {name: given}, {name: on})
    assert (sorted_(found), left) == (sorted_({name: expected}), [])


def sorted_(value: Any) -> Any:
    """Returns a value whose dependencies are in order."""
    if isinstance(value, dict):
        return {key: sorted(each) if key == "dependencies" else sorted_(each) for key, each in value.items()}
    return value


class Noting(Servicer):
    """The plug-in, up to where the SDK reads a request."""

    def __init__(self) -> None:
        super().__init__(Components("1.0.0"), [], "")
        self.read = pb.ConstructRequest()

    async def _construct(self, request: pb.ConstructRequest, context: object) -> pb.ConstructResponse:
        self.read = request
        return pb.ConstructResponse()


def test_a_request_is_opened_before_it_is_read() -> None:
    """What the SDK hands to a component is what was opened."""
    servicer, request = Noting(), pb.ConstructRequest(type=TENANT)
    json_format.ParseDict({"settings": output(SES, KEY)}, request.inputs)
    construct: Any = servicer.Construct
    with pytest.raises(StopIteration):  # nothing in it is waited for
        construct(request, None).send(None)
    assert sorted_(json_format.MessageToDict(servicer.read.inputs)) == sorted_({"settings": BY_MEMBER})


def test_values_are_left_as_they_are() -> None:
    """They may come later: a text or a list of them, and a map of the user's own; a whole resource is its URN."""
    given = {"region": output("eu-west-1", ZONE), "tags": output({"a": "b"}, ZONE), "domain": "acme.com"}
    assert opened(SENDING, given, {"domain": [ZONE]}) == (given, ["domain"])
    assert opened(TENANT, {"sendingDomain": KEY}, {"sendingDomain": [KEY]}) == (
        {"sendingDomain": KEY},
        ["sendingDomain"],
    )
