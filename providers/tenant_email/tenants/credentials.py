"""What logs in to a tenant: given in its entry, or by reference to a variable or a file of the user's own.

`clientSecret` is the value itself, `clientSecretEnv` the name of an environment variable, `clientSecretFile` the path
of a file; each credential of each platform has these three names. The usual variables (AUTH0_CLIENT_SECRET, or its
…_FILE) go before a value, and not before a reference: that is already what the user chose for this machine.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.errors import Problem
from tenant_email.redaction.secrets import register
from tenant_email.redaction.visible import unseen_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.json_types import PropsView

VARIABLE: Final = "Env"
FILE: Final = "File"
FILE_VARIABLE: Final = "_FILE"
"""What Docker's images append to a variable that holds a path."""

_LARGEST: Final = 2**20  # characters; a private key has some thousand
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
_PATH: Final = re.compile(r"(?:~|\.{0,2})/[^\x00-\x1f{}\"']{0,255}|[A-Za-z]:[\\/][^\x00-\x1f{}\"']{0,255}")


@dataclass(frozen=True, slots=True)
class Credential:
    """One of what logs in; `source` is what a message calls it, `of` who gives it."""

    value: str = field(repr=False)
    source: str
    of: Literal["entry", "reference", "environment"]


def names_of(key: str) -> tuple[str, str, str]:
    """Returns the names that a credential has in an entry."""
    return key, f"{key}{VARIABLE}", f"{key}{FILE}"


def find(
    at: str, key: str, variable: str, entry: PropsView, *, own: Mapping[str, str], environ: Mapping[str, str]
) -> Credential | Problem | None:
    """Returns a credential, what is wrong with it, or None where nobody gives it.

    `at` is the path of the entry, whose texts were looked at before; `variable` the usual one. `own` holds the
    variables that are for this tenant, `environ` all of them.
    """
    given = [name for name in names_of(key) if name in entry]
    # No order among them would be the one that every reader expects, and a wrong guess sends the wrong secret.
    if len(given) > 1:
        return Problem(f"{at}.{given[1]}", f"is set together with {given[0]}", f"Keep one of {' and '.join(given)}.")
    name = given[0] if given else ""
    if name in names_of(key)[1:]:
        return _reference(f"{at}.{name}", str(entry[name]).strip(), environ, is_file=name.endswith(FILE))
    # The variable goes before a value in the entry: a pipeline sets it over what the stack's config has.
    usual = _usual(variable, own)
    if usual or not name:
        return usual
    return Credential(str(entry[name]).strip(), f"{at}.{name}", "entry")


def _usual(variable: str, own: Mapping[str, str]) -> Credential | Problem | None:
    in_file = f"{variable}{FILE_VARIABLE}"
    value, path = own.get(variable, "").strip(), own.get(in_file, "").strip()
    if value and path:
        return Problem(in_file, f"is set together with {variable}", "Unset one of them.")
    if value:
        return Credential(value, variable, "environment")
    if not path:
        return None
    try:
        return Credential(_read(path), in_file, "environment")
    except ValueError as error:
        return _no_file(in_file, path, error)


def _reference(path: str, named: str, environ: Mapping[str, str], *, is_file: bool) -> Credential | Problem:
    if is_file:
        try:
            value = _read(named)
        except ValueError as error:
            return _no_file(path, named, error)
    elif not (value := environ.get(named, "").strip()):
        return _no_variable(path, named, "is empty" if named in environ else "is not set")
    register(value)
    # Registered by now: the value is in no config, so that nobody else would mask it.
    return Credential(value, path, "reference")


def _no_variable(path: str, named: str, what: str) -> Problem:
    """Names the variable where it is surely a name, and no secret that was put in its place."""
    shown = f"the variable {named}" if _NAME.fullmatch(named) else "the variable that it names"
    return Problem(path, f"{shown} {what}", "Set it where Pulumi runs; this takes the name of a variable, not a value.")


def _no_file(path: str, named: str, error: ValueError) -> Problem:
    shown = named if _PATH.fullmatch(named) else "the file that it names"
    return Problem(path, f"{shown} {error}", "Correct the path or the file; this takes a path, not a value.")


def _read(named: str) -> str:
    """Returns the text of a file, without white space around it; ValueError says what is wrong with it."""
    try:
        path = Path(named).expanduser()
        mode = path.stat().st_mode
    except (OSError, RuntimeError, ValueError) as error:  # of a user who is none; of what is no path
        msg = f"cannot be read ({getattr(error, 'strerror', None) or 'no such path'})"
        raise ValueError(msg) from None
    if not stat.S_ISREG(mode):
        msg = "is not a file"
        raise ValueError(msg)
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_LARGEST + 1)
    except UnicodeDecodeError:
        msg = "is not a text in UTF-8"
        raise ValueError(msg) from None
    except OSError as error:
        msg = f"cannot be read ({error.strerror})"
        raise ValueError(msg) from None
    if not text.strip() or len(text) > _LARGEST:
        msg = f"is larger than {_LARGEST} characters" if text.strip() else "is empty"
        raise ValueError(msg)
    return text.strip()


def split(found: Iterable[tuple[str, Credential | Problem | None]]) -> tuple[dict[str, Credential], list[Problem]]:
    """Returns the credentials by name, and the problems."""
    given: dict[str, Credential] = {}
    problems: list[Problem] = []
    for key, each in found:
        if isinstance(each, Problem):
            problems.append(each)
        elif each is not None and (unseen := unseen_in(each.value)):
            problems.append(Problem(each.source, unseen, "Set it anew: that was copied or read along."))
        elif each is not None:
            given[key] = each
    return given, problems
