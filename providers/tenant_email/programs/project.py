"""The files of a project: program, `Pulumi.yaml`, texts, and a README with the commands in order. Pure."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.json_types import is_list
from tenant_email.programs import names
from tenant_email.programs.main_file import program
from tenant_email.redaction.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tenant_email.json_types import Json
    from tenant_email.programs.found import ConfigSecret, ConfigSetting, Found, FoundResource, FoundTenant
    from tenant_email.programs.main_file import Parts
    from tenant_email.redaction.secrets import Secret

PACKAGE: Final = "pulumi-tenant-email>=0.1,<0.2"
AWS_PACKAGE: Final = "pulumi-aws>=7.51,<8"
TENANTS: Final = "tenant-email:tenants"
_IGNORED: Final = ".venv/\n__pycache__/\n"
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """The files of a project, by their paths in it.

    settings: what else it requires from config, by key; the value of one is None where nobody knows it.
    secrets: those that the program requires from config, by key; the value of one is None where nobody knows it. A
        caller that knows them sets them by `pulumi config set --secret KEY`, which reads the value from its standard
        input: no other user of the machine sees that, as they would an argument.
    """

    files: Mapping[str, str] = field(repr=False)
    settings: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    secrets: Mapping[str, Secret | None] = field(default_factory=dict[str, "Secret | None"])


def project_files(found: Found, folder: str) -> ProjectFiles:
    """Returns the files of a project in a folder of this name."""
    source, parts = program(found)
    files = {
        "__main__.py": source,
        "Pulumi.yaml": _pulumi_yaml(found, folder),
        "requirements.txt": "".join(f"{each}\n" for each in _requirements(found)),
        ".gitignore": _IGNORED,
        "README.md": _readme(found, parts),
        **parts.files,
    }
    settings = {key: each.value for key, each in parts.settings.items()}
    return ProjectFiles(files, settings, {key: each.value for key, each in parts.secrets.items()})


def _requirements(found: Found) -> Iterator[str]:
    yield PACKAGE
    if any(each.resource.startswith("aws.") for each in found.resources):
        yield AWS_PACKAGE


def _pulumi_yaml(found: Found, folder: str) -> str:
    """Returns the project's file; a JSON text is one of YAML too, whatever it holds."""
    description = f"The email of {one_line(found.origin) or 'an identity tenant'}."
    options = "runtime:\n  name: python\n  options:\n    toolchain: pip\n    virtualenv: .venv\n"
    name = json.dumps(names.project_name(folder))
    return f"name: {name}\ndescription: {json.dumps(description)}\n{options}"


def _readme(found: Found, parts: Parts) -> str:
    imports = any(each.id and not each.left_out for each in found.resources)
    notes = [
        *(note.replace("\n", " ") for note in found.notes),
        *(f"`{each.name}`: {note}" for each in found.resources for note in _notes(each)),
    ]
    return "\n".join(
        [
            f"# The email of {_markdown(found.origin) or 'an identity tenant'}\n",
            _WHAT if imports else "What was found, as a Pulumi program.\n",
            *_block(_commands(found, parts)),
            *(_AFTERWARDS if imports else ()),
            *(["\n## What to know\n", *(f"- {_markdown(note)}" for note in notes)] if notes else ()),
            *(["\n## Settings\n", _SETTINGS, *_lines(parts.settings)] if parts.settings else ()),
            *(["\n## Secrets\n", _SECRETS, *_lines(parts.secrets)] if parts.secrets else ()),
            "",
        ]
    )


def _notes(resource: FoundResource) -> tuple[str, ...]:
    if not resource.left_out:
        return resource.notes
    return (f"is left out, and stands in `__main__.py` as a comment. {' '.join(resource.left_out.split())}",)


_WHAT: Final = """\
What was found, as a Pulumi program. Each resource is taken over by its id: the first `pulumi up` compares it with what
is there, records it, and writes nothing; where something differs meanwhile, it says what and stops. `pulumi preview`
shows `+ create` for a resource that is taken over, because it is new in the stack's state.
"""
_AFTERWARDS: Final = (
    "\nThen set `IMPORT = False` in `__main__.py`, and see that nothing is left to do:\n",
    "```sh\npulumi preview\n```",
    "\nFrom then on the program is what counts. A destroy leaves what was taken over.",
)
_SETTINGS: Final = "The program requires these from the stack's config too, so that a stack has its own:\n"
_SECRETS: Final = (
    "The program requires these from the stack's config. `pulumi config set --secret` asks for the value:\n"
)


def _commands(found: Found, parts: Parts) -> Iterator[str]:
    yield "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
    yield "pulumi install"
    yield "pulumi stack init dev"
    for key, value in found.config.items():
        yield f"pulumi config set {shlex.quote(key)} {shlex.quote(value)}"
    for tenant in found.tenants:
        yield from _tenant_commands(tenant)
    for key, setting in parts.settings.items():
        yield _setting_command(key, setting.value)
    for key in parts.secrets:
        yield f"pulumi config set --secret {key}"
    yield "pulumi preview"
    yield "pulumi up"


def _setting_command(key: str, value: str | None) -> str:
    command = f"pulumi config set --plaintext {key}"
    if value is None:
        return f"{command} …"
    if visible(value) == value:
        return f"{command} {'-- ' if value.startswith('-') else ''}{shlex.quote(value)}"
    # what cannot be shown as it is, such as a line break, as octal digits; the CLI takes one line end off what it reads
    octal = (f"\\0{byte:03o}" for byte in value.encode(errors="surrogateescape"))
    return f"printf '%b\\n' '{''.join(octal)}' | {command}"


def tenant_settings(tenant: FoundTenant) -> Iterator[tuple[str, Json]]:
    """Yields the settings of a tenant's entry, by their paths in the stack's config."""
    given: dict[str, Json] = {"platform": tenant.platform, "url": tenant.url, **tenant.settings}
    for key, value in given.items():
        at = f"{_entry(tenant)}.{key}"
        if is_list(value):
            yield from ((f"{at}[{index}]", item) for index, item in enumerate(value))
        else:
            yield at, value


def _entry(tenant: FoundTenant) -> str:
    if _PLAIN_KEY.fullmatch(tenant.name):
        return f"{TENANTS}.{tenant.name}"
    return f"{TENANTS}[{json.dumps(tenant.name)}]"


def _tenant_commands(tenant: FoundTenant) -> Iterator[str]:
    at, spec = _entry(tenant), platforms.connection_specs()[tenant.platform]
    for path, value in tenant_settings(tenant):
        yield f"pulumi config set {_flags(path, value)}--path {shlex.quote(path)} {shlex.quote(config_text(value))}"
    referred = {key.removesuffix("Env").removesuffix("File") for key in tenant.settings}
    for key in spec.plain:
        if key not in referred:
            yield f"pulumi config set --path {shlex.quote(f'{at}.{key}')} …"
    for key in spec.secret:
        if key not in referred:
            yield f"pulumi config set --secret --path {shlex.quote(f'{at}.{key}')}"


def _flags(path: str, value: Json) -> str:
    """Returns how the CLI is told of a value; what has `token` in its name it takes for a secret."""
    plain = "--plaintext " if "token" in path.rpartition(".")[2].lower() else ""
    return f"{plain}{'--type string ' if needs_type(value) else ''}"


def needs_type(value: Json) -> bool:
    """Returns whether a value is a text of which the CLI would make a number or a truth value, at a path."""
    try:
        return isinstance(value, str) and not isinstance(json.loads(value), str)
    except ValueError:
        return False


def config_text(value: Json) -> str:
    """Returns a value as the CLI reads it."""
    return value if isinstance(value, str) else json.dumps(value)


def _lines(required: Mapping[str, ConfigSetting] | Mapping[str, ConfigSecret]) -> Iterator[str]:
    for key, each in required.items():
        yield f"- `{key}`{f': {_markdown(each.what)}' if each.what else ''}"


def _block(lines: Iterable[str]) -> list[str]:
    shown = [visible(line) for line in lines]
    fence = "`" * max(3, 1 + max((len(run) for line in shown for run in re.findall("`+", line)), default=0))
    return [f"{fence}sh", *shown, fence]


def _markdown(text: str) -> str:
    """Returns a text for Markdown on one line, in which it starts no tag and no link."""
    return re.sub(r"([<\[\]\\])", r"\\\1", one_line(text))
