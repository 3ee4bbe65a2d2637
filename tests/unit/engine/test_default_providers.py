"""Provider: the default one of a package."""

from __future__ import annotations

import pytest

from embedded_pulumi_engine.default_providers import configuration, default_provider, needs_provider
from embedded_pulumi_engine.goals import Goal
from embedded_pulumi_engine.project import ConfigValue
from embedded_pulumi_engine.values import is_secret, reveal

CONFIG = {
    "aws:region": ConfigValue("eu-west-1"),
    "aws:token": ConfigValue("s3cret", ("s3cret",)),
    "demo:domain": ConfigValue("acme.com"),
}


@pytest.mark.parametrize(
    ("version", "name"), [("", "default"), ("7.51.0", "default_7_51_0"), ("1.0.0-beta.2+x", "default_1_0_0_beta_2_x")]
)
def test_it_is_named_after_the_version(version: str, name: str) -> None:
    """So that each version of an SDK has a provider of its own, which holds the version when there is one."""
    goal = default_provider("aws", version, CONFIG)
    assert (goal.type, goal.name, goal.inputs.get("version", "")) == ("pulumi:providers:aws", name, version)


def test_a_plugin_receives_its_own_namespace() -> None:
    """Under short keys, secrets as secrets."""
    inputs = configuration("aws", CONFIG)
    assert reveal(inputs) == {"region": "eu-west-1", "token": "s3cret"}
    assert is_secret(inputs["token"])
    assert not is_secret(inputs["region"])


def test_a_dynamic_host_receives_all_of_it() -> None:
    """Under full keys, as the SDK's own host expects."""
    inputs = configuration("pulumi-python", CONFIG)
    assert reveal(inputs) == {key: value.text for key, value in CONFIG.items()}
    assert [key for key, value in inputs.items() if is_secret(value)] == ["aws:token"]


@pytest.mark.parametrize(
    ("type_", "custom", "needed"),
    [("cloud:index:Thing", True, True), ("demo:index:Component", False, False), ("pulumi:providers:aws", True, False)],
)
def test_components_and_providers_need_none(type_: str, custom: bool, needed: bool) -> None:
    """Every other resource does."""
    assert needs_provider(Goal(type=type_, name="x", custom=custom, inputs={})) is needed
