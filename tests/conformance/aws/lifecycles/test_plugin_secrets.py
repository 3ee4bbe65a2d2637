"""A domain that the user marked secret is in no answer of the plug-in in clear, whatever is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.plugin import InThisProcess, PluginSteps, in_clear
from support.ses_site import REGION, TAGS
from tenant_email import package_schema as schema
from tenant_email.operations import operation

if TYPE_CHECKING:
    from support.ses_site import SesSite


def test_no_output_shows_a_marked_domain(site: SesSite) -> None:
    """Not the id, the ARN, a record's name, nor the table that is made of the records."""
    inputs: dict[str, Any] = {"domain": site.domain, "region": REGION, "dkim": "easy", "tags": TAGS}
    marked, steps = (
        {**inputs, "secret_inputs": ["domain"]},
        PluginSteps(InThisProcess(), schema.token("SesDomainIdentity")),
    )
    assert steps.check(marked, {}) == []
    operation.begin()
    id_, state = steps.create(marked)
    made = in_clear(steps.raw)
    assert {"dnsRecords", "recordsTable", "identityArn"} <= steps.raw.properties.fields.keys()
    again = {**state, "secret_inputs": ["domain"]}
    assert steps.diff(id_, again, marked) == (False, [])
    assert steps.read(id_, again)[0] == id_
    assert site.domain not in made + in_clear(steps.raw)
    operation.begin()
    steps.delete(id_, again)
    assert not site.exists()
