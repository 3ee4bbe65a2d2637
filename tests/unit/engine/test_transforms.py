"""Transforms: what the program's functions are told of a registration, and what becomes of their answers."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import alias_pb2, resource_pb2

from embedded_pulumi_engine.goals import inherit
from embedded_pulumi_engine.transforms import options_of, transformed
from embedded_pulumi_engine.values import OUTPUT, SIGNATURE, UNKNOWN, lower_outputs, raise_outputs, seal, to_struct

REQUEST = resource_pb2.RegisterResourceRequest(
    type="cloud:index:Thing",
    name="thing",
    protect=False,
    dependencies=["urn:first"],
    ignoreChanges=["size"],
    deleteBeforeReplace=True,
    deleteBeforeReplaceDefined=True,
    aliases=[alias_pb2.Alias(urn="urn:former")],
    providers={"cloud": "urn:provider::id"},
    importId="an-id",
    object=to_struct({"size": 1}),
)


def test_the_options_of_a_registration_come_back_as_they_went() -> None:
    """An option set to what it is by default is told too, and one that is not set is not."""
    options = options_of(REQUEST)
    assert (options.HasField("protect"), options.HasField("retain_on_delete")) == (True, False)
    assert transformed(REQUEST, resource_pb2.TransformResponse(options=options)) == REQUEST
    assert transformed(REQUEST, resource_pb2.TransformResponse()) == REQUEST


def test_an_answer_takes_the_place_of_what_was() -> None:
    """Options that it leaves out are gone; what is no option stays."""
    options = resource_pb2.TransformResourceOptions(retain_on_delete=True)
    answer = resource_pb2.TransformResponse(properties=to_struct({"size": 2}), options=options)
    changed = transformed(REQUEST, answer)
    assert (changed.object["size"], changed.retainOnDelete, list(changed.ignoreChanges)) == (2, True, [])
    assert (changed.HasField("protect"), changed.deleteBeforeReplaceDefined, changed.name) == (False, False, "thing")


@pytest.mark.parametrize(
    ("value", "raised"),
    [
        ({"a": seal("x")}, {"a": {SIGNATURE: OUTPUT, "secret": True, "value": "x"}}),
        ([UNKNOWN, 1], [{SIGNATURE: OUTPUT}, 1]),
        (seal(UNKNOWN), {SIGNATURE: OUTPUT, "secret": True}),
    ],
)
def test_secrets_and_unknowns_are_output_values_for_a_transform(value: object, raised: object) -> None:
    """And what they were for everything else."""
    assert raise_outputs(value) == raised
    assert lower_outputs(raised) == value


def test_children_inherit_what_they_say_nothing_of() -> None:
    """Protection, retention, and what it is deleted with; what a child says of itself counts."""
    kind = resource_pb2.RegisterResourceRequest
    parent = kind(protect=True, retainOnDelete=True, deletedWith="urn:other")
    silent, outspoken = kind(), kind(protect=False, retainOnDelete=False, deletedWith="urn:own")
    inherit(silent, parent)
    inherit(outspoken, parent)
    assert (silent.protect, silent.retainOnDelete, silent.deletedWith) == (True, True, "urn:other")
    assert (outspoken.protect, outspoken.retainOnDelete, outspoken.deletedWith) == (False, False, "urn:own")
