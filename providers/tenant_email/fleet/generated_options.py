"""What the options of generated files may be, wherever a fleet runs by them. Pure."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from os.path import relpath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenant_email.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tenant_email.fleet.document import Fleet


@dataclass(frozen=True, slots=True)
class Form:
    """How an option is written; one that is not given needs no form, unless it `is_required`."""

    option: str
    pattern: str
    what: str
    remedy: str
    is_required: bool = False


ORGANIZATION: Final = Form(
    "--org", r"[A-Za-z0-9_.-]+", "is not the name of an organization", "Use that of Pulumi Cloud.", is_required=True
)
BRANCH: Final = Form(
    "--branch",
    r"[^\s~^:?*\[\\-][^\s~^:?*\[\\]*",
    "is not the name of a branch",
    "Write it as main.",
    is_required=True,
)
AWS_ROLE: Final = Form("--aws-role", r"arn:aws[a-z-]*:iam::\d{12}:role/\S+", "is not the ARN of a role", "Correct it.")


def form_problems(options: object, forms: Mapping[str, Form]) -> Iterator[Problem]:
    """Yields what is wrong with options; `forms` are by the attributes that have them."""
    for name, form in forms.items():
        given: str = getattr(options, name)
        if (given or form.is_required) and not re.fullmatch(f"(?=.)(?:{form.pattern})", given):
            yield Problem(form.option, form.what, form.remedy)


def password_problems(urls: Mapping[str, str], remedy: str) -> Iterator[Problem]:
    """Yields a problem for each address, by its option, that has a password in it."""
    for option, url in urls.items():
        try:
            has_one = urlsplit(url).password is not None
        except ValueError:
            yield Problem(option, "is not a URL", "Correct it.")
        else:
            if has_one:
                yield Problem(option, "holds a password", remedy)


def folders_of(fleet: Fleet, folder: str, project: Path) -> tuple[str, ...]:
    """Returns what of a repository is the fleet's, from its root: the project, and the folder of the fleet file.

    Args:
        fleet: the fleet.
        folder: that of Pulumi.yaml in the repository.
        project: the same on this machine.
    """
    own = posixpath.normpath(folder)
    beside = relpath(fleet.folder.absolute(), project.absolute()).replace("\\", "/")
    return tuple(dict.fromkeys((own, posixpath.normpath(posixpath.join(own, beside)))))


def folder_problems(folder: str, folders: tuple[str, ...]) -> Iterator[Problem]:
    """Yields a problem where project or fleet file are in no repository."""
    if folder.startswith("/") or any(each == ".." or each.startswith("../") for each in folders):
        what = "has the project or the fleet file outside of the repository"
        yield Problem("--dir", what, "Give the folder of Pulumi.yaml from the repository's root.")
