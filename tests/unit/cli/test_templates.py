"""The command `tenant-email templates`, whatever a file holds and however a report is written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tenant_email.cli import app
from tenant_email.mail_templates.rules import RULES

if TYPE_CHECKING:
    from typer.testing import Result

BODY = Path(__file__).parents[3] / "stacks" / "auth0_ses" / "templates" / "verify_email.html"
WELCOME = {"template": "welcome_email", "subject": "Hi", "body": "<p>Hi</p>"}
LOGTO = {"language": "en", "type": "SignIn", "subject": "Code", "content": "Your code is {{code}}"}
AIC = {"template": "welcome", "subject": {"en": "Hi"}, "html": {"en": "<p>Hi {{object.givenName}}</p>"}}
SETTINGS: dict[str, dict[str, Any]] = {"auth0": WELCOME, "logto": LOGTO, "pingone_aic": AIC}
FOLDERS = {"auth0": "emails", "logto": "texts", "pingone_aic": "email-templates"}


def call(*words: str) -> Result:
    """Calls the command; whatever happens, nobody sees a traceback."""
    result = CliRunner().invoke(app, ("templates", *words))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def written(folder: Path, content: bytes | str | dict[str, Any], name: str = "it.json") -> str:
    """Returns the name of a file with this content."""
    if isinstance(content, dict):
        content = json.dumps(content)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return str(folder / name)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Works in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_body_is_checked_and_rendered(here: Path) -> None:
    """As a preview does it, and with variables over the samples."""
    assert call("auth0", str(BODY)).stdout == f"{BODY}: nothing wrong.\n"
    variables = written(here, {"url": "https://x.example/1", "user": {"name": "Bob"}}, "variables.json")
    shown = call("auth0", str(BODY), "--variables", variables).stdout
    assert "--- verify_email: body\n" in shown
    for part in ("Hello Bob", "https://x.example/1", "ada@example.com"):
        assert part in shown


@pytest.mark.parametrize("platform", SETTINGS)
def test_a_template_of_each_platform_is_checked(platform: str, here: Path) -> None:
    """Settings that a stack would accept are fine, and those that it would refuse are refused, all at once."""
    file = written(here, SETTINGS[platform])
    assert "nothing wrong" in call(platform, file).stdout
    written(here, {**SETTINGS[platform], "subjekt": "Hi", "from_address": 3})
    result = call(platform, file)
    assert result.exit_code == 1
    assert "it.json:1:" in result.stderr
    assert "settings.subjekt" in result.stderr
    assert "settings.from_address" in result.stderr


@pytest.mark.parametrize("platform", SETTINGS)
def test_a_template_of_each_platform_is_rendered(platform: str, here: Path) -> None:
    """With samples of the platform's own variables where nobody gives any."""
    shown = call(platform, written(here, SETTINGS[platform]), "--variables", written(here, {}, "none.json")).stdout
    assert {"auth0": "<p>Hi</p>", "logto": "Your code is 481516", "pingone_aic": "<body><p>Hi Ada</p>"}[
        platform
    ] in shown


BROKEN: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "liquid": (
        "auth0",
        {**WELCOME, "body": '<p title="x">\n{{ tenant }} {% if %}</p>'},
        "if %",
        "error: settings.body: broken Liquid at line 2, column 17: missing expression [liquid-syntax]",
    ),
    "liquid's filter": (
        "auth0",
        {**WELCOME, "body": "<p>\n\u00e9 {{ 'a%' | url_decode }}"},
        "{{ 'a",
        "error: settings.body: cannot be rendered at line 2, column 3: url_decode: the text is not encoded [render-",
    ),
    "handlebars": (
        "pingone_aic",
        {**AIC, "html": {"en": "<p>\n{{#if a}}"}},
        "{{#if",
        "error: settings.html.en: broken Handlebars at line 2, column 1: 'if' is not closed [handlebars-syntax]",
    ),
    "handlebars' helper": (
        "pingone_aic",
        {**AIC, "html": {"en": "\u00e9\U0001f600 {{shout a}}"}},
        "{{shout",
        'error: settings.html.en: cannot be rendered at line 1, column 4: Missing helper: "shout" [render-failed]',
    ),
    "handlebars' partial": (
        "pingone_aic",
        {**AIC, "subject": {"en": "Hi {{> x}}"}},
        "{{> x",
        "warning: settings.subject.en: a partial or a decorator, of which a template of the tenant has none [handleb",
    ),
    "logto": (
        "logto",
        {**LOGTO, "content": "{{code}}\n{{#if x}}"},
        '"{{code}}',
        "warning: the SignIn text has {{#if x}}, which Logto does not render [unrendered-braces]",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_has_its_place(case: str, here: Path) -> None:
    """In the text, and in the file that the text is in, behind the escapes of its JSON."""
    platform, settings, at, said = BROKEN[case]
    file = written(here, settings)
    result = call(platform, file, "--variables", written(here, {}, "none.json"))
    assert f"it.json:1:{Path(file).read_text().index(at) + 1}: {said}" in result.output
    assert result.exit_code == said.startswith("error")


FILES: dict[str, tuple[bytes | None, str]] = {
    "absent": (None, "No such file"),
    "cut": (b'{"template": "verify_em', "is not JSON: Unterminated string"),
    "a list": (b"[]", "does not hold a JSON object"),
    "a number": (b"1", "does not hold a JSON object"),
    "a huge number": (b'{"a": ' + b"1" * 5000 + b"}", "number that is too long"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "Latin-1": (b'{"subject":\n "\xe9"}', "byte 0xe9 in line 2, column 3"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "in UTF-16"),
    "empty": (b"", "is not JSON: Expecting value"),
    "no template": (b"{}", "settings.template: is missing"),
    "half a character": (b'{"template": "verify_email", "subject": "\\ud800", "body": "x"}', "settings.subject"),
    "keyword": (b'{"template": @@NAME@@}', "Put the keyword that another tool replaces between quotes"),
    "too large": (b" " * (16 * 1024 * 1024 + 1), "larger than 16 MiB"),
    "no file of its own": (
        b'{"template": "verify_email", "subject": "", "body": "./a.html"}',
        "./a.html or it.html, which is not",
    ),
    "outside": (b'{"template": "verify_email", "subject": "", "body": "/etc/hostname.html"}', "hostname.html"),
}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html"])
@pytest.mark.parametrize("case", FILES)
def test_a_file_that_holds_no_template_is_refused(case: str, form: str, here: Path) -> None:
    """Whatever is in the file, and however that is written, the answer names it and says what to do."""
    content, reason = FILES[case]
    if content is not None:
        written(here, content)
    result = call("auth0", "it.json", "--format", form)
    assert result.exit_code == 1
    assert "it.json" in result.output
    shown = json.loads(result.stdout) if form in {"json", "sarif"} else result.output.replace("&#x27;", "'")
    assert reason in (json.dumps(shown, ensure_ascii=False) if form in {"json", "sarif"} else shown)


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (("zoho", "it.json"), 1, "Use one of: auth0"),
        (("logto", "body.html"), 1, "more than its body"),
        (("logto", "body.html", "--name", "Sign"), 1, "or say by --name which it is, such as BindMfa."),
        (("auth0", "it.json", "--variables", "absent.json"), 1, "absent.json: cannot be read: No such file"),
        (("auth0", "it.json", "--variables", "list.json"), 1, "Write each by its name"),
        (("auth0", "it.json", "--variables", "."), 1, ".: is a folder"),
        (("auth0", "it.json", "--out", "it.json"), 1, "it.json exists\nName another file, or replace it with --force."),
        (("auth0", "it.json", "--out", "none/x.txt"), 1, "none/x.txt: No such file or directory"),
        (("auth0", "it.json", "--out", "."), 1, ".: Is a directory\nMake room or correct the path"),
        (("auth0", "it.json", "--format", "pdf"), 2, "'pdf' is not one of"),
        (("auth0", "it.json", "--json", "--watch"), 2, "--watch with --format json needs --out."),
        (("auth0",), 2, "Missing argument"),
        (("auth0", "empty"), 1, "empty: error: holds no template of auth0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_command_cannot_do_is_said(words: tuple[str, ...], code: int, reason: str, here: Path) -> None:
    """With a remedy and an exit code."""
    written(here, WELCOME)
    written(here, "{{ url }}", "body.html")
    written(here, "[]", "list.json")
    (here / "empty").mkdir()
    result = call(*words)
    assert result.exit_code == code
    assert reason in result.stderr
    assert json.loads((here / "it.json").read_text()) == WELCOME


def test_a_folder_as_auth0_deploy_cli_writes_it(here: Path) -> None:
    """The body is read from the file that the document names, and a finding is in that file; the provider is none."""
    export = {
        **WELCOME,
        "body": "./welcome_email.html",
        "from": "",
        "resultUrl": "",
        "syntax": "liquid",
        "enabled": True,
    }
    written(here, export, "emails/welcome_email.json")
    written(here, "<p>\n{{ user.nam }}</p>", "emails/welcome_email.html")
    written(here, {"name": "smtp", "enabled": True}, "emails/provider.json")
    written(here, "{{ code }}", "emails/mfa_oob_code.html")
    result = call("auth0", "emails", "--json")
    document = json.loads(result.stdout)
    assert [each["name"] for each in document["templates"]] == ["welcome_email", "mfa_oob_code"]
    (finding,) = document["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("emails/welcome_email.html", 2, 4)
    assert finding["check"] == "unknown-variable"


def test_a_document_names_no_text_elsewhere(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it shows may be published: a file of another folder is not read, unless one works above both."""
    written(here, "canary", "secret.html")
    written(here, {**WELCOME, "body": "../secret.html"}, "emails/it.json")
    monkeypatch.chdir(here / "emails")
    result = call("auth0", "it.json", "--json")
    assert (result.exit_code, "canary" in result.output) == (1, False)
    assert "outside of the folder that is looked at" in result.stdout
    monkeypatch.chdir(here)
    assert "canary" in call("auth0", "emails", "--json").stdout


def test_what_another_tool_fills_in_is_not_checked(here: Path) -> None:
    """A keyword in place of a value is said, and the rest is checked."""
    export = {**WELCOME, "enabled": "@@ENABLED@@", "from": "a@##DOMAIN##.example", "urlLifetimeInSeconds": 5}
    result = call("auth0", written(here, export))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "@@ENABLED@@ is in place of a value, which is not checked [keyword]" in result.stdout


def test_templates_as_logto_has_them(here: Path) -> None:
    """A connector with its texts, texts by type, and what /api/email-templates answers."""
    text = {"subject": "Your code {{code}}", "content": "<p>{{code}}</p>"}
    connector = {"id": "c1", "config": {"host": "smtp.acme.example", "templates": [{"usageType": "SignIn", **text}]}}
    entry = {
        "id": "t1",
        "languageTag": "de",
        "templateType": "Register",
        "details": {**text, "contentType": "text/plain"},
    }
    mailgun = {"deliveries": {"Generic": {"subject": "{{code}}", "html": "<b>{{code}}</b>"}}}
    for number, content in enumerate(([connector], {"templates": [entry]}, mailgun, {"templates": {"BindMfa": text}})):
        written(here, json.dumps(content), f"{number}.json")
    document = json.loads(call("logto", ".", "--json").stdout)
    assert [each["name"] for each in document["templates"]] == ["SignIn", "Register", "Generic", "BindMfa"]
    assert document["findings"] == []
    assert [mail["html"] for each in document["templates"] for mail in each["mails"]] == [True, False, True, True]
    assert document["templates"][2]["mails"][0]["body"] == "<b>481516</b>"


def test_templates_as_frodo_and_fr_config_manager_write_them(here: Path) -> None:
    """All locales of each, the texts from files of their own; what is mailed is the message."""
    stored = {"_id": "emailTemplate/welcome", "defaultLocale": "en", "subject": {"en": "Hi", "de": "Hallo"}, "from": ""}
    message = {"en": "<html>Hi {{object.givenName}}</html>", "de": "<html>Hallo</html>"}
    frodo = {"meta": {}, "emailTemplate": {"welcome": {**stored, "message": message, "html": {"en": "x", "de": "y"}}}}
    written(here, frodo, "frodo/welcome.template.email.json")
    files = {locale: {"file": f"welcome.{locale}.md"} for locale in message}
    written(here, {**stored, "message": files, "styles": {"file": "welcome.css"}}, "fr/welcome/welcome.json")
    written(here, "", "fr/welcome/welcome.css")
    for locale, text in message.items():
        written(here, text, f"fr/welcome/welcome.{locale}.md")
    for folder in ("frodo", "fr"):
        document = json.loads(call("pingone_aic", folder, "--json").stdout)
        (template,) = document["templates"]
        assert [(mail["language"], mail["preheader"]) for mail in template["mails"]] == [
            ("en", "Hi Ada"),
            ("de", "Hallo"),
        ]
        assert document["findings"] == []


@pytest.mark.parametrize(("platform", "number"), [("auth0", 11), ("logto", 9), ("pingone_aic", 5)])
def test_starters_are_looked_at_without_files(platform: str, number: int, here: Path) -> None:
    """All of a platform, in a brand of one's own, and nothing is wrong with any."""
    brand = written(here, {"name": "Bird <&> Co", "color": "#a33"}, "brand.json")
    document = json.loads(call(platform, "--starters", "--brand", brand, "--json").stdout)
    assert (document["ok"], document["findings"], len(document["templates"])) == (True, [], number)
    assert all("Bird &lt;&amp;&gt; Co" in mail["body"] for each in document["templates"] for mail in each["mails"])
    for content, said in (
        ({"name": ""}, "name: is empty"),
        ({"nam": "x"}, "nam is no argument of Brand\nUse these: name,"),
    ):
        result = call(platform, "--starters", "--brand", written(here, content, "brand.json"))
        assert result.exit_code == 1
        assert said in result.stderr


def test_warnings_end_with_zero_unless_that_is_asked_for(here: Path) -> None:
    """Exit codes for CI."""
    file = written(here, {**WELCOME, "body": "{{ a }}"})
    assert (call("auth0", file).exit_code, call("auth0", file, "--strict").exit_code) == (0, 1)
    assert call("auth0", file).stdout.splitlines()[-1] == "it.json: it works; see the warnings."


def test_a_report_is_written_whole_or_not_at_all(here: Path) -> None:
    """A file that is there is replaced only where that is asked for."""
    file = written(here, WELCOME)
    assert call("auth0", file, "--format", "html", "--out", "g.html").exit_code == 0
    first = (here / "g.html").read_bytes()
    assert call("auth0", file, "--format", "html", "--out", "g.html").exit_code == 1
    (here / "g.html").write_text("mine")
    assert call("auth0", file, "--format", "html", "--out", "g.html", "--force").exit_code == 0
    assert (here / "g.html").read_bytes() == first
    assert sorted(each.name for each in here.iterdir()) == ["g.html", "it.json"]


def test_nothing_in_a_file_steers_the_terminal(here: Path) -> None:
    """Neither its name nor what it holds."""
    settings = {**WELCOME, "template": "a\x1b[2Jb", "body": "\x1b[2J\u202e {{ x }}", "\x1b]0;x\x07": 1}
    file = written(here, settings, "a\x1b[31m\nb.json")
    output = call("auth0", file, "--variables", written(here, {}, "v.json")).output
    assert [each for each in output if not (each.isprintable() or each == "\n")] == []
    assert "a\\x1b[31m\\nb.json" in output


def test_every_rule_is_listed_in_the_guide() -> None:
    """By its id, with its level and what it is about."""
    guide = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")
    missing = [name for name, rule in RULES.items() if f"| `{name}` | {rule.level} | {rule.title} |" not in guide]
    assert missing == []


def test_watching_says_each_change_in_a_line(here: Path) -> None:
    """Broken, whole again, gone: it goes on, and Ctrl-C ends it."""
    file = Path(written(here, WELCOME))
    command = [sys.executable, "-m", "tenant_email.cli", "templates", "auth0", "it.json", "--watch"]
    command += ["--format", "html", "--out", "g.html"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ) as run:
        assert run.stdout
        assert run.stderr
        try:
            while "Watching" not in run.stderr.readline():
                pass
            before, lines = (here / "g.html").stat().st_mtime_ns, list[str]()
            for content in (b'{"template": "wel', json.dumps({**WELCOME, "body": "{{ a }}"}).encode(), None):
                time.sleep(0.05)
                file.unlink() if content is None else file.write_bytes(content)
                lines.append(run.stdout.readline().partition(" ")[2].strip())
            run.send_signal(signal.SIGINT)
            assert run.wait(timeout=20) == 0
        finally:
            run.kill()
        assert "Traceback" not in run.stderr.read()
    assert lines[0].startswith("it.json:1:14: 1 error: is not JSON: Unterminated string")
    assert lines[1].startswith("it.json:1:60: 1 warning: settings.body: variable 'a' is unknown")
    assert lines[2].startswith("it.json: 1 error: cannot be read: No such file")
    assert (here / "g.html").stat().st_mtime_ns > before
