"""SMTP credentials: the contract's vectors, and the regions that have an endpoint."""

from __future__ import annotations

import pytest

from tenant_email.aws.smtp_password import SMTP_REGIONS, smtp_host, smtp_password
from tenant_email.errors import NotSupported

AWS_SAMPLE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("secret", "region", "password"),
    [
        ("some+secret+key", "eu-central-1", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"),
        ("another+secret+key", "eu-central-1", "BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh"),
        ("some+secret+key", "us-west-1", "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"),
        ("another+secret+key", "us-west-1", "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF"),
        (AWS_SAMPLE, "us-east-1", "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"),
        (AWS_SAMPLE, "eu-west-1", "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk"),
        (AWS_SAMPLE, "us-west-2", "BF2PynzbSCAjX08zhZZnP/kW+T9P5zs/1Er0pi5vTEmd"),
    ],
)
def test_published_vectors(secret: str, region: str, password: str) -> None:
    """Every published vector comes out, so the password differs by region as AWS wants it."""
    assert smtp_password(secret, region) == password


def test_host_of_every_smtp_region() -> None:
    """A region with an endpoint has the documented host name."""
    assert {smtp_host(region) for region in SMTP_REGIONS} == {
        f"email-smtp.{region}.amazonaws.com" for region in SMTP_REGIONS
    }


@pytest.mark.parametrize("region", ["af-south-1", "eu-south-1", "me-south-1", "eu-central-2"])
def test_region_without_endpoint(region: str) -> None:
    """A region without an SMTP endpoint is refused with the regions that have one, unless a host is given."""
    with pytest.raises(NotSupported, match=r"choose one of ap-northeast-1.*or set the host"):
        smtp_host(region)
    assert smtp_host(region, "smtp.new.example") == "smtp.new.example"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-gov-east-1", "email-smtp.us-gov-east-1.amazonaws.com"),
        ("eusc-de-east-1", "email-smtp.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_host_of_other_partitions(region: str, host: str) -> None:
    """There every region with SES has one."""
    assert smtp_host(region) == host


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("eu-central-2", r"this region; those nearby are in eu-central-1, [a-z0-9-]+, [a-z0-9-]+\n"),
        ("cn-north-1", r"no SMTP endpoint is known for this region\n"),
    ],
)
def test_regions_nearby_are_reported(region: str, said: str) -> None:
    """Those of the same partition that have an endpoint, the most alike first, where there are any."""
    with pytest.raises(NotSupported, match=f"ses {region}: .*{said}"):
        smtp_host(region)
