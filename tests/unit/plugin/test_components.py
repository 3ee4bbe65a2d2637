"""What a program in another language gives to a component: refused at each input, as Python's classes refuse it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from pulumi.errors import InputPropertiesError

from support.registered import registered
from tenant_email import SesSendingDomain, auth0, ses
from tenant_email.aws.dns_records import easy_dkim_records
from tenant_email.plugin.components import Components
from tenant_email.resources.secrecy import is_output

if TYPE_CHECKING:
    from collections.abc import Callable

SENDING, TENANT = "tenant-email:index:SesSendingDomain", "tenant-email:index:TenantEmail"
SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587.0, "username": "ada"}


@pytest.mark.parametrize(
    ("token", "inputs", "problems"),
    [
        (SENDING, {}, {"domain": "is missing"}),
        (SENDING, {"domain": "acme", "mailFrom": "x.other"}, {"domain": "'acme' is a single label"}),
        (SENDING, {"domian": "acme.example"}, {"domian": "is no input", "domain": "is missing"}),
        (
            SENDING,
            {"domain": "acme.example", "sending": {"fromAddress": ["x"]}},
            {"sending.fromAddress": "is no input of"},
        ),
        (
            SENDING,
            {"domain": "acme.example", "sending": {"sendsThrough": "auth0.sms"}},
            {"sending.sendsThrough": "'auth0.sms' is not a kind"},
        ),
        (TENANT, {"fromAddress": "x", "settings": SMTP}, {"sendingDomain": "is missing"}),
        (
            TENANT,
            {"fromAddress": "x", "settings": {**SMTP, "hots": "x"}},
            {"sendingDomain": "is missing", "settings.hots": "is no input of"},
        ),
        (
            TENANT,
            {
                "fromAdress": "x",
                "templates": {"a": {"kind": "auth0.template", "subjct": "Hi"}, "b": {"kind": "liquid"}},
            },
            {
                "fromAdress": "is no input",
                "fromAddress": "is missing",
                "sendingDomain": "is missing",
                "settings": "is missing",
                "templates.a.subjct": "is no input of",
                "templates.a.template": "is missing of",
                "templates.a.subject": "is missing of",
                "templates.a.body": "is missing of",
                "templates.b.kind": "'liquid' is not one of the kinds",
            },
        ),
        (
            TENANT,
            {"fromAddress": "x", "sendingDomain": "urn", "settings": {"kind": "auth0.smtp", "port": 1}},
            {"settings.host": "is missing of", "settings.username": "is missing of"},
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


RECORDS = [each.to_props() for each in easy_dkim_records("acme.example", ["t1", "t2", "t3"], "dkim.amazonses.com")]
MAIL = f"urn:pulumi:dev::lab::{SENDING}::mail"
TEXTS = {"SignIn": {"subject": "Hi", "content": "Hi {{code}}", "contentType": "text/plain"}}
LOGTO = {
    "kind": "logto.smtp",
    "host": "smtp.one.example",
    "port": 587,
    "username": "ada",
    "password": "canary",
    "templates": TEXTS,
}
SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"region": None, "mailFrom": "bounce"}, {"mail_from": "bounce"}),
    ({"tags": {"aB_c": "x"}}, {"tags": {"aB_c": "x"}}),
    ({"dkim": {"kind": "easy", "keyLength": 1024.0}}, {"dkim": ses.EasyDkim(key_length=1024)}),
    ({"dkim": {"kind": "byo", "selector": "mail-1"}}, {"dkim": ses.ByoDkim(selector="mail-1")}),
    ({"dmarc": "reject"}, {"dmarc": "reject"}),
    (
        {"dmarc": {"policy": "reject", "reports": ["dmarc@acme.example"]}},
        {"dmarc": ses.Dmarc(policy="reject", reports=["dmarc@acme.example"])},
    ),
    ({"activeKey": "b"}, {"active_key": "b"}),
    (
        {"activeKey": {"active": "b", "keepOther": True, "proveSending": False}},
        {"active_key": ses.KeySlots(active="b", keep_other=True, prove_sending=False)},
    ),
    (
        {"sending": {"fromAddresses": ["a@acme.example"], "sendsThrough": "auth0.smtp"}},
        {"sending": ses.SendingPolicy(from_addresses=["a@acme.example"], sends_through=auth0.Smtp)},
    ),
]


def told(token: str, inputs: dict[str, Any]) -> dict[str, str]:
    """Returns what is wrong with a component's inputs, by path."""
    with pytest.raises(InputPropertiesError) as caught:
        Components("1.0.0").construct("mail", token, inputs)
    assert caught.value.message == ""
    return {each["property_path"]: each["reason"] for each in caught.value.errors or ()}


def test_a_wrong_name_is_told_with_whose_it_is_not() -> None:
    """And with what to do: the nearest name, or none; of all arguments at once."""
    assert told(SENDING, {"domian": "acme.example", "qqqqqqqq": 1}) == {
        "domian": "is no input\nDid you mean domain?",
        "qqqqqqqq": "is no input\nRemove it.",
        "domain": "is missing\nSet domain.",
    }
    wrong = {"dkim": {"kind": "byo", "keyLength": 1024}, "dns": {"pubish": True}}
    assert told(SENDING, {"domain": "acme.example", **wrong}) == {
        "dkim.keyLength": "is no input of ByoDkim\nRemove it.",
        "dkim.selector": "is missing of ByoDkim\nSet selector.",
        "dns.pubish": "is no input of DnsZone\nDid you mean publish?",
    }
    for dkim, what in (
        ({}, "is missing\nUse one of: easy, byo, replica."),
        ({"kind": "esay"}, "'esay' is not one of the kinds\nDid you mean easy?"),
        ({"kind": 1}, "is no text that is known before deployment\nUse one of: easy, byo, replica."),
    ):
        assert told(SENDING, {"domain": "acme.example", "dkim": dkim}) == {"dkim.kind": what}
    for kind, remedy in (
        ("auth0.sms", "Did you mean auth0.ses?"),
        ("zoho.smtp", "Use one of: auth0, logto, pingone_aic."),
        ("logto.zzzzzzzzz", "Use one of: logto."),
    ):
        found = told(SENDING, {"domain": "acme.example", "sending": {"sendsThrough": kind}})["sending.sendsThrough"]
        assert found.startswith(f"'{kind}' is not a kind of settings\n{remedy.removesuffix('.')}")
    for odd in (1, ["auth0.smtp"], pulumi.Output.from_input("auth0.smtp")):
        assert told(SENDING, {"domain": "acme.example", "sending": {"sendsThrough": odd}}) == {
            "sending.sendsThrough": "is no text that is known before deployment\nUse one of: auth0, logto, pingone_aic."
        }


COMING: list[tuple[str, str, Any]] = [
    (TENANT, "settings", SMTP),
    (TENANT, "templates", {"welcome": {"kind": "auth0.template"}}),
    (SENDING, "dkim", {"kind": "easy"}),
    (SENDING, "dns", {"zoneId": "Z1"}),
    (SENDING, "activeKey", "b"),
]


@pytest.mark.parametrize(("token", "name", "value"), COMING)
def test_an_object_that_comes_later_as_a_whole(token: str, name: str, value: Any) -> None:
    """What a component makes of it must be known; so may each entry of a map not be one either."""
    later = pulumi.Output.from_input(value)
    expected = (
        "is not known before deployment as a whole\nGive an object whose members are outputs, not one output of all."
    )
    given = {"domain": "acme.example"} if token == SENDING else {"fromAddress": "x", "sendingDomain": "urn"}
    for each in (later, {"welcome": later}) if name == "templates" else (later,):
        at = name if each is later else f"{name}.welcome"
        assert told(token, {"settings": SMTP, **given, name: each} if token == TENANT else {**given, name: each}) == {
            at: expected
        }


def registered_by(make: Callable[[], Any]) -> tuple[dict[tuple[str, str], dict[str, Any]], list[Any]]:
    """Returns the inputs of all that a program registers, and what it made."""
    made: list[Any] = []
    answers: dict[str, dict[str, Any]] = {
        "SesDomainIdentity": {"dns_records": RECORDS},
        "SesDkimKey": {"public_key": "MIIB", "private_key": "canary-pem"},
        "AccessKey": {"secret": "canary-secret"},
        "SesSendingDomain": {"domain": "acme.example", "fromAddresses": ["a@acme.example"], "furtherDomains": []},
    }
    return registered(lambda: made.append(make()), **answers).inputs, made


@pytest.mark.parametrize(("given", "typed"), SAME, ids=",".join)
def test_a_component_is_what_a_python_program_makes(given: dict[str, Any], typed: dict[str, Any]) -> None:
    """Of equal arguments equal resources, whichever of its forms an argument has."""
    inputs = {"domain": "acme.example", **given}
    found, (result,) = registered_by(lambda: Components("1.0.0").construct("mail", SENDING, inputs))
    expected, _ = registered_by(lambda: SesSendingDomain("mail", domain="acme.example", **typed))
    assert found == expected
    assert found != registered_by(lambda: SesSendingDomain("mail", domain="acme.example"))[0]
    assert (result.state["domain"], "dnsRecords" in result.state) == ("acme.example", True)
    assert isinstance(result.urn, pulumi.Output)


def test_its_secrets_are_constructed_as_such() -> None:
    """No SDK marks the outputs of a component; of what gives no secret away the values are shown."""
    found: dict[str, bool] = {}

    def construct() -> None:
        state = Components("1.0.0").construct("mail", SENDING, {"domain": "acme.example"}).state

        async def look() -> int:
            found.update({name: await value.is_secret() for name, value in state.items() if is_output(value)})
            return len(found)

        _: pulumi.Output[int] = pulumi.Output.from_input(look())

    registered_by(construct)
    assert {name for name, secret in found.items() if secret} == {"secretAccessKey", "smtpPassword"}
    assert "accessKeyId" in found


def test_a_tenant_is_given_a_domain_of_the_program() -> None:
    """As its URN, by which the engine knows it; with settings and templates of their own classes, and its options."""
    seen: list[str] = []
    template = {
        "kind": "auth0.template",
        "template": "welcome_email",
        "subject": "Hi",
        "body": "Hi",
        "syntax": "liquid",
    }

    def construct(urn: str) -> None:
        settings = {**SMTP, "password": pulumi.Output.from_input("canary")}
        inputs = {"fromAddress": "a@acme.example", "sendingDomain": urn, "settings": settings}
        options = pulumi.ResourceOptions(transformations=[lambda args: seen.append(args.name)])
        Components("1.0.0").construct("own", TENANT, {**inputs, "templates": {"wel_come": template}}, options)
        Components("1.0.0").construct("other", TENANT, {**inputs, "settings": LOGTO})
        relay = {"kind": "logto.smtp_anonymous", "host": "smtp.one.example"}
        Components("1.0.0").construct("relay", TENANT, {**inputs, "tenant": "second", "settings": relay})

    found, _ = registered_by(lambda: SesSendingDomain("mail", domain="acme.example").urn.apply(construct))
    provider, welcome = found["EmailProvider", "own"], found["EmailTemplate", "own-wel_come"]
    assert provider["settings"]["value"] == {
        "kind": "auth0.smtp",
        "host": SMTP["host"],
        "port": 587,
        "username": "ada",
        "password": "canary",
    }
    assert (provider["sending_domain"], provider["sending_addresses"]) == ("acme.example", ["a@acme.example"])
    texts = found["EmailProvider", "other"]["settings"]["value"]["templates"]["SignIn"]
    assert texts == {"subject": "Hi", "content": "Hi {{code}}", "content_type": "text/plain"}
    assert found["EmailProvider", "relay"]["settings"]["kind"] == "logto.smtp_anonymous"
    assert "own" in seen
    assert welcome["settings"] == {**template, "enabled": True}
