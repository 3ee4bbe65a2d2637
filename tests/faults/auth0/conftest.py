"""Fixtures: an empty tenant, and one provider or template in this process against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.single import Single
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tenant() -> Iterator[Auth0Emulator]:
    """Serves an empty tenant."""
    with Auth0Emulator() as emulator:
        yield emulator


@pytest.fixture
def other_tenant() -> Iterator[Auth0Emulator]:
    """Serves another empty tenant."""
    with Auth0Emulator() as emulator:
        yield emulator


@pytest.fixture
def provider(tenant: Auth0Emulator, said: list[str]) -> Single:
    """An email provider that is not there yet."""
    return Single(EmailProviderLifecycle, tenant, said)


@pytest.fixture
def template(tenant: Auth0Emulator, said: list[str]) -> Single:
    """A template that is not there yet."""
    return Single(EmailTemplateLifecycle, tenant, said)
