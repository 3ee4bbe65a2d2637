"""What the plug-in recorded, as the dynamic face reads it when a stack moves back."""

from __future__ import annotations

from tenant_email.package_schema.spelling import from_plugin


def test_names_are_those_of_the_lifecycles() -> None:
    """At every depth, and in lists; what a user called so stays, and so does what the schema does not know."""
    found = from_plugin(
        "EmailProvider",
        {
            "fromAddress": "a",
            "settings": {"kind": "logto.smtp", "customHeaders": {"fromAddress": "x"}},
            "secret_digests": {},
        },
    )
    assert found == {
        "from_address": "a",
        "settings": {"kind": "logto.smtp", "custom_headers": {"fromAddress": "x"}},
        "secret_digests": {},
    }
    assert from_plugin("SesDomainSettings", {"overwriteRecords": ["mx"], "tags": {"onDelete": "y"}}) == {
        "overwrite_records": ["mx"],
        "tags": {"onDelete": "y"},
    }
