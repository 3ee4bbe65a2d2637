"""Finds the templates in files and folders, and knows where in which file each of their texts stands."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_object
from tenant_email.mail_templates.json_places import inside, places
from tenant_email.mail_templates.rules import Finding
from tenant_email.mail_templates.text_files import TextFile, Unreadable, read_json, read_text
from tenant_email.platforms.mails import Place, WrittenTemplate, setting_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenant_email.json_types import Props
    from tenant_email.platforms.base import Platform
    from tenant_email.platforms.mails import Mails

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "venv"})
_BODIES: Final = frozenset({".html", ".htm", ".liquid"})
_KEYWORD: Final = re.compile(r"@@[A-Za-z0-9_.-]+@@")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: a whole file, or what begins at a character of one."""

    file: TextFile
    begin: int | None = None

    def place(self, line: int, column: int, text: str = "") -> tuple[Path, int, int]:
        """Returns file, line and column of a place in the value, whose text is given where it is one."""
        if self.begin is None:
            return self.file.path, line, column
        at = self.begin
        if line and self.file.text.startswith('"', at):
            starts = [0, *(found.end() for found in re.finditer("\n", text))]
            at = inside(self.file.text, at, starts[min(line, len(starts)) - 1] + column - 1)
        return (self.file.path, *self.file.place(at))


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """A template's settings, and where they come from: `origins` by the setting, and `whole` for what has none."""

    settings: Props = field(repr=False)
    path: Path
    whole: Origin
    origins: Mapping[Place, Origin] = field(default_factory=dict["Place", Origin])
    notes: tuple[Finding, ...] = ()

    def origin(self, place: Place) -> Origin:
        """Returns where a setting comes from; of one that is not there, where it would be."""
        while place:
            if place in self.origins:
                return self.origins[place]
            place = place[:-1]
        return self.whole


@dataclass(slots=True)
class Found:
    """What files and folders hold: templates, what is wrong with files, and every file that was read."""

    templates: list[FoundTemplate] = field(default_factory=list[FoundTemplate])
    findings: list[Finding] = field(default_factory=list[Finding])
    read: set[Path] = field(default_factory=set[Path])


class Finder:
    """Looks for a platform's templates; `name` is what a file of only a body is called, where that is said."""

    def __init__(self, platform: Platform, mails: Mails | None, name: str | None = None) -> None:
        self._platform, self._mails, self._name = platform, mails, name

    def find(self, paths: Iterable[Path]) -> Found:
        """Returns what all of these hold, each file once."""
        found = Found()
        for path in paths:
            if path.is_dir():
                self._folder(path, found)
            elif path not in found.read:
                self._file(path, found, path.parent)
        return found

    def _folder(self, folder: Path, found: Found) -> None:
        before = len(found.templates) + len(found.findings)
        bodies = list[Path]()
        for path in _files(folder, found):
            if path.suffix.lower() == ".json" and path not in found.read:
                self._file(path, found, folder, named=False)
            elif path.suffix.lower() in _BODIES:
                bodies.append(path)
        for path in bodies:
            if path not in found.read and self._name_of(path):
                self._file(path, found, folder)
        if len(found.templates) + len(found.findings) == before:
            what = f"holds no template of {self._platform.name}"
            found.findings.append(_no_template(folder, what, "Name the folder or the files that they are in."))

    def _file(self, path: Path, found: Found, root: Path, *, named: bool = True) -> None:
        """Reads one file; `named` says that somebody named it, so that it has to hold a template."""
        found.read.add(path)
        try:
            if path.suffix.lower() == ".json":
                self._document(path, found, root, named=named)
            else:
                self._body(path, self._name or self._name_of(path) or _USUAL, found)
        except Unreadable as error:
            found.findings.append(error.finding)

    def _document(self, path: Path, found: Found, root: Path, *, named: bool) -> None:
        file = read_text(path)
        document = read_json(file)
        written = self._mails.read(document, path.stem) if self._mails else ()
        if not written and named and not is_object(document):
            raise Unreadable(_no_template(path, "does not hold a JSON object", "Name a file that holds a template."))
        if not written and named:
            written = (WrittenTemplate(dict(document)),)
        where = places(file.text) if written else {}
        found.templates += [self._template(each, file, where, found, root) for each in written]

    def _template(
        self, written: WrittenTemplate, file: TextFile, where: Mapping[Place, int], found: Found, root: Path
    ) -> FoundTemplate:
        settings, notes = self._without_keywords(written.settings)
        origins = {
            _setting(place, written): Origin(file, begin)
            for place, begin in where.items()
            if place[: len(written.at)] == written.at and len(place) > len(written.at)
        }
        for place, names in written.files.items():
            texts = [path for path in (file.path.parent / name for name in names) if path.is_file()]
            if not texts:
                if written.required:
                    notes.append(_missing_text(place, names, file, origins.get(place)))
                    settings = _with(settings, place, None)
                continue
            if not _is_inside(texts[0], file.path.parent, root, Path.cwd()):
                what = f"{setting_path(place)} is in {texts[0]}, outside of the folder that is looked at"
                notes.append(Finding("missing-text", what, "Name that folder, or work in it.", file.path))
                settings = _with(settings, place, None)
                continue
            found.read.add(texts[0])
            try:
                text = read_text(texts[0])
            except Unreadable as error:
                notes.append(error.finding)
                settings = _with(settings, place, None)
                continue
            notes += _mark_note(text)
            settings = _with(settings, place, text.text)
            origins[place] = Origin(text)
        if self._mails and written.stored:
            settings = self._mails.settled(settings)
        begin = where.get(written.at, 0)
        return FoundTemplate(settings, file.path, Origin(file, begin), origins, tuple(notes))

    def _without_keywords(self, settings: Props) -> tuple[Props, list[Finding]]:
        """Returns settings without what another tool replaces before anyone reads it, and what is said of that."""
        fields = self._platform.template.model_fields
        dropped = [
            name
            for name, value in settings.items()
            if isinstance(value, str)
            and _KEYWORD.fullmatch(value)
            and name in fields
            and not fields[name].is_required()
        ]
        notes = [
            Finding(
                "keyword", f"{settings[name]} is in place of a value, which is not checked", setting=f"settings.{name}"
            )
            for name in dropped
        ]
        return {name: value for name, value in settings.items() if name not in dropped}, notes

    def _body(self, path: Path, name: str | None, found: Found) -> None:
        file = read_text(path)
        settings = self._mails.alone(name, file.text) if self._mails and name else None
        if settings is None:
            fields = ", ".join(name for name in self._platform.template.model_fields if name != "kind")
            what = f"a template of {self._platform.name} is more than its body"
            remedy = f"Write its settings into a .json file: {fields}."
            if self._mails and self._mails.names:
                remedy = f"{remedy[:-1]}; or say by --name which it is, such as {min(self._mails.names)}."
            raise Unreadable(_no_template(path, what, remedy))
        origin = Origin(file)
        origins = dict.fromkeys(_places_of(settings, file.text), origin)
        found.templates.append(FoundTemplate(settings, path, origin, origins, tuple(_mark_note(file))))

    def _name_of(self, path: Path) -> str | None:
        """Returns what a file of only a body is called, where its name, or that of its folder, says so."""
        if self._mails and path.stem.split(".")[0] in self._mails.names:
            return f"{path.parent.name}/{path.stem}"
        return None


_USUAL: Final = "verify_email"
"""What a body of Auth0 is taken for when nothing says which template it is."""


def _files(folder: Path, found: Found) -> Iterator[Path]:
    def note(error: OSError) -> None:
        what = f"cannot be read: {error.strerror}"
        found.findings.append(_no_template(Path(error.filename or folder), what, "Let the folder be read."))

    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _setting(place: Place, written: WrittenTemplate) -> Place:
    """Returns the setting whose value stands at a place of the document."""
    for ours, theirs in written.places.items():
        if place[: len(theirs)] == theirs:
            return (*ours, *place[len(theirs) :])
    return place[len(written.at) :]


def _with(settings: Props, place: Place, value: str | None) -> Props:
    """Returns settings with another value at a place; without one for None."""
    first, *others = (str(step) for step in place)
    if others:
        value_there = settings.get(first)
        return {**settings, first: _with(value_there if is_object(value_there) else {}, tuple(others), value)}
    rest = {name: each for name, each in settings.items() if name != first}
    return rest if value is None else {**rest, first: value}


def _places_of(settings: Props, text: str) -> list[Place]:
    """Returns where the text of a file stands in the settings that were made of it."""
    found = list[Place]()
    for name, value in settings.items():
        inner = [(name, key) for key, each in value.items() if each == text] if is_object(value) else ()
        found += [(name,)] if value == text else inner
    return found


def _is_inside(path: Path, *folders: Path) -> bool:
    whole = path.resolve()
    return any(whole.is_relative_to(folder.resolve()) for folder in folders)


def _mark_note(file: TextFile) -> list[Finding]:
    what = "begins with a byte order mark, which a program that reads it as UTF-8 mails"
    return [Finding("byte-order-mark", what, "Save it in UTF-8 without one.", file.path, 1, 1)] if file.marked else []


def _missing_text(place: Place, names: tuple[str, ...], file: TextFile, origin: Origin | None) -> Finding:
    where = (file.path, *(file.place(origin.begin) if origin and origin.begin is not None else (0, 0)))
    what = f"{setting_path(place)} is in {' or '.join(names)}, which is not there"
    return Finding(
        "missing-text", what, "Put the file beside this one, or correct its name.", *where, setting=setting_path(place)
    )


def _no_template(path: Path, what: str, remedy: str) -> Finding:
    return Finding("unreadable-file", what, remedy, path)
