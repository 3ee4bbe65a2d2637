"""Messages in the names of the schema."""

from __future__ import annotations

from tenant_email.plugin.words import in_schema_words


def test_names_of_inputs_and_outputs_are_those_of_the_schema() -> None:
    """Of resources, components and the provider, and Pulumi's options; every other word stays."""
    told = "from_address, dkim_status, active_key, client_secret and opts.delete_before_replace, not some_word nor url"
    shown = "fromAddress, dkimStatus, activeKey, clientSecret and opts.deleteBeforeReplace, not some_word nor url"
    assert in_schema_words(told) == shown
