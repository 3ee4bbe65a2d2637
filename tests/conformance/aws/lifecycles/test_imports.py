"""What SES has and no state knows is read as a program writes it, and stays when the resource is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.estate import Estate
from support.imported import import_
from support.ses_site import REGION
from tenant_email.aws.dns_records import RecordType, route53_value
from tenant_email.errors import InvalidSettings, NotSupported, TenantEmailError
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_record import SesDomainRecordLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.operations import steps

if TYPE_CHECKING:
    from support.ses_site import SesSite


def test_an_identity_is_read_with_its_records(site: SesSite) -> None:
    """Signed by Easy DKIM, of which the usual length needs no word; what shows later shows in its own preview."""
    lengths: tuple[tuple[Any, dict[str, int]], ...] = (
        ("RSA_2048_BIT", {}),
        ("RSA_1024_BIT", {"dkim_key_length": 1024}),
    )
    for length, shown in lengths:
        site.ses.create_email_identity(
            EmailIdentity=site.domain, DkimSigningAttributes={"NextSigningKeyLength": length}
        )
        imported = import_(SesDomainIdentityLifecycle(), f"aws-ses/{REGION}/{site.domain}")
        assert imported.inputs == {"domain": site.domain, "region": REGION, **shown}
        assert (imported.state["adopted"], len(imported.state["dns_records"])) == (True, 3)
        assert imported.unsettled() == []
        imported.destroy()
        assert site.exists()
        site.ses.delete_email_identity(EmailIdentity=site.domain)
    assert steps.import_(SesDomainIdentityLifecycle(), f"aws-ses/{REGION}/{site.domain}") is None


def test_a_key_of_ones_own_cannot_be_read(site: SesSite) -> None:
    """So that its identity is adopted with the key in the program."""
    from tenant_email.aws.rsa_key import new_private_key, without_armour  # noqa: PLC0415 - slow to load

    key = without_armour(new_private_key(1024)).reveal()
    own: Any = {"DomainSigningSelector": "mail-1", "DomainSigningPrivateKey": key}
    site.ses.create_email_identity(EmailIdentity=site.domain, DkimSigningAttributes=own)
    id_ = f"aws-ses/{REGION}/{site.domain}"
    with pytest.raises(NotSupported) as caught:
        steps.import_(SesDomainIdentityLifecycle(), id_)
    assert str(caught.value) == (
        f"import of {id_}: cannot be imported: {site.domain} signs with a key of its own, which SES shows nobody\n"
        "Give the key to a SesDomainIdentity with on_existing='adopt'."
    )


def test_settings_are_those_that_someone_made(site: SesSite) -> None:
    """None of a fresh identity; tags stay what they are; a destroy changes nothing."""
    site.ses.create_email_identity(EmailIdentity=site.domain, Tags=[{"Key": "team", "Value": "mail"}])
    id_ = f"aws-ses/{REGION}/{site.domain}/settings"
    where = {"domain": site.domain, "region": REGION}
    assert import_(SesDomainSettingsLifecycle(), id_).inputs == where
    site.ses.create_configuration_set(ConfigurationSetName=f"set-{site.domain}")
    site.settings().up(
        mail_from="bounce",
        on_mx_failure="REJECT_MESSAGE",
        feedback_forwarding=False,
        configuration_set=f"set-{site.domain}",
    )
    imported = import_(SesDomainSettingsLifecycle(), id_)
    assert imported.inputs == {
        **where,
        "mail_from": f"bounce.{site.domain}",
        "on_mx_failure": "REJECT_MESSAGE",
        "feedback_forwarding": False,
        "configuration_set": f"set-{site.domain}",
    }
    assert imported.unsettled() == []
    puts = site.calls("Put")
    imported.destroy()
    assert site.calls("Put") == puts
    site.ses.delete_email_identity(EmailIdentity=site.domain)
    assert steps.import_(imported.lifecycle, id_) is None


RECORDS: dict[str, tuple[str, RecordType, str, str]] = {
    "mx": ("bounce", "MX", "MAIL FROM", "10 feedback-smtp.eu-west-1.amazonses.com"),
    "spf": ("bounce", "TXT", "SPF", "v=spf1 include:amazonses.com ~all"),
    "dmarc": ("_dmarc", "TXT", "DMARC", "v=DMARC1; p=none;"),
    "own key": ("mail-1._domainkey", "TXT", "DKIM", "p=MIGfMA0GCSqGSIb3DQEB"),
    "easy": ("abc._domainkey", "CNAME", "DKIM", "abc.dkim.amazonses.com"),
}


def test_a_record_is_read_with_its_purpose(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the texts at a name the one of its kind; it existed before the stack, so that a destroy leaves it."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    zone = Estate.create(site.client("route53"), site.domain)
    for label, type_, purpose, value in RECORDS.values():
        name = f"{label}.{site.domain}"
        others = ['"another text"'] if purpose in ("SPF", "DMARC") else []
        zone.put(name, type_, *others, route53_value(type_, value))
        imported = import_(SesDomainRecordLifecycle(), f"route53/{zone.zone_id}/{name}/{type_}")
        where = {"zone_id": zone.zone_id, "name": name, "type": type_, "region": REGION}
        assert imported.inputs == {**where, "purpose": purpose, "ttl": 300, "value": value}
        assert imported.unsettled() == []
        imported.destroy()
    assert len(zone.sets()) == len(RECORDS)


def test_what_is_not_one_record_is_not_imported(site: SesSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing, nothing of its kind, several, an alias, another type, a zone that is not there, no region."""
    monkeypatch.setenv("AWS_REGION", REGION)
    zone, name = Estate.create(site.client("route53"), site.domain), f"bounce.{site.domain}"
    spf = f"route53/{zone.zone_id}/{name}/TXT"

    def refusal(id_: str) -> str:
        with pytest.raises(TenantEmailError) as caught:
            steps.import_(SesDomainRecordLifecycle(), id_)
        return str(caught.value).removeprefix(f"import of {id_}: ")

    assert steps.import_(SesDomainRecordLifecycle(), spf) is None
    zone.put(name, "TXT", '"another text"')
    assert steps.import_(SesDomainRecordLifecycle(), spf) is None
    assert steps.import_(SesDomainRecordLifecycle(), f"route53/Z0NOTHERE/{name}/TXT") is None
    zone.put(name, "TXT", '"v=spf1 -all"', '"v=spf1 ~all"')
    several = "cannot be imported: it is 2 SPF records\nMake it one plain record first."
    assert refusal(spf) == several
    alias = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": "x.example.", "EvaluateTargetHealth": False}
    zone.put(f"abc._domainkey.{site.domain}", "CNAME", AliasTarget=alias)
    key = f"route53/{zone.zone_id}/abc._domainkey.{site.domain}/CNAME"
    assert refusal(key).startswith("cannot be imported: it is an alias of x.example\n")
    assert refusal(f"route53/{zone.zone_id}/{name}/A").startswith(
        "id: is that of no record by which SES knows a domain\n"
    )
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert refusal(spf).startswith("region: is missing: it is not set here, in the stack config or in AWS_REGION\n")


def test_an_account_is_looked_at(site: SesSite) -> None:
    """Nothing is asked for."""
    imported = import_(SesAccountLifecycle(), f"aws-ses/{REGION}/account")
    assert imported.inputs == {"region": REGION}
    assert imported.unsettled() == []
    assert site.calls("Put") == []


@pytest.mark.parametrize(
    ("id_", "why"),
    [
        ("aws-ses/eu-west-1/Acme.example", "id: writes Acme.example otherwise than SES\nWrite it with acme.example."),
        ("aws-ses/eu-wst-1/acme.example", "region: eu-wst-1 is not"),
        ("aws-ses/eu-west-1/acme..example", "domain: "),
        ("aws-ses/eu-west-1/acme.example/settings", "id: is the id of SesDomainSettings, not of SesDomainIdentity"),
        ("acme.example", "id: is not the id of a SesDomainIdentity\nWrite it as aws-ses/{region}/{domain}, such as"),
    ],
)
def test_a_wrong_id_is_told_before_a_call(id_: str, why: str, site: SesSite) -> None:
    """With the right form."""
    with pytest.raises(InvalidSettings) as caught:
        steps.import_(SesDomainIdentityLifecycle(), id_)
    assert str(caught.value).startswith(f"import of {id_}: {why}")
    assert site.calls() == []
