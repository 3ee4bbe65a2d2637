"""What a program in another language gives to a component: refused at each input, as Python's classes refuse it."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.errors import InputPropertiesError

from tenant_email.plugin.components import Components

SENDING, TENANT = "tenant-email:index:SesSendingDomain", "tenant-email:index:TenantEmail"
SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587.0, "username": "ada"}


@pytest.mark.parametrize(
    ("token", "inputs", "problems"),
    [
        (SENDING, {}, {"domain": "is missing"}),
        (SENDING, {"domain": "acme", "mailFrom": "x.other"}, {"domain": "'acme' is a single label"}),
        (SENDING, {"domian": "acme.example"}, {"domian": "is no input", "domain": "is missing"}),
        (SENDING, {"domain": "acme.example", "sending": {"fromAddress": ["x"]}}, {"fromAddress": "is no input of"}),
        (
            SENDING,
            {"domain": "acme.example", "sending": {"sendsThrough": "auth0.sms"}},
            {"": "'auth0.sms' is not a kind"},
        ),
        (TENANT, {"fromAddress": "x", "settings": SMTP}, {"sendingDomain": "is missing"}),
        (
            TENANT,
            {"fromAddress": "x", "sendingDomain": "urn", "settings": {**SMTP, "hots": "x"}},
            {"hots": "is no input of"},
        ),
        (
            TENANT,
            {"fromAddress": "x", "sendingDomain": "urn", "settings": {"kind": "auth0.smtp", "port": 1}},
            {"host": "is missing of", "username": "is missing of"},
        ),
    ],
)
def test_what_is_wrong_is_said_at_each_input(token: str, inputs: dict[str, Any], problems: dict[str, str]) -> None:
    """All at once, by the schema's names, each with its way out."""
    with pytest.raises(InputPropertiesError) as caught:
        Components("1.0.0").construct("mail", token, inputs)
    found = {each["property_path"]: each["reason"] for each in caught.value.errors or ()}
    assert {path: reason[: len(problems.get(path, ""))] for path, reason in found.items()} == problems
    assert all("\n" in reason for reason in found.values())
