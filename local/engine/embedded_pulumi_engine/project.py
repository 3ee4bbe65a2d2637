"""The files of a project: `Pulumi.yaml` and `Pulumi.<stack>.yaml`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from embedded_pulumi_engine import paths
from embedded_pulumi_engine.files import write_whole
from embedded_pulumi_engine.passphrase import Crypter, PassphraseError, new_salt, open_salt
from embedded_pulumi_engine.values import is_array, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PROJECT_FILE: Final = "Pulumi.yaml"
_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def find_project(directory: Path) -> Path:
    """Returns the nearest folder, this one or one above, that holds a Pulumi.yaml, as the CLI looks for it.

    Raises FileNotFoundError when there is none.
    """
    start = directory.resolve()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise FileNotFoundError(f"no {PROJECT_FILE} in {start} or a folder above it")


@dataclass(frozen=True)
class ConfigValue:
    """One configuration value as programs and plug-ins receive it: always a text."""

    text: str = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)  # the secret texts inside

    @property
    def secret(self) -> bool:
        """Whether the value as a whole is a secret."""
        return bool(self.secrets)


@dataclass(frozen=True)
class Project:
    """What `Pulumi.yaml` says."""

    directory: Path
    name: str
    virtualenv: str
    config: Mapping[str, Any]

    @classmethod
    def load(cls, directory: Path) -> Project:
        """Reads the project file of a folder; raises FileNotFoundError without one."""
        document: dict[str, Any] = yaml.safe_load((directory / PROJECT_FILE).read_text())
        runtime: Any = document.get("runtime")
        options: Any = runtime.get("options") if is_object(runtime) else None
        virtualenv = options.get("virtualenv") if is_object(options) else None
        return cls(directory, str(document["name"]), virtualenv or "", document.get("config") or {})

    @property
    def python(self) -> str:
        """The interpreter of the program: that of `options.virtualenv`, else the engine's own."""
        if not self.virtualenv:
            return sys.executable
        python = self.directory / self.virtualenv / "bin" / "python"
        if not python.exists():
            raise FileNotFoundError(f"virtualenv {self.virtualenv} of Pulumi.yaml has no bin/python; create it first")
        return str(python)

    def full_key(self, key: str) -> str:
        """Adds the project's name to a key that has no namespace."""
        return key if ":" in key else f"{self.name}:{key}"

    def defaults(self) -> dict[str, Any]:
        """Returns the values that Pulumi.yaml gives for every stack."""
        found: dict[str, Any] = {}
        for key, entry in self.config.items():
            value = _declaration(entry) if is_object(entry) else entry
            if value is not None:
                found[self.full_key(key)] = value
        return found


class StackFile:
    """`Pulumi.<stack>.yaml`: the salt and the stack's configuration, shared with the CLI."""

    def __init__(self, project: Project, path: Path, phrase: str) -> None:
        self._project = project
        self._path = path
        self._phrase = phrase

    def crypter(self) -> Crypter:
        """Returns the stack's crypter; a stack without a salt gets one, written to the file at once."""
        document = self._read()
        if salt := document.get("encryptionsalt"):
            return open_salt(self._phrase, salt)
        if "secretsprovider" in document:
            raise PassphraseError(f"secrets provider {document['secretsprovider']} is not supported; use a passphrase")
        crypter = new_salt(self._phrase)
        self._write({"encryptionsalt": crypter.salt_line, **document})
        return crypter

    def use_salt(self, salt_line: str) -> None:
        """Takes over the salt of an imported state when the file has none yet."""
        document = self._read()
        if "encryptionsalt" not in document:
            self._write({"encryptionsalt": salt_line, **document})

    def values(self, crypter: Crypter) -> dict[str, ConfigValue]:
        """Returns all configuration, decrypted, the project's defaults included."""
        own: dict[str, Any] = self._read().get("config") or {}
        entries = {**self._project.defaults(), **own}
        return {self._project.full_key(key): _flatten(entry, crypter) for key, entry in sorted(entries.items())}

    def set(self, key: str, value: str, *, secret: bool, path: bool) -> None:
        """Stores one value, as `pulumi config set [--secret] [--path]` does."""
        stored: Any = {"secure": self.crypter().encrypt(value)} if secret else value
        document = self._read()
        config: dict[str, Any] = document.setdefault("config", {})
        steps = paths.parse(key.split(":", 1)[-1]) if path else (key.split(":", 1)[-1],)
        namespace = key.split(":", 1)[0] if ":" in key else self._project.name
        _put(
            config, (f"{namespace}:{steps[0]}", *steps[1:]), stored if secret or len(steps) == 1 else _parse_type(value)
        )
        self._write(document)

    def remove(self, key: str) -> None:
        """Removes one top-level value, as `pulumi config rm` does; absent counts as removed."""
        document = self._read()
        document.get("config", {}).pop(self._project.full_key(key), None)
        self._write(document)

    def _read(self) -> dict[str, Any]:
        return (yaml.safe_load(self._path.read_text()) or {}) if self._path.exists() else {}

    def _write(self, document: dict[str, Any]) -> None:
        write_whole(self._path, yaml.safe_dump(document, sort_keys=False))


def as_properties(config: Mapping[str, ConfigValue], package: str, seal: Callable[[str], Any]) -> dict[str, Any]:
    """Returns the configuration that belongs to a package; `seal` marks secrets."""
    return {
        key.split(":", 1)[1]: seal(value.text) if value.secret else value.text
        for key, value in config.items()
        if key.split(":", 1)[0] == package
    }


def _declaration(entry: dict[str, Any]) -> Any:
    return entry["value"] if "value" in entry else entry.get("default")


def _is_secure(entry: object) -> bool:
    return isinstance(entry, dict) and list(cast("dict[str, Any]", entry)) == ["secure"]


def _flatten(entry: Any, crypter: Crypter) -> ConfigValue:
    if not isinstance(entry, (dict, list)):
        return ConfigValue(_scalar(entry))
    secrets: list[str] = []
    opened = _open(cast("Any", entry), crypter, secrets)
    if not isinstance(opened, str):
        # the CLI's encoder sorts keys, leaves no blanks and escapes HTML; both engines hand out the same text
        encoded = json.dumps(opened, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        opened = encoded.translate(_HTML)
    return ConfigValue(opened, tuple(secrets))


def _open(entry: Any, crypter: Crypter, secrets: list[str]) -> Any:
    if _is_secure(entry):
        secrets.append(crypter.decrypt(entry["secure"]))
        return secrets[-1]
    if is_object(entry):
        return {str(key): _open(value, crypter, secrets) for key, value in entry.items()}
    return [_open(value, crypter, secrets) for value in entry] if is_array(entry) else entry


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse_type(value: str) -> Any:
    """Reads booleans and whole numbers below a path as such, as the CLI does."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if value.isdecimal() and str(int(value)) == value else value


def _put(document: Any, steps: paths.Path, value: Any) -> None:
    """Stores a value deep inside, making what is missing on the way; an index may be one past the end."""
    head: Any = steps[0]
    is_list = isinstance(document, list)
    if is_list and head == len(cast("list[Any]", document)):
        document.append(None)
    if len(steps) == 1:
        document[head] = value
        return
    if (document[head] if is_list else document.get(head)) is None:
        document[head] = [] if isinstance(steps[1], int) else {}
    _put(document[head], steps[1:], value)
