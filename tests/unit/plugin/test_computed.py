"""Outputs that follow from others: known when those are, and as secret."""

from __future__ import annotations

from tenant_email.aws.dns_records import easy_dkim_records, record_table
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.plugin import computed

RECORDS = easy_dkim_records("acme.example", ["t1"], "dkim.amazonses.com")


def test_an_output_follows_from_another() -> None:
    """Unknown or absent where that is; the rest stays, and most resources have none."""
    assert computed.add("EsvVariable", {"esv": "smtp-host", "value": "x"}) == {
        "esv": "smtp-host",
        "value": "x",
        "placeholder": "&{esv.smtp.host}",
    }
    assert computed.add("EsvSecret", {"esv": UNKNOWN})["placeholder"] is UNKNOWN
    assert computed.add("EsvSecret", {})["placeholder"] is None
    found = computed.add("SesDomainIdentity", {"dns_records": [each.to_props() for each in RECORDS]})
    assert found["records_table"] == record_table(RECORDS)
    assert computed.add("EmailProvider", {"tenant": "main"}) == {"tenant": "main"}


def test_what_follows_from_a_secret_is_one() -> None:
    """Also from a part of it, and from nothing else."""
    assert computed.repeating("EsvVariable", [("value",), ("esv",), ()]) == [("placeholder",)]
    assert computed.repeating("SesDomainIdentity", [("dns_records", "*")]) == [("records_table",)]
    assert computed.repeating("EsvVariable", [("value",)]) == []
    assert computed.repeating("EmailProvider", [("esv",)]) == []
