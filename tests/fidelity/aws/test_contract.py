"""The local AWS against docs/contracts/aws_ses.md: texts, statuses, and shapes of AWS's own service model."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from support.aws import ZONE, local_aws, refusal
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

    from support.aws import Cloud

ARN = f"arn:aws:ses:us-east-1:123456789012:identity/{ZONE}"
UNKNOWN: Any = {"EmailIdentity": "x.example"}


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        (
            "create_email_identity",
            {"EmailIdentity": ZONE},
            f"AlreadyExistsException 400 Email identity {ZONE} already exist.",
        ),
        (
            "create_email_identity",
            {"EmailIdentity": "ACME.Example"},
            "AlreadyExistsException 400 Email identity ACME.Example already exist.",
        ),
        ("delete_email_identity", UNKNOWN, "NotFoundException 404 Email identity x.example does not exist."),
        ("get_email_identity", UNKNOWN, "NotFoundException 404 Email identity x.example does not exist."),
        (
            "put_email_identity_mail_from_attributes",
            UNKNOWN,
            "BadRequestException 400 Identity <x.example> does not exist.",
        ),
        (
            "put_email_identity_feedback_attributes",
            UNKNOWN,
            "BadRequestException 400 Identity x.example is invalid. Must be a verified email address or domain.",
        ),
        (
            "put_email_identity_dkim_attributes",
            UNKNOWN,
            "BadRequestException 400 Domain x.example is not verified for DKIM signing.",
        ),
        (
            "create_email_identity",
            {"EmailIdentity": "x.example."},
            "BadRequestException 400 Invalid domain name x.example..",
        ),
        (
            "create_email_identity",
            {"EmailIdentity": "bücher.example"},
            "BadRequestException 400 Invalid domain name bücher.example.",
        ),
        (
            "create_email_identity",
            {"EmailIdentity": "not a domain"},
            "BadRequestException 400 Invalid domain name not a domain.",
        ),
        (
            "create_email_identity",
            {"EmailIdentity": "y.example", "ConfigurationSetName": "none"},
            "NotFoundException 404 Configuration set <none> does not exist.",
        ),
        (
            "create_configuration_set",
            {"ConfigurationSetName": "cs"},
            "AlreadyExistsException 400 Configuration set <cs> already exists.",
        ),
    ],
)
def test_refuses_in_the_words_of_aws(cloud: Cloud, operation: str, params: dict[str, str], expected: str) -> None:
    """docs/contracts/aws_ses.md#error-texts, #limits and #names; #moto for the configuration set."""
    ses = cloud.ses()
    ses.create_email_identity(EmailIdentity=ZONE)
    ses.create_configuration_set(ConfigurationSetName="cs")
    assert refusal(lambda: getattr(ses, operation)(**params)) == expected


def note(raw: list[tuple[str, Any]], event_name: str, response_dict: Any, **_: object) -> None:
    """Keeps the operation and the document of an answer."""
    raw.append((event_name.rpartition(".")[2], json.loads(response_dict["body"])))


def unmodelled(value: Any, shape: Shape | None, path: str) -> Iterator[str]:
    """Yields the paths of values that the service model does not know."""
    members: dict[str, Shape] = getattr(shape, "members", {})
    enum: list[str] = getattr(shape, "enum", [])
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in members:
                yield from unmodelled(inner, members[key], f"{path}.{key}")
            elif getattr(shape, "type_name", "") != "map":
                yield f"{path}.{key}"
    elif isinstance(value, list):
        for inner in value:
            yield from unmodelled(inner, getattr(shape, "member"), f"{path}[]")  # noqa: B009 - only lists have it
    elif enum and value not in enum:
        yield f"{path}={value}"


@pytest.mark.parametrize("region", ["us-east-1", "af-south-1"])
def test_answers_fit_the_service_model(region: str) -> None:
    """Every field and enumerated value of the answers is one that AWS's model has."""
    model = botocore.session.get_session().get_service_model("sesv2")
    with local_aws() as cloud:
        raw: list[tuple[str, Any]] = []
        ses = cloud.ses(region=region)
        ses.meta.events.register("response-received.sesv2", partial(note, raw))
        ses.create_configuration_set(ConfigurationSetName="cs", Tags=[{"Key": "a", "Value": "b"}])
        ses.create_email_identity(EmailIdentity=ZONE, ConfigurationSetName="cs", Tags=[{"Key": "a", "Value": "b"}])
        ses.put_email_identity_mail_from_attributes(EmailIdentity=ZONE, MailFromDomain=f"b.{ZONE}")
        ses.put_email_identity_dkim_signing_attributes(EmailIdentity=ZONE, SigningAttributesOrigin="AWS_SES")
        ses.get_email_identity(EmailIdentity=ZONE)
        ses.list_email_identities()
        ses.get_account()
        ses.get_configuration_set(ConfigurationSetName="cs")
        ses.list_configuration_sets()

    problems = [
        problem for name, body in raw for problem in unmodelled(body, model.operation_model(name).output_shape, name)
    ]
    assert len(raw) == 9
    assert problems == []


def test_a_fresh_identity_looks_like_the_contract(cloud: Cloud) -> None:
    """Section 1, "Get output": three tokens, the zone, and MAIL FROM with its behavior only."""
    cloud.ses().create_email_identity(EmailIdentity=ZONE)
    found: Any = cloud.ses().get_email_identity(EmailIdentity=ZONE)
    assert (found["IdentityType"], found["VerificationStatus"], found["VerifiedForSendingStatus"]) == (
        "DOMAIN",
        "PENDING",
        False,
    )
    assert found["MailFromAttributes"] == {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
    dkim = found["DkimAttributes"]
    assert [len(token) for token in dkim["Tokens"]] == [32, 32, 32]
    assert (dkim["SigningEnabled"], dkim["SigningAttributesOrigin"]) == (True, "AWS_SES")
    assert (dkim["SigningHostedZone"], dkim["NextSigningKeyLength"]) == ("dkim.amazonses.com", "RSA_2048_BIT")


def test_bad_tags_are_refused_before_anything_else(cloud: Cloud) -> None:
    """A create with bad tags is a SerializationException even when the identity exists."""
    ses = cloud.ses()
    ses.create_email_identity(EmailIdentity=ZONE)
    ses.meta.events.register(
        "before-call.sesv2",
        lambda params, **_: params.update(body=b'{"EmailIdentity": "acme.example", "Tags": {"a": 1}}'),
    )
    assert refusal(lambda: ses.create_email_identity(EmailIdentity=ZONE)).startswith("SerializationException 400")


def test_tags_belong_to_the_real_arn(cloud: Cloud) -> None:
    """Tags of a creation are listed, changed and removed under `identity/`."""
    ses = cloud.ses()
    ses.create_email_identity(EmailIdentity=ZONE, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    ses.tag_resource(ResourceArn=ARN, Tags=[{"Key": "c", "Value": "3"}])
    ses.untag_resource(ResourceArn=ARN, TagKeys=["a", "b"])
    assert ses.list_tags_for_resource(ResourceArn=ARN)["Tags"] == [{"Key": "c", "Value": "3"}]
    assert refusal(lambda: ses.list_tags_for_resource(ResourceArn=f"{ARN}x")).startswith("NotFoundException 404")


def test_identities_are_regional(cloud: Cloud) -> None:
    """One port answers for all regions, each with its own identities."""
    cloud.ses(region="eu-west-1").create_email_identity(EmailIdentity=ZONE)
    assert refusal(lambda: cloud.ses(region="eu-west-2").get_email_identity(EmailIdentity=ZONE)).startswith("NotFound")
    assert cloud.aws.calls[-1].region == "eu-west-2"
    assert (cloud.aws.calls[-1].operation, cloud.aws.calls[-1].status) == ("GetEmailIdentity", 404)


def test_the_account_can_be_in_the_sandbox() -> None:
    """Section 2: quota and flag of the sandbox; a request under review locks the details."""
    with local_aws(production=False) as cloud:
        ses = cloud.ses()
        assert ses.get_account()["ProductionAccessEnabled"] is False
        assert ses.get_account()["SendQuota"].get("Max24HourSend") == 200
        details: Any = {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://acme.example"}
        ses.put_account_details(**details)
        assert ses.get_account()["Details"].get("ReviewDetails", {}).get("Status") == "PENDING"
        assert refusal(lambda: ses.put_account_details(**details)).startswith("ConflictException 409")


def test_all_but_sending_is_throttled_to_one_a_second() -> None:
    """Section 1, limits: the second call within a second is 429."""
    with local_aws(throttle=True) as cloud:
        cloud.ses().get_account()
        assert refusal(cloud.ses().get_account).startswith("TooManyRequestsException 429")
        assert refusal(cloud.ses(region="eu-west-1").get_account) == "accepted"


@pytest.mark.parametrize(("after", "left"), [(False, []), (True, [ZONE])])
def test_a_call_can_fail_before_or_after_its_effect(cloud: Cloud, after: bool, left: list[str]) -> None:
    """A lost reply leaves the identity behind, a refusal does not; both happen once."""
    cloud.aws.fail("CreateEmailIdentity", AwsError("InternalFailure", "down", 500), after=after)
    assert refusal(lambda: cloud.ses().create_email_identity(EmailIdentity=ZONE)) == "InternalFailure 500 down"
    names = [each.get("IdentityName") for each in cloud.ses().list_email_identities()["EmailIdentities"]]
    assert names == left
    cloud.ses().create_email_identity(EmailIdentity="next.example")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("v=DMARC1", "InvalidCharacterString (Value should be enclosed in quotation marks)"),
        (f'"{"k" * 256}"', "CharacterStringTooLong (Value is too long)"),
        (f'"{"k" * 255}" "k"', ""),
    ],
)
def test_route_53_checks_txt_values(cloud: Cloud, value: str, reason: str) -> None:
    """Section 5: AWS refuses unquoted and unsplit values, moto takes them."""
    text = refusal(lambda: cloud.publish(f"t.{ZONE}", "TXT", value))
    assert text.startswith(
        f"InvalidChangeBatch 400 [Invalid Resource Record: 'FATAL problem: {reason}" if reason else "accepted"
    )


def test_route_53_creates_a_record_set_once(cloud: Cloud) -> None:
    """Section 5: a CREATE of what exists is refused, an UPSERT is not, and after a DELETE it is new again."""
    record = (f"a.{ZONE}", "CNAME", "b.example")
    cloud.publish(*record, action="CREATE")
    reason = f"[Tried to create resource record set [name='a.{ZONE}.', type='CNAME'] but it already exists]"
    expected = f"InvalidChangeBatch 400 {reason}"
    assert refusal(lambda: cloud.publish(*record, action="CREATE")) == expected
    cloud.publish(*record)
    cloud.publish(*record, action="DELETE")
    cloud.publish(*record, action="CREATE")


def test_route_53_deletes_only_what_is_there(cloud: Cloud) -> None:
    """A DELETE names the values that are there, or nothing of its batch is done: that makes it a compare-and-swap."""
    name = f"d.{ZONE}"
    cloud.publish(name, "TXT", '"one"', '"two"')
    gone = refusal(lambda: cloud.publish(f"gone.{ZONE}", "TXT", '"x"', action="DELETE"))
    assert "[name='gone.acme.example.', type='TXT'] but it was not found" in gone
    assert "do not match the current values" in refusal(lambda: cloud.publish(name, "TXT", '"one"', action="DELETE"))
    old, new = (record_set(name, "TXT", *values) for values in (('"two"', '"one"'), ('"three"',)))
    wrong = record_set(name, "TXT", '"four"')
    batch: Any = [{"Action": "DELETE", "ResourceRecordSet": old}, {"Action": "CREATE", "ResourceRecordSet": new}]
    failing: Any = [*batch, {"Action": "CREATE", "ResourceRecordSet": wrong}]
    change = cloud.route53.change_resource_record_sets
    refused = refusal(lambda: change(HostedZoneId=cloud.zone_id, ChangeBatch={"Changes": failing}))
    assert "but it already exists" in refused
    assert values_at(cloud, name) == ['"one"', '"two"']
    change(HostedZoneId=cloud.zone_id, ChangeBatch={"Changes": batch})
    assert values_at(cloud, name) == ['"three"']


def test_route_53_keeps_a_cname_alone(cloud: Cloud) -> None:
    """A CNAME stands at no name with other types, and no record in another zone; names are kept in lower case."""
    cloud.publish(f"C.{ZONE}", "CNAME", "b.example")
    assert "a conflicting RRSet of type CNAME" in refusal(lambda: cloud.publish(f"c.{ZONE}", "TXT", '"x"'))
    cloud.publish(f"t.{ZONE}", "TXT", '"x"')
    assert "conflicts with other records" in refusal(lambda: cloud.publish(f"t.{ZONE}", "CNAME", "b.example"))
    assert "is not permitted in zone" in refusal(lambda: cloud.publish("x.other.example", "TXT", '"x"'))
    assert values_at(cloud, f"c.{ZONE}") == ["b.example"]


def test_route_53_keeps_the_records_that_make_a_zone(cloud: Cloud) -> None:
    """A zone's own NS and SOA stay, and another zone of its name has its own records."""
    own: Any = cloud.route53.list_resource_record_sets(HostedZoneId=cloud.zone_id)["ResourceRecordSets"]
    for record in own:
        batch: Any = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
        text = refusal(
            partial(cloud.route53.change_resource_record_sets, HostedZoneId=cloud.zone_id, ChangeBatch=batch)
        )
        assert text.startswith("InvalidChangeBatch 400 [A HostedZone must contain")
    other = cloud.route53.create_hosted_zone(Name=ZONE, CallerReference="again")["HostedZone"]["Id"]
    cloud.publish(f"x.{ZONE}", "TXT", '"x"')
    listed = cloud.route53.list_hosted_zones_by_name(DNSName=ZONE)["HostedZones"]
    assert [zone["Name"] for zone in listed] == [f"{ZONE}.", f"{ZONE}."]
    assert len(cloud.route53.list_resource_record_sets(HostedZoneId=other)["ResourceRecordSets"]) == 2


def record_set(name: str, type_: str, *values: str) -> Any:
    """Returns a record set as the API takes it."""
    return {"Name": name, "Type": type_, "TTL": 60, "ResourceRecords": [{"Value": value} for value in values]}


def values_at(cloud: Cloud, name: str) -> list[str]:
    """Returns the values at a name."""
    pages = cloud.route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=cloud.zone_id)
    sets = [each for page in pages for each in page["ResourceRecordSets"] if each["Name"] == f"{name}."]
    return [record["Value"] for each in sets for record in each.get("ResourceRecords", [])]
