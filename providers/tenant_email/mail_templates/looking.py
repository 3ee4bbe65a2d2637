"""One look at the templates of a platform: from paths to a report, and from a report to what is written."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.errors import TenantEmailError
from tenant_email.inputs.whole_files import write_whole
from tenant_email.json_types import is_object
from tenant_email.mail_templates.found import Finder, FoundTemplate, Origin
from tenant_email.mail_templates.linting import Report, report_on
from tenant_email.mail_templates.reports import shown_path, to_json, to_text
from tenant_email.mail_templates.text_files import TextFile, Unreadable, read_json, read_text
from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from tenant_email.json_types import Props
    from tenant_email.platforms.mails import Mails
    from tenant_email.starters.brand import Brand


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: files, folders and starters of a platform, with variables from a file over the samples.

    brand: a file with the arguments of `Brand`, for starters; one is made up where there is none.
    """

    platform: str
    paths: tuple[Path, ...]
    name: str | None = None
    variables: Path | None = None
    starters: bool = False
    brand: Path | None = None

    def report(self) -> tuple[Report, frozenset[Path]]:
        """Returns the report, and every file that it depends on.

        Raises:
            TenantEmailError: the file of variables cannot be used, or the platform cannot be loaded.
        """
        platform, mails = platforms.load(self.platform), platforms.mails_of(self.platform)
        given = _object(self.variables) if self.variables else None
        found = Finder(platform, mails, self.name).find(self.paths)
        if self.starters:
            found.templates += _starters(mails, _brand(self.brand)) if mails else []
        used = {*self.paths, *found.read, *(each for each in (self.variables, self.brand) if each)}
        return report_on(platform, mails, found, given), frozenset(used)


def written_as(form: str, report: Report) -> str:
    """Returns a report as text, json, sarif or html; all but text in ASCII, which is the same in every encoding."""
    if form == "text":
        return to_text(report)
    if form == "json":
        return to_json(report)
    if form == "sarif":
        from tenant_email.mail_templates.sarif import to_sarif  # noqa: PLC0415 - one form is written

        return to_sarif(report, _top())
    from tenant_email.mail_templates.gallery.page import to_html  # noqa: PLC0415

    return to_html(report).encode("ascii", "xmlcharrefreplace").decode("ascii")


def write(path: Path, text: str, *, replaces: bool) -> None:
    """Writes a file whole, or leaves what is there.

    Raises:
        TenantEmailError: there is a file that is not to be replaced.
        OSError: it cannot be written.
    """
    if path.exists() and not replaces and path.is_file():
        raise TenantEmailError(f"{shown_path(path)} exists", remedy="Name another file, or replace it with --force.")
    try:
        if path.exists() and not path.is_file():  # a pipe or a device; of a folder it is an error
            path.write_text(text, encoding="utf-8")
        else:
            write_whole({path: text})
    except OSError as error:
        error.filename = shown_path(path)  # and not that of what is written beside it
        raise


def _starters(mails: Mails, brand: Brand) -> list[FoundTemplate]:
    found = list[FoundTemplate]()
    for starter in mails.starters(brand):
        settings = starter.to_props()
        path = Path(f"starter {mails.title(settings)}")
        found.append(FoundTemplate(settings, path, Origin(TextFile(path, ""))))
    return found


def _brand(path: Path | None) -> Brand:
    from tenant_email.starters.brand import Brand  # noqa: PLC0415 - few look at starters

    if path is None:
        return Brand(name="Acme", website="https://acme.example", support_email="help@acme.example")
    given = _object(path)
    if unknown := sorted(given.keys() - {each.name for each in fields(Brand)}):
        names = ", ".join(each.name for each in fields(Brand))
        what = f"{shown_path(path)}: {', '.join(map(visible, unknown))} is no argument of Brand"
        raise TenantEmailError(what, remedy=f"Use these: {names}.")
    arguments: Props = {"name": "", **given}
    return Brand(**arguments)


def _object(path: Path) -> Props:
    try:
        found = read_json(read_text(path))
    except Unreadable as error:
        raise TenantEmailError(f"{shown_path(path)}: {error.finding.what}", remedy=error.finding.remedy) from None
    if not is_object(found):
        what = f"{shown_path(path)}: does not hold a JSON object"
        raise TenantEmailError(what, remedy='Write each by its name: {"user": {"name": "Ada"}}.')
    return found


def _top() -> Path:
    """Returns the top of the clone that one works in, or else where one is."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
