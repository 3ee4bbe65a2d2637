"""Pulumi's options reach the engine from every resource, and from every component; what cannot is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import pulumi
import pytest

from support.program_preview import ANSWERS
from support.requests import requests
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
)
from tenant_email.errors import InvalidSettings
from tenant_email.pingone_aic import EsvRestart, EsvSecret, EsvVariable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    """Its MAIL FROM domain and its tags are those of its child."""

    def program() -> None:
        ignored = pulumi.ResourceOptions(ignore_changes=["tags.owner", "mail_from", "dkim"])
        SesDomainIdentity("made", domain="acme.com", region="eu-west-1", tags={"owner": "a"}, opts=ignored)

    child = requests(program, **ANSWERS)["SesDomainSettings", "made-settings"]
    assert list(child.ignoreChanges) == ["tags.owner", "mail_from"]


def test_a_transformation_that_replaces_the_options_hides_nothing_less() -> None:
    """The older kind of transform runs in the program: what is secret for every user stays so."""

    def bare(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions(protect=True))

    def program() -> None:
        SesDkimKey("made", selector="mail", opts=pulumi.ResourceOptions(transformations=[bare]))

    assert list(requests(program)["SesDkimKey", "made"].additionalSecretOutputs) == ["private_key"]
