"""A fresh key is waited for, a wrong one is not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import boto3
import pytest

from tenant_email.aws.access_key import key_works
from tenant_email.errors import Unauthorized
from tenant_email.redaction.secrets import Secret
from tenant_email_local.aws.wire import AwsError

if TYPE_CHECKING:
    from tenant_email_local.aws.server import AwsServer


def fresh_key() -> tuple[str, Secret]:
    """Makes an IAM user's key."""
    iam = boto3.Session().client("iam")
    iam.create_user(UserName="mailer")
    key = iam.create_access_key(UserName="mailer")["AccessKey"]
    return key["AccessKeyId"], Secret(key["SecretAccessKey"])


def test_a_fresh_key_is_waited_for(aws: AwsServer) -> None:
    """A key that AWS does not know yet is asked about until it does."""
    aws.behavior.key_delay = 0.5
    started = time.monotonic()
    assert key_works(*fresh_key(), "eu-west-1", pause=0.1)
    assert time.monotonic() - started > 0.4


def test_the_wait_is_bounded(aws: AwsServer) -> None:
    """A key that never starts to work is given up after the timeout."""
    aws.behavior.key_delay = 60
    assert key_works(*fresh_key(), "eu-west-1", timeout=0.3, pause=0.1) is False


def test_a_wrong_secret_fails_at_once(aws: AwsServer) -> None:
    """A secret of another key is no matter of waiting, and stays out of the message."""
    aws.behavior.key_delay = 0
    key_id, _ = fresh_key()
    with pytest.raises(Unauthorized, match="does not belong to this access key") as wrong:
        key_works(key_id, Secret("canary-other-secret"), "eu-west-1")
    assert "canary" not in str(wrong.value)


def test_a_key_that_may_not_ask_is_known(aws: AwsServer) -> None:
    """A policy that forbids the question proves that AWS knows the key."""
    aws.behavior.key_delay = 0
    aws.fail("GetCallerIdentity", AwsError("AccessDenied", "explicit deny", 403))
    assert key_works(*fresh_key(), "eu-west-1", timeout=0)
