"""Takes a look that may fail or hang, so that the others are taken all the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import NOTHING_RECORDED, InvalidSettings, TenantEmailError, internal_error
from tenant_email.findings import Finding, Level
from tenant_email.platforms.survey import problem, unknown
from tenant_email.waiting import TimedOutError, run_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LONGEST: Final = 120.0
"""Seconds of one look: fourteen templates take most of a minute under Auth0's smallest rate limit."""


def take(
    check: str, look: Callable[[], Iterable[Finding]], *, seconds: float = LONGEST, failing: Level = Level.PROBLEM
) -> list[Finding]:
    """Returns what a look found, and last why it ended before its end; `failing` is the level of that.

    It takes no longer than so many seconds, and never raises.
    """
    found = list[Finding]()

    def work() -> None:
        for finding in look():
            found.append(finding)  # what was found before an error is kept

    try:
        run_within(seconds, work, f"look-{check}")
    except TimedOutError:
        return [*found, unknown(check, f"{check}: this look was not over after {seconds:.0f} s", "Run it again.")]
    except InvalidSettings as error:
        return [*found, *(replace(each, level=failing) for each in _problems(check, error))]
    except TenantEmailError as error:
        # What is only looked at has nothing to be recorded.
        remedy = error.remedy.replace(f" {NOTHING_RECORDED}", "")
        return [*found, Finding(failing, error.message, remedy, check=check)]
    except Exception as error:  # noqa: BLE001 - a mistake of ours in one look must not hide what the others found
        told = internal_error(error)
        return [*found, unknown(check, f"{check}: {told.message}", told.remedy)]
    return found


def _problems(check: str, error: InvalidSettings) -> Iterable[Finding]:
    """Yields each problem of the settings; one without a path is about all of them."""
    for each in error.problems:
        yield problem(check, f"{each.path}: {each.what}" if each.path else each.what, each.remedy)
