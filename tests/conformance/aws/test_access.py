"""Whose credentials sign: the stack's config, a profile, a provider's roles; and none of it is waited for forever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import JSONFileLoader

from support.host import Failed, running_host
from tenant_email.aws.access import Access, AssumedRole, AwsProvider
from tenant_email.aws.chain import find_in_time
from tenant_email.aws.pace import Pace
from tenant_email.aws.provider_settings import NAMES, provider_props
from tenant_email.aws.ses import Ses
from tenant_email.errors import Unauthorized
from tenant_email.lifecycle.ses_account import SesAccountLifecycle

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email_local.aws.server import AwsServer

REGION = "eu-west-1"


def keys(aws: AwsServer, monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[str, str]:
    """Takes the credentials out of the environment; returns those of an account."""
    number = int(name.removeprefix("AKIALOCALTEST"))
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable)
    del aws
    return f"secret-of-local-test-{number}", f"{number:012}"


def test_credentials_of_the_stacks_config_sign(aws: AwsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """aws:accessKey and aws:secretKey reach SES, and the account is the one that they belong to."""
    secret, account = keys(aws, monkeypatch, "AKIALOCALTEST0000098")
    config = {"aws:accessKey": "AKIALOCALTEST0000098", "aws:secretKey": secret}
    with running_host(config) as host:
        assert host.create(SesAccountLifecycle, {"region": REGION, "expected_account": account})[0]
        with pytest.raises(Failed, match=f"for account {account}, not 000000000001"):
            host.create(SesAccountLifecycle, {"region": REGION, "expected_account": "000000000001"})


def test_a_profile_comes_before_the_stacks_config(
    aws: AwsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A resource with a profile of its own uses no key of the config, as no AWS tool would."""
    secret, account = keys(aws, monkeypatch, "AKIALOCALTEST0000097")
    profile = f"[other]\naws_access_key_id = AKIALOCALTEST0000097\naws_secret_access_key = {secret}\n"
    (tmp_path / "credentials").write_text(profile)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    with running_host({"aws:accessKey": "AKIALOCALTEST0000096", "aws:secretKey": "canary-wrong"}) as host:
        where = {"region": REGION, "profile": "other", "expected_account": account}
        assert host.create(SesAccountLifecycle, where)[0] == f"aws-ses/{REGION}/account"


def test_a_program_that_hangs_is_not_waited_for(
    aws: AwsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Botocore waits for a credential_process without an end; the error says what to look at."""
    keys(aws, monkeypatch, "AKIALOCALTEST0000095")
    (tmp_path / "config").write_text("[profile slow]\ncredential_process = sleep 30\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    began = time.monotonic()
    with pytest.raises(Unauthorized, match=r"took longer than 0\.3 s\nRun `aws sts"):
        Ses(REGION, "slow", Pace(interval=0, credentials=0.3)).get_account()
    assert time.monotonic() - began < 20


def test_a_sign_in_that_has_ended_is_reported(aws: AwsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An SSO session without a token says how to sign in again, and nothing is sent to SES."""
    keys(aws, monkeypatch, "AKIALOCALTEST0000094")
    sso = "sso_start_url = https://a.example/start\nsso_region = eu-west-1\n"
    profile = "[profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n"
    (tmp_path / "config").write_text(f"[sso-session s]\n{sso}{profile}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with pytest.raises(Unauthorized, match=r"the AWS session has ended .*\nThe AWS session has expired. Sign in again"):
        Ses(REGION, "sso", Pace(interval=0)).get_account()
    assert aws.calls == []


def test_a_role_that_cannot_be_assumed_says_so(aws: AwsServer) -> None:
    """It is the role that is refused, not the call of SES, and the remedy is about the role."""
    role = AssumedRole(role_arn="arn:aws:iam::000000000001:role/nobody")
    with pytest.raises(
        Unauthorized,
        match=r"GetAccount failed at AssumeRole \(AccessDenied\).*\nAllow the calling credentials sts:AssumeRole",
    ):
        Ses(REGION, pace=Pace(interval=0), provider=AwsProvider(assume_roles=[role])).get_account()
    assert "GetAccount" not in [call.operation for call in aws.calls]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            {"profile": "nobody"},
            "profile: nobody is not in any AWS config file on this machine\nMake it, or run: aws conf",
        ),
        ({"profile": "staging"}, "Write stagin, or run: aws configure --profile staging."),
        (
            {"aws_provider": {"keys": "elsewhere"}},
            "aws_provider: has its own access keys, which cannot be used for SES",
        ),
        ({"aws_provider": {"shared_config_files": ["a", "b"]}}, "aws_provider.shared_config_files: lists several"),
        ({"aws_provider": {"assume_roles": [dict[str, str]()]}}, "aws_provider.assume_roles.0.role_arn"),
        (
            {"aws_provider": {"assume_role_with_web_identity": {"web_identity_token": "canary"}}},
            "web_identity_token_file",
        ),
        ({"region": "eu-wst-1"}, "Write eu-west-1"),
    ],
)
def test_what_cannot_reach_ses_is_refused_at_preview(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, inputs: dict[str, Any], said: str
) -> None:
    """With what to do about it; nothing is sent."""
    (tmp_path / "config").write_text("[profile stagin]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    told = "\n".join(map(str, SesAccountLifecycle().do_check(None, {"region": REGION, **inputs}).problems))
    assert said in told


def test_a_config_that_is_none_is_refused_at_preview() -> None:
    """What the stack's config says of roles is read as pulumi_aws reads it, or refused by name."""
    config = {"aws:assumeRoles": '[{"roleArn": "arn:aws:iam::1:role/x", "duration": "soon"}]'}
    with running_host(config) as host:
        assert host.check(SesAccountLifecycle, {"region": REGION}) == [
            "aws.assume_roles.0.duration: is not a duration\nWrite it as 1h, 30m or 900s."
        ]


def test_what_a_look_up_raises_is_raised() -> None:
    """The thread it runs on changes nothing of it."""
    with pytest.raises(ZeroDivisionError):
        find_in_time(5, lambda: 1 // 0)
    assert find_in_time(5, lambda: 42) == 42


def test_settings_are_read_as_pulumi_aws_writes_them() -> None:
    """JSON in texts, names in camel case; what is no matter of ours is left out, tags and policies stay as given."""
    props = provider_props(
        {
            "assumeRoles": '[{"roleArn": "arn:aws:iam::1:role/x", "externalId": "e", "duration": "1h30m",'
            ' "policy": "{\\"Version\\": \\"v\\"}", "tags": {"costCenter": "1"}}]',
            "endpoints": '[{"sts": "http://a", "s3": "http://b"}, {"sesv2": "http://c"}]',
            "useFipsEndpoint": "true",
            "defaultTags": '{"tags": {"a": "b"}}',
            "token": "",
        }
    )
    assert props["endpoints"] == {"sts": "http://a", "sesv2": "http://c"}
    assert props.keys() == {"assume_roles", "endpoints", "use_fips_endpoint"}
    role = AwsProvider.model_validate(props).assume_roles[0]
    assert role.request() == {
        "ExternalId": "e",
        "DurationSeconds": 5400,
        "Policy": '{"Version": "v"}',
        "Tags": [{"Key": "costCenter", "Value": "1"}],
    }


def test_an_explicit_provider_takes_nothing_of_the_config() -> None:
    """As in Pulumi: an explicit provider knows nothing of the stack's config."""
    config = {"accessKey": "AKIACANARY", "secretKey": "canary-secret", "profile": "p"}
    assert Access.of(None, AwsProvider(), config) == Access()
    of_config = Access.of("p", None, config)
    assert (of_config.profile, of_config.provider.access_key) == ("p", "AKIACANARY")
    assert Access.of("q", None, config) == Access("q")


def test_every_setting_that_is_validated_is_read() -> None:
    """A program reads of its AWS provider what the host's model has, and no more."""
    assert AwsProvider.model_fields.keys() == NAMES


@pytest.mark.usefixtures("aws")
def test_what_describes_aws_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is some hundred folders, and a host opens a client of each service in each region."""
    Ses(REGION)
    looked = list[str]()
    monkeypatch.setattr(JSONFileLoader, "exists", lambda _, path: looked.append(path))
    Ses("us-east-1")
    assert looked == []
