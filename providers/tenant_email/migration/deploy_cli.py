"""What auth0-deploy-cli exports and imports: `tenant.yaml`, or a folder with `emails/provider.json` and templates."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.text_files import parse_json, read_json_object, read_text, unusable
from tenant_email.json_types import Json, Props, PropsView, is_list, is_object
from tenant_email.migration.fitting import read_or_refuse
from tenant_email.migration.found import FoundProvider, FoundTemplate, FromConfig, Joined, Note
from tenant_email.migration.keywords import Keywords
from tenant_email.migration.yaml_text import parse_yaml
from tenant_email.platforms.auth0 import mapping, templates
from tenant_email.platforms.auth0.kinds import KINDS
from tenant_email.redaction.secrets import Secret, register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EMAILS: Final = "emails"
PROVIDER_FILES: Final = ("emailProvider.json", "emails/provider.json", "emails/emailProvider.json")
YAML_FILES: Final = ("tenant.yaml", "tenant.yml")
_MAPPINGS: Final = "AUTH0_KEYWORD_REPLACE_MAPPINGS"
_NOT_SHOWN: Final = ("_VALUE_NOT_SHOWN_", "YOUR_")
"""What an export writes in place of a secret; today's writes a keyword, such as ##SMTP_PASS##."""
_SECRET_CONFIG: Final = ("AUTH0_CLIENT_SECRET", "AUTH0_ACCESS_TOKEN")


class DeployCli:
    """One folder, or one YAML file; `config` is the tool's config.json, with the keywords."""

    def __init__(self, path: Path, config: Path | None, environ: Mapping[str, str], notes: list[Note]) -> None:
        self._notes = notes
        self._file = _yaml_file(path)
        self._root = self._file.parent if self._file else path
        found = read_json_object(config) if config else _find_config(self._root)
        for name in _SECRET_CONFIG:
            if isinstance(value := found.get(name), str):
                register(value)
        self._excluded = found.get("AUTH0_EXCLUDED")
        self.host = str(found.get("AUTH0_DOMAIN") or "").lower()
        self._keywords = Keywords(_mappings(found), environ)
        self._document = self._read_yaml(self._file) if self._file else None

    def read(self) -> tuple[FoundProvider | None, tuple[FoundTemplate, ...]]:
        """Returns the email provider and the templates.

        Raises:
            TenantEmailError: a file is not what the tool writes.

        """
        provider = self._provider()
        return provider, tuple(self._templates())

    @property
    def keywords(self) -> Mapping[str, FromConfig]:
        """Returns the keywords that were met."""
        return self._keywords.used

    def _read_yaml(self, file: Path) -> Props:
        text = self._keywords.put_aside(read_text(file), is_json=False)
        return _require_object(self._keywords.bring_back(parse_yaml(text, file)), file)

    def _read_json(self, file: Path) -> Props:
        text = self._keywords.put_aside(read_text(file), is_json=True)
        return _require_object(self._keywords.bring_back(parse_json(text, file)), file)

    def _provider(self) -> FoundProvider | None:
        if self._document is not None:
            address, document = "emailProvider", self._document.get("emailProvider")
        else:
            file = next((self._root / name for name in PROVIDER_FILES if (self._root / name).is_file()), None)
            address = file.relative_to(self._root).as_posix() if file else ""
            document = self._read_json(file) if file else None
        if not document:  # `emailProvider: {}` is a tenant without one
            return None
        if not is_object(document) or not isinstance(document.get("name"), str):
            self._notes.append(Note(address, "is no email provider: it has no name", refused=True))
            return None
        if is_list(self._excluded) and "emailProvider" in self._excluded:
            self._notes.append(Note(address, "is in AUTH0_EXCLUDED, so that the file may be older than the tenant"))
        given = document.get("credentials")
        credentials = _credentials(address, document["name"], given if is_object(given) else {}, self._notes)
        whole = {**document, "credentials": credentials}
        live = read_or_refuse(address, self._notes, lambda: mapping.provider_live(whole))
        if live is None:
            return None
        enabled: object = whole.get("enabled")
        is_on = enabled if isinstance(enabled, FromConfig) else enabled is not False
        return FoundProvider(address, dict(live.inputs.settings), live.inputs.from_address, enabled=is_on)

    def _templates(self) -> Iterator[FoundTemplate]:
        for address, document, folder in self._template_documents():
            name, path = document.get("template"), document.get("body")
            if not isinstance(name, str):
                self._notes.append(Note(address, "has no name of a template", refused=True))
                continue
            body = self._body(address, folder, path)
            if body is None:
                continue
            if not isinstance(document.get("subject"), str | FromConfig | Joined):
                remedy = "Add the subject that the tenant has, or export again."
                self._notes.append(Note(address, "has no subject", remedy, refused=True))
                continue
            whole = {**document, "body": body}
            live = read_or_refuse(address, self._notes, partial(templates.live_of, whole))
            if live is None:
                continue
            settings = dict(live.inputs.settings)
            said = {key: value for key, value in settings.items() if value != "" or key in ("subject", "body")}
            yield FoundTemplate(address, said)

    def _template_documents(self) -> Iterator[tuple[str, Props, Path]]:
        """Yields each template with its address, and the folder that the path of its body begins in."""
        if self._document is not None:
            rows = self._document.get("emailTemplates")
            for at, row in enumerate(rows if is_list(rows) else []):
                if is_object(row):
                    yield f"emailTemplates[{at}]", row, self._root
            return
        folder = self._root / EMAILS
        if folder.exists() and not folder.is_dir():
            raise unusable(folder, "is not a folder", "Name the folder that the tool exported.")
        for file in sorted(folder.glob("*.json")):
            address = file.relative_to(self._root).as_posix()
            if address in PROVIDER_FILES or not file.is_file():
                continue
            document = self._read_json(file)
            beside = f"./{file.stem}.html"
            path = document.get("body")
            if not isinstance(path, str) or "\0" in path or not _within(folder, path).is_file():
                document["body"] = beside
            yield address, document, folder

    def _body(self, address: str, folder: Path, path: Json) -> str | FromConfig | Joined | None:
        if not isinstance(path, str):
            self._notes.append(Note(address, "names no file with its body", refused=True))
            return None
        if "\0" in path:
            self._notes.append(Note(address, "names no file with its body", refused=True))
            return None
        file = _within(folder, path)
        if not file.resolve().is_relative_to(self._root.resolve()):
            remedy = "Move the file into the folder."
            self._notes.append(Note(address, "its body is a file outside of the folder", remedy, refused=True))
            return None
        if not file.is_file():
            self._notes.append(Note(address, f"its body {file.name} is not there", "Export it again.", refused=True))
            return None
        return self._keywords.read(read_text(file))


def is_folder(path: Path) -> bool:
    """Returns whether a folder has what the tool writes for emails."""
    if any((path / name).is_file() for name in (*PROVIDER_FILES, *YAML_FILES)):
        return True
    return (path / EMAILS).is_dir() and any((path / EMAILS).glob("*.json"))


def _yaml_file(path: Path) -> Path | None:
    if not path.is_dir():
        return path
    found = [path / name for name in YAML_FILES if (path / name).is_file()]
    if found and (path / EMAILS).is_dir() and any((path / EMAILS).glob("*.json")):
        what = f"has both {found[0].name} and a folder {EMAILS} with JSON, which are two formats"
        raise unusable(path, what, f"Name {found[0].name} itself, or remove the older one.")
    return found[0] if found else None


def _require_object(document: Json, file: Path) -> Props:
    if not is_object(document):
        raise unusable(file, "does not hold an object", "Name what the tool exported.")
    return document


def _find_config(root: Path) -> Props:
    """Returns the tool's config.json in the folder or above it; empty where there is none."""
    for file in (root / "config.json", root.resolve().parent / "config.json"):
        if file.is_file():
            document = read_json_object(file)
            if any(name.startswith("AUTH0_") for name in document):
                return document
    return {}


def _mappings(config: PropsView) -> Props:
    found = config.get(_MAPPINGS)
    if isinstance(found, str):
        found = parse_json(found, _MAPPINGS)
    return {name: value for name, value in found.items() if name} if is_object(found) else {}


def _within(folder: Path, path: str) -> Path:
    return folder / PureWindowsPath(path).as_posix()


def _credentials(address: str, name: str, given: PropsView, notes: list[Note]) -> Props:
    """Returns credentials with the secret ones as such; those that Auth0 hides are given whole or not at all."""
    kind = KINDS.get(name)
    if kind is None:
        return {}
    hidden = {kind.credentials[each] for each in kind.write_only}
    found: Props = {}
    for key in kind.credentials.values():
        value = given.get(key)
        if key in hidden:
            value = _secret(value)
        elif key == "smtp_port" and isinstance(value, str) and value.isdecimal():
            value = int(value)
        if value not in (None, ""):
            found[key] = value
    if hidden and not hidden <= found.keys():
        text = f"{', '.join(sorted(hidden))} is not in the export: the tenant keeps what it has"
        notes.append(Note(address, text))
        return {key: value for key, value in found.items() if key not in hidden}
    return found


def _secret(value: Json) -> Json:
    """Returns a secret; None for a placeholder of one, and for a keyword whose value is not known."""
    if isinstance(value, FromConfig):
        if not isinstance(value.value, str) or not value.value:
            return None
        register(value.value)
        return FromConfig(value.key, secret=True, value=value.value)
    if not isinstance(value, str) or not value or value.startswith(_NOT_SHOWN):
        return None
    return Secret(value)
