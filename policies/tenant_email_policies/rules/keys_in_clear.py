"""No credentials in clear: what looks like one in a template, a header or a config file."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.key_shapes import AWS_KEY_ID, shape_of
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.secret_inputs import OUTPUTS, SETTINGS, paths
from tenant_email_policies.values import from_json, is_list, is_mapping, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

_MADE: Final = frozenset({"live", "__provider", "secret_inputs", "secretInputs"})
"""Properties that no program writes."""
_IDS: Final = frozenset({"access_key_id", "accessKeyId", "username", "smtp_username", "smtpUsername"})
"""Where the id of an AWS key belongs, which AWS does not keep secret; SMTP of SES has it for the user's name."""
_SECRET_ENTRIES: Final = frozenset(
    {
        *(name.replace("_", "") for name in SETTINGS - {"credentials"}),
        "appsecret",
        "passphrase",
        "secretkey",
        "serviceaccountkey",
        "token",
    }
)
"""Names in config, in lower case, that are a secret's whatever the value looks like."""
_ENDS: Final = tuple(_SECRET_ENTRIES - {"token"})
"""How such names end too, as in `smtpPassword`; a token may also be one that everybody is to see, in DNS or a page."""
_NO_SECRET: Final = re.compile(rf"(?:change|forgot|forgotten|reset|update)(?:{'|'.join(_ENDS)})")
"""What people do with a password: the names of mails."""
_NUMBERED: Final = re.compile(r"(?:value)?\d*$")
"""What `tenant-email import` puts behind such a name, of a second one or of an ESV."""


class KeysConfig(Config):
    """Where to look beside the stack."""

    config_files: tuple[str, ...] = Field(
        default=(),
        description="Stack config files in which nothing secret may be in clear, such as ../stack/Pulumi.prod.yaml; "
        "from the pack's folder.",
    )


def judge(stack: Stack, config: KeysConfig) -> Iterator[Finding]:
    """Yields what looks like a credential where everybody can read it."""
    for seen in stack.resources:
        for path, text in _open_texts(seen) if seen.kind else ():
            if (what := shape_of(text)) and not _is_id(seen, path, what):
                remedy = "Take it out and revoke it: it is in the state and with whoever gets the mail."
                yield Finding(seen, path, f"holds what looks like {what}, in clear", remedy)
    for name in config.config_files:
        yield from _in_file(name)


def _open_texts(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yields the texts of a resource that are not declared secret."""
    secret = tuple(seen.spell(path) for path in (*paths(seen), *OUTPUTS.get(seen.kind, ())))
    for path, text in texts({name: value for name, value in seen.props.items() if name not in _MADE}):
        if not any(path == each or path.startswith(f"{each}.") for each in secret):
            yield path, text


def _is_id(seen: Seen, path: str, what: str) -> bool:
    return what == AWS_KEY_ID and (
        path.removeprefix("settings.") in _IDS or (seen.kind, path) == ("EsvVariable", "value")
    )


def _in_file(name: str) -> Iterator[Finding]:
    try:
        document: Value = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        what = f"the config file {name} of the pack's config cannot be read from {Path.cwd()}, or is no YAML"
        yield Finding(None, "", what, "Correct configFiles.")
        return
    entries = document.get("config") if is_mapping(document) else None
    for path, what in _in_clear(entries):
        remedy = "Set it anew with `pulumi config set --secret`, and revoke what is in the file's history."
        yield Finding(None, "", f"the config file {name} has {path} in clear, which is {what}", remedy)


def _in_clear(entries: Value) -> Iterator[tuple[str, str]]:
    """Yields (path, what it is) for every credential that is not encrypted.

    Each part is looked at once, however often the file refers to it: a part may even refer to itself.
    """
    left, known = deque([("", entries)]), set[int]()
    while left:
        path, value = left.popleft()
        parts = _parts(value)
        if parts is not None:
            if id(value) not in known:
                known.add(id(value))
                left.extendleft(reversed([(f"{path}.{key}" if path else key, part) for key, part in parts]))
        elif what := _credential(path, value):
            yield path, what


def _parts(value: Value) -> list[tuple[str, Value]] | None:
    """Returns what an entry consists of, if it is no single value: a mapping, a list, or JSON of one in a text."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        value = from_json(value)
    if is_mapping(value):
        return [] if set(value) == {"secure"} else [(str(key), part) for key, part in value.items()]
    return [(str(at), part) for at, part in enumerate(value)] if is_list(value) else None


def _credential(path: str, value: Value) -> str | None:
    """Returns what a single value is, if it is a credential."""
    if isinstance(value, str) and (shape := shape_of(value)):
        return f"what looks like {shape}"
    is_given = isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != ""
    return "a secret by its name" if is_given and _is_secret(path.rpartition(".")[2].rpartition(":")[2]) else None


def _is_secret(name: str) -> bool:
    """Returns whether this is a secret's name: `api-key`, `smtpPassword`; not `resetPassword`, which is a mail's."""
    letters = _NUMBERED.sub("", name.replace("_", "").replace("-", "").lower(), count=1)
    return letters in _SECRET_ENTRIES or (letters.endswith(_ENDS) and not _NO_SECRET.fullmatch(letters))


RULE: Final = StackRule(
    name="no-credentials-in-clear",
    description="Nothing that looks like a credential may stand where it is not kept secret.",
    remediation="Take the credential out of texts, settings and config files, and revoke it.",
    severity=Severity.CRITICAL,
    config=KeysConfig,
    judge=judge,
)
