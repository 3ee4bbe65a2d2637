"""What frodo and fr-config-manager export: which files, and where in them the documents of PingOne AIC are.

frodo: `{"idm": {id: document}}`, `{"emailTemplate": …}`, `{"variable": …}`, `{"secret": …}`, each with `meta`, one a
file or all of them, or inside of `global` where everything was exported. fr-config-manager: a document a file, in
folders of fixed names, with long texts in files of their own.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.hosts import host_in
from tenant_email.inputs.text_files import read_json_object, read_text, unusable
from tenant_email.json_types import Json, Props, PropsView, is_object
from tenant_email.migration import aic_documents
from tenant_email.platforms.pingone_aic.placeholders import uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.migration.found import FoundEsv, FoundProvider, FoundTemplate, Note

_ENDS: Final = (".idm.json", ".template.email.json", ".emailtemplate.json", ".variable.json", ".secret.json")
_SECTIONS: Final = ("idm", "emailTemplate", "variable", "secret")
_FOLDERS: Final = ("email-provider", "email-templates", "esvs")
_SKIPPED: Final = frozenset({".git", "node_modules"})
_MOST_FILES: Final = 20_000
_CIRCUMSTANCES: Final = frozenset({"_id", "_rev", "loaded", "loadedVersion", "lastChangeDate", "lastChangedBy"})


class AicFiles:
    """What was found in the files of one export."""

    def __init__(self, environ: Mapping[str, str], notes: list[Note]) -> None:
        self._environ, self._notes = environ, notes
        self._documents: dict[str, tuple[str, Props]] = {}
        self.hosts: dict[str, None] = {}
        self.provider: FoundProvider | None = None
        self.templates: list[FoundTemplate] = []
        self.esvs: list[FoundEsv] = []
        self.left = Counter[str]()

    def read(self, path: Path, document: Json) -> None:
        """Reads a file, whose document this is, or all files of a folder.

        Raises:
            TenantEmailError: a file is not what the tools write, or two say different things of one object.

        """
        if document is not None:
            if not is_object(document):
                raise unusable(path, "does not hold a JSON object")
            self._read_frodo(document, path, path.parent)
        elif is_fr_config(path):
            self._read_fr_config(path)
        else:
            for file in _files(path):
                self._read_frodo(read_json_object(file), file, path)
        for key, (address, found) in self._documents.items():
            self._take(key, address, found)
        self._leave_unused()

    def _leave_unused(self) -> None:
        """Leaves the ESVs that no email names: they belong to journeys and scripts. ESVs alone are taken."""
        emails = [found for key, (_, found) in self._documents.items() if _is_email(key)]
        if not emails:
            return
        used = {use.esv_id for document in emails for use in uses(document)}
        self.left.update(f"ESV {'secret' if esv.secret else 'variable'}" for esv in self.esvs if esv.id not in used)
        self.esvs = [esv for esv in self.esvs if esv.id in used]

    def _read_frodo(self, document: Props, file: Path, root: Path) -> None:
        if is_object(meta := document.get("meta")) and isinstance(origin := meta.get("origin"), str):
            self.hosts[host_in(origin)] = None
        whole = document.get("global")
        parts = [document, *([whole] if is_object(whole) else [])]
        found = False
        for part in parts:
            for section in _SECTIONS:
                rows = part.get(section)
                for id_, row in rows.items() if is_object(rows) else ():
                    found = True
                    if is_object(row):
                        self._add(_key(section, id_), file.relative_to(root).as_posix(), row, file)
        # an export with `--no-…` meta, or a document by itself
        if not found and isinstance(own := document.get("_id"), str):
            self._add(_key("idm", own), file.relative_to(root).as_posix(), document, file)

    def _read_fr_config(self, root: Path) -> None:
        provider = root / "email-provider" / f"{aic_documents.PROVIDER}.json"
        if provider.is_file():
            self._add(_key("idm", aic_documents.PROVIDER), _short(provider, root), read_json_object(provider), provider)
        for file in sorted((root / "email-templates").glob("*/*.json")):
            if file.stem == file.parent.name:
                document = read_json_object(file)
                for name in ("html", "message", "styles"):
                    document[name] = self._merged(document.get(name), file, root)
                filled = {key: value for key, value in document.items() if value is not None}
                self._add(_key("emailTemplate", file.stem), _short(file, root), filled, file)
        for section, folder in (("variable", "variables"), ("secret", "secrets")):
            for file in sorted((root / "esvs" / folder).glob("*.json")):
                document = read_json_object(file)
                self._add(_key(section, str(document.get("_id") or file.stem)), _short(file, root), document, file)

    def _merged(self, value: Json, file: Path, root: Path) -> Json:
        """Returns a value with the texts that stand in files of their own, which is `{"file": name}`."""
        if not is_object(value):
            return value
        if set(value) == {"file"} and isinstance(value["file"], str):
            beside = file.parent / value["file"]
            if not beside.resolve().is_relative_to(root.resolve()):
                raise unusable(file, "names a file outside of the folder", "Export it again.")
            return read_text(beside)
        return {key: self._merged(item, file, root) for key, item in value.items()}

    def _add(self, key: str, address: str, document: Props, file: Path) -> None:
        there = self._documents.setdefault(key, (address, document))
        if _content(there[1]) != _content(document):
            what = f"says something else of {key.partition(' ')[2]} than {there[0]}"
            raise unusable(file, what, "Remove the older of the two, or name one file.")

    def _take(self, key: str, address: str, document: Props) -> None:
        section, _, id_ = key.partition(" ")
        where = f"{address}: {id_}"
        if section == "variable":
            esv = aic_documents.read_variable(where, id_, document, self._environ, self._notes)
            self.esvs += [esv] if esv else []
        elif section == "secret":
            esv = aic_documents.read_secret(where, id_, document, self._environ, self._notes)
            self.esvs += [esv] if esv else []
        elif section == "emailTemplate":
            template = aic_documents.read_template(where, id_, document, self._notes)
            self.templates += [template] if template else []
        elif id_ == aic_documents.PROVIDER:
            self.provider = aic_documents.read_provider(where, document, self._environ, self._notes)


def is_fr_config(path: Path) -> bool:
    """Returns whether a folder is one of fr-config-manager."""
    return any((path / name).is_dir() for name in _FOLDERS)


def is_frodo_folder(path: Path) -> bool:
    """Returns whether a folder holds exports of frodo."""
    return next(_files(path), None) is not None


def is_frodo(document: Json) -> bool:
    """Returns whether a document is an export of frodo, or one of AIC's own."""
    if not is_object(document):
        return False
    if document.get("_id") in (aic_documents.PROVIDER, aic_documents.BUILT_IN):
        return True
    if isinstance(id_ := document.get("_id"), str) and aic_documents.is_template(id_):
        return True
    sections = document.get("global") if is_object(document.get("global")) else document
    return is_object(sections) and any(is_object(sections.get(name)) for name in _SECTIONS)


def _files(path: Path) -> Iterator[Path]:
    """Yields the files that frodo writes of what this package manages, in a stable order."""
    count = 0
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(names):
            count += 1
            if count > _MOST_FILES:
                raise unusable(path, f"holds more than {_MOST_FILES} files", "Name the folder of the export.")
            if name.lower().endswith(_ENDS):
                yield Path(folder) / name


def _key(section: str, id_: str) -> str:
    if section == "idm" and aic_documents.is_template(id_):
        section, id_ = "emailTemplate", id_.partition("/")[2]
    return f"{section} {id_}"


def _is_email(key: str) -> bool:
    section, _, id_ = key.partition(" ")
    return section == "emailTemplate" or id_ == aic_documents.PROVIDER


def _content(document: PropsView) -> Props:
    """Returns what two files must agree on: not who changed it last, when, or whether that is loaded."""
    return {key: value for key, value in document.items() if key not in _CIRCUMSTANCES}


def _short(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix()
