"""Logto as the lifecycles see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.platforms.base import Platform
from tenant_email.platforms.logto import checks, mapping, models
from tenant_email.platforms.logto.capabilities import CAPABILITIES, CONNECTION
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.checks.smtp import MailServer
    from tenant_email.inputs.tenant_objects import ProviderInputs
    from tenant_email.json_types import Json, PropsView
    from tenant_email.platforms.base import TenantClient
    from tenant_email.platforms.sending import MailSender
    from tenant_email.platforms.survey import Survey
    from tenant_email.tenants.connections import Connection


def template_key(settings: PropsView) -> Json:
    """Returns what a template is known by in a resource's id."""
    language, usage = settings["language"], settings["type"]
    return f"{language}/{usage}" if is_known(language, usage) else UNKNOWN


def open_tenant(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> TenantClient:
    """Connects to a tenant; only here are the calls loaded, and all that HTTP needs: a preview makes none."""
    from tenant_email.platforms.logto.api import Logto  # noqa: PLC0415 - see above

    return Logto(connection, announce, timing)


def survey_tenant(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> Survey:
    """Connects to a tenant that is only looked at."""
    from tenant_email.platforms.logto.survey import LogtoSurvey  # noqa: PLC0415 - as above

    return LogtoSurvey(connection, announce, timing)


def ask_for_mails(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> MailSender:
    """Connects to a tenant that is asked for mails."""
    from tenant_email.platforms.logto.sending import LogtoMails  # noqa: PLC0415 - as above

    return LogtoMails(connection, announce, timing)


def mail_server(desired: ProviderInputs) -> MailServer:
    """Returns the server that preflight="connect" tries."""
    from tenant_email.platforms.logto import preflight  # noqa: PLC0415 - a check asks no server

    return preflight.server(mapping.to_config(desired.settings, desired.from_address))


PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models=models.TRANSPORTS,
    templates=models.TEMPLATES,
    template_key=template_key,
    template_keys=("language", "type"),
    check_provider=checks.check_provider,
    check_template=checks.check_template,
    warn_of_change=checks.warn_of_change,
    template_effects=checks.template_effects,
    open=open_tenant,
    survey=survey_tenant,
    mails=ask_for_mails,
    mail_server=mail_server,
    created_attributes=mapping.created_attributes,
    attribute_paths=mapping.attribute_paths,
)
