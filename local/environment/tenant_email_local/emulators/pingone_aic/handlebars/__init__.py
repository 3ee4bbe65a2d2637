"""Handlebars, the language of email templates, as its own implementation for JavaScript reads and renders it.

Partials, decorators and raw blocks are refused: a template of the tenant has no others beside it.
Source: docs/contracts/pingone_aic.md#handlebars.
"""

from tenant_email_local.emulators.pingone_aic.handlebars.rendering import render
from tenant_email_local.emulators.pingone_aic.handlebars.syntax import HandlebarsError

__all__ = ["HandlebarsError", "render"]
