"""Who owns what in one operation: ids that are claimed, written and given up, and what is said of a tenant."""

from __future__ import annotations

import pytest

from tenant_email.errors import InvalidSettings
from tenant_email.findings import (
    ConfiguresProvider,
    Findings,
    FollowsProvider,
    LacksLogin,
    OwnsObject,
    SenderLimits,
    SendsFrom,
)
from tenant_email.operations.ownership import Ownership

ID = "auth0/a/email-provider"
DISABLED = "cannot be set while the tenant's email provider is disabled"


def provider(platform: str = "auth0", *, enabled: bool | None = True, domain: str = "") -> ConfiguresProvider:
    """Returns the claim of a provider."""
    return ConfiguresProvider(platform, "a", f"{platform}.smtp", SenderLimits((domain,) if domain else ()), enabled)


def told(ownership: Ownership, address: str = "x@acme.example") -> list[str]:
    """Returns what contradicts a sender of the auth0 tenant."""
    claim = SendsFrom("auth0", "a", "settings.from_address", address)
    return [each.what for each in ownership.register([claim]).problems]


def test_a_claim_is_of_one_id() -> None:
    """And nothing contradicts it."""
    ownership = Ownership()
    assert ownership.register([OwnsObject(ID)]) == Findings()
    assert (ownership.is_claimed(ID), ownership.is_claimed("auth0/b/email-provider")) == (True, False)


def test_a_second_owner_is_told_what_is_owned() -> None:
    """In the words that people have for it, where the id is not one of them."""
    ownership = Ownership()
    assert ownership.register([OwnsObject(f"{ID} 1 None", "the provider of a")], "urn::a") == Findings()
    (told,) = ownership.register([OwnsObject(f"{ID} 1 None", "the provider of a")], "urn::b").problems
    assert told.what == "the provider of a is already managed by 'a'"


def test_a_login_that_is_lacking_is_said_once_a_tenant() -> None:
    """By the resource that comes first; another platform at the host is another tenant."""
    ownership = Ownership()
    claims = [LacksLogin(name, "a", f"{name} {number}") for number in (1, 2) for name in ("auth0", "logto")]
    assert ownership.register(claims).warnings == ("auth0 1", "logto 1")


def test_a_second_write_to_an_object_is_refused_with_its_id() -> None:
    """Two resources of one program would undo each other."""
    ownership = Ownership()
    ownership.write_alone(ID)
    ownership.write_alone("auth0/b/email-provider")
    with pytest.raises(InvalidSettings) as caught:
        ownership.write_alone(ID)
    assert str(caught.value) == (
        f"{ID}: another resource of this program manages it too\nKeep one of the two resources."
    )


def test_what_a_resource_gave_up_is_known_to_the_next_one() -> None:
    """Of this id alone."""
    ownership = Ownership()
    ownership.release(ID, {"adopted": True})
    assert ownership.find_released(ID) == {"adopted": True}
    assert ownership.find_released("auth0/b/email-provider") is None


def test_the_last_word_on_a_provider_counts() -> None:
    """It may be switched on again; while that is not known the word before it stands; platforms are apart."""
    ownership = Ownership()
    assert told(ownership) == []
    for enabled, expected in ((False, [DISABLED]), (None, [DISABLED]), (True, []), (None, [])):
        ownership.register([provider("logto", enabled=not enabled), provider(enabled=enabled)])
        assert told(ownership) == told(ownership, "") == expected


def test_all_claims_of_a_resource_are_judged() -> None:
    """Each is told with the path that claims it, and with the remedy; what one says does not hide another's."""
    ownership = Ownership()
    ownership.register([provider(enabled=False, domain="acme.test")])
    follows = FollowsProvider("auth0", "a", lambda kind: (f"odd under {kind}",))
    sender, reply = (SendsFrom("auth0", "a", path, "x@acme.example") for path in ("from", "reply_to"))
    found = ownership.register([follows, sender, reply, follows])
    assert found.warnings == ("odd under auth0.smtp",) * 2
    assert [each.path for each in found.problems] == ["from", "from", "reply_to", "reply_to"]
    assert str(found.problems[1]) == f"from: {DISABLED}\nSet enabled=True on the EmailProvider, or omit it."


def test_the_key_of_a_tenants_provider_limits_its_templates() -> None:
    """As far as the sender is known, and as the last check of the provider has it."""
    ownership = Ownership()
    ownership.register([provider(domain="acme.test"), provider("logto")])
    assert told(ownership) == ["x@acme.example is not in the verified domain acme.test"]
    assert told(ownership, "") == []
    ownership.register([provider()])
    assert told(ownership) == []


def test_what_a_kind_of_provider_makes_of_a_template_is_reported() -> None:
    """Of the tenant's own provider alone, whichever template it is; without one there is nothing to say."""
    ownership, claim = Ownership(), FollowsProvider("auth0", "a", lambda kind: (f"odd under {kind}",))
    assert ownership.register([provider("logto"), claim]) == Findings()
    ownership.register([provider()])
    assert ownership.register([claim]) == Findings(warnings=("odd under auth0.smtp",))
