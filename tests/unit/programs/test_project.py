"""The program that is written is valid, formatted as ruff leaves it, and says what was found, whatever that holds."""

from __future__ import annotations

import ast
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.formatted import assert_formatted
from tenant_email.programs.found import (
    ConfigSecret,
    ConfigSetting,
    Construction,
    FilledText,
    Found,
    FoundResource,
    FoundTenant,
    Reference,
    TextFile,
)
from tenant_email.programs.project import project_files
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.programs.found import Value

_HOSTILE = (
    "both \" and '",
    '"""\\',
    "\\N{BULLET} \\x00",
    "{} {name} %s $(id) `id`",
    "line\nline\r\nline\x85\u2028\u2029",
    "\u202edesrever\u202c \u200b\u3164",
    "Grüße, 東京 👩‍👩‍👧 e\u0301",
    "\x00\x1b[2J\x7f",
    "\ud800",
    "\u00a0\u2003",
    "from",
    "-" * 200,
    "",
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def found(**arguments: Value) -> Found:
    """Returns one provider with these settings."""
    return Found(
        resources=(FoundResource("EmailProvider", "email", "", {"settings": Construction("auth0.Other", arguments)}),)
    )


def program(of: Found) -> str:
    """Returns the program's source."""
    return project_files(of, "mail").files["__main__.py"]


def given_settings(source: str) -> dict[str, object]:
    """Returns the arguments of the only settings in a program, as Python reads them."""
    calls = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
    other = next(each for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "Other")
    return {str(each.arg): ast.literal_eval(each.value) for each in other.keywords}


@given(st.dictionaries(st.sampled_from(["name", "credentials", "settings"]), _JSON))
@settings(deadline=None)
def test_a_program_says_what_was_found(values: dict[str, Value]) -> None:
    """Every value is read back by Python as it was; None is left out."""
    assert given_settings(program(found(**values))) == {k: v for k, v in values.items() if v is not None}


@pytest.mark.parametrize("text", _HOSTILE)
def test_a_text_stays_on_its_line_and_shows_what_it_holds(text: str) -> None:
    """Nothing steers a terminal or an editor, and nothing that cannot be seen is left as it is."""
    source = program(found(name=text))
    assert given_settings(source) == {"name": text}
    assert all(line.isprintable() for line in source.split("\n"))


def test_a_program_is_as_ruff_leaves_it() -> None:
    """Formatting, imports and lint rules find nothing to change, with long and short parts in each other."""
    email = FoundResource(
        "EmailProvider",
        "email",
        "auth0/acme.eu.auth0.com/email-provider",
        {
            "settings": Construction(
                "auth0.Smtp",
                {
                    "host": "x" * 70,
                    "password": ConfigSecret("smtp password"),
                    "x_msys_api": {"a": {"b": [1, "y" * 80]}},
                },
            )
        },
        notes=("a note that is so long that it has to be broken into two lines, which is at 88 columns, or here",),
    )
    rest = tuple(
        FoundResource(
            "EmailTemplate",
            name,
            f"auth0/acme.eu.auth0.com/email-template/{name}",
            {
                "settings": Construction(
                    "auth0.Template", {"subject": subject, "body": TextFile(f"templates/{name}.html", "<p>")}
                ),
                "provider_id": Reference(email, "id"),
            },
        )
        for name, subject in (("verify_email", "東" * 40), ("welcome_email", 'say "hi"'), *((t, t) for t in _HOSTILE))
    )
    more = (
        FoundResource("aws.iam.User", "user", "mailer", {"name": "mailer"}),
        FoundResource("SesDomainIdentity", "d", ""),
    )
    assert_formatted(program(Found(resources=(email, *rest, *more), origin="the tenant auth0 " + "x" * 60)))
    assert_formatted(program(found(name="short")))
    assert_formatted(program(Found()))


def test_a_destroy_leaves_what_was_taken_over() -> None:
    """Of pulumi_aws it would delete records and users, on which mail depends."""
    record = FoundResource("aws.route53.Record", "dkim", "Z1_a._domainkey.acme.com_CNAME")
    identity = FoundResource("SesDomainIdentity", "acme.com", "aws-ses/eu-west-1/acme.com")
    source = program(Found(resources=(record, identity)))
    assert 'opts=kept("Z1_a._domainkey.acme.com_CNAME")' in source
    assert 'opts=existing("aws-ses/eu-west-1/acme.com")' in source
    assert "retain_on_delete=True" in source
    assert_formatted(source)
    assert "def existing" not in program(Found(resources=(record,)))
    assert "def kept" not in program(Found(resources=(identity,)))


def test_texts_become_files_byte_for_byte() -> None:
    """Line ends, a byte order mark and a missing last line end stay."""
    text = "\ufeff<p>\r\n\r</p>"
    written = project_files(found(settings=TextFile("templates/a.html", text)), "mail").files
    assert written["templates/a.html"] == text
    assert 'settings=read("templates/a.html")' in written["__main__.py"]


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/abs/olute", "abs/olute"),
        ("templates/CON.html", "templates/_CON.html"),
        ("templates/a\x00b\n.html", "templates/a-b-.html"),
        ("...", "text"),
        ("templates/über ß.html", "templates/-ber-.html"),
    ],
)
def test_a_path_stays_in_the_project(wish: str, path: str) -> None:
    """Whatever a template is called, its file is one that every system takes."""
    assert path in project_files(found(settings=TextFile(wish, "x")), "mail").files


def test_names_are_given_once() -> None:
    """Two of one name, or of one name but for its case, get a number; so do files."""
    wishes = ("Welcome", "welcome", "welcome")
    bodies = [Construction("auth0.Template", {"body": TextFile(f"t/{name}.html", name)}) for name in wishes]
    pairs = zip(wishes, bodies, strict=True)
    twice = tuple(FoundResource("EmailTemplate", name, "", {"settings": body}) for name, body in pairs)
    files = project_files(Found(resources=twice), "mail").files
    assert {"t/Welcome.html", "t/welcome-2.html", "t/welcome-3.html"} <= files.keys()
    assert '"Welcome"' in files["__main__.py"]
    assert '"welcome-3"' in files["__main__.py"]


def test_a_known_secret_is_handed_on_and_in_no_file() -> None:
    """Two uses of one value are one setting; another value of the same wish has a setting of its own."""
    first, second = (
        ConfigSecret("password", value=Secret("canary-1")),
        ConfigSecret("password", value=Secret("canary-2")),
    )
    made = project_files(found(a=first, b=ConfigSecret("password", value=Secret("canary-1")), c=second), "mail")
    assert made.secrets == {"password": Secret("canary-1"), "password2": Secret("canary-2")}
    assert "canary" not in "".join(made.files.values()) + repr(made) + repr(first)


def test_settings_of_the_stack_are_required_by_their_names() -> None:
    """Each once, in texts and files too; the README says how each is set, whatever its value begins with."""
    env = ConfigSetting("ENV", value="-test it")
    body = FilledText(
        TextFile("templates/a.html", "<p>##ENV## ##A##</p>"), {"##ENV##": env, "##A##": ConfigSetting("A")}
    )
    port = ConfigSetting("PORT", "int", "the port of the mail server")
    of = found(body=body, port=port, host=FilledText("smtp.##ENV##.acme.com", {"##ENV##": env}))
    made = project_files(of, "mail")
    source, readme = made.files["__main__.py"], made.files["README.md"]
    assert made.files["templates/a.html"] == "<p>##ENV## ##A##</p>"
    assert 'host=filled("smtp.##ENV##.acme.com", {"##ENV##": config.require("ENV")})' in source
    assert 'port=config.require_int("PORT")' in source
    assert made.settings == {"ENV": "-test it", "A": None, "PORT": None}
    assert "pulumi config set --plaintext ENV -- '-test it'\n" in readme
    assert "pulumi config set --plaintext PORT …\n" in readme
    assert "- `PORT`: the port of the mail server" in readme
    assert_formatted(source)


@pytest.mark.parametrize("value", ["<p>a</p>\n<p>it's \\n</p>\n", "a\u00a0b \u200b é", "-x\r", "tab\t"])
def test_a_setting_that_a_line_cannot_show(tmp_path: Path, value: str) -> None:
    """The command of the README hands over the very text, whatever shell it is copied into."""
    text = FilledText("##ENV##", {"##ENV##": ConfigSetting("ENV", value=value)})
    readme = project_files(found(name=text), "mail").files["README.md"]
    (command,) = [line for line in readme.splitlines() if " --plaintext ENV" in line]
    (tmp_path / "pulumi").write_text("#!/bin/sh\nexec cat\n")
    (tmp_path / "pulumi").chmod(0o755)
    ran = subprocess.run(
        ["sh", "-c", command], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, check=True
    )
    assert ran.stdout.decode() == f"{value}\n"


def test_the_readme_has_the_commands_in_order() -> None:
    """Config, install, up, and then what takes the ids out; shell words are quoted."""
    tenant = FoundTenant(
        "it's", "auth0", "https://acme.eu.auth0.com", {"clientId": "12", "aliases": ["a.b"], "tokenUrl": "https://x"}
    )
    email = FoundResource(
        "EmailProvider", "email", "auth0/acme/email-provider", {"settings": Construction("auth0.Custom")}
    )
    readme = project_files(Found((tenant,), (email,), {"aws:region": "eu-west-1"}), "mail").files["README.md"]
    assert "pulumi config set aws:region eu-west-1\n" in readme
    assert """pulumi config set --path 'tenant-email:tenants["it'"'"'s"].aliases[0]' a.b\n""" in readme
    assert """pulumi config set --secret --path 'tenant-email:tenants["it'"'"'s"].clientSecret'\n""" in readme
    assert "--type string --path " in readme
    assert "--plaintext --path " in readme
    steps = [
        "pip install",
        "pulumi install",
        "stack init",
        "config set",
        "pulumi up",
        "IMPORT = False",
        "pulumi preview\n```",
    ]
    assert [readme.rindex(step) for step in steps] == sorted(readme.rindex(step) for step in steps)


def test_a_folder_of_any_name_makes_a_project() -> None:
    """The project's name is one that Pulumi takes, and YAML takes for a text."""
    for name in ("123", "true", "né: {}", "   "):
        assert ast.literal_eval(project_files(Found(), name).files["Pulumi.yaml"].split("\n")[0].removeprefix("name: "))
