"""Pulumi's options reach the engine from every resource, and from every component; what cannot is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pulumi
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.rpc import UNKNOWN, _special_sig_key

from support.program_preview import ANSWERS
from support.requests import planned, requests
from tenant_email import (
    AwsKeyReady,
    EmailProvider,
    EmailTemplate,
    SesAccount,
    SesDkimKey,
    SesDomainIdentity,
    SesDomainVerification,
    SesSendingDomain,
    TenantEmail,
    auth0,
    logto,
    ses,
)
from tenant_email.errors import InvalidSettings
from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pulumi.runtime.proto import alias_pb2, resource_pb2

Maker: TypeAlias = "Callable[[pulumi.ResourceOptions], object]"
SMTP = auth0.Smtp(host="smtp.acme.com", username="mailer", password="canary-password")
WELCOME = auth0.Template(template="welcome_email", subject="Hi", body="<p>Hi</p>")
OWNING: Mapping[str, Maker] = {
    "EmailProvider": lambda opts: EmailProvider("made", settings=SMTP, opts=opts),
    "EmailTemplate": lambda opts: EmailTemplate("made", settings=WELCOME, opts=opts),
    "EsvVariable": lambda opts: EsvVariable("made", esv="esv-a", value="1", opts=opts),
    "EsvSecret": lambda opts: EsvSecret("made", esv="esv-b", value="canary", opts=opts),
    "SesDomainIdentity": lambda opts: SesDomainIdentity("made", domain="acme.com", region="eu-west-1", opts=opts),
}
OTHERS: Mapping[str, Maker] = {
    "AwsKeyReady": lambda opts: AwsKeyReady("made", access_key_id="AKIA", secret_access_key="canary", opts=opts),
    "EsvRestart": lambda opts: EsvRestart("made", esvs=[], opts=opts),
    "SesAccount": lambda opts: SesAccount("made", opts=opts),
    "SesDkimKey": lambda opts: SesDkimKey("made", selector="mail", opts=opts),
    "SesDomainVerification": lambda opts: SesDomainVerification("made", domain="acme.com", records=[], opts=opts),
}
COMPONENTS: Mapping[str, Maker] = {
    "SesSendingDomain": lambda opts: SesSendingDomain("made", domain="acme.com", opts=opts),
    "TenantEmail": lambda opts: TenantEmail(
        "made",
        sending_domain=SesSendingDomain("other", domain="acme.org"),
        settings=SMTP,
        from_address="no-reply@acme.org",
        opts=opts,
    ),
}


def unchanged(args: pulumi.ResourceTransformArgs) -> None:
    """Changes nothing."""


def registration(kind: str, make: Maker, **options: Any) -> resource_pb2.RegisterResourceRequest:
    """Returns how a resource with these options, and with one that it depends on, is registered."""

    def program() -> None:
        first = pulumi.CustomResource("lab:index:First", "first")
        make(pulumi.ResourceOptions(depends_on=[first], deleted_with=first, **options))

    return requests(program, **ANSWERS)[kind, "made"]


@pytest.mark.parametrize("kind", [*OWNING, *OTHERS, *COMPONENTS])
def test_every_option_reaches_the_engine(kind: str) -> None:
    """None is dropped by a constructor, and none of ours takes the place of the user's."""
    options: dict[str, Any] = {
        "aliases": [pulumi.Alias(name="former")],
        "protect": True,
        "retain_on_delete": True,
        "ignore_changes": ["settings"],
        "replace_on_changes": ["tenant"],
        "delete_before_replace": True,
        "custom_timeouts": pulumi.CustomTimeouts(create="20m"),
        "additional_secret_outputs": ["live"],
        "transforms": [unchanged],
    }
    sent = registration(kind, {**OWNING, **OTHERS, **COMPONENTS}[kind], **options)
    assert [alias.spec.name for alias in cast("Iterable[alias_pb2.Alias]", sent.aliases)] == ["former"]
    assert (sent.protect, sent.retainOnDelete, sent.deleteBeforeReplace) == (True, True, True)
    assert (list(sent.ignoreChanges), list(sent.replaceOnChanges)) == (["settings"], ["tenant"])
    assert "live" in sent.additionalSecretOutputs
    assert sent.customTimeouts.create == "20m"
    assert len(list(cast("Iterable[object]", sent.transforms))) == 1
    assert [urn.rpartition("::")[2] for urn in (*sent.dependencies, sent.deletedWith)] == ["first", "first"]


UNUSED: Mapping[str, Any] = {
    "additional_secret_outputs": ["live"],
    "custom_timeouts": pulumi.CustomTimeouts(create="20m"),
    "delete_before_replace": True,
    "ignore_changes": ["settings"],
    "replace_on_changes": ["tenant"],
}


@pytest.mark.parametrize("kind", ["EmailProvider", "SesAccount", *COMPONENTS])
def test_an_option_of_no_effect_is_told(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Once, and not of what is made within a component; none of the others is."""
    registration(kind, {**OWNING, **OTHERS, **COMPONENTS}[kind], **UNUSED)
    told = re.findall(r"(\w+): opts\.(\w+) has no effect here", caplog.text)
    expected = UNUSED if kind in COMPONENTS else ("custom_timeouts", "replace_on_changes")
    assert told == [("made", name) for name in expected]


@pytest.mark.parametrize("kind", [*OTHERS, *COMPONENTS])
def test_what_nothing_can_be_imported_into_refuses_an_import(kind: str) -> None:
    """It would make anew what the user meant to take over."""
    with pytest.raises(InvalidSettings, match=r"^made: opts.import_: there is nothing to import\n"):
        registration(kind, {**OTHERS, **COMPONENTS}[kind], import_="an-id")


@pytest.mark.parametrize("kind", OWNING)
def test_an_import_is_ours(kind: str) -> None:
    """It reaches the lifecycle, and not the engine."""
    sent = registration(kind, OWNING[kind], import_="an-id")
    assert (sent.importId, sent.object["import_id"], sent.object["on_existing"]) == ("", "an-id", "import")


def test_what_is_ignored_of_an_identity_is_ignored_where_it_is() -> None:
    """Its MAIL FROM domain and its tags are those of its child, and `*` is all that both have."""

    def program() -> None:
        ignored = pulumi.ResourceOptions(ignore_changes=["tags.owner", '["tags"]["a"]', "mail_from", "dkim", "*"])
        SesDomainIdentity("made", domain="acme.com", region="eu-west-1", tags={"owner": "a"}, opts=ignored)

    child = requests(program, **ANSWERS)["SesDomainSettings", "made-settings"]
    assert list(child.ignoreChanges) == ["tags.owner", '["tags"]["a"]', "mail_from", "*"]


def test_a_transformation_that_replaces_the_options_hides_nothing_less() -> None:
    """The older kind of transform runs in the program: what is secret for every user stays so."""

    def bare(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions(protect=True))

    def program() -> None:
        SesDkimKey("made", selector="mail", opts=pulumi.ResourceOptions(transformations=[bare]))

    assert list(requests(program)["SesDkimKey", "made"].additionalSecretOutputs) == ["private_key"]


LITERAL = "canary-literal"
PUT: list[tuple[Any, dict[str, str]]] = [
    (lambda given: {**given, "password": LITERAL}, {"password": LITERAL}),
    (lambda given: {**given, "password": pulumi.Output.from_input(LITERAL)}, {"password": LITERAL}),
    (lambda _: {"kind": "auth0.sendgrid", "api_key": LITERAL}, {"api_key": LITERAL}),
    (lambda _: auth0.SendGrid(api_key=LITERAL), {"api_key": LITERAL}),
    (lambda _: {"kind": logto.Smtp.kind, "tls": {"key": LITERAL, "ca": "a-ca"}}, {"tls.key": LITERAL}),
    (lambda given: {**given, "password": None}, {}),
    (lambda _: 7, {}),
]


@pytest.mark.parametrize(("put", "secret"), PUT, ids=range(len(PUT)))
def test_what_a_transformation_puts_where_a_secret_belongs_is_one(put: Any, secret: dict[str, str]) -> None:
    """Whatever kind of settings it makes; what is no secret stays readable, and odd values are left to the check."""

    def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult({**args.props, "settings": put(args.props["settings"])}, args.opts)

    def program() -> None:
        EmailProvider("made", settings=SMTP, opts=pulumi.ResourceOptions(transformations=[change]))

    sent = MessageToDict(requests(program)["EmailProvider", "made"].object)
    assert dict(secrets_in(sent["settings"])) == secret
    assert "secret_inputs" not in sent


def test_settings_that_are_an_output_whole() -> None:
    """With a literal secret inside all of it is one, as in Pulumi."""

    def change(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        made = pulumi.Output.from_input({"kind": "auth0.sendgrid", "api_key": LITERAL})
        return pulumi.ResourceTransformationResult({**args.props, "settings": made}, args.opts)

    def program() -> None:
        EmailProvider("made", settings=SMTP, opts=pulumi.ResourceOptions(transformations=[change]))

    sent = MessageToDict(requests(program)["EmailProvider", "made"].object)
    assert dict(secrets_in(sent["settings"])) == {"": {"kind": "auth0.sendgrid", "api_key": LITERAL}}


@pytest.mark.parametrize("value", [SMTP, ses.ByoDkim(selector="mail", private_key=LITERAL)], ids=["settings", "dkim"])
def test_what_holds_a_secret_may_be_handed_over_whole(value: Any) -> None:
    """As `pulumi.export` hands it to Pulumi, which would show the attributes of any other object."""
    shown = pulumi.runtime.stack.massage({"given": value}, [])["given"]
    assert isinstance(shown, pulumi.Output)

    def program() -> None:
        pulumi.CustomResource("lab:index:First", "first", {"given": value})

    sent = MessageToDict(requests(program)["First", "first"].object)
    (hidden,) = dict(secrets_in(sent["given"])).values()
    assert "canary" in hidden
    assert "canary" not in str(sent).replace(hidden, "")


@pytest.mark.parametrize("argument", ["from_address", "tenant"])
def test_settings_where_they_do_not_belong(argument: str) -> None:
    """An input though they are, they are refused."""
    given: Any = {"settings": SMTP, argument: SMTP}
    with pytest.raises(InvalidSettings, match="Smtp"):
        requests(lambda: EmailProvider("made", **given))


def test_an_update_plan_holds() -> None:
    """What a preview knows of an input is what the update sends; what it does not know may be anything, or nothing."""

    def program() -> None:
        sending = SesSendingDomain("made", domain="acme.com", from_addresses=["no-reply@acme.com"], dmarc="reject")
        pulumi.export("key", sending.secret_access_key)
        hidden = pulumi.Output.secret("no-reply@acme.com")
        TenantEmail("made", sending_domain=sending, settings=auth0.Smtp.from_ses, from_address=hidden)

    before, sent = planned(program, **ANSWERS), requests(program, **ANSWERS)
    assert before.keys() == sent.keys()
    for which, request in before.items():
        known = {name: value for name, value in MessageToDict(request.object).items() if UNKNOWN not in str(value)}
        given = MessageToDict(sent[which].object)
        assert known == {name: value for name, value in given.items() if name in known}


def secrets_in(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yields what is marked secret in a message's value, by its path."""
    if isinstance(value, dict):
        if _special_sig_key in value:
            yield path, value["value"]
            return
        for name, part in value.items():
            yield from secrets_in(part, f"{path}.{name}" if path else name)
