"""Which tool wrote a file; and every file that can be wrong ends in a message with a remedy."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.other_tools import deploy_cli_folder, terraform_state
from tenant_email.errors import TenantEmailError
from tenant_email.migration.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.migration.found import Source

STATE = json.dumps(terraform_state())
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 10)}]\n" for before, after in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_of_other_shells_are_read(tmp_path: Path, encoding: str) -> None:
    """PowerShell's `>` writes UTF-16 with its mark."""
    file = tmp_path / "a state with spaces.json"
    file.write_bytes(STATE.encode(encoding))
    assert read(file, None, {}).source == "terraform"


NO_JSON = [
    (b"", "is not JSON"),
    (STATE[:40].encode(), "is not JSON"),
    (b"\xff\xff\xffcanary", "is not text in UTF-8"),
    (b"PK\x03\x04\x00\xff", "is not text in UTF-8"),
    (b"[" * 100_000, "is nested too deeply"),
    (b"9" * 5000, "is not JSON"),
    (b'{"a": NaN}', "NaN is not JSON"),
    (b"<html>canary</html>", "is not JSON"),
]
NO_EXPORT = [
    *NO_JSON,
    *((text, "is JSON of no tool that is known here") for text in (b"[1, 2]", b'"canary"', b'{"secret": "canary"}')),
]


@pytest.mark.parametrize(
    ("source", "content", "text"),
    [
        *((None, content, text) for content, text in NO_EXPORT),
        *((source, content, text) for source in ("terraform", "pulumi", "logto", "frodo") for content, text in NO_JSON),
    ],
)
def test_what_is_not_what_a_tool_writes_is_refused(
    tmp_path: Path, source: Source | None, content: bytes, text: str
) -> None:
    """Whether or not its tool is named; nothing of the content is shown."""
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(TenantEmailError) as refused:
        read(file, source, {})
    assert text in str(refused.value)
    assert "canary" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize("source", ["terraform", "pulumi", "logto", "frodo", "deploy-cli", "fr-config-manager"])
@pytest.mark.parametrize("content", ["[1]", '"canary"', "{}", '{"resources": 7, "deployment": 7, "idm": 7}', "null"])
def test_no_shape_is_too_odd(tmp_path: Path, source: Source, content: str) -> None:
    """Each reader finds nothing in it, or says what it is not."""
    file = tmp_path / "x.json"
    file.write_text(content)
    said, found = "", None
    try:
        found = read(file, source, {}).tenant
    except TenantEmailError as error:
        said = str(error)
    assert "canary" not in said
    assert found is None or (found.provider, found.templates) == (None, ())


def _folder(path: Path) -> Path:
    return path


def _missing(path: Path) -> Path:
    return path / "no\nsuch"


def _null(path: Path) -> Path:
    return path / "a\0b"


def _code(path: Path) -> Path:
    (path / "main.tf").write_text('resource "auth0_email_provider" "x" {}')
    return path


def _code_file(path: Path) -> Path:
    return _code(path) / "main.tf"


def _device(_: Path) -> Path:
    return Path("/dev/zero")


def _two(path: Path) -> Path:
    deploy_cli_folder(path / "x", {"name": "custom"}, [])
    (path / "x" / "terraform.tfstate").write_text(STATE)
    return path / "x"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (_folder, "holds nothing that is known here"),
        (_missing, "cannot be read: No such file or directory"),
        (_null, "cannot be read"),
        (_code, "holds Terraform's code, whose state is elsewhere"),
        (_code_file, "is Terraform's code, and not its state"),
        (_device, "is larger than 64 MB"),
        (_two, "holds what terraform and deploy-cli write"),
    ],
)
def test_a_path_that_is_no_export_is_refused(tmp_path: Path, make: Callable[[Path], Path], text: str) -> None:
    """With what to name instead."""
    with pytest.raises(TenantEmailError) as refused:
        read(make(tmp_path), None, {})
    assert text in str(refused.value)
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    """With the reason."""
    file = tmp_path / "x.json"
    file.touch(mode=0)
    with pytest.raises(TenantEmailError, match="Permission denied"):
        read(file, None, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("emailProvider: 1\nemailProvider: 2", "a key that comes twice in line 2"),
        ("emailProvider: !Ref canary", "could not determine a constructor for the tag '!Ref'"),
        ("emailProvider: !!python/object/apply:os.system [canary]", "could not determine a constructor"),
        ("emailProvider: *canary-of-none", "found undefined alias"),
        ("a: 1\n--- \nb: 2", "found another document"),
        ("a: \x01", "it holds a character that none may have"),
        ("[" * 5000, "is nested too deeply"),
        ("a: &a [*a]", "is nested too deeply"),
        ("a: !!bool x", "is not YAML that can be read: is not of the type of its tag in line 1, column 4"),
        (BOMB, "holds more than 2000000 values"),
        ("- canary", "does not hold an object"),
        ("canary", "does not hold an object"),
        ("", "does not hold an object"),
    ],
)
def test_yaml_that_is_not_plain_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """No tag makes an object, no alias fills the memory, and nothing of the content is shown."""
    file = tmp_path / "tenant.yaml"
    file.write_text(text)
    with pytest.raises(TenantEmailError) as refused:
        read(file, None, {})
    assert said in str(refused.value)
    assert "canary" not in str(refused.value).replace("canary-of-none", "")
