"""Pulumi's options as a dynamic resource may have them."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from support.registered import registered
from tenant_email.errors import InvalidSettings
from tenant_email.platforms.auth0.settings import SendGrid, Template
from tenant_email.resources.arguments import settings_props
from tenant_email.resources.base import existing_inputs, options_for
from tenant_email.resources.tenant import EmailTemplate
from tenant_email.resources.transforms import with_secret_outputs

TEMPLATE = "auth0/acme.eu.auth0.com/email-template/welcome_email"


def aws_provider() -> pulumi.ProviderResource:
    """Returns an explicit provider, without an engine that would know it."""
    provider = object.__new__(pulumi.ProviderResource)
    provider.package = "aws"
    return provider


def test_a_dynamic_resource_gets_no_provider() -> None:
    """An engine would send the resource to that provider's plug-in, which knows nothing of it."""
    options, _ = options_for(pulumi.ResourceOptions(provider=aws_provider(), protect=True), None)
    assert (options.provider, options.protect) == (None, True)


def test_an_import_does_not_reach_the_engine() -> None:
    """The SDK's host cannot import: the option is taken off, and its id is kept."""
    given = pulumi.ResourceOptions(import_="auth0/acme/email-provider")
    options, import_id = options_for(given, None)
    assert (options.import_, import_id) == (None, "auth0/acme/email-provider")
    assert given.import_ == import_id, "the user's own object stays as it is"
    assert options_for(None, None)[1] is None


@pytest.mark.parametrize(
    ("given", "on_delete", "kept"),
    [(None, "retain", True), (None, "delete", None), (None, None, None), (False, "retain", False), (True, None, True)],
)
def test_retain_keeps_the_engine_from_deleting(given: bool | None, on_delete: Any, kept: bool | None) -> None:
    """The policy alone would need a call that reaches us; what the user says of the option itself counts more."""
    options, _ = options_for(pulumi.ResourceOptions(retain_on_delete=given), on_delete)
    assert options.retain_on_delete is kept


def test_secret_outputs_are_secret_beside_the_user_s_own() -> None:
    """A snapshot may hold what was secret."""
    options = with_secret_outputs(pulumi.ResourceOptions(additional_secret_outputs=["live"]), ["snapshot"])
    assert set(options.additional_secret_outputs or ()) == {"live", "snapshot"}


@pytest.mark.parametrize(
    ("on_existing", "import_id", "told"),
    [
        (None, None, None),
        ("fail", None, None),
        ("adopt", None, "adopt"),
        (None, "id", "import"),
        ("fail", "id", "import"),
        ("adopt", "id", "adopt"),
    ],
)
def test_an_import_writes_nothing_unless_asked(on_existing: Any, import_id: str | None, told: str | None) -> None:
    """An id to import means: adopt without a write; an explicit "adopt" wins, and the default goes without saying."""
    assert existing_inputs(on_existing, import_id) == {"on_existing": told, "import_id": import_id}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({"on_existing": "fail"}, "fail"),
        ({"opts": pulumi.ResourceOptions(import_=TEMPLATE)}, "import"),
        ({"opts": pulumi.ResourceOptions(import_=TEMPLATE), "on_existing": "adopt"}, None),
    ],
)
def test_a_template_is_adopted_unless_it_is_imported(given: Any, told: str | None) -> None:
    """Its adoption goes without saying; one that nobody asked for must not stand in the way of an import."""
    settings = Template(template="welcome_email", subject="Hi", body="<p>Hi</p>")
    found = registered(lambda: EmailTemplate("welcome", settings=settings, **given))
    assert found.inputs["EmailTemplate", "welcome"].get("on_existing") == told


def test_only_settings_classes_are_settings() -> None:
    """A dictionary would go around every check of its fields."""
    assert settings_props("mail", SendGrid(api_key="canary-key"))["kind"] == "auth0.sendgrid"
    with pytest.raises(InvalidSettings, match=r"^mail: settings: is a dict\nWrite auth0.SendGrid"):
        settings_props("mail", {"kind": "auth0.sendgrid"})
