"""What a preview does not know, what has an odd type, and a pack's config that is wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

import pulumi
import pytest
from pulumi_policy import Severity

from support.policy_runs import CONFIGURED, engine_says, judged, messages, unknown
from tenant_email import EmailProvider, SesAccount, SesDomainIdentity, SesSendingDomain, auth0, logto, pingone_aic
from tenant_email_policies import policies
from tenant_email_policies.rule import Config, ResourceRule

LOGIN: Any = {"host": "smtp.acme.com", "username": "mail", "password": CONFIGURED}


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine_says(monkeypatch)


def provider(settings: Any, **more: Any) -> None:
    """A provider in a stack that is good otherwise."""
    EmailProvider("mail", settings=settings, **{"from_address": "a@acme.com", **more})


UNKNOWN_INPUTS: list[Any] = [
    lambda: provider(auth0.Smtp(host=unknown(), port=unknown(), username=unknown(), password=unknown())),
    lambda: provider(logto.Smtp(**{**LOGIN, "port": unknown()})),
    lambda: provider(logto.Smtp(**LOGIN, require_tls=unknown(), tls=unknown())),
    lambda: provider(pingone_aic.Smtp(**LOGIN, port=unknown())),
    lambda: provider(pingone_aic.Smtp(**LOGIN, smtp_properties=unknown())),
    lambda: provider(logto.Http(endpoint=unknown())),
    lambda: provider(auth0.SendGrid(api_key=CONFIGURED), from_address=unknown()),
    lambda: SesDomainIdentity("own", domain=unknown()),
]


@pytest.mark.parametrize("program", UNKNOWN_INPUTS, ids=range(len(UNKNOWN_INPUTS)))
@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_what_a_preview_does_not_know_is_no_violation(program: Any, *, plug_in: bool) -> None:
    """Nor is it a warning that a policy could not run: an update asks again, with everything known."""
    config = {"from-address-in-verified-domain": {"domains": ["acme.com"]}}
    guards = {"dmarc-enforced", "no-ses-sandbox"}  # of the identity, whatever its domain
    found = [each for each in judged(program, config=config, plug_in=plug_in) if each.policy not in guards]
    assert found == []


class Raw(pulumi.CustomResource):
    """A resource of ours with inputs that no class of ours would let through."""

    def __init__(self, kind: str, props: dict[str, Any]) -> None:
        super().__init__(f"tenant-email:index:{kind}", "raw", props)


DEEP: Any = "x"
for _ in range(90):
    DEEP = {"a": DEEP}
ODD: list[Any] = [
    {},
    {"settings": None, "fromAddress": None},
    {"settings": "auth0.smtp"},
    {"settings": []},
    {"settings": {"kind": 7}},
    {"settings": {"kind": "auth0.smtp", "port": "25x"}},
    {"settings": {"kind": "auth0.smtp", "port": 587.5}},
    {"settings": {"kind": "pingone_aic.smtp", "port": "9" * 5000, "ssl": True}},
    {"settings": {"kind": "logto.smtp", "tls": "x", "requireTls": True}},
    {"settings": {"kind": "pingone_aic.smtp", "ssl": "maybe", "smtpProperties": [1], "tlsProtocols": "TLSv1"}},
    {"settings": {"kind": "auth0.other", "credentials": DEEP}, "tenant": 3, "onDelete": {}, "overwrite": "yes"},
    {"settings": {"__target": 1, "kind": "auth0.smtp"}},
    {"fromAddress": {"a": 1}, "name": ["_dmarc"], "domain": 5},
    {"settings": {"asset": pulumi.StringAsset("x")}},
]


@pytest.mark.parametrize("props", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("kind", ["EmailProvider", "EmailTemplate", "SesDomainIdentity", "SesDomainRecord"])
def test_odd_inputs_end_no_policy(kind: str, props: dict[str, Any]) -> None:
    """Checking types is the resource's own business; a policy passes over what it cannot read."""
    found = judged(partial(Raw, kind, props))
    assert not [each for each in found if "can't run policy" in each.message]
    assert {each.policy for each in found} <= {"dmarc-enforced", "no-ses-sandbox", "no-literal-secrets"}


ASIDE = "dmarc has a DMARC record that receivers leave aside:"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("v=DMARC1; p=reject; rua=mailto:d@acme.com", []),
        ("v=DMARC1;p=Quarantine", []),
        ("v=DMARC1; p=quarantine; pct=50", ["dmarc asks it for a part of the mail only, by pct or t=y."]),
        ("v=DMARC1; p=reject; t=y", ["dmarc asks it for a part of the mail only, by pct or t=y."]),
        ("V = DMARC1 ; p=reject; ; sp=reject", []),
        ("v=DMARC1; p=nonsense", [f"{ASIDE} p= says no policy that there is."]),
        ("v=DMARC1; p=reject; np=no", [f"{ASIDE} np= says no policy that there is."]),
        ("v=DMARC1; p=reject; P=none", [f"{ASIDE} a tag is in it twice."]),
        ("v=dmarc1; p=reject", [f"{ASIDE} it does not begin with v=DMARC1, in capitals, and a semicolon."]),
        ("v=DMARC10; p=reject", [f"{ASIDE} it does not begin with v=DMARC1, in capitals, and a semicolon."]),
        ("v=DMARC1, p=reject", [f"{ASIDE} it does not begin with v=DMARC1, in capitals, and a semicolon."]),
        ("v=DMARC1", ["dmarc asks receivers for less than quarantine."]),
        ("v=spf1 -all", ["own has no DMARC record in this stack: whoever likes can send as its domain."]),
    ],
)
@pytest.mark.parametrize("publisher", ["ours", "route53", "cloudflare", "azure"])
def test_dmarc_records_of_any_dns_host(publisher: str, value: str, expected: list[str]) -> None:
    """Whatever publishes the record, by its name and text."""
    hosts: dict[str, dict[str, Any]] = {
        "ours": {"name": "_dmarc.acme.com", "value": value},
        "route53": {"name": "_dmarc.acme.com.", "records": [f'"{value[:9]}" "{value[9:]}"']},
        "cloudflare": {"name": "_dmarc", "content": value},
        "azure": {"relativeRecordSetName": "_dmarc", "txtRecords": [{"value": [value]}]},
    }

    class Record(pulumi.CustomResource):
        def __init__(self) -> None:
            type_ = "tenant-email:index:SesDomainRecord" if publisher == "ours" else f"{publisher}:index:Record"
            super().__init__(type_, "dmarc", hosts[publisher])

    def program() -> None:
        SesDomainIdentity("own", domain="acme.com")
        Record()

    assert messages(judged(program, "dmarc-enforced")) == expected


def test_dmarc_of_a_parent_domain() -> None:
    """What it says of subdomains counts, and not what it says of itself."""

    def program(value: str) -> None:
        SesDomainIdentity("own", domain="mail.acme.com")
        Raw("SesDomainRecord", {"name": "_dmarc.acme.com", "value": value})

    assert judged(partial(program, "v=DMARC1; p=none; sp=reject"), "dmarc-enforced") == []
    assert len(judged(partial(program, "v=DMARC1; p=reject; sp=none"), "dmarc-enforced")) == 1
    config = {"dmarc-enforced": {"publishedElsewhere": ["acme.com"]}}
    assert judged(lambda: SesDomainIdentity("own", domain="mail.acme.com"), "dmarc-enforced", config=config) == []


def test_policies_of_production_alone() -> None:
    """A stack that is not production has none of them; which are, a pack's config says."""
    program = partial(SesDomainIdentity, "own", domain="acme.com", overwrite=True)
    names = ("dmarc-enforced", "no-ses-sandbox", "protected-tenants")
    assert {each.policy for each in judged(program, *names, stack="eu-PROD")} == set(names)
    assert judged(program, *names, stack="dev") == []
    config = {name: {"productionStacks": ["d?v"]} for name in names}
    assert {each.policy for each in judged(program, *names, stack="dev", config=config)} == set(names)


def test_production_access_is_of_a_region() -> None:
    """The account is in or out of the sandbox region by region."""

    def program(region: str) -> None:
        SesDomainIdentity("own", domain="acme.com", region="eu-west-1")
        SesAccount("own", region=region, require_production_access=True)

    assert judged(partial(program, "eu-west-1"), "no-ses-sandbox") == []
    assert len(judged(partial(program, "us-east-1"), "no-ses-sandbox")) == 1


GUARDS: list[tuple[dict[str, Any], bool]] = [
    ({"require_production_access": True}, True),
    ({}, False),
    ({"require_production_access": False}, False),
    ({"require_production_access": True, "expected_account": "1" * 12}, True),
    ({"require_production_access": True, "expected_account": "2" * 12}, False),
    ({"require_production_access": True, "profile": "other"}, False),
]


@pytest.mark.parametrize(("guard", "is_held"), GUARDS)
@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_production_access_is_of_an_account(guard: dict[str, Any], *, is_held: bool, plug_in: bool) -> None:
    """A guard that does not demand it, or looks at another account, guards nothing."""

    def program() -> None:
        SesDomainIdentity("own", domain="acme.com", expected_account="1" * 12, profile="mail")
        SesAccount("own", **guard)

    found = judged(program, "no-ses-sandbox", plug_in=plug_in)
    assert [each.policy for each in found] == ["no-ses-sandbox"][is_held:]


def test_a_guard_that_only_says_which_region() -> None:
    """As other languages register it: without an input, it demands nothing."""

    def program() -> None:
        SesDomainIdentity("own", domain="acme.com", region="eu-west-1")
        Raw("SesAccount", {"region": "eu-west-1"})

    assert len(judged(program, "no-ses-sandbox")) == 1


class _Fails(Config):
    """The config of a rule that fails."""


def _judge(seen: Any, _config: _Fails) -> Any:
    raise KeyError(seen.at("settings.password"))


def test_a_rule_that_fails_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the deployment up, says which policy it is, and quotes no value."""
    rule = ResourceRule(
        name="fails", description="d.", remediation="r.", severity=Severity.LOW, config=_Fails, judge=_judge
    )
    monkeypatch.setattr("tenant_email_policies._RULES", (rule,))
    (found,) = judged(partial(provider, auth0.Smtp(**LOGIN)))
    assert found.message == (
        "fails failed (KeyError), so that nobody knows whether the stack violates it. Report it as a fault of the "
        "policy, and disable the policy until it is mended."
    )


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_records_of_one_s_own_function_overwrite_nothing_either(stack: str) -> None:
    """Below a sending domain, at whatever DNS host; a record elsewhere is nobody's business here."""

    class Record(pulumi.CustomResource):
        def __init__(self, opts: pulumi.ResourceOptions | None = None) -> None:
            super().__init__("aws:route53/record:Record", "r", {"name": "a", "allowOverwrite": True}, opts)

    def program(*, below: bool) -> None:
        sending = SesSendingDomain("own", domain="acme.com")
        Record(pulumi.ResourceOptions(parent=sending) if below else None)

    said = messages(judged(partial(program, below=True), "protected-tenants", stack=stack))
    assert said == (["allow_overwrite is true: what exists is overwritten."] if stack == "prod" else [])
    assert judged(partial(program, below=False), "protected-tenants", stack=stack) == []


@pytest.mark.parametrize(
    ("forbid", "stack", "config", "expected"),
    [
        (["delete"], "dev", {"tenants": ["live-*"]}, ["on_delete"]),
        (["adopt"], "prod", {}, ["on_existing"]),
        (["drift"], "prod", {}, ["on_drift"]),
        (["delete", "adopt", "drift"], "dev", {"tenants": ["other"]}, []),
    ],
)
def test_what_is_protected_and_from_what(forbid: list[str], stack: str, config: Any, expected: list[str]) -> None:
    """Tenants by name in every stack, all of them in production, and what the pack's config forbids."""
    inputs: Any = {"tenant": "live-eu", "on_delete": "delete", "on_existing": "adopt"}
    program = partial(provider, auth0.SendGrid(api_key=CONFIGURED), **inputs)
    found = judged(
        program, "protected-tenants", stack=stack, config={"protected-tenants": {"forbid": forbid, **config}}
    )
    assert [each.partition(" ")[0] for each in messages(found)] == expected


@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_resource_with_the_option_protect(stack: str, *, plug_in: bool) -> None:
    """It is protected in every stack: nothing of it is overwritten, and its deletion Pulumi itself refuses."""
    kept = pulumi.ResourceOptions(protect=True)

    def program() -> None:
        provider(auth0.SendGrid(api_key=CONFIGURED), on_delete="delete", on_existing="adopt", opts=kept)
        SesDomainIdentity("own", domain="acme.com", overwrite=True, opts=kept)
        SesSendingDomain("sending", domain="acme.com", overwrite=True, opts=kept)

    config = {"protected-tenants": {"forbid": ["delete", "overwrite", "adopt"]}}
    found = judged(program, "protected-tenants", stack=stack, config=config, plug_in=plug_in)
    assert [(each.resource, each.message.partition(" ")[0]) for each in found] == [
        ("mail", "onExisting" if plug_in else "on_existing"),
        ("own", "overwrite"),
        ("sending", "overwrite"),
    ]


@pytest.mark.parametrize("name", ["no-port-25", "key-age"])
def test_a_config_that_is_wrong_is_said_once(name: str) -> None:
    """However many resources there are, and each problem of it."""

    def program() -> None:
        for tenant in ("main", "other", "third"):
            EmailProvider(tenant, tenant=tenant, settings=auth0.SendGrid(api_key=CONFIGURED))

    found = judged(program, name, config={name: {"colour": "blue", "shape": "round"}})
    assert [each.message.partition(": ")[2].partition(":")[0] for each in found] == ["colour", "shape"]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("no-port-25", {"port": [26]}, "port: is not a setting of no-port-25. It takes exempt, ports."),
        ("no-port-25", {"ports": ["x"]}, "ports.0: Input should be a valid integer"),
        ("key-age", {"maxAgeDays": 0.0}, "maxAgeDays: Input should be greater than or equal to 1."),
        ("dmarc-enforced", {"minimum": "none"}, "minimum: Input should be 'quarantine' or 'reject'."),
        ("protected-tenants", {"forbid": "delete"}, "forbid: Input should be a valid tuple."),
    ],
)
def test_a_config_that_is_wrong_is_said(name: str, given: Any, expected: str) -> None:
    """Which setting, what is wrong, and what there is: a misspelled one must not switch a policy off in silence."""
    found = judged(partial(provider, auth0.SendGrid(api_key=CONFIGURED)), name, config={name: given})
    assert [expected in each.message for each in found] == [True]
    assert found[0].message.startswith(f"the policy pack's config of {name}: ")


def test_an_exempt_resource_is_not_judged() -> None:
    """Of every policy, by its name."""
    program = partial(provider, auth0.Smtp(**LOGIN, port=25), on_delete="delete", from_address="a@else.example")
    assert judged(program) != []
    config = {policy.name: {"exempt": ["m?il"]} for policy in policies()}
    assert judged(program, config=config) == []
    listed = partial(EmailProvider, "mail[0]", settings=auth0.Smtp(**LOGIN, port=25))
    assert judged(listed, "no-port-25", config={"no-port-25": {"exempt": ["mail[0]"]}}) == []
    assert len(judged(listed, "no-port-25", config={"no-port-25": {"exempt": ["mail[0-9]"]}})) == 1
