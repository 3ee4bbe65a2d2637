"""Regions and partitions are botocore's: a typo is refused with the nearest name, and a new one has its way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver

from tenant_email.aws.policy import identity_arn
from tenant_email.aws.regions import dns_suffix, partition_of, regions, ses_regions
from tenant_email.aws.smtp_password import smtp_host
from tenant_email.errors import NotSupported
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator


def configure(values: dict[str, str]) -> None:
    """Makes this the stack's config."""

    def get(key: str) -> str | None:
        return values.get(key)

    operation.current().configure(get)


@pytest.fixture(autouse=True)
def config() -> Iterator[dict[str, str]]:
    """The stack's config; empty, and empty again afterwards."""
    values: dict[str, str] = {}
    configure(values)
    yield values
    configure({})


def refused(region: str) -> str:
    """Returns what a check says of a region."""
    return "\n".join(map(str, SesAccountLifecycle().do_check(None, {"region": region}).problems))


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("eu-west-1", "aws", "amazonaws.com"),
        ("us-gov-east-1", "aws-us-gov", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("ap-south-9", "aws", "amazonaws.com"),
        ("moon-north-1", "aws", "amazonaws.com"),
    ],
)
def test_each_region_has_its_partition(region: str, partition: str, suffix: str) -> None:
    """ARNs and endpoints carry it; that of a region that botocore does not know is reported by its form."""
    assert (partition_of(region), dns_suffix(region)) == (partition, suffix)
    assert identity_arn("a.example", region, "1").startswith(f"arn:{partition}:ses:{region}:1:")


@pytest.mark.parametrize(
    ("region", "nearest"),
    [
        ("eu-wst-1", "eu-west-1"),
        ("eu-west1", "eu-west-1"),
        ("EU-WEST-1", "eu-west-1"),
        ("us-esat-1", "us-east-1"),
        ("us-gov-west1", "us-gov-west-1"),
        ("eusc-de-east1", "eusc-de-east-1"),
        ("eu-central-3", "eu-central-2"),
    ],
)
def test_a_typo_is_refused_with_the_nearest_name(region: str, nearest: str) -> None:
    """And with the way out for a region that is newer than what is installed."""
    assert refused(region) == (
        f"region: {region} is not an AWS region\nWrite {nearest}; if it is newer than the installed botocore, "
        "upgrade boto3, or set aws:skipRegionValidation to true in the stack's config."
    )


def test_a_region_without_ses_names_those_nearby() -> None:
    """Of the same partition, the same part of the world first."""
    assert "SES is not in ap-east-1\nChoose one nearby: ap-east-2, ap-" in refused("ap-east-1")
    assert "nor elsewhere in the partition aws-cn\nUse an account and a region of another" in refused("cn-north-1")
    assert refused("eusc-de-east-1") == refused("us-gov-east-1") == refused("eu-west-1") == ""


def test_a_new_region_is_let_through_when_asked_to(config: dict[str, str]) -> None:
    """By pulumi_aws's own setting."""
    config["aws:skipRegionValidation"] = "true"
    configure(config)
    assert refused("eu-west-9") == refused("ap-east-1") == ""


def test_the_region_of_a_replicas_parent_is_judged_too() -> None:
    """It is a name like any other."""
    inputs = {"domain": "acme.example", "region": "eu-west-1", "replica_of": "eu-wst-2", "dkim": "easy"}
    problems = SesDomainIdentityLifecycle().do_check(None, inputs).problems
    assert [problem.path for problem in problems] == ["replica_of"]


def test_smtp_endpoints_are_in_their_partitions_domain() -> None:
    """Where SES has none, one nearby is named."""
    assert smtp_host("eusc-de-east-1") == "email-smtp.eusc-de-east-1.amazonaws.eu"
    assert smtp_host("us-gov-east-1") == "email-smtp.us-gov-east-1.amazonaws.com"
    assert smtp_host("eu-south-1", "mine.example") == "mine.example"
    with pytest.raises(NotSupported, match=r"those nearby are in eu-\w+-1, .*\n.*smtp_host"):
        smtp_host("eu-south-1")


def test_the_data_reads_as_botocore_reads_it() -> None:
    """Partitions, their domains, their regions and those with SES are what botocore's own code makes of its data."""
    data = Loader().load_data("endpoints")
    resolver = EndpointResolver(data, uses_builtin_data=True)
    for each in data["partitions"]:
        name, named = each["partition"], frozenset(each["regions"])
        assert regions(name) == named
        assert ses_regions(name) == named & frozenset(resolver.get_available_endpoints("email", name))
        assert {(partition_of(region), dns_suffix(region)) for region in named} <= {(name, each["dnsSuffix"])}
