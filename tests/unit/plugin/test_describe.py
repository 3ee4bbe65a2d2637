"""What the generator of the package schema makes of types and of docstrings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import pulumi
import pytest
from pydantic import BeforeValidator

from tenant_email.aws.dns_records import DnsRecordProps
from tenant_email.components.ses_sending_domain import SesSendingDomain
from tenant_email.inputs.model import mentions_secret
from tenant_email.plugin.describe.docs import docs_of
from tenant_email.plugin.describe.hints import hints_of, output_of
from tenant_email.plugin.describe.specs import Declared, Types
from tenant_email.plugin.describe.wording import Wording
from tenant_email.redaction.secrets import Secret
from tenant_email.resources.ses_values import IamUser, SendingPolicy
from tenant_email.resources.tenant import EmailProvider

WORDING = Wording(["from_address", "enabled"], {"auth0.Smtp": "auth0.smtp"})
ANY = {"$ref": "pulumi.json#/Any"}
STRING = {"type": "string"}


USER = hints_of(IamUser)
POLICY = hints_of(SendingPolicy)
DOMAIN = hints_of(SesSendingDomain.__init__)


@pytest.mark.parametrize(
    ("hint", "spec"),
    [
        (str, STRING),
        (Secret | None, STRING),
        (USER["path"], STRING),
        (int | str, {"oneOf": [{"type": "integer"}, STRING]}),
        (Annotated[str, "any note"] | str, STRING),
        (Sequence[float], {"type": "array", "items": {"type": "number"}}),
        (DOMAIN["tags"], {"type": "object", "additionalProperties": STRING}),
        (dict[str, Any], {"type": "object", "additionalProperties": ANY}),
        (object, ANY),
        (Literal[1024, 2048], {"type": "integer"}),
        (Literal[True], {"type": "boolean"}),
        (Annotated[Literal["eu"], BeforeValidator(str)], STRING),
        (POLICY["sends_through"], STRING),
        (list[DnsRecordProps], {"type": "array", "items": {"$ref": "#/types/tenant-email:index:DnsRecord"}}),
        (IamUser | None, {"$ref": "#/types/tenant-email:index:IamUser"}),
    ],
)
def test_a_type_is_one_of_the_schema_s(hint: Any, spec: dict[str, Any]) -> None:
    """Without None, without what makes a value known later, and without notes that only a validator reads."""
    types = Types(WORDING, ())
    assert types.spec(hint, Declared(name="home", hint=hint, description="", owners=(IamUser,))) == spec


def test_a_type_of_nothing_is_refused() -> None:
    """Pulumi's languages refuse a schema with a union of no types."""
    with pytest.raises(ValueError, match="home is of no type"):
        Types(WORDING, ()).spec(pulumi.Output[str], Declared(name="home", hint=None, description=""))


@pytest.mark.parametrize(
    ("hint", "output"),
    [
        (pulumi.Output[str], str),
        (pulumi.Output[str] | None, str | None),
        (pulumi.Output[str | None], str | None),
        (str | None, None),
        (str, None),
    ],
)
def test_an_output_may_be_missing(hint: Any, output: Any) -> None:
    """A component that makes something only when asked has none of it else."""
    assert output_of(hint) == output


def test_a_choice_of_texts_is_an_enum_of_its_name() -> None:
    """Of its owner's and of the property's, where no module calls it otherwise; "import" is for options."""
    types = Types(WORDING, ())
    choice: Any = Literal["one-two", "import", "THREE FOUR", "TLSv1.2"]
    spec = types.spec(choice, Declared(name="way_in", hint=choice, description="", owners=(IamUser,)))
    assert spec == {"$ref": "#/types/tenant-email:index:IamUserWayIn"}
    values = types.named["tenant-email:index:IamUserWayIn"]["enum"]
    assert [(each["name"], each["value"]) for each in values] == [
        ("OneTwo", "one-two"),
        ("ThreeFour", "THREE FOUR"),
        ("TLSv12", "TLSv1.2"),
    ]


def test_one_name_has_one_set_of_values() -> None:
    """Else an SDK would have the values of one of them."""
    types = Types(WORDING, ())
    one: Any = Literal["x", "y"]
    other: Any = Literal["x", "z"]
    types.spec(one, Declared(name="way", hint=one, description="", owners=(IamUser,)))
    with pytest.raises(ValueError, match="IamUserWay has several sets of values"):
        types.spec(other, Declared(name="way", hint=other, description="", owners=(IamUser,)))


def test_classes_are_told_apart_by_their_kind() -> None:
    """A word that is short for one of them is left out."""
    types = Types(WORDING, ())
    spec = types.spec(DOMAIN["dkim"], Declared(name="dkim", hint=DOMAIN["dkim"], description=""))
    assert list(spec["discriminator"]["mapping"]) == ["easy", "byo", "replica"]
    assert [each["$ref"] for each in spec["oneOf"]] == list(spec["discriminator"]["mapping"].values())
    described = types.named["tenant-email:index:ByoDkim"]
    assert described["required"] == ["kind", "selector"]
    assert described["properties"]["kind"]["const"] == "byo"


def test_only_what_may_come_later_is_an_input() -> None:
    """What a component needs before deployment is plain, at each depth."""
    types = Types(WORDING, ())

    def spec(hint: Any) -> Any:
        return types.spec(hint, Declared(name="home", hint=hint, description="", is_plain=True))

    plain = {"type": "string", "plain": True}
    assert spec(DOMAIN["domain"]) == plain
    assert spec(DOMAIN["region"]) == STRING
    assert spec(DOMAIN["from_addresses"]) == {"type": "array", "items": plain, "plain": True}
    assert spec(DOMAIN["tags"]) == {"type": "object", "additionalProperties": STRING, "plain": True}
    assert spec(hints_of(EmailProvider.__init__)["further_domains"]) == {"type": "array", "items": STRING}


def test_a_secret_is_found_wherever_it_is_in_a_type() -> None:
    """In a map, or beside None."""
    assert mentions_secret(dict[str, Secret] | None)
    assert not mentions_secret(dict[str, str] | None)


def test_a_docstring_says_what_each_argument_is() -> None:
    """In the section of arguments, below an attribute, or of a property; continued lines are one text."""
    read = docs_of(SesSendingDomain)
    assert read.paragraphs[0] == "A verified SES domain with a user who may send from it and do nothing else."
    assert not any("Args:" in each or "InvalidSettings:" in each for each in read.paragraphs)
    assert read.arguments["dmarc"].startswith("the DMARC policy to publish")
    assert read.arguments["dmarc"].endswith("with report addresses.")
    assert read.attributes["smtp_port"] == "587, STARTTLS."
    assert read.of("domain").startswith("the domain to send from")
    assert read.of("domain", is_output=True) == read.attributes["domain"] == "The domain, as SES keeps it."


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("the server.", "The server."),
        ("False turns it off", "`false` turns it off."),
        ("See from_address and `from_address`.", "See `fromAddress` and `fromAddress`."),
        ("such as welcome_email", "Such as welcome_email."),
        ('as in `{"x": {"from_address": True}}`', 'As in `{"x": {"from_address": true}}`.'),
        ('with `enabled="yes"`, as `auth0.Smtp`.', 'With `enabled: "yes"`, as `auth0.smtp`.'),
        ("One. In Python also two. Three.", "One. Three."),
        ("`Smtp.from_ses(domain)` fills it in.", ""),
        ('for "oauth2_key": its key.', "Its key."),
        ("`ses.DnsZone` where it is.", "`DnsZone` where it is."),
        ("https://graph.example/{mailbox}/send", "https://graph.example/{mailbox}/send"),
    ],
)
def test_a_sentence_is_every_language_s(written: str, told: str) -> None:
    """Names and values as the schema has them, and nothing that only a program in Python can use."""
    assert WORDING.text(written) == told


def test_what_cites_the_repository_is_left_out() -> None:
    """A reader of an SDK has no docs folder."""
    given = ("One.", "Source: docs/contracts/auth0.md#provider.", "Two. Rules: docs/contracts/auth0.md.")
    assert WORDING.paragraphs(given) == "One.\n\nTwo."
