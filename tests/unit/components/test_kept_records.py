"""Which records of a sending domain outlive the stack: those that an identity needs which does."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from support.registered import registered
from tenant_email import SesSendingDomain

DKIM = {"type": "CNAME", "ttl": 300, "values": ["t.dkim.amazonses.com"]}
RECORDS = [{**DKIM, "name": f"t{number}._domainkey.acme.example"} for number in range(3)]
FOUND = {"adopts_identity": True, "existing_mail_from": "bounce.acme.example"}


@pytest.mark.parametrize("adopted", [True, None, False])
def test_records_stay_with_an_identity_that_is_someone_elses(adopted: bool | None) -> None:
    """One that its owner deleted was made anew, and is the stack's: then nothing stays."""
    program = partial(
        SesSendingDomain, "mail", domain="acme.example", mail_from="bounce", dmarc="none", on_existing="adopt"
    )
    answers: dict[str, Any] = {"dns_records": RECORDS, "adopted": adopted}
    made = registered(program, SesDomainIdentity=answers, SesDomainPreflight=FOUND).inputs
    records = {name: each for (kind, name), each in made.items() if kind == "SesDomainRecord"}
    stays = adopted is not False
    assert {name: each["keep"] for name, each in records.items()} == {
        **{f"mail-dkim-{number}": stays for number in range(3)},
        "mail-mail-from-mx": stays,
        "mail-mail-from-spf": stays,
        "mail-dmarc": False,
    }
    assert {each["ours_alone"] for name, each in records.items() if "dkim" in name} == {not stays}
