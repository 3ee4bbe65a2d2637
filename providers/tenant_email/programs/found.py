"""What was found of email: tenants, and resources with typed arguments. Every finder fills these in.

A finder says what a program is to say, and the writer (`project`) how: it makes names unique and valid, knows Python's
syntax, and never shows a secret. So a `name`, `key` or `path` here is a wish, in whatever characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.json_types import Json
    from tenant_email.redaction.secrets import Secret


@dataclass(frozen=True, slots=True)
class ConfigSecret:
    """A secret that the program requires from its stack's config: `config.require_secret("smtpPassword")`.

    Two of one key and of one known value are one setting; otherwise the second gets a key of its own.

    key: a wish, such as `smtpPassword`. what: what it is, for the reader: "the password of smtp.acme.com".
    value: where it is known. No file shows it: `ProjectFiles.secrets` hands it on, to be set in the stack's config.
    """

    key: str
    what: str = ""
    value: Secret | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ConfigSetting:
    """A setting that the program requires from its stack's config and that is no secret: `config.require("ENV")`.

    Two of one key are one setting.

    key: a wish, such as `ENV`. kind: what the program makes of its text. what: what it is, for the reader.
    value: its text where that is known, to be set in the stack's config.
    """

    key: str
    kind: Literal["text", "int", "bool", "object"] = "text"
    what: str = ""
    value: str | None = None


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text that becomes a file of its own, byte for byte, and is read by the program.

    path: a wish, such as `templates/verify_email.html`.
    """

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FilledText:
    """A text with settings of the stack in it; `marks` are what stands in their places, such as `##ENV##`."""

    text: str | TextFile = field(repr=False)
    marks: Mapping[str, ConfigSetting]


@dataclass(frozen=True, slots=True)
class Reference:
    """An output of a resource that comes earlier, such as its `id`."""

    resource: FoundResource = field(repr=False)
    output: str


@dataclass(frozen=True, slots=True)
class Construction:
    """An object of a class of this package, such as `auth0.Smtp`, with its arguments."""

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict[str, "Value"], repr=False)


Plain = str | int | float | bool | None
Leaf = Plain | ConfigSecret | ConfigSetting | TextFile | FilledText | Reference
Value = Leaf | Construction | Sequence["Value"] | Mapping[str, "Value"]
"""An argument. None is an argument that is left out, at the top; a mapping has texts as keys."""


def parts_of(value: Value) -> Iterator[Value]:
    """Yields a value and all that is in it."""
    yield value
    inner: Iterable[Value] = ()
    if isinstance(value, Construction):
        inner = value.arguments.values()
    elif isinstance(value, FilledText):
        inner = (value.text, *value.marks.values())
    elif isinstance(value, Mapping):
        inner = value.values()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inner = value
    for item in inner:
        yield from parts_of(item)


@dataclass(frozen=True, slots=True, eq=False)
class FoundResource:
    """One resource of the program; each is itself only, so that a `Reference` means one.

    resource: its class, as the program names it: `EmailProvider`, `pingone_aic.EsvVariable`, `aws.route53.Record`.
    name: its name in the stack, a wish.
    id: the id to import; empty for a resource that is to be made.
    notes: what the reader of the program has to know of it, one line each.
    left_out: why an `up` would not take it over as it is; then it stands in the program as a comment. Empty for none.
    """

    resource: str
    name: str
    id: str
    arguments: Mapping[str, Value] = field(default_factory=dict[str, Value], repr=False)
    notes: tuple[str, ...] = ()
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class FoundTenant:
    """A tenant as an entry of `tenant-email:tenants`.

    name: its name there, which the `tenant` of resources gives. settings: the others of the entry, such as `tokenUrl`,
    and the ids of its login where they are known; nothing secret.
    """

    name: str
    platform: str
    url: str
    settings: Mapping[str, Json] = field(default_factory=dict[str, "Json"])


@dataclass(frozen=True, slots=True)
class Found:
    """All that goes into one project.

    resources: in the order of the program; what a Reference names comes before it.
    config: other settings of the stack that are not secret, by full key: `aws:region`.
    notes: what the reader has to know beyond single resources: what was left out, and why; a remedy on a second line.
    origin: what it was made from, as in "the tenant auth0 acme.eu.auth0.com".
    """

    tenants: tuple[FoundTenant, ...] = ()
    resources: tuple[FoundResource, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()
    origin: str = ""


def merge(founds: Iterable[Found]) -> Found:
    """Returns all that was found as one."""
    every = tuple(founds)
    return Found(
        tuple(tenant for each in every for tenant in each.tenants),
        tuple(resource for each in every for resource in each.resources),
        {key: value for each in every for key, value in each.config.items()},
        tuple(note for each in every for note in each.notes),
        " and ".join(each.origin for each in every),
    )
