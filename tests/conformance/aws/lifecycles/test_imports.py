"""What SES has and no state knows is read as a program writes it, and stays when the resource is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.imported import import_
from support.ses_site import REGION
from tenant_email.errors import InvalidSettings, NotSupported
from tenant_email.lifecycle.ses_account import SesAccountLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
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
    assert steps.import_(imported.lifecycle, imported.id) is None


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
