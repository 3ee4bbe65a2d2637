"""What an AWS account has for a domain is written as a program that takes it over without a write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from support.estate import Estate
from support.ses_site import REGION
from support.taken_over import Program
from tenant_email.cli import app
from tenant_email.operations import operation

if TYPE_CHECKING:
    from pathlib import Path

    from support.ses_site import SesSite

WRITES = ("Create", "Put", "Delete", "Tag", "Untag", "Change", "Attach", "Update")


def run(site: SesSite, folder: Path, *words: str) -> Result:
    """Runs the command for the site's domain."""
    return CliRunner().invoke(app, ["import", "--domain", site.domain, "--out", str(folder), *words])


def assert_taken_over(site: SesSite, folder: Path, **config: str) -> Program:
    """Imports the domain, brings the program up, and looks at the next preview; AWS is only read."""
    site.aws.calls.clear()
    done = run(site, folder)
    assert done.exit_code == 0, done.output
    program = Program(folder, config)
    assert program.up() == []
    taken = dict(program.bridged)
    assert program.preview_without_ids() == []
    program.bridged = taken
    assert [call.operation for call in site.aws.calls if call.operation.startswith(WRITES)] == []
    return program


def allow(arn: str, action: str = "ses:SendRawEmail") -> str:
    """Returns a policy."""
    statement = {"Effect": "Allow", "Action": [action], "Resource": arn}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize("length", ["RSA_2048_BIT", "RSA_1024_BIT"])
def test_an_identity_with_all_its_settings(site: SesSite, tmp_path: Path, length: Any) -> None:
    """Key length, MAIL FROM, configuration set, feedback; tags stay what they are."""
    tags: Any = [{"Key": "team", "Value": "mail"}]
    site.ses.create_email_identity(
        EmailIdentity=site.domain, DkimSigningAttributes={"NextSigningKeyLength": length}, Tags=tags
    )
    assert_taken_over(site, tmp_path / "plain")
    site.ses.create_configuration_set(ConfigurationSetName=f"set-{site.domain}")
    site.settings().up(
        mail_from="bounce",
        on_mx_failure="REJECT_MESSAGE",
        feedback_forwarding=False,
        configuration_set=f"set-{site.domain}",
    )
    assert_taken_over(site, tmp_path / "whole")
    assert site.live()["Tags"] == tags


def test_a_key_of_ones_own_comes_from_config(site: SesSite, tmp_path: Path) -> None:
    """SES shows it nobody; the adopted identity keeps it."""
    from tenant_email.aws.rsa_key import new_private_key, without_armour  # noqa: PLC0415 - slow to load

    key = new_private_key(1024)
    own: Any = {"DomainSigningSelector": "mail-1", "DomainSigningPrivateKey": without_armour(key).reveal()}
    site.ses.create_email_identity(EmailIdentity=site.domain, DkimSigningAttributes=own)
    assert_taken_over(site, tmp_path / "out", dkimPrivateKey=key.reveal())


def test_records_users_and_policies(site: SesSite, tmp_path: Path) -> None:
    """Those that name this very domain; what may be for it as well is named and left out."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    zone = Estate.create(site.client("route53"), site.domain)
    tokens = site.live()["DkimAttributes"]["Tokens"]
    for token in tokens:
        zone.put(f"{token}._domainkey.{site.domain}", "CNAME", f"{token}.dkim.amazonses.com")
    zone.put(f"_dmarc.{site.domain}", "TXT", '"v=DMARC1; p=none"')
    zone.put(f"www.{site.domain}", "CNAME", "elsewhere.example")
    iam, sts = site.client("iam"), site.client("sts")
    arn = f"arn:aws:ses:{REGION}:{sts.get_caller_identity()['Account']}:identity/{site.domain}"
    name = site.domain.replace(".", "-")
    for user in (f"{name}-own", f"{name}-wide"):
        iam.create_user(UserName=user, Path="/mail/", Tags=[{"Key": "team", "Value": "mail"}])
    iam.put_user_policy(UserName=f"{name}-own", PolicyName="send", PolicyDocument=allow(arn))
    managed = iam.create_policy(PolicyName=f"{name}-send", Description="Sends.", PolicyDocument=allow(arn, "ses:*"))
    iam.attach_user_policy(UserName=f"{name}-own", PolicyArn=managed["Policy"]["Arn"])
    iam.put_user_policy(UserName=f"{name}-wide", PolicyName="any", PolicyDocument=allow("*"))
    program = assert_taken_over(site, tmp_path / "out")
    assert program.bridged.keys() == {
        *(f"{zone.zone_id}_{token}._domainkey.{site.domain}_CNAME" for token in tokens),
        f"{zone.zone_id}__dmarc.{site.domain}_TXT",
        f"{name}-own",
        f"{name}-own:send",
        managed["Policy"]["Arn"],
        f"{name}-own/{managed['Policy']['Arn']}",
    }
    assert program.bridged[f"{zone.zone_id}__dmarc.{site.domain}_TXT"]["records"] == ["v=DMARC1; p=none"]
    assert program.bridged[f"{name}-own"] == {"name": f"{name}-own", "path": "/mail/", "tags": {"team": "mail"}}
    readme = (tmp_path / "out/README.md").read_text()
    assert f"The IAM user {name}-wide may send for {site.domain} by any, which is not for this domain alone" in readme
    assert "pulumi-aws" in (tmp_path / "out/requirements.txt").read_text()


def test_an_identity_elsewhere_is_said_where(site: SesSite, tmp_path: Path) -> None:
    """Nothing is written; the remedy has the region, and a domain that nobody has says so."""
    other: Any = site.client("sesv2", "us-east-2")
    other.create_email_identity(EmailIdentity=site.domain)
    done = run(site, tmp_path / "out")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"ses {REGION}: {site.domain} is not an identity there\nIt is in us-east-2" in done.stderr
    assert run(site, tmp_path / "out", "--region", "us-east-2").exit_code == 0
    gone = CliRunner().invoke(app, ["import", "--domain", "not a domain", "--out", str(tmp_path / "x")])
    assert gone.exit_code == 1
    assert "Write a domain that you own" in gone.stderr
    assert not (tmp_path / "x").exists()


def test_what_is_denied_is_named_and_the_identity_is_written(
    site: SesSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the permissions that would show the rest; without those for SES nothing is written."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    iam, name = site.client("iam"), site.domain.replace(".", "-")
    iam.create_user(UserName=name)
    reading = ["ses:GetEmailIdentity", "ses:GetAccount", "sts:GetCallerIdentity"]
    statement: Any = {"Effect": "Allow", "Action": reading, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="reads", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    # An operation keeps its clients, which have the key of whoever opened them.
    monkeypatch.setattr(operation, "_current", operation.Operation())
    done = run(site, tmp_path / "out")
    assert done.exit_code == 0, done.output
    said = done.stdout + (tmp_path / "out/README.md").read_text()
    for permission in ("route53:ListHostedZones", "iam:GetAccountAuthorizationDetails"):
        assert said.count(permission) > 1, said
    iam.delete_user_policy(UserName=name, PolicyName="reads")
    monkeypatch.setattr(operation, "_current", operation.Operation())
    denied = run(site, tmp_path / "none")
    assert (denied.exit_code, denied.stdout) == (1, "")
    assert "ses:GetEmailIdentity" in denied.stderr
    assert not (tmp_path / "none").exists()


def test_what_an_update_would_repair_is_left_out(site: SesSite, tmp_path: Path) -> None:
    """The first preview after the import would not be empty: it is in the program as a comment, with the reason."""
    site.ses.create_email_identity(EmailIdentity=site.domain)
    site.ses.put_email_identity_dkim_attributes(EmailIdentity=site.domain, SigningEnabled=False)
    done = run(site, tmp_path / "out", "--json")
    (identity,) = json.loads(done.stdout)["resources"]
    assert identity["left_out"] == "DKIM is off, and an update turns it on."
    source = (tmp_path / "out/__main__.py").read_text()
    assert "# SesDomainIdentity(\n" in source
    assert "import pulumi" not in source


def test_what_has_no_dkim_is_left_out(site: SesSite, tmp_path: Path) -> None:
    """It was verified by a TXT record, and no wait brings it DKIM."""
    site.verify_by_text()
    done = run(site, tmp_path / "out", "--json")
    (identity,) = json.loads(done.stdout)["resources"]
    assert identity["left_out"] == "It has no DKIM, which on_existing='adopt' sets up."
    assert f'#     domain="{site.domain}"' in (tmp_path / "out/__main__.py").read_text()
