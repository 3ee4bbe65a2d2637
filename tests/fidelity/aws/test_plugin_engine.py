"""The stand-in plug-in under the real Pulumi engine, with the SDK that users have."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.aws import ZONE
from tenant_email_local.aws.plugin import plugin_directory

if TYPE_CHECKING:
    from pathlib import Path

    from support.aws import Cloud

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")

PROJECT = f"name: trial\nruntime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}\n"
PROGRAM = """
import json, pulumi, pulumi_aws as aws

account = aws.get_caller_identity().account_id
zone = aws.route53.get_zone(name="acme.example")
user = aws.iam.User("sender")
statement = {"Effect": "Allow", "Action": ["ses:SendEmail"], "Resource": f"arn:aws:ses:us-east-1:{account}:identity/x"}
policy = aws.iam.Policy("send", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
aws.iam.UserPolicyAttachment("send", user=user.name, policy_arn=policy.arn)
key = aws.iam.AccessKey("key", user=user.name)
record = aws.route53.Record("dmarc", zone_id=zone.zone_id, name="_dmarc", type="TXT", ttl=60, records=["v=DMARC1"])
europe = aws.Provider("europe", region="eu-west-1", default_tags={"tags": {"team": "id"}})
aws.sesv2.ConfigurationSet("set", configuration_set_name="set", opts=pulumi.ResourceOptions(provider=europe))
pulumi.export("fqdn", record.fqdn)
pulumi.export("secret", key.secret)
"""


def test_a_stack_lives_under_the_real_engine(cloud: Cloud, tmp_path: Path) -> None:
    """A stack comes up, shows no change twice, and goes, with default and explicit providers; the key stays secret."""
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "state").mkdir()
    environment = {
        **os.environ,
        **cloud.aws.environment(),
        "PATH": f"{plugin_directory(tmp_path)}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "passphrase",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def pulumi(*arguments: str) -> str:
        command = ["pulumi", *arguments, "--non-interactive"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("stack", "init", "dev")
    assert "+ 8 to create" in pulumi("preview")
    pulumi("up", "--yes", "--skip-preview")
    outputs: dict[str, Any] = json.loads(pulumi("stack", "output", "--json"))
    assert outputs == {"fqdn": f"_dmarc.{ZONE}", "secret": "[secret]"}
    secret = json.loads(pulumi("stack", "output", "--json", "--show-secrets"))["secret"]
    key = cloud.iam.list_access_keys(UserName=cloud.iam.list_users()["Users"][0]["UserName"])["AccessKeyMetadata"][0]
    assert cloud.sts((key.get("AccessKeyId", ""), secret)).get_caller_identity()["Account"] == "123456789012"
    assert secret not in pulumi("stack", "export")
    pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    pulumi("destroy", "--yes", "--skip-preview")
    assert cloud.iam.list_users()["Users"] == []
    assert cloud.ses(region="eu-west-1").list_configuration_sets()["ConfigurationSets"] == []
