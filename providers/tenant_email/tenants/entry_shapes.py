"""What an entry of a tenant may hold: its names, and values of the right type; what they mean is read in `entries`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import Problem
from tenant_email.inputs.spelling import nearest
from tenant_email.json_types import is_list
from tenant_email.tenants.credentials import names_of
from tenant_email.tenants.tenant_url import normal_url

if TYPE_CHECKING:
    from tenant_email.json_types import PropsView
    from tenant_email.tenants.connections import ConnectionSpec

VARIABLES: Final = {
    "tokenUrl": "TOKEN_URL",
    "allowHttp": "ALLOW_HTTP",
    "caFile": "CA_FILE",
    "timeout": "TIMEOUT",
}
"""What the variables of the settings that every tenant has end with."""

_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


def shape_problems(at: str, entry: PropsView, spec: ConnectionSpec) -> list[Problem]:
    """Returns what no value could be: unknown names, and values that are no text."""
    if not entry:
        return []
    if (platform := entry.get("platform")) != spec.platform:
        what = f"is {platform!r}, but the settings are for {spec.platform}" if platform else "is missing"
        return [Problem(f"{at}.platform", what, f"Set it to {spec.platform}, or use settings of that platform.")]
    credentials = {name: key for key in spec.credentials for name in names_of(key)}
    texts = ("url", "tokenUrl", "caFile", *credentials)
    known = {"platform", *texts, *VARIABLES, "aliases"}
    takes = (
        f"A tenant of {spec.platform} takes platform, url, {', '.join(spec.credentials)} and aliases. It may also "
        f"have {', '.join(VARIABLES)}. A credential's name followed by Env or File says where that credential is."
    )
    problems = [
        Problem(f"{at}.{key}", "is not a known tenant setting", f"{nearest(key, known) or 'Remove it.'} {takes}")
        for key in entry
        if key not in known
    ]
    problems += [
        _not_a_text(f"{at}.{key}", entry[key], _flag(key, spec))
        for key in texts
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip())
    ]
    if "allowHttp" in entry and boolean(entry["allowHttp"]) is None:
        remedy = f"Run: pulumi config set --path '{at}.allowHttp' true, or remove it."
        problems.append(Problem(f"{at}.allowHttp", "must be true or false", remedy))
    return [*problems, *_alias_problems(at, entry.get("aliases", []))]


def boolean(value: object) -> bool | None:
    """Returns a boolean, also one that is written; None for anything else."""
    if isinstance(value, bool):
        return value
    return _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None


def _flag(key: str, spec: ConnectionSpec) -> str:
    """Returns how the CLI is told of a value: it takes what has `token` or `secret` in its name for a secret."""
    if key in spec.secret:
        return "--secret "
    return "" if key in {*spec.plain, "url", "caFile"} else "--plaintext "


def _not_a_text(path: str, value: object, flag: str) -> Problem:
    """Says why a value is not a string: `--path` makes numbers and booleans of what looks like one."""
    what, flags = "must be a non-empty string", f"{flag}--path"
    if isinstance(value, bool | int | float):
        kind = "a boolean" if isinstance(value, bool) else "a number"
        remedy = f"Set it again as a string: pulumi config set {flags} --type string '{path}' …"
        return Problem(path, f"{what}, but --path turned it into {kind}", remedy)
    return Problem(path, what, f"Set {path} again: pulumi config set {flags} '{path}' …")


def _alias_problems(at: str, aliases: object) -> list[Problem]:
    listed = aliases if is_list(aliases) else [None]
    if all(isinstance(alias, str) and _is_url(alias) for alias in listed):
        return []
    return [Problem(f"{at}.aliases", "must be a list of hosts", f"Set --path '{at}.aliases[0]' to a host.")]


def _is_url(text: str) -> bool:
    try:
        normal_url(text)
    except ValueError:
        return False
    return True
