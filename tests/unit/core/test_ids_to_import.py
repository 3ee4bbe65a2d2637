"""Each id is of one resource's form, and what cannot be imported says why and what to do instead."""

from __future__ import annotations

import pytest

from tenant_email.errors import InvalidSettings, NotSupported
from tenant_email.lifecycle.aws_key_ready import AwsKeyReadyLifecycle
from tenant_email.lifecycle.aws_key_slot import AwsKeySlotLifecycle
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.ses_dkim_key import SesDkimKeyLifecycle
from tenant_email.lifecycle.ses_domain_preflight import SesDomainPreflightLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle
from tenant_email.operations import steps
from tenant_email.operations.import_ids import FORMS, parse_id
from tenant_email.operations.lifecycle import Lifecycle
from tenant_email.resources import lifecycles

ONLY_MADE: dict[type[Lifecycle], str] = {
    EsvRestartLifecycle: "a restart leaves nothing behind\nLet `pulumi up` create it: it restarts only",
    SesDkimKeyLifecycle: "the key is in the state of the stack that made it, and nowhere else\nLet `pulumi up` make",
    SesDomainPreflightLifecycle: "a look leaves nothing behind\nLet `pulumi up` create it",
    SesDomainVerificationLifecycle: "a wait leaves nothing behind\nLet `pulumi up` create it",
    AwsKeyReadyLifecycle: "a wait leaves nothing behind\nLet `pulumi up` create it",
    AwsKeySlotLifecycle: "a look leaves nothing behind\nLet `pulumi up` create it",
}


@pytest.mark.parametrize("resource", FORMS)
def test_an_example_is_of_its_own_form_alone(resource: str) -> None:
    """So that a message can say whose id a wrong one is."""
    example = FORMS[resource].example
    assert [each for each in FORMS if FORMS[each].parts(example) is not None] == [resource]
    assert {*parse_id(resource, example).values()} <= {*example.split("/")}


@pytest.mark.parametrize("resource", sorted(FORMS.keys() - {"EmailTemplate", "AwsKeyReady"}))
@pytest.mark.parametrize("blank", [" {}", "{} ", "{}\n"])
def test_a_blank_that_nobody_sees_is_told(resource: str, blank: str) -> None:
    """At the ends of an id; a key may hold any character."""
    with pytest.raises(InvalidSettings, match="id: begins or ends with a blank\nWrite it as"):
        parse_id(resource, blank.format(FORMS[resource].example))


def test_every_resource_has_a_form() -> None:
    """A new one needs a line."""
    named = {each.name for each in vars(lifecycles).values() if isinstance(each, lifecycles.LifecycleReference)}
    assert {name.removesuffix("Lifecycle") for name in named} == FORMS.keys()


def test_an_id_is_whole() -> None:
    """Neither more than one, nor an empty part."""
    for id_ in ("a/b/c/email-provider", "auth0//email-provider", "x"):
        with pytest.raises(InvalidSettings, match="id: is not the id of an EmailProvider"):
            parse_id("EmailProvider", id_)
    with pytest.raises(InvalidSettings, match="id: is not the id of a SesAccount"):
        parse_id("SesAccount", "x")
    with pytest.raises(InvalidSettings, match="id: is the id of SesAccount, not of SesDomainIdentity"):
        parse_id("SesDomainIdentity", "aws-ses/eu-west-1/account")


@pytest.mark.parametrize("lifecycle", ONLY_MADE)
def test_what_leaves_nothing_behind_is_not_imported(lifecycle: type[Lifecycle]) -> None:
    """It is created, which costs nothing where there is nothing to do."""
    with pytest.raises(NotSupported) as caught:
        steps.import_(lifecycle(), "the/id")
    assert str(caught.value).startswith(f"import of the/id: cannot be imported: {ONLY_MADE[lifecycle]}")


def test_a_lifecycle_says_by_itself_that_it_cannot_be_imported() -> None:
    """One of a later release, which says nothing about it."""
    with pytest.raises(
        NotSupported, match=r"it leaves nothing behind that could be read\nLet `pulumi up` create it\.$"
    ):
        Lifecycle().do_import("x")
