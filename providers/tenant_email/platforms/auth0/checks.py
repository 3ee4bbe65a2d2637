"""What is wrong with inputs beyond their types: no network, and patient with what is not known yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.checks.markdown import is_markdown
from tenant_email.checks.one_line import LINE_BREAK, breaks_line
from tenant_email.checks.ports import port_problems
from tenant_email.errors import Problem
from tenant_email.findings import Findings, Spot, Warned
from tenant_email.inputs.mail_ports import begins_with_tls
from tenant_email.inputs.spelling import nearest
from tenant_email.platforms.auth0 import liquid, templates

if TYPE_CHECKING:
    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs

_OWN_TLS_PORT: Final = 465
_NAME: Final = re.compile(r"[a-z0-9_-]+")


def check_template(inputs: TemplateInputs) -> Findings:
    """Judges a template's name, its Liquid and its texts."""
    settings = inputs.settings
    found = _check_name(settings["template"]) + liquid.check(settings)
    body, subject = settings["body"], settings["subject"]
    if isinstance(body, str) and is_markdown(body):
        what = "settings.body looks like Markdown, which is sent as is; write HTML."
        found += Findings(warnings=(Warned(what, "markdown", Spot("settings.body")),))
    if isinstance(subject, str) and breaks_line(subject):
        found += Findings(warnings=(Warned(f"settings.subject {LINE_BREAK}", "line-break", Spot("settings.subject")),))
    return found


def check_provider(inputs: ProviderInputs) -> Findings:
    """Judges the port, and warns that a kind newer than this package goes unchecked."""
    settings = inputs.settings
    if inputs.kind == "auth0.smtp":
        return Findings(tuple(port_problems(settings)), _port_warnings(settings["port"]))
    if inputs.kind != "auth0.other":
        return Findings()
    return Findings(
        warnings=(f"settings.name: {settings['name']} is not known to this package; it is sent unchecked.",)
    )


def _port_warnings(port: object) -> tuple[str, ...]:
    """Warns of the one TLS port that nobody documents for Auth0, which has no TLS setting."""
    if not begins_with_tls(port) or port == _OWN_TLS_PORT:
        return ()
    what = "begins with TLS; Auth0 has no setting for that and is known to do so only on 465"
    return (f"settings.port: {port} {what}; use 465 or 587.",)


def _check_name(name: object) -> Findings:
    """Warns about names newer than this package, or that no tenant shows any more."""
    if not isinstance(name, str) or name in set(templates.NAMES) - set(templates.LEGACY):
        return Findings()
    if name in templates.LEGACY:
        what = f"settings.template: {name} is a legacy name that changes nothing; use reset_email."
        return Findings(warnings=(Warned(what, "legacy-template-name", Spot("settings.template")),))
    hint = nearest(name.lower(), templates.NAMES)
    if not _NAME.fullmatch(name):
        remedy = hint or f"Use {templates.NAMES[0]}."
        return Findings((Problem("settings.template", "is not a template name", remedy, "template-name"),))
    what = f"settings.template: {name} is not a known template name. {hint}".rstrip()
    return Findings(warnings=(Warned(what, "unknown-template-name", Spot("settings.template")),))
