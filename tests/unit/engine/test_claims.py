"""Claim: which recorded resource a registration is the new version of."""

from __future__ import annotations

import pytest

from embedded_pulumi_engine.aliases import Alias
from embedded_pulumi_engine.claims import Claims, InvalidRegistrationError
from support.registrations import TYPE, recorded, urn_of

STATE = {resource.urn: resource for resource in (recorded("a"), recorded("b"))}


def test_a_name_is_taken_once() -> None:
    """The second resource of one URN is refused."""
    claims = Claims()
    claims.take(urn_of("a"))
    with pytest.raises(
        InvalidRegistrationError, match="Duplicate resource URN 'urn:pulumi:dev::demo::cloud:index:Thing::a'"
    ):
        claims.take(urn_of("a"))


def test_the_own_name_comes_before_former_ones() -> None:
    """What is recorded under both is that of the own name; what is recorded under neither is new."""
    assert Claims().find_old(urn_of("a"), "", (Alias(name="b"),), STATE) is STATE[urn_of("a")]
    assert Claims().find_old(urn_of("c"), "", (Alias(name="d"),), STATE) is None


def test_a_former_name_is_taken_too() -> None:
    """It counts as seen, so that it is not deleted, and nobody else may have it, as a name or as an alias."""
    claims = Claims()
    claims.take(urn_of("c"))
    assert claims.find_old(urn_of("c"), "", (Alias(name="a"),), STATE) is STATE[urn_of("a")]
    assert claims.seen == {urn_of("c"), urn_of("a")}
    assert claims.is_same(urn_of("a"), urn_of("c"))
    assert not claims.is_same(urn_of("b"), urn_of("c"))
    with pytest.raises(
        InvalidRegistrationError, match=r"Duplicate resource alias '.*::a' applied to resource with URN '.*::d'"
    ):
        claims.find_old(urn_of("d"), "", (Alias(name="a"),), STATE)
    with pytest.raises(InvalidRegistrationError, match=r"Duplicate resource alias '.*::a': .*::c has claimed it"):
        claims.find_old(urn_of("a"), "", (), STATE)


def test_a_child_of_a_renamed_parent_is_found_below_its_former_name() -> None:
    """The parent's alias is the child's too, and so is the part of its name that the parent's is."""
    child = recorded(urn=urn_of("old-child", parent=urn_of("old")), parent=urn_of("old"))
    state = {each.urn: each for each in (recorded("old"), child)}
    claims, parent = Claims(), urn_of("new")
    assert claims.find_old(parent, "", (Alias(name="old"),), state) is state[urn_of("old")]
    assert claims.find_old(urn_of("new-child", TYPE, parent), parent, (), state) is child
