"""The mails that a platform's templates make, and the files that other tools keep them in: as data, and pure.

Each platform has a module `mails` with a `MAILS`, which only the command that looks at templates loads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.settings import TemplateSettings
    from tenant_email.starters.brand import Brand

Place: TypeAlias = "tuple[str | int, ...]"
"""Where something stands in settings, `("subject", "en")`, or in a document."""


class RenderError(Exception):
    """Raised where a text cannot be rendered; `index` is the character, from 0, or -1 where none is to blame."""

    def __init__(self, index: int, what: str) -> None:
        self.index, self.what = index, what
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that a template makes; `before` and `behind` are what the platform puts around the text of its body."""

    subject: Place
    body: Place
    language: str = ""
    html: bool = True
    before: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class WrittenTemplate:
    """A template as a file holds it.

    settings: in our names, as far as the file gives them.
    places: for a setting, where in the document it stands; what is not named stands under its own name, at `at`.
    files: for a setting whose text is in a file of its own, the names that it may have, from the folder of this one.
        The first that exists is read; `required` says that one has to exist.
    stored: it is what a tenant stores, of which not everything is a setting (`Mails.settled`).
    """

    settings: Props = field(repr=False)
    at: Place = ()
    places: Mapping[Place, Place] = field(default_factory=dict[Place, Place])
    files: Mapping[Place, tuple[str, ...]] = field(default_factory=dict[Place, tuple[str, ...]])
    required: bool = True
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Mails:
    """What the command needs to know of a platform's templates.

    read (document, name of the file without its ending): the templates in it; none where it is nothing of the kind.
    settled (settings): of what a tenant stores the settings, once texts in files of their own are in their places.
    alone (name, text): settings of a template of which only the body is there; None where that is too little.
    names: what a file of only a body may be called, where it is found in a folder.
    title (settings): what a template is called in a list.
    mails (settings): the mails it makes.
    render (text, variables): the text as a mail would have it; RenderError where there would be none.
    variables (settings): what it is rendered with when nobody says otherwise.
    starters (brand): all starters.
    """

    read: Callable[[object, str], tuple[WrittenTemplate, ...]]
    settled: Callable[[Props], Props]
    alone: Callable[[str, str], Props | None]
    names: frozenset[str]
    title: Callable[[PropsView], str]
    mails: Callable[[PropsView], tuple[Mail, ...]]
    render: Callable[[str, PropsView], str]
    variables: Callable[[PropsView], Props]
    starters: Callable[[Brand], Iterable[TemplateSettings]]


def renamed(document: PropsView, names: Mapping[str, str], at: Place = ()) -> tuple[Props, dict[Place, Place]]:
    """Returns a document's fields under our names, those without a name of ours as they are, and where each stands.

    A null is what is not given.
    """
    ours = {wire: name for name, wire in names.items()}
    settings = {ours.get(key, key): value for key, value in document.items() if value is not None}
    return settings, {(name,): (*at, wire) for name, wire in names.items() if wire in document}


def text_at(settings: object, place: Place) -> object:
    """Returns what stands at a place; None where nothing does."""
    for step in place:
        settings = settings.get(str(step)) if is_object(settings) else None
    return settings


def setting_path(place: Place) -> str:
    """Returns how findings name the setting at a place: `settings.subject.en`."""
    return ".".join(("settings", *map(str, place)))


def looks_like_file(text: str) -> bool:
    """Returns whether the text of a body is the name of a file, as tools write it into a document beside it."""
    return text.lower().endswith((".html", ".htm", ".liquid")) and not any(sign in text for sign in "<>\n\r{}")


def objects(value: object) -> Iterator[tuple[int, PropsView]]:
    """Yields the objects in a list, with their numbers."""
    for number, each in enumerate(value if is_list(value) else ()):
        if is_object(each):
            yield number, each
