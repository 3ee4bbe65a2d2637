"""How the plug-in's own components register their resources and outputs: by the schema's names, at every depth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from support.registered import registered
from tenant_email import package_schema as schema
from tenant_email.plugin.face import PluginFace, outputs_of
from tenant_email.resources import lifecycles

FACE = PluginFace()
SENDING = schema.load()["resources"][schema.token("SesSendingDomain")]["properties"]
RECORD = {"zone_relative_name": "mail", "ttl": 300, "values": ["a"]}


def named(value: Any) -> Any:
    """Returns a value with its names as the SDK asks for them."""
    if isinstance(value, dict):
        return {FACE.input_name(name): named(each) for name, each in value.items()}
    return [named(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"from_address": "a", "enabled": True}, {"fromAddress": "a", "enabled": True}),
        ({"further_domains": ["a_b"]}, {"furtherDomains": ["a_b"]}),
        (
            {"settings": {"kind": "logto.smtp", "custom_headers": {"from_address": "x"}, "reply_to": "y"}},
            {"settings": {"kind": "logto.smtp", "customHeaders": {"from_address": "x"}, "replyTo": "y"}},
        ),
        (
            {"settings": {"kind": "logto.smtp", "templates": {"on_delete": {"content_type": "z"}}}},
            {"settings": {"kind": "logto.smtp", "templates": {"on_delete": {"contentType": "z"}}}},
        ),
        ({"settings": {"kind": "auth0.smtp", "odd_one": 1}}, {"settings": {"kind": "auth0.smtp", "odd_one": 1}}),
        ({"odd_one": {"in_it": 1}}, {"odd_one": {"in_it": 1}}),
        (
            {"settings": {"kind": "auth0.smtp", "odd_one": {"in_it": [1]}}},
            {"settings": {"kind": "auth0.smtp", "odd_one": {"in_it": [1]}}},
        ),
    ],
)
def test_a_part_is_registered_by_the_schemas_names(given: Any, sent: Any) -> None:
    """A user's own keys stay; the token is that of the plug-in's resource."""
    token, props = FACE.registration(lifecycles.EMAIL_PROVIDER, "a:b:EmailProvider", given)
    assert (token, named(props)) == ("tenant-email:index:EmailProvider", sent)
    assert FACE.former_types("a:b:EmailProvider") == ["pulumi-python:a:b:EmailProvider"]


def test_a_name_is_that_of_its_kind() -> None:
    """What only another kind has stays as it was written."""
    for kind, name in (("auth0.smtp", "access_key_id"), ("auth0.ses", "accessKeyId")):
        given = {"settings": {"kind": kind, "access_key_id": "x"}}
        _, props = FACE.registration(lifecycles.EMAIL_PROVIDER, "a:b:EmailProvider", given)
        assert props == {"settings": {"kind": kind, name: "x"}}


def test_elements_of_a_list_have_their_own_names() -> None:
    """As those of a record."""
    given = {"records": [RECORD]}
    _, props = FACE.registration(lifecycles.SES_DOMAIN_VERIFICATION, "a:b:SesDomainVerification", given)
    assert props == {"records": [{"zoneRelativeName": "mail", "ttl": 300, "values": ["a"]}]}


def test_an_output_is_the_attribute_of_its_name() -> None:
    """Where the schema has it; every other name stays."""
    assert [FACE.output_name(name) for name in ("smtpHost", "region", "someThing")] == [
        "smtp_host",
        "region",
        "someThing",
    ]
    assert [FACE.input_name(name) for name in ("smtp_host", "region", "some_thing")] == [
        "smtpHost",
        "region",
        "some_thing",
    ]


def test_a_component_is_handed_over_with_all_its_outputs() -> None:
    """Those that are there, also what comes later; an SMTP host that there is none of is left out, and no error."""

    class SesSendingDomain(SimpleNamespace):
        @property
        def smtp_host(self) -> str:
            raise AssertionError

    shown: dict[str, Any] = {}

    def program() -> None:
        later = pulumi.Output.from_input([RECORD])
        made: Any = SesSendingDomain(domain="acme.example", user_name=None, _smtp_host_if_any=None, dns_records=later)
        pulumi.Output.all(**FACE.outputs(made, {})).apply(shown.update)

    registered(program)
    assert shown == {
        "domain": "acme.example",
        "dnsRecords": [{"zoneRelativeName": "mail", "ttl": 300, "values": ["a"]}],
    }
    made: Any = SimpleNamespace(
        _smtp_host_if_any="smtp", from_addresses=["a_b"], records_to_publish=[{**RECORD, "odd_one": 1}]
    )
    assert outputs_of(made, SENDING) == {
        "smtpHost": "smtp",
        "fromAddresses": ["a_b"],
        "recordsToPublish": [{"zoneRelativeName": "mail", "ttl": 300, "values": ["a"], "odd_one": 1}],
    }
