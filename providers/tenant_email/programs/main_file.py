"""The program of a project, `__main__.py`: one resource after the other, with typed settings. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tenant_email.programs import names
from tenant_email.programs.found import (
    ConfigSecret,
    ConfigSetting,
    Construction,
    FilledText,
    Reference,
    TextFile,
    parts_of,
)
from tenant_email.programs.source import WIDTH, call, columns, layout, listing, literal, mapping, text_literal
from tenant_email.redaction.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.programs.found import Found, FoundResource, Plain, Value
    from tenant_email.programs.source import Source

_MODULES: Final = {"pulumi": "import pulumi", "aws": "import pulumi_aws as aws"}
_OWN_NAMES: Final = frozenset({"config", "existing", "filled", "import", "kept", "path", "pulumi", "read"})

_IMPORT: Final = """
IMPORT = True  # After the first `pulumi up`: set it to False, or remove `existing`.
"""
_EXISTING: Final = '''
def existing(id_: str) -> pulumi.ResourceOptions:
    """Takes over what has this id as it is: nothing is written, and what differs is an error."""
    return pulumi.ResourceOptions(import_=id_ if IMPORT else None)
'''
_KEPT: Final = '''
def kept(id_: str) -> pulumi.ResourceOptions:
    """Takes it over too, and a destroy leaves it, which pulumi_aws would delete."""
    return pulumi.ResourceOptions(
        import_=id_ if IMPORT else None,
        retain_on_delete=True,
    )
'''
_READ: Final = '''
def read(file: str) -> str:
    """Returns the text of a file of this project, with every byte as it is."""
    return (Path(__file__).parent / file).read_bytes().decode()
'''
_FILLED: Final = '''
def filled(text: str, marks: dict[str, str]) -> str:
    """Returns a text with settings of the stack in place of its marks."""
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text
'''
_REQUIRE: Final = {
    "text": "config.require",
    "int": "config.require_int",
    "bool": "config.require_bool",
    "object": "config.require_object",
}
_AWS: Final = "aws."
_LEFT_OUT: Final = "Left out, because an import of it is refused. Corrected, it is adopted and changed like this:"
_PLAIN_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(slots=True)
class Parts:
    """What a program needs besides its own source: files, and settings and secrets by their key in the config."""

    files: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    secrets: dict[str, ConfigSecret] = field(default_factory=dict[str, ConfigSecret])
    settings: dict[str, ConfigSetting] = field(default_factory=dict[str, ConfigSetting])


def program(found: Found) -> tuple[str, Parts]:
    """Returns the source of `__main__.py`, and what it needs."""
    writer = _Writer(found)
    resources = [writer.resource(each) for each in found.resources]
    return "\n".join([*_head(found, writer.parts), *resources]).rstrip() + "\n", writer.parts


def _head(found: Found, parts: Parts) -> Iterator[str]:
    yield _docstring(one_line(found.origin) or "an identity tenant")
    yield ""
    if parts.files:
        yield "from pathlib import Path\n"
    taken = replace(found, resources=tuple(each for each in found.resources if not each.left_out))
    classes = {each.name for each in _all_parts(taken) if isinstance(each, Construction)}
    imports = any(each.id for each in taken.resources)
    used = {*classes, *(each.resource for each in taken.resources)}
    configured = bool(parts.secrets or parts.settings)
    yield from _imports({*used, "pulumi"} if imports or configured else used)
    if imports:
        yield _IMPORT.rstrip()
    if configured:
        yield ("" if imports else "\n") + "config = pulumi.Config()"
    fills = any(isinstance(each, FilledText) for each in _all_parts(found))
    of_aws = [each.resource.startswith(_AWS) for each in taken.resources if each.id]
    helpers = ((not all(of_aws), _EXISTING), (any(of_aws), _KEPT), (bool(parts.files), _READ), (fills, _FILLED))
    for wanted, helper in helpers:
        if wanted:
            yield f"\n{helper.rstrip()}"
    if found.resources:
        yield "\n" if imports or parts.files or fills else ""


def _docstring(origin: str) -> str:
    text = origin.replace("\\", "/").replace('"', "'")
    if columns(short := f'"""The email of {text}."""') <= WIDTH:
        return short
    return "\n".join(['"""The email that was found.', "", *_wrapped(f"It is of {text}.", WIDTH), '"""'])


def _imports(used: set[str]) -> Iterator[str]:
    """Yields the imports of classes, sorted as isort does: classes before modules."""
    first = {name.partition(".")[0] for name in used}
    yield from (line for name, line in _MODULES.items() if name in first)
    if ours := sorted(first - _MODULES.keys(), key=lambda name: (name.islower(), name)):
        line = f"from tenant_email import {', '.join(ours)}"
        listed = [f"    {name}," for name in ours]
        yield line if columns(line) <= WIDTH else "\n".join(["from tenant_email import (", *listed, ")"])


def _all_parts(found: Found) -> Iterator[Value]:
    return (part for resource in found.resources for item in resource.arguments.values() for part in parts_of(item))


class _Writer:
    """One walk through the resources: gives out names, and collects files and secrets."""

    def __init__(self, found: Found) -> None:
        self.parts = Parts()
        self._resources, self._paths, self._keys = names.Names(), names.Names(), names.Names()
        referred = {each.resource for each in _all_parts(found) if isinstance(each, Reference)}
        taken = names.Names(_OWN_NAMES | {"aws", "auth0", "logto", "pingone_aic", "ses"})
        self._variables = {
            each: taken.unique(names.variable(each.name), joint="_") for each in found.resources if each in referred
        }

    def resource(self, found: FoundResource) -> str:
        """Returns the statement that makes a resource, with its notes above it."""
        given = self._arguments(found.arguments)
        if found.left_out:
            given.append(("on_existing", text_literal("adopt")))
        elif found.id:
            helper = "kept" if found.resource.startswith(_AWS) else "existing"
            given.append(("opts", call(helper, [("", text_literal(found.id))])))
        name = text_literal(self._resources.unique(names.resource_name(found.name)))
        lead = f"{self._variables[found]} = " if found in self._variables else ""
        made = call(found.resource, [("", name), *given])
        source = layout(lead, made, open_up=True)
        if found.left_out:
            return "\n".join(
                [*_comments([_LEFT_OUT, *found.left_out.splitlines()]), *(f"# {line}" for line in source.split("\n"))]
            )
        return "\n".join([*_comments(found.notes), source])

    def _value(self, value: Value) -> Source:
        if isinstance(value, ConfigSecret):
            return call("config.require_secret", [("", text_literal(self._key_of(value)))])
        if isinstance(value, ConfigSetting):
            return self._required(value, value.kind)
        if isinstance(value, TextFile | FilledText):
            return self._text(value)
        if isinstance(value, Reference):
            return f"{self._variables[value.resource]}.{value.output}"
        if isinstance(value, Construction):
            return call(value.name, self._arguments(value.arguments))
        return self._plain(value)

    def _text(self, value: TextFile | FilledText) -> Source:
        if isinstance(value, TextFile):
            return self._file(value)
        marks = {mark: self._required(each, "text") for mark, each in value.marks.items()}
        return call("filled", [("", self._value(value.text)), ("", mapping(marks))])

    def _plain(self, value: Plain | Sequence[Value] | Mapping[str, Value]) -> Source:
        if isinstance(value, Mapping):
            return mapping({name: self._value(item) for name, item in value.items()})
        if isinstance(value, Sequence) and not isinstance(value, str):
            return listing([self._value(item) for item in value])
        return literal(value)

    def _arguments(self, values: Mapping[str, Value]) -> list[tuple[str, Source]]:
        return [(name, self._value(value)) for name, value in values.items() if value is not None]

    def _key_of(self, secret: ConfigSecret) -> str:
        wish = names.config_key(secret.key)
        for key, known in self.parts.secrets.items():
            same = secret.value is not None and known.value == secret.value and names.config_key(known.key) == wish
            if same or known is secret:
                return key
        key = self._keys.unique(wish, joint="")
        self.parts.secrets[key] = secret
        return key

    def _required(self, setting: ConfigSetting, kind: str) -> Source:
        """Returns how a setting is read; two of one key are one."""
        key = next((key for key, known in self.parts.settings.items() if known.key == setting.key), None)
        if key is None:
            plain = _PLAIN_KEY.fullmatch(setting.key)
            key = self._keys.unique(setting.key if plain else names.config_key(setting.key), joint="")
            self.parts.settings[key] = setting
        return call(_REQUIRE[kind], [("", text_literal(key))])

    def _file(self, file: TextFile) -> Source:
        try:
            file.text.encode()
        except UnicodeEncodeError:  # half a surrogate pair: no text in UTF-8 has it, and no state either
            return text_literal(file.text)
        path = self._paths.unique(*names.file_path(file.path))
        self.parts.files[path] = file.text
        return call("read", [("", text_literal(path))])


def _comments(notes: Iterable[str]) -> list[str]:
    return [f"# {line}" for note in notes for line in _wrapped(one_line(note), WIDTH - 2)]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
