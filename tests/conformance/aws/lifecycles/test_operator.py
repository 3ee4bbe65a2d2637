"""The operator's policy as AWS evaluates it: enough for a whole life and nothing more; no denial leaves anything."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from support.operator_document import document
from support.operator_life import REGION, Life, filled_in
from tenant_email.aws.rsa_key import new_private_key
from tenant_email.errors import Forbidden, TenantEmailError
from tenant_email.operations import operation
from tenant_email_local.aws.plugin.session import Aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.operator_life import Step
    from support.ses_site import SesSite
    from tenant_email_local.aws.server import AwsServer

KEY = "AKIALOCALTEST0000099"  # the account's root
OPERATOR = "operator"
_keys: dict[str, tuple[str, str]] = {}
EVENTS = {
    "ManageConfigurationSets",
    "ManageTopics",
    "ManageAlarms",
}  # tests/unit/local/aws/test_events.py has their life
STATEMENTS = [each for each in json.loads(document())["Statement"] if each["Sid"] not in EVENTS]
ACTIONS = [action for statement in STATEMENTS for action in statement["Action"]]


@cache
def roots(aws: AwsServer) -> tuple[Any, ...]:
    """Returns the root's session and clients; one for all tests, because making them is what takes time."""
    root = aws.session(KEY)
    names: tuple[Any, ...] = ("iam", "route53", "sesv2")
    return root, *(root.client(name, region_name=REGION, endpoint_url=aws.url) for name in names)


@cache
def provider() -> Aws:
    """Returns pulumi_aws's stand-in with the operator's key."""
    return Aws({"region": REGION})


class Operator:
    """Whoever runs `pulumi up`, with the policy of the docs and nothing else."""

    def __init__(self, site: SesSite) -> None:
        self.site = site
        self.root, self.iam, self.route53, self.ses = roots(site.aws)
        zone = self.route53.create_hosted_zone(Name=site.domain, CallerReference=site.domain)["HostedZone"]
        self.zone_id = zone["Id"].removeprefix("/hostedzone/")

    def become(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Goes on with the operator's key, which is one for all tests, because lifecycles share their clients."""
        if OPERATOR not in _keys:
            self.iam.create_user(UserName=OPERATOR)
            key = self.iam.create_access_key(UserName=OPERATOR)["AccessKey"]
            _keys[OPERATOR] = key["AccessKeyId"], key["SecretAccessKey"]
        for name, value in zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), _keys[OPERATOR], strict=True):
            monkeypatch.setenv(name, value)

    def deny(self, *actions: str) -> None:
        """Denies these actions beside all that the policy allows; none denies nothing."""
        statement = {"Effect": "Deny", "Action": list(actions) or ["none:None"], "Resource": "*"}
        denied = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_user_policy(UserName=OPERATOR, PolicyName="denied", PolicyDocument=denied)

    def life(self, *, proves: bool = False) -> Life:
        """Returns a life that has not begun."""
        allowed = filled_in(self.site.domain, self.zone_id)
        self.iam.put_user_policy(UserName=OPERATOR, PolicyName="allowed", PolicyDocument=allowed)
        return Life(self.site, provider(), self.root, self.zone_id, proves=proves)

    def left(self) -> list[str]:
        """Returns what there is of the domain beside its zone."""
        domain = self.site.domain
        records = self.route53.list_resource_record_sets(HostedZoneId=self.zone_id)["ResourceRecordSets"]
        found = [each["IdentityName"] for each in self.ses.list_email_identities()["EmailIdentities"]]
        found += [each["UserName"] for each in self.iam.list_users()["Users"]]
        found += [each["PolicyName"] for each in self.iam.list_policies(Scope="Local")["Policies"]]
        found += [each["Name"].rstrip(".") for each in records if each["Type"] not in {"NS", "SOA"}]
        return [name for name in found if name.endswith(domain)]


def forget_clients() -> None:
    """Has the lifecycles open their clients anew, with the key of the environment."""
    aws = operation.current().aws
    for clients in (aws.ses, aws.iam, aws.route53):
        clients.forget()


@pytest.fixture
def operator(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """An operator, in an account that has a configuration set."""
    forget_clients()  # another test of this process may have opened them as the root
    operator = Operator(site)
    operator.become(monkeypatch)
    if not operator.ses.list_configuration_sets()["ConfigurationSets"]:
        operator.ses.create_configuration_set(ConfigurationSetName="sign-in")
    operator.deny()
    yield operator
    forget_clients()


def lead(steps: Iterator[Step]) -> str:
    """Leads a life until something is refused; returns what was said."""
    for _, act in steps:
        try:
            act()
        except (TenantEmailError, ClientError) as error:
            return str(error)
    return ""


def test_the_operator_can_lead_a_whole_life(operator: Operator) -> None:
    """Every call of up, change, rotation, refresh and destroy is allowed, the key's own trial included."""
    life = operator.life(proves=True)
    assert lead(life.steps()) == ""
    assert lead(life.undo()) == ""
    assert operator.left() == []


def test_the_operator_can_do_no_more(operator: Operator) -> None:
    """Another domain, another user's key, another policy and another zone are none of the operator's business."""
    operator.life()
    other = operator.site.identity(region=REGION, domain=f"other.{operator.site.domain}")
    with pytest.raises(Forbidden, match="Allow ses:GetEmailIdentity"):
        other.up(dkim="byo", dkim_selector="s", dkim_private_key=new_private_key(1024).reveal())
    operator.iam.create_user(UserName=f"theirs-{operator.site.domain}")
    aws = provider()
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    calls: list[Callable[[], object]] = [
        lambda: aws.iam.create_access_key(UserName=f"theirs-{operator.site.domain}"),
        lambda: aws.iam.attach_user_policy(UserName=f"mail-{operator.site.domain}", PolicyArn=admin),
        lambda: aws.route53.delete_hosted_zone(Id=operator.zone_id),
    ]
    for refused in calls:
        with pytest.raises(ClientError, match="is not authorized to perform"):
            refused()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_denied_action_is_named_and_leaves_nothing(operator: Operator, action: str) -> None:
    """Each action of the policy is needed: the run says which is missing, and a destroy leaves nothing behind."""
    operator.deny(action)
    life = operator.life()
    said = lead(life.steps()) or lead(life.undo())
    assert action in said
    operator.deny()
    assert lead(life.undo()) == ""
    assert operator.left() == []


@pytest.mark.parametrize("action", ["ses:GetAccount", "ses:TagResource", "iam:ListAccessKeys"])
def test_what_was_denied_goes_on_once_it_is_allowed(operator: Operator, action: str) -> None:
    """A step that failed is done again, after those that the state knows, and the life comes to its end."""
    operator.deny(action)
    life, said = operator.life(), list[str]()
    for step in life.steps():
        if refused := lead(iter([step])):
            said.append(refused)
            operator.deny()
            assert lead(iter([step])) == ""
    assert [action in each for each in said] == [True]
    assert lead(life.undo()) == ""
    assert operator.left() == []
