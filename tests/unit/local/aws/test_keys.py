"""Access keys of the local AWS: new, inactive, unknown, with a wrong secret, and as SMTP credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.aws import local_aws, refusal, wait_for
from tenant_email_local.aws.credentials import RootKey
from tenant_email_local.aws.route53 import public_zones
from tenant_email_local.aws.server import AwsServer
from tenant_email_local.aws.smtp_password import smtp_password
from tenant_email_local.dns import DnsServer

if TYPE_CHECKING:
    from support.aws import Cloud

INVALID = "The security token included in the request is invalid."
# docs/contracts/aws_ses.md#smtp-password, the seven vectors
AWS_EXAMPLE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
VECTORS = [
    ("some+secret+key", "eu-central-1", "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"),
    ("another+secret+key", "eu-central-1", "BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh"),
    ("some+secret+key", "us-west-1", "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj"),
    ("another+secret+key", "us-west-1", "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF"),
    (AWS_EXAMPLE, "us-east-1", "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"),
    (AWS_EXAMPLE, "eu-west-1", "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk"),
    (AWS_EXAMPLE, "us-west-2", "BF2PynzbSCAjX08zhZZnP/kW+T9P5zs/1Er0pi5vTEmd"),
]


@pytest.mark.parametrize(("secret", "region", "password"), VECTORS)
def test_derives_the_smtp_password(secret: str, region: str, password: str) -> None:
    """The seven published vectors hold."""
    assert smtp_password(secret, region) == password


def test_a_new_key_needs_a_moment() -> None:
    """A fresh key is refused by each service in its own words, and works later; SMTP waits as well."""
    with local_aws(key_delay=600) as cloud:
        key = cloud.key()
        password = smtp_password(key[1], "eu-west-1")
        assert refusal(cloud.sts(key).get_caller_identity) == f"InvalidClientTokenId 403 {INVALID}"
        assert refusal(cloud.ses(key).get_account) == f"UnrecognizedClientException 403 {INVALID}"
        assert not cloud.aws.smtp_authenticate(key[0], password)
        cloud.aws.behavior.key_delay = 0.05
        wait_for(lambda: refusal(cloud.sts(key).get_caller_identity) == "accepted")
        assert cloud.aws.smtp_authenticate(key[0], password)


def test_a_key_stands_for_its_user(cloud: Cloud) -> None:
    """STS tells the user, and an inactive or deleted key is nobody's."""
    key = cloud.key("sender")
    sts = cloud.sts(key)
    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/sender"
    cloud.iam.update_access_key(UserName="sender", AccessKeyId=key[0], Status="Inactive")
    assert refusal(sts.get_caller_identity) == f"InvalidClientTokenId 403 {INVALID}"
    cloud.iam.delete_access_key(UserName="sender", AccessKeyId=key[0])
    assert refusal(sts.get_caller_identity) == f"InvalidClientTokenId 403 {INVALID}"


def test_a_wrong_secret_does_not_sign(cloud: Cloud) -> None:
    """Every service checks the signature; an SMTP password is no secret key."""
    key = cloud.key()
    wrong = (key[0], smtp_password(key[1], "us-east-1"))
    assert refusal(cloud.sts(wrong).get_caller_identity).startswith("SignatureDoesNotMatch 403")
    query = {"ResourceArn": "arn:aws:ses:us-east-1:123456789012:identity/x.example"}
    assert refusal(lambda: cloud.ses(wrong).list_tags_for_resource(**query)).startswith("SignatureDoesNotMatch 403")


def test_a_third_key_is_one_too_many(cloud: Cloud) -> None:
    """A user has two keys at most."""
    cloud.key()
    cloud.iam.create_access_key(UserName="sender")
    third = refusal(lambda: cloud.iam.create_access_key(UserName="sender"))
    assert third.startswith("LimitExceeded 409")


def test_an_smtp_password_works_in_its_region_only(cloud: Cloud) -> None:
    """The password tells the region it was derived for."""
    key = cloud.key()
    password = smtp_password(key[1], "eu-central-1")
    assert cloud.aws.smtp_region(key[0], password) == "eu-central-1"
    assert not cloud.aws.smtp_authenticate(key[0], password, "us-east-1")
    assert cloud.aws.smtp_region(key[0], key[1]) is None


def test_accounts_do_not_see_each_other() -> None:
    """Each root key has its own identities, users and zones."""
    roots = {"AKIAFIRST": RootKey("one", "111111111111"), "AKIASECOND": RootKey("two", "222222222222")}
    with DnsServer(public_zones) as dns, AwsServer(dns, roots=roots) as aws:
        first, second = (aws.session(key).client("sesv2", endpoint_url=aws.url) for key in ("AKIAFIRST", "AKIASECOND"))
        first.create_email_identity(EmailIdentity="acme.example")
        assert second.list_email_identities()["EmailIdentities"] == []
        second.create_email_identity(EmailIdentity="acme.example")
