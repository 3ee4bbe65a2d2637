"""No credentials in clear: what looks like one in a template, a header or a config file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from pulumi_policy import Severity
from pydantic import Field

from tenant_email_policies.key_shapes import shape_of
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.secret_inputs import paths
from tenant_email_policies.values import is_list, is_mapping, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

_OUTPUTS: Final = frozenset({"live", "snapshot", "last_written", "lastWritten", "__provider", "secret_inputs"})
"""Properties that no program writes."""
_IDS: Final = frozenset({"access_key_id", "accessKeyId"})
"""The id of a key, which AWS does not keep secret, in its place."""
_SECRET_ENTRIES: Final = frozenset(
    {
        "clientsecret",
        "appsecret",
        "serviceaccountkey",
        "secretkey",
        "password",
        "apikey",
        "secretaccesskey",
        "privatekey",
    }
)
"""Names in config, in lower case, that are a secret's whatever the value looks like."""


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
            if what := shape_of(text):
                remedy = "Take it out and revoke it: it is in the state and with whoever gets the mail."
                yield Finding(seen, path, f"holds what looks like {what}, in clear", remedy)
    for name in config.config_files:
        yield from _in_file(name)


def _open_texts(seen: Seen) -> Iterator[tuple[str, str]]:
    """Yields the texts of a resource that are not declared secret."""
    secret = tuple(seen.spell(path) for path in paths(seen))
    for path, text in texts({name: value for name, value in seen.props.items() if name not in _OUTPUTS}):
        is_secret = any(path == each or path.startswith(f"{each}.") for each in secret)
        if not is_secret and path.rpartition(".")[2] not in _IDS:
            yield path, text


def _in_file(name: str) -> Iterator[Finding]:
    try:
        document: Value = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        what = f"the config file {name} of the pack's config cannot be read from {Path.cwd()}, or is no YAML"
        yield Finding(None, "", what, "Correct configFiles.")
        return
    entries = document.get("config") if is_mapping(document) else None
    for path, what in _in_clear(entries, ""):
        remedy = "Set it anew with `pulumi config set --secret`, and revoke what is in the file's history."
        yield Finding(None, "", f"the config file {name} has {path} in clear, which is {what}", remedy)


def _in_clear(value: Value, path: str) -> Iterator[tuple[str, str]]:
    """Yields (path, what it is) for every credential that is not encrypted."""
    if is_mapping(value):
        if set(value) == {"secure"}:
            return
        for key, part in value.items():
            yield from _in_clear(part, f"{path}.{key}" if path else str(key))
    elif is_list(value):
        for at, part in enumerate(value):
            yield from _in_clear(part, f"{path}.{at}")
    elif isinstance(value, str) and value:
        last = path.rpartition(".")[2].rpartition(":")[2].replace("_", "").lower()
        if what := shape_of(value):
            yield path, f"what looks like {what}"
        elif last in _SECRET_ENTRIES:
            yield path, "a secret by its name"


RULE: Final = StackRule(
    name="no-credentials-in-clear",
    description="Nothing that looks like a credential may stand where it is not kept secret.",
    remediation="Take the credential out of texts, settings and config files, and revoke it.",
    severity=Severity.CRITICAL,
    config=KeysConfig,
    judge=judge,
)
