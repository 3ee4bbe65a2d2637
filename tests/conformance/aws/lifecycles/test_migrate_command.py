"""What Terraform's state has of SES, Route 53 and IAM is written as a program that takes it over without a write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from support import other_tools
from support.estate import Estate
from support.ses_site import REGION
from support.taken_over import Program
from tenant_email.cli import app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support.ses_site import SesSite

WRITES = ("Create", "Put", "Delete", "Tag", "Untag", "Change", "Attach", "Update")
APIS = [other_tools.terraform_sesv2, other_tools.terraform_ses]


def arn_of(site: SesSite) -> str:
    """Returns the identity's ARN."""
    account = site.client("sts").get_caller_identity()["Account"]
    return f"arn:aws:ses:{REGION}:{account}:identity/{site.domain}"


def migrated(site: SesSite, folder: Path, resources: Sequence[Any], **config: str) -> tuple[Program, dict[str, Any]]:
    """Migrates a state, brings the program up, and looks at the next preview; AWS is only read."""
    site.aws.calls.clear()
    words = ["migrate", "-", "--out", str(folder), "--json"]
    done = CliRunner().invoke(app, words, input=json.dumps(other_tools.terraform_state(*resources)))
    assert done.exit_code == 0, done.output
    text = "".join(each.read_text() for each in folder.rglob("*") if each.is_file())
    assert "canary" not in text + done.output
    program = Program(folder, config)
    assert program.up() == []
    taken = dict(program.bridged)
    assert program.preview_without_ids() == []
    program.bridged = taken
    assert [call.operation for call in site.aws.calls if call.operation.startswith(WRITES)] == []
    return program, json.loads(done.stdout)


@pytest.mark.parametrize("state", APIS)
def test_an_identity_with_its_settings(site: SesSite, tmp_path: Path, state: Any) -> None:
    """By both of Terraform's APIs; what is not set is not written."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    migrated(site, tmp_path / "plain", state(site.live(), site.domain, arn_of(site)))
    site.ses.create_configuration_set(ConfigurationSetName=f"set-{site.domain}")
    site.settings().up(
        mail_from="bounce",
        on_mx_failure="REJECT_MESSAGE",
        feedback_forwarding=False,
        configuration_set=f"set-{site.domain}",
    )
    _, found = migrated(site, tmp_path / "whole", state(site.live(), site.domain, arn_of(site)))
    program = (tmp_path / "whole" / "__main__.py").read_text()
    assert f'mail_from="bounce.{site.domain}"' in program
    assert 'on_mx_failure="REJECT_MESSAGE"' in program
    assert found["left"] == {}


def test_a_key_of_ones_own_goes_along(site: SesSite, tmp_path: Path) -> None:
    """The state has it, which SES shows nobody; it becomes a secret of the stack."""
    from tenant_email.aws.rsa_key import new_private_key, without_armour  # noqa: PLC0415 - slow to load

    key = without_armour(new_private_key(1024)).reveal()
    own: Any = {"DomainSigningSelector": "mail-1", "DomainSigningPrivateKey": key}
    site.ses.create_email_identity(EmailIdentity=site.domain, DkimSigningAttributes=own)
    state = other_tools.terraform_sesv2(site.live(), site.domain, arn_of(site), key)
    _, found = migrated(site, tmp_path / "out", state, dkimPrivateKey=key)
    assert found["secrets"] == ["dkimPrivateKey"]
    text = "".join(each.read_text() for each in (tmp_path / "out").rglob("*") if each.is_file())
    assert key not in text + json.dumps(found)


def policy(arn: str) -> str:
    """Returns a policy as a state has it."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:Send*", "Resource": arn}]}
    )


def test_records_users_and_policies(site: SesSite, tmp_path: Path) -> None:
    """Those that are for this very domain; the others stay with Terraform, and so does an access key."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    zone = Estate.create(site.client("route53"), site.domain)
    token, *_ = site.live()["DkimAttributes"]["Tokens"]
    arn, record, resource = arn_of(site), other_tools.terraform_record, other_tools.terraform_resource
    attached = "arn:aws:iam::123456789012:policy/mail/send"
    _, found = migrated(
        site,
        tmp_path / "out",
        [
            *other_tools.terraform_sesv2(site.live(), site.domain, arn),
            record(zone.zone_id, f"{token}._domainkey.{site.domain}", "CNAME", f"{token}.dkim.amazonses.com"),
            record(zone.zone_id, f"_dmarc.{site.domain}", "TXT", "v=DMARC1; p=none"),
            record(zone.zone_id, f"www.{site.domain}", "CNAME", "elsewhere.example"),
            resource("aws_iam_user", "own", {"name": "own", "path": "/mail/", "tags": {"team": "mail"}}),
            resource("aws_iam_user", "wide", {"name": "wide", "path": "/"}),
            resource("aws_iam_user_policy", "own", {"name": "send", "user": "own", "policy": policy(arn)}),
            resource("aws_iam_user_policy", "wide", {"name": "any", "user": "wide", "policy": policy("*")}),
            resource(
                "aws_iam_policy", "send", {"name": "send", "arn": attached, "path": "/mail/", "policy": policy(arn)}
            ),
            resource("aws_iam_user_policy_attachment", "own", {"user": "own", "policy_arn": attached}),
            resource("aws_iam_access_key", "own", {"id": "AKIA1", "user": "own", "secret": "canary-of-a-key"}),
        ],
    )
    assert set(found["taken"]) == {
        "aws_sesv2_email_identity.this",
        *(
            f"aws_route53_record.{name}_{site.domain.replace('.', '_').replace('-', '_')}"
            for name in (f"{token}__domainkey", "_dmarc")
        ),
        *("aws_iam_user.own", "aws_iam_user_policy.own", "aws_iam_policy.send", "aws_iam_user_policy_attachment.own"),
    }
    assert found["left"] == {
        "aws_route53_record": 1,
        "aws_iam_user": 1,
        "aws_iam_user_policy": 1,
        "aws_iam_access_key": 1,
    }
    notes = [each["what"] for each in found["findings"] if each["check"] == "note"]
    assert any("the access key AKIA1 stays with the other tool" in note for note in notes)
    assert any("wide: may send for" in note for note in notes)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"email_identity": "me@acme.com", "arn": "a:b:c:d:e:f"}, "is the identity of an address"),
        ({"email_identity": "acme.com", "arn": ""}, "has no ARN that says its region"),
    ],
)
def test_what_is_no_domain_is_refused(tmp_path: Path, attributes: dict[str, Any], said: str) -> None:
    """With the reason."""
    state = other_tools.terraform_state(other_tools.terraform_resource("aws_sesv2_email_identity", "x", attributes))
    done = CliRunner().invoke(app, ["migrate", "-", "--out", str(tmp_path / "out")], input=json.dumps(state))
    assert done.exit_code == 1
    assert said in done.stderr


def test_an_identity_that_is_not_signed_is_left(tmp_path: Path) -> None:
    """A SesDomainIdentity would turn DKIM on."""
    own = {"arn": f"arn:aws:ses:{REGION}:1:identity/acme.com", "domain": "acme.com", "id": "acme.com"}
    state = other_tools.terraform_state(other_tools.terraform_resource("aws_ses_domain_identity", "x", own))
    done = CliRunner().invoke(app, ["migrate", "-", "--out", str(tmp_path / "out")], input=json.dumps(state))
    assert done.exit_code == 1
    assert "is verified by a TXT record and not signed by DKIM" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Turn Easy DKIM on in SES")
