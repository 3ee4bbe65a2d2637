"""SES is reached as the AWS provider of the component is, or it is refused at preview with what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.ways import dynamic_only
from tenant_email_local.aws.server import ACCOUNT, ROOT_KEY_ID, ROOTS

if TYPE_CHECKING:
    from support.lab import Lab

EXTERNAL_ID = "an-external-id-8451"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        }
    ],
}
PROGRAM = """
import pulumi
import pulumi_aws as aws
from tenant_email import SesDkimKey, SesSendingDomain
class Team(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("acme:index:Team", name, None, opts)
        SesSendingDomain("mail", domain="acme.example", opts=pulumi.ResourceOptions(parent=self))
region = SesDkimKey("later", selector="a").public_key.apply(lambda _: "eu-west-1")
provider = aws.Provider("explicit", region=region, {})
Team("team", pulumi.ResourceOptions(providers=[provider]))
"""
NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def allow(action: str) -> dict[str, Any]:
    """Returns a policy that allows an action on everything."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def role(lab: Lab) -> tuple[str, dict[str, str]]:
    """Makes a role that asks for an external id, and a user who may do nothing but assume it; returns both."""
    iam: Any = lab.machine.aws.session().client("iam", endpoint_url=lab.machine.aws.url)
    arn: str = iam.create_role(RoleName="mail", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="mail", PolicyName="all", PolicyDocument=json.dumps(allow("*")))
    iam.create_user(UserName="ci")
    iam.put_user_policy(UserName="ci", PolicyName="role", PolicyDocument=json.dumps(allow("sts:AssumeRole")))
    key = iam.create_access_key(UserName="ci")["AccessKey"]
    return arn, {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def test_the_roles_of_an_inherited_provider_reach_ses(lab: Lab) -> None:
    """All is done as the role, whose external id is kept as a secret, in the provider's region; destroy works too.

    Also where a preview does not know the region, so that the provider is not configured.
    """
    arn, environ = role(lab)
    lab.write(
        PROGRAM.format(f"assume_roles=[aws.ProviderAssumeRoleArgs(role_arn={arn!r}, external_id={EXTERNAL_ID!r})]")
    )
    engine = lab.open(environ)
    assert (previewed := engine.preview()).ok, previewed.text
    first = len(lab.machine.aws.calls)
    outcome = engine.up()
    assert outcome.ok, outcome.text
    made = [call for call in lab.machine.aws.calls[first:] if call.operation == "CreateEmailIdentity"]
    assert [(call.region, call.status) for call in made] == [("eu-west-1", 200)]
    ours = [each for each in engine.export()["deployment"]["resources"] if "tenant-email" in each["type"]]
    assert EXTERNAL_ID not in json.dumps(ours)
    assert engine.preview().operations == {}
    assert engine.destroy().ok


@dynamic_only  # a plug-in is not told the config of other packages
def test_keys_of_an_explicit_provider_are_refused_at_preview(lab: Lab) -> None:
    """Keys are no inputs; with those of the stack's config, given to an explicit provider too, all works."""
    secret = ROOTS[ROOT_KEY_ID].secret
    lab.write(PROGRAM.format(f"access_key={ROOT_KEY_ID!r}, secret_key={secret!r}"))
    engine = lab.open(NO_KEYS)
    refused = engine.preview()
    assert not refused.ok
    assert "aws_provider: has its own access keys, which cannot be used for SES" in refused.text
    assert "assume_roles" in refused.text
    engine.set_config("aws:accessKey", ROOT_KEY_ID)
    engine.set_config("aws:secretKey", secret, secret=True)
    outcome = engine.up()
    assert outcome.ok, outcome.text
    assert secret not in json.dumps(engine.export())
    assert engine.destroy().ok
