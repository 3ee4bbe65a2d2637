"""The operator policy as AWS evaluates it: enough for everything that the lifecycles call, and not for more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.managed import Managed
from tenant_email.aws.dkim import new_private_key
from tenant_email.aws.policy import configuration_set_arn, identity_arn, operator_policy
from tenant_email.errors import Forbidden
from tenant_email.lifecycle.ses_account import SesAccountLifecycle

if TYPE_CHECKING:
    from support.ses_site import SesSite

REGION = "sa-east-1"  # of this module alone, because lifecycles share the clients of a region


def become_operator(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Goes on as a user who has the operator policy for the site's domain and nothing else."""
    iam, at, user = site.client("iam"), (REGION, "000000000099"), f"operator-{site.domain}"
    document = operator_policy(
        [identity_arn(site.domain, *at)], configuration_set_arns=[configuration_set_arn("sign-in", *at)]
    )
    iam.create_user(UserName=user)
    iam.put_user_policy(UserName=user, PolicyName="operator", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])


def test_the_operator_can_do_everything_and_no_more(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call of a whole life is allowed for the domain named in the policy, and refused for another one."""
    become_operator(site, monkeypatch)
    identity = site.identity(region=REGION)
    identity.up()
    site.publish(identity.state["dns_records"])
    settings = site.settings(REGION)
    settings.up(mail_from="bounce", feedback_forwarding=False, tags={"team": "mail"})
    settings.up(mail_from="bounce")
    site.verification(identity.state["dns_records"], region=REGION, wait=False).up()
    Managed(SesAccountLifecycle(), region=REGION).up()
    settings.destroy()
    identity.destroy()
    assert {call.status for call in site.aws.calls if call.service == "ses" and call.region == REGION} <= {200, 404}
    other = site.identity(region=REGION, domain=f"other.{site.domain}")
    with pytest.raises(Forbidden, match="Allow ses:GetEmailIdentity"):
        other.up(dkim="byo", dkim_selector="s", dkim_private_key=new_private_key(1024).reveal())
