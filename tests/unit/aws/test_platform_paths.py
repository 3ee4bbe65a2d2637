"""Which IAM actions each platform's way through SES gets (docs/contracts/aws_ses.md#iam)."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.aws.policy import ACTIONS
from tenant_email.platforms.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPECTED = {
    "auth0.ses": ("ses:SendEmail", "ses:SendRawEmail"),
    "auth0.smtp": ("ses:SendRawEmail",),
    "logto.aws_ses": ("ses:SendEmail",),
    "logto.smtp": ("ses:SendRawEmail",),
    "pingone_aic.smtp": ("ses:SendRawEmail",),
}


def every(cls: type[Settings]) -> Iterator[type[Settings]]:
    """Yields a class and all below it."""
    yield cls
    for below in cls.__subclasses__():
        yield from every(below)


def test_every_platform_gets_exactly_what_its_path_needs() -> None:
    """Each settings class that can send through SES says its path, and the policy allows that and no more."""
    for found in iter_modules(platforms.__path__):
        if found.ispkg:
            import_module(f"{platforms.__name__}.{found.name}.settings")
    paths = {cls.kind: ACTIONS[cls.ses_path] for cls in every(Settings) if hasattr(cls, "from_ses")}
    assert paths == EXPECTED
