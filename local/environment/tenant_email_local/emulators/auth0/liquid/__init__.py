"""Liquid, the language of email templates, as LiquidJS 10, which Auth0 names as its engine, reads and renders it.

Values are JavaScript's (`values`), and so is what texts, numbers and dates do. No template has another beside it: what
`include`, `render` and `layout` name is not found. Source: docs/contracts/auth0.md#liquid.
"""

from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.template import Template, render

__all__ = ["LiquidError", "Template", "render"]
