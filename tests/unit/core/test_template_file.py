"""A template in a file: its settings or its body alone, and what is said of a file that holds neither."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tenant_email import platforms, template_file
from tenant_email.errors import InvalidSettings, TenantEmailError

if TYPE_CHECKING:
    from pathlib import Path

WELCOME = {
    "template": "welcome_email",
    "subject": "Hi",
    "body": "<p>{{ user.name }}</p>",
    "from_address": "a@b.example",
}


def written(folder: Path, content: str | bytes, name: str = "it.json") -> Path:
    """Returns a file with this content."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_settings_are_judged_as_at_a_preview(tmp_path: Path) -> None:
    """With the platform's own rules and warnings, and every problem at once, each once."""
    auth0 = platforms.load("auth0")
    inputs, warnings = template_file.check(auth0, written(tmp_path, json.dumps(WELCOME), "it.JSON"), "unused")
    assert (inputs.settings["template"], inputs.settings["subject"]) == ("welcome_email", "Hi")
    assert [warning for warning in warnings if "user.name is chosen by the user" in warning] == list(warnings)[:1]
    odd = written(tmp_path, json.dumps({**WELCOME, "subject": "", "body": "{% if %}", "wings": 2}))
    with pytest.raises(InvalidSettings) as caught:
        template_file.check(auth0, odd, "unused")
    assert str(caught.value).startswith(f"{odd}: ")
    paths = [problem.path for problem in caught.value.problems]
    assert {"settings.wings", "settings.body"} <= set(paths)
    assert len(set(caught.value.problems)) == len(paths)
    unusable = written(tmp_path, json.dumps({**WELCOME, "subject": float("inf")}))
    with pytest.raises(InvalidSettings, match=r"settings\.subject"):
        template_file.check(auth0, unusable, "unused")


def test_a_body_stands_for_a_template_of_its_platform(tmp_path: Path) -> None:
    """Where a template is little more than that; where it is more, its settings are asked for."""
    body = written(tmp_path, "<p>é {{ user.name }}</p>", "it.html")
    inputs, _ = template_file.check(platforms.load("auth0"), body, "welcome_email")
    assert dict(inputs.settings) == {
        **inputs.settings,
        "kind": "auth0.template",
        "template": "welcome_email",
        "subject": "welcome_email",
        "body": "<p>é {{ user.name }}</p>",
    }
    with pytest.raises(TenantEmailError) as caught:
        template_file.check(platforms.load("pingone_aic"), body, "welcome")
    assert caught.value.message == f"{body}: a template of pingone_aic is more than its body"
    assert caught.value.remedy.startswith("Write its settings into a .json file: template, ")
    assert "kind" not in caught.value.remedy.split()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        ("[1]", "does not hold a JSON object"),
        ("[" * 100_000, "is nested too deeply"),
        (b"\xff", "is not text in UTF-8"),
    ],
)
def test_a_file_that_holds_none(tmp_path: Path, content: str | bytes, what: str) -> None:
    """Is named, with what it is in place of one."""
    file = written(tmp_path, content)
    with pytest.raises(TenantEmailError) as caught:
        template_file.read_object(file)
    assert str(caught.value) == f"{file}: {what}\nCorrect the file, or name another one."


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Is named, with the system's words."""
    for file, why in ((tmp_path / "none.json", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(TenantEmailError, match=f"^{file}: cannot be read: {why}"):
            template_file.read_object(file)
