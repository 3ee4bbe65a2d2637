"""What we send, judged by the published connectors' own schemas; and what we refuse beyond them, all of it named."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from support.logto_corpus import good, odd
from support.logto_oracle import judged
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.platforms import logto
from tenant_email.platforms.logto import mapping
from tenant_email.platforms.logto.kinds import KINDS
from tenant_email.platforms.logto.models import TRANSPORTS

README = Path(logto.__file__).with_name("README.md")

pytestmark = pytest.mark.xdist_group("npm")


@pytest.fixture(autouse=True)
def _tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names a tenant, which validation needs and never calls."""
    monkeypatch.setenv("LOGTO_ENDPOINT", "https://acme.logto.app")
    monkeypatch.setenv("LOGTO_APP_ID", "corpus")
    monkeypatch.setenv("LOGTO_APP_SECRET", "corpus-app-secret")


def refusals(inputs: dict[str, Any]) -> list[str]:
    """Returns what a preview would say against these inputs."""
    news = {"tenant": "main", "enabled": True, "on_existing": "fail", "on_drift": "overwrite", **inputs}
    return [str(failure.reason) for failure in EmailProviderLifecycle().check({}, news).failures]


def sent(inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns the factory and the config that these inputs are sent as."""
    kind = KINDS[inputs["settings"]["kind"]]
    model, problems = parse(TRANSPORTS[kind.full_name], inputs["settings"])
    assert model is not None, problems
    desired = ProviderInputs.from_props({**inputs, "settings": model.to_props()})
    target = mapping.merge(desired, None, mapping.Stored())
    return kind.factory, mapping.provider_body(target, "corpus")


def unchecked(inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns the factory and the config that these inputs would be sent as if nobody looked at them."""
    kind = KINDS[inputs["settings"]["kind"]]
    return kind.factory, mapping.to_config(inputs["settings"], inputs.get("from_address"))


@cache
def stricter_rules() -> dict[str, str]:
    """Returns the README's table of stricter rules: name to a part of what we say."""
    table = README.read_text().partition("## Stricter than Logto")[2]
    return dict(re.findall(r"^\| ([A-Za-z][\w -]+) \| `([^|]+)` \|", table, re.MULTILINE))


def test_what_we_send_always_passes_the_published_schemas() -> None:
    """650 configs of all kinds are accepted by us, and after defaulting and cleaning by the packages."""
    corpus = list(good(650))
    assert {str(refused): inputs for inputs in corpus if (refused := refusals(inputs))} == {}
    wrong = [verdict.issues for verdict in judged(map(sent, corpus)) if not verdict.accepted]
    assert wrong == []


def test_what_we_refuse_beyond_the_schemas_is_named() -> None:
    """Each refusal of a config that the packages take says one of the named rules, and each rule is met."""
    corpus = list(odd())
    verdicts = judged(map(unchecked, corpus))
    said = [refusals(inputs) for inputs, verdict in zip(corpus, verdicts, strict=True) if verdict.accepted]
    rules = stricter_rules()
    unnamed = [text for texts in said for text in texts if not any(part in text for part in rules.values())]
    assert unnamed == []
    met = {name for name, part in rules.items() for texts in said for text in texts if part in text}
    assert met == rules.keys()


def test_what_the_schemas_refuse_we_refuse_too() -> None:
    """No odd config passes here that the packages would turn down."""
    corpus = list(odd())
    verdicts = judged(map(unchecked, corpus))
    passed = [
        (inputs["settings"]["kind"], verdict.issues)
        for inputs, verdict in zip(corpus, verdicts, strict=True)
        if not verdict.accepted and not refusals(inputs)
    ]
    assert passed == []
