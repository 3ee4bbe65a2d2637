"""Auth0 as the lifecycles see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.platforms.auth0 import checks, mapping, models
from tenant_email.platforms.auth0.capabilities import CAPABILITIES, CONNECTION
from tenant_email.platforms.base import Platform
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.checks.smtp import MailServer
    from tenant_email.inputs.tenant_objects import ProviderInputs
    from tenant_email.platforms.base import TenantClient
    from tenant_email.platforms.sending import MailSender
    from tenant_email.platforms.survey import Survey
    from tenant_email.tenants.connections import Connection


def open_tenant(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> TenantClient:
    """Connects to a tenant; only here are the calls loaded, and all that HTTP needs: a preview makes none."""
    from tenant_email.platforms.auth0.api import Auth0  # noqa: PLC0415 - see above

    return Auth0(connection, announce, timing)


def survey_tenant(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> Survey:
    """Connects to a tenant that is only looked at."""
    from tenant_email.platforms.auth0.survey import Auth0Survey  # noqa: PLC0415 - as above

    return Auth0Survey(connection, announce, timing)


def ask_for_mails(connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> MailSender:
    """Connects to a tenant that is asked for mails."""
    from tenant_email.platforms.auth0.sending import Auth0Mails  # noqa: PLC0415 - as above

    return Auth0Mails(connection, announce, timing)


def mail_server(desired: ProviderInputs) -> MailServer:
    """Returns the server that preflight="connect" tries."""
    from tenant_email.platforms.auth0 import preflight  # noqa: PLC0415 - a check asks no server

    return preflight.server(desired.settings)


PLATFORM: Final = Platform(
    capabilities=CAPABILITIES,
    connection=CONNECTION,
    models=models.TRANSPORTS,
    templates=models.TEMPLATES,
    template_key=lambda settings: settings["template"],
    check_provider=checks.check_provider,
    check_template=checks.check_template,
    open=open_tenant,
    survey=survey_tenant,
    mails=ask_for_mails,
    mail_server=mail_server,
    created_attributes=mapping.created_attributes,
    attribute_paths=mapping.attribute_paths,
)
