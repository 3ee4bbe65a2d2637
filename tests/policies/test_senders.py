"""Senders as people write them, and identities that a program makes with other packages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from support.policy_runs import CONFIGURED, engine_says, judged, messages, unknown
from tenant_email import EmailProvider, EmailTemplate, SesDomainIdentity, auth0
from tenant_email_policies.domains import normalized

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = "from-address-in-verified-domain"


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engine_says(monkeypatch)


class Foreign(pulumi.CustomResource):
    """An identity of another package."""

    def __init__(self, type_: str, props: dict[str, Any]) -> None:
        super().__init__(type_, "identity", props)


def sends(sender: Any, identity: Callable[[], object]) -> None:
    """A provider beside an identity."""
    identity()
    EmailProvider("mail", settings=auth0.SendGrid(api_key=CONFIGURED), from_address=sender)


def own(domain: str) -> Callable[[], object]:
    """Returns what makes an identity of ours."""
    return partial(SesDomainIdentity, "own", domain=domain)


@pytest.mark.parametrize(
    ("sender", "is_verified"),
    [
        ("No-Reply@ACME.com.", True),
        ("a+sign-up@acme.com", True),
        ('"Acme, <Inc>" <a@mail.acme.com> ', True),
        ("Ünïcode <a@acme.com>", True),
        ('"a@b"@acme.com', True),
        ("{{ tenant.name }} <a@acme.com>", True),
        ("a@{{ tenant }}.acme.com", True),
        ("a@{{ tenant }}", False),
        ("{{ from }}", False),
        ("a@{% if x %}acme.com{% endif %}", False),
        ("a@evilacme.com", False),
        ("a@acme.com.evil.org", False),
        ("a@com", False),
        ("nobody", False),
        ("acme.com", False),
        ("&{esv.sender}", True),
        (" ", True),
        (None, True),
    ],
)
def test_senders(sender: Any, *, is_verified: bool) -> None:
    """Names, labels, case, templates and placeholders: what decides is the end of the address."""
    assert [each.policy for each in judged(partial(sends, sender, own("acme.com")), POLICY)] == [POLICY][is_verified:]


@pytest.mark.parametrize(("domain", "sender"), [("xn--strae-oqa.example", "straße"), ("BÜCHER.example", "bücher")])
def test_internationalized_domains(domain: str, sender: str) -> None:
    """They are compared as SES and DNS have them."""
    assert judged(partial(sends, f"a@{sender}.example", own(domain)), POLICY) == []


AWS: list[tuple[str, Any, bool]] = [
    ("aws:sesv2/emailIdentity:EmailIdentity", {"emailIdentity": "acme.com"}, True),
    ("aws:sesv2/emailIdentity:EmailIdentity", {"emailIdentity": "a@acme.com"}, True),
    ("aws:sesv2/emailIdentity:EmailIdentity", {"emailIdentity": "A@acme.com"}, False),
    ("aws:ses/emailIdentity:EmailIdentity", {"email": "b@acme.com"}, False),
    ("aws:ses/domainIdentity:DomainIdentity", {"domain": "acme.com"}, True),
    ("aws-native:ses:EmailIdentity", {"emailIdentity": "acme.com"}, True),
    ("aws:ses/domainIdentity:DomainIdentity", {"domain": "other.org"}, False),
    ("aws:ses/domainIdentity:DomainIdentity", {"domain": None}, True),
    ("other:ses:EmailIdentity", {"emailIdentity": "acme.com"}, False),
]


@pytest.mark.parametrize(("type_", "props", "is_verified"), AWS)
def test_identities_of_other_packages(type_: str, props: dict[str, Any], *, is_verified: bool) -> None:
    """A domain, or the one address, to the letter; of one whose name a preview does not know nothing is said."""

    def identity() -> None:
        Foreign(type_, {name: value or unknown() for name, value in props.items()})

    found = judged(partial(sends, "A <a+label@acme.com>", identity), POLICY)
    assert [each.policy for each in found] == [POLICY][is_verified:]


HANDED_ON: list[tuple[Any, bool]] = [
    ({"domain": "ACME.com."}, True),
    ({"domain": "other.org"}, False),
    ({"domain": "other.org", "further": ["acme.com"]}, True),
    ({"domain": None}, True),
]


@pytest.mark.parametrize(("outputs", "is_verified"), HANDED_ON)
@pytest.mark.parametrize("plug_in", [False, True], ids=["dynamic", "plug-in"])
def test_a_domain_of_another_stack(outputs: Any, *, is_verified: bool, plug_in: bool) -> None:
    """Its output is there once it is verified, as docs/composition.md hands it on; so for templates of the tenant."""

    def program() -> None:
        sending = pulumi.StackReference("organization/sending/dev")
        key = auth0.SendGrid(api_key=CONFIGURED)
        limits: Any = {"sending_domain": sending.get_output("domain"), "further_domains": sending.get_output("further")}
        EmailProvider("mail", settings=key, from_address="a@mail.acme.com", **limits)
        template = auth0.Template(template="verify_email", subject="Hi", body="Hi", from_address="b@acme.com")
        EmailTemplate("verify", settings=template)

    told = {name: unknown() if value is None else value for name, value in outputs.items()}
    found = judged(program, POLICY, outputs={"StackReference": {"outputs": told}}, plug_in=plug_in)
    assert [each.resource for each in found] == ([] if is_verified else ["mail", "verify"])


def test_a_domain_that_only_the_program_names() -> None:
    """Is verified by nobody."""
    limits: Any = {"sending_domain": "acme.com", "further_domains": ["acme.com"]}
    program = partial(EmailProvider, "mail", settings=auth0.SendGrid(api_key=CONFIGURED), from_address="a@acme.com")
    assert len(judged(partial(program, **limits), POLICY)) == 1


@pytest.mark.parametrize("status", ["FAILED", "TEMPORARY_FAILURE", "PENDING"])
def test_an_identity_in_trouble_can_be_mended(status: str) -> None:
    """Its status in the state must not refuse the very `up` that repairs its records."""
    outputs = {"SesDomainIdentity": {"verification_status": status}}
    assert judged(partial(sends, "a@acme.com", own("acme.com")), POLICY, outputs=outputs) == []


@pytest.mark.parametrize("name", ["*.acme.com", "@acme.com", "https://acme.com", "acme", "", "a b.com"])
def test_a_config_that_names_no_domain_is_said(name: str) -> None:
    """It would match nothing, in silence."""
    config = {POLICY: {"domains": ["acme.com", name]}}
    (found,) = judged(partial(sends, "a@acme.com", own("acme.com")), POLICY, config=config)
    assert f"config of {POLICY}: domains.1: is no domain; write it as in acme.com" in found.message


def test_domains_of_the_config() -> None:
    """In any case, with a final dot or not, internationalized or not, and their subdomains."""
    config = {POLICY: {"domains": ["Acme.COM.", "bücher.example"]}}
    for sender in ("a@mail.acme.com", "a@xn--bcher-kva.example"):
        assert judged(partial(sends, sender, lambda: None), POLICY, config=config) == []


def test_what_is_said_of_a_sender() -> None:
    """By which names it could be: the identities of the stack, and the domains of the config."""
    config = {POLICY: {"domains": ["else.org"]}}
    where = "from_address is in no verified domain; those of the stack's identities and the pack's config are"
    said = messages(judged(partial(sends, "a@no.org", own("acme.com")), POLICY, config=config))
    assert said == [f"{where}: own, else.org."]
    assert messages(judged(partial(sends, "a@no.org", lambda: None), POLICY)) == [f"{where}: none."]


@pytest.mark.parametrize(
    ("written", "name"),
    [("ACME.MX.", "acme.mx"), ("ａｃｍｅ。com", "acme.com"), ("Bücher.example", "xn--bcher-kva.example")],  # noqa: RUF001
)
def test_a_domain_however_it_is_written(written: str, name: str) -> None:
    """In capitals, with a final dot, in full width and beyond ASCII, it is one name of DNS's."""
    assert normalized(written) == name
