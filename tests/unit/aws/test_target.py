"""Where an AWS resource is made and by what: judged without a call, and one client for each way there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.raw_server import raw_server
from tenant_email.aws.access import AwsProvider
from tenant_email.errors import InvalidSettings, PlatformError
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.operations import aws_session, operation
from tenant_email.operations.aws_session import AwsTarget

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYLESS = AwsProvider(keys="elsewhere")


@pytest.fixture(autouse=True)
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The stack's config, and a machine with two profiles."""
    (tmp_path / "config").write_text("[profile mail]\nregion=eu-west-1\n[profile web]\nregion=eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    values: dict[str, str] = {}
    configure(values)
    yield values
    configure({})


def configure(values: dict[str, str]) -> None:
    """Makes this the stack's config."""

    def get(key: str) -> str | None:
        return values.get(key)

    operation.begin()
    operation.current().configure(get)


def told(*, ses: bool = True, **given: Any) -> list[str]:
    """Returns what is wrong with a target."""
    return [str(problem) for problem in aws_session.target_problems(AwsTarget(**given), ses=ses)]


MISSING = (
    "region: is missing: it is not set here, in the stack config or in AWS_REGION\n"
    "Run: pulumi config set aws:region eu-west-1; or set region=."
)
NOWHERE = "is not in any AWS config file on this machine"


def test_where_it_is_made() -> None:
    """A region with SES, unless SES is not asked there; what is not known yet is not judged."""
    assert told() == [MISSING]
    assert told(ses=False) == []
    assert told(region="eu-west-1") == told(region=UNKNOWN) == []
    assert told(region="eu-wst-1")[0].startswith("region: eu-wst-1 is not an AWS region\nWrite eu-west-1;")
    assert told(region="eu-wst-1", ses=False)[0].startswith("region: eu-wst-1 is not an AWS region\n")
    assert told(region="ap-east-1")[0].startswith("region: SES is not in ap-east-1\n")
    assert told(region="ap-east-1", ses=False) == []
    assert aws_session.target_problems(AwsTarget(region="ap-east-1")) != []
    (problem,) = aws_session.region_problems(None, "where")
    assert problem.path == "where"
    (problem,) = aws_session.region_problems("eu-wst-1", "where")
    assert problem.path == "where"
    assert aws_session.region_problems("ap-east-1", ses=False) == []
    assert aws_session.region_problems("ap-east-1")


def test_the_region_of_what_names_none(config: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the stack's config, else of the environment, which a client finds by itself."""
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert aws_session.default_region() == aws_session.ses_of(AwsTarget()).region == "eu-north-1"
    monkeypatch.setenv("AWS_REGION", "eu-west-2")
    assert aws_session.default_region() == "eu-west-2"
    config["aws:region"] = "eu-central-1"
    configure(config)
    assert aws_session.default_region() == "eu-central-1"
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    configure({})
    assert aws_session.default_region() is None


def test_a_region_may_be_newer_than_botocore(config: dict[str, str]) -> None:
    """Where pulumi_aws is told not to judge it, neither is it here."""
    config["aws:skipRegionValidation"] = "true"
    configure(config)
    assert told(region="eu-next-1") == []
    config["aws:skipRegionValidation"] = "false"
    configure(config)
    assert told(region="eu-next-1") != []


def test_by_what_it_is_made(config: dict[str, str]) -> None:
    """A profile of this machine, and settings of an AWS provider that reach SES; all problems at once."""
    assert told(region="eu-west-1", profile="mail", aws_provider=AwsProvider()) == []
    assert told(region="eu-west-1", profile="mial") == [
        f"profile: mial {NOWHERE}\nWrite mail, or run: aws configure --profile mial."
    ]
    assert told(region="eu-west-1", profile="zzzzzz") == [
        f"profile: zzzzzz {NOWHERE}\nMake it, or run: aws configure --profile zzzzzz."
    ]
    assert told(region="eu-west-1", profile=UNKNOWN, aws_provider=KEYLESS) == []
    assert told(region="eu-west-1", profile="zzzzzz", aws_provider=UNKNOWN) == []
    found = told(profile="zzzzzz", aws_provider=KEYLESS)
    assert [text.partition(":")[0] for text in found] == ["region", "aws_provider", "profile"]
    config["aws:assumeRoles"] = '[{"duration": "soon"}]'
    configure(config)
    assert [text.partition(":")[0] for text in told(region="eu-west-1")] == [
        "aws.assume_roles.0.duration",
        "aws.assume_roles.0.role_arn",
    ]
    with pytest.raises(InvalidSettings):
        aws_session.access_of(AwsTarget())


def test_the_provider_of_a_resource_comes_before_the_stack_s_config(config: dict[str, str]) -> None:
    """And a profile is one of it where none is given."""
    config["aws:profile"] = "web"
    configure(config)
    assert aws_session.access_of(AwsTarget()).profile == "web"
    assert aws_session.access_of(AwsTarget(profile="mail")).profile == "mail"
    explicit = AwsProvider(sts_region="eu-west-1")
    access = aws_session.access_of(AwsTarget(aws_provider=explicit))
    assert (access.profile, access.provider) == (None, explicit)


def test_one_client_for_each_region_and_way() -> None:
    """They are shared by all that is made there, and known by where and how."""
    mail, web = (aws_session.access_of(AwsTarget(profile=name)) for name in ("mail", "web"))
    client = aws_session.ses("eu-west-3", mail)
    assert client is aws_session.ses("eu-west-3", mail)
    assert client is not aws_session.ses("eu-west-3", web)
    assert client.region == "eu-west-3"
    iam = aws_session.iam("eu-west-3", mail)
    assert iam is aws_session.iam("eu-west-3", mail)
    assert iam is not aws_session.iam("eu-west-3", web)
    target = AwsTarget(region="eu-west-3", profile="mail")
    zones = aws_session.route53_of(target)
    assert zones is aws_session.route53_of(target)
    assert zones is not aws_session.route53_of(AwsTarget(region="eu-west-3", profile="web"))


def test_each_client_asks_as_its_access_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed by the profile, at the provider's endpoint, and SES at the pace of the environment."""
    keys = "aws_access_key_id=AKIAMAIL\naws_secret_access_key=canary-mail\n"
    (tmp_path / "config").write_text(f"[profile mail]\n{keys}[default]\n{keys.replace('MAIL', 'OTHER')}")
    refused = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with raw_server(lambda: [refused]) as server:
        there = AwsProvider(endpoints=dict.fromkeys(("sesv2", "iam", "route53"), server.url))
        target = AwsTarget(region="eu-west-3", profile="mail", aws_provider=there)
        clients = (
            lambda: aws_session.ses_of(target).get_account(),
            lambda: aws_session.iam("eu-west-3", aws_session.access_of(target)).principals(),
            lambda: aws_session.route53_of(target).zone("Z1"),
        )
        for ask in clients:
            with pytest.raises(PlatformError):
                ask()
    scopes = [
        request.partition(b"Credential=AKIAMAIL/")[2].split(b",")[0].split(b"/")[1:3] for request in server.requests
    ]
    assert scopes == [[b"eu-west-3", name] for name in (b"ses", b"iam", b"route53")]
    monkeypatch.setenv("TENANT_EMAIL_SES_INTERVAL", "soon")
    with pytest.raises(InvalidSettings, match="TENANT_EMAIL_SES_INTERVAL=soon"):
        aws_session.ses("eu-west-2", aws_session.access_of(target))


def test_where_a_recorded_resource_is() -> None:
    """Its id says the region, whatever else is recorded."""
    recorded = {"region": "eu-west-1", "profile": "mail", "expected_account": "1", "domain": "acme.example"}
    assert aws_session.recorded_target(recorded, "eu-west-2") == AwsTarget(
        region="eu-west-2", profile="mail", expected_account="1"
    )
    assert aws_session.recorded_target({}, "eu-west-2") == AwsTarget(region="eu-west-2")


PLACE = {"domain": "acme.example", "region": "eu-west-1", "expected_account": "1", "profile": "mail"}


@pytest.mark.parametrize(
    ("more", "what", "same"),
    [
        ({"domain": "ACME.example."}, "settings", True),
        ({"tags": {}}, "settings", True),
        ({}, "identity", False),
        ({"domain": "other.example"}, "settings", False),
        ({"region": "eu-west-2"}, "settings", False),
        ({"expected_account": "2"}, "settings", False),
        ({"profile": "web"}, "settings", False),
    ],
)
def test_what_is_claimed_is_a_part_of_one_identity(more: dict[str, Any], what: str, *, same: bool) -> None:
    """However its domain is spelled; the same domain in two accounts or regions is two of them."""
    claim = aws_session.claim_of("settings", PLACE)
    assert claim.id == aws_session.claimed("settings", PLACE)
    assert claim.label == "the settings of acme.example in eu-west-1"
    assert (aws_session.claimed("settings", PLACE) == aws_session.claimed(what, {**PLACE, **more})) is same


@pytest.mark.parametrize(
    ("desired", "replacing"),
    [
        ({"domain": "ACME.example.", "region": "eu-west-1", "profile": "web"}, []),
        ({"domain": "other.example", "region": "eu-west-1"}, ["domain"]),
        ({"domain": "acme.example", "region": "eu-west-2"}, ["region"]),
        ({"domain": "x", "region": UNKNOWN}, ["domain", "region"]),
        ({"domain": UNKNOWN, "region": "eu-west-1"}, ["domain"]),
    ],
)
def test_what_makes_another_resource(desired: dict[str, Any], replacing: list[str]) -> None:
    """Another domain or region; another spelling is the same."""
    assert aws_session.replacement_causes(PLACE, desired) == replacing


def test_a_domain_as_ses_keeps_it() -> None:
    """What is none stays as it is, and is told by the check."""
    assert aws_session.plain_domain({"domain": "BÜRO.example"}) == "xn--bro-hoa.example"
    assert aws_session.plain_domain({"domain": "a@b.example"}) == "a@b.example"
    assert aws_session.plain_domain({"domain": UNKNOWN}) is UNKNOWN
    assert aws_session.plain_domain({}) is None
    unknown: Any = UNKNOWN
    assert aws_session.domain_problems(unknown) == aws_session.domain_problems("acme.example") == []
    (problem,) = aws_session.domain_problems("localhost")
    assert str(problem) == (
        "domain: 'localhost' is a single label; use the whole domain, such as acme.example\nWrite a domain that you "
        "own, such as acme.com."
    )
