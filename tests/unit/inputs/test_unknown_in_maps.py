"""A preview may know a map and not yet each of its values: no rule of any map may take that for a wrong value."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_args, get_origin

import pytest
from pulumi.output import Unknown

import tenant_email.aws
import tenant_email.lifecycle
import tenant_email.operations
from tenant_email import platforms
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.ses_domain_identity import SesDomainIdentityLifecycle
from tenant_email.lifecycle.ses_domain_settings import SesDomainSettingsLifecycle
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi.dynamic import ResourceProvider

    from tenant_email.json_types import Props

KEYS = ("en", "Generic", "mail.smtp.localhost")
"""Of these each map takes one."""


def is_map(annotation: Any) -> bool:
    """Returns whether a field may hold a map; a list with an unknown in it is unknown as a whole."""
    origin = get_origin(annotation)
    return origin is dict or (origin is not list and any(is_map(part) for part in get_args(annotation)))


def models() -> Iterator[type[Model]]:
    """Yields every model of inputs that a program's values come to."""
    for package in (tenant_email.aws, tenant_email.lifecycle, tenant_email.operations):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(found.name)
    for name in platforms.names():
        platform = platforms.load(name)
        yield from (*platform.models.values(), *platform.templates.values())
    left = [Model]
    while left:
        model = left.pop()
        left += model.__subclasses__()
        if model.__module__.startswith(("tenant_email.aws", "tenant_email.lifecycle", "tenant_email.operations")):
            yield model


def maps() -> list[Any]:
    """Returns each field that is a map."""
    found = {
        (model.__name__, name): (model, name)
        for model in models()
        for name, field in model.model_fields.items()
        if is_map(field.annotation)
    }
    return [pytest.param(*each, id=".".join(key)) for key, each in sorted(found.items())]


@pytest.mark.parametrize(("model", "name"), maps())
def test_a_value_of_a_map_may_be_unknown(model: type[Model], name: str) -> None:
    """Whatever rule the known ones have to keep."""
    wrong = [parse(model, {name: {key: UNKNOWN}})[1] for key in KEYS]
    assert any(not [problem for problem in problems if problem.path.startswith(name)] for problems in wrong)


SENT: Any = Unknown()  # type: ignore[no-untyped-call]  # Pulumi's
TEXTS = {"kind": "pingone_aic.template", "template": "welcome", "default_locale": "en"}
SMTP = {"kind": "pingone_aic.smtp", "host": "smtp.acme.com", "port": 465, "username": "mailer", "password": "canary"}
DOMAIN = {"domain": "acme.com", "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("lifecycle", "inputs"),
    [
        (EmailTemplateLifecycle, {"settings": {**TEXTS, "subject": {"en": "Hi"}, "message": {"en": SENT}}}),
        (EmailTemplateLifecycle, {"settings": {**TEXTS, "subject": {"en": SENT}, "html": {"en": "<p>Hi</p>"}}}),
        (EmailProviderLifecycle, {"settings": {**SMTP, "smtp_properties": {"mail.smtp.ssl.trust": SENT}}}),
        (EmailProviderLifecycle, {"settings": {"kind": "auth0.other", "name": "newer", "credentials": {"key": SENT}}}),
        (SesDomainIdentityLifecycle, {**DOMAIN, "tags": {"owner": SENT}}),
        (SesDomainSettingsLifecycle, {**DOMAIN, "tags": {"owner": SENT}}),
    ],
)
def test_a_preview_passes(
    lifecycle: type[ResourceProvider], inputs: Props, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is refused, and nothing is warned of that only the value could show."""
    for variable, host in (("AUTH0_DOMAIN", "acme.eu.auth0.com"), ("FRODO_HOST", "https://acme.forgeblocks.com")):
        monkeypatch.setenv(variable, host)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    operation.begin()
    mail = {"tenant": "main", "from_address": "a@acme.com"} if lifecycle is EmailProviderLifecycle else {}
    assert lifecycle().check({}, {**mail, **inputs}).failures == []
    assert not [line for line in said if "certificate is not verified" in line]
