"""Starters in a program, as the guides have them."""

from __future__ import annotations

import pytest

from support.program_preview import preview

PROGRAM = """
from tenant_email import Brand, SesSendingDomain, TenantEmail, {platform}

sending = SesSendingDomain("mail", domain="acme.com", from_addresses=["no-reply@acme.com"])
email = TenantEmail(
    "mail",
    sending_domain=sending,
    settings={settings}.from_ses,
    from_address="no-reply@acme.com",
    templates={platform}.Template.starters(brand=Brand(name="Acme")),
)
assert len(email.templates) == {count}
"""


@pytest.mark.parametrize(
    ("settings", "count"), [("auth0.Ses", 11), ("logto.AwsSes", 9), ("pingone_aic.Smtp", 5)], ids=str
)
def test_a_tenant_takes_all_of_a_platform(settings: str, count: int) -> None:
    """Each is a template of its own, with inputs in which a preview finds nothing wrong."""
    kinds, problems = preview(PROGRAM.format(platform=settings.partition(".")[0], settings=settings, count=count))
    assert problems == []
    assert "EmailTemplate" in kinds
