"""What an engine's request says besides properties, and to whom."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from pulumi.runtime.proto.provider_pb2 import CreateRequest, DiffRequest

from tenant_email.operations import engine_request
from tenant_email.operations.engine_request import EngineRequest


@pytest.mark.parametrize(
    ("written", "ignores"),
    [
        ("settings.secret_access_key", True),
        ("settings.secretAccessKey", True),
        ("settings['secret_access_key']", True),
        ('["settings"].secretAccessKey', True),
        ("settings", False),
        ("settings.secret", False),
        ("settings.secret_access_key.more", False),
        ("secret_access_key", False),
        ("", False),
        ("settings[*]", True),
        ('["*"].secret_access_key', True),
        ("*", False),
    ],
)
def test_a_path_is_ignored_in_every_spelling(written: str, ignores: bool) -> None:
    """Only the very path, as any language writes it."""
    assert EngineRequest(ignored=("enabled", written)).ignores("settings", "secret_access_key") is ignores
    assert not EngineRequest().ignores("settings")


@pytest.mark.parametrize(
    ("written", "ignores"),
    [
        ("settings.credentials.api_key", True),
        ('settings["credentials"][*]', True),
        ("settings.credentials", False),
        ("settings.credential.api_key", False),
        ("settings", False),
    ],
)
def test_a_part_is_ignored_where_the_whole_is_not(written: str, ignores: bool) -> None:
    """What the engine then gives is mixed."""
    assert EngineRequest(ignored=(written,)).ignores_part("settings", "credentials") is ignores


def test_a_thread_answers_one_request() -> None:
    """One without options says only its resource, one that is none says nothing, and afterwards it is over."""
    with engine_request.answering(DiffRequest(urn="urn:one", ignoreChanges=["a", "b"])):
        assert engine_request.current() == EngineRequest("urn:one", ("a", "b"))
        with engine_request.answering(CreateRequest(urn="urn:two")):
            assert engine_request.current() == EngineRequest("urn:two")
        for odd in (None, SimpleNamespace(urn=3), "text"):
            with engine_request.answering(odd):
                assert engine_request.current() == EngineRequest()
    assert engine_request.current() == EngineRequest()
    with engine_request.answering_for(None):
        assert engine_request.current() == EngineRequest()
