"""The steps of the CI recipes in a bash, as a runner does them: GitHub's and GitLab's, on the real CLI where it is."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from support.ci_recipes import FORK, gitlab, run, script, step
from support.engines import PASSPHRASE, engine_params, environment
from support.ways import dynamic_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.ci_recipes import Done
    from support.engines import Engine
    from support.lab import Lab

# what the embedded engine answers to the commands of the recipe
SHIM = """#!/bin/sh
case "$1 $2" in
  "stack init") exit 0 ;;
  *) exec {python} -m embedded_pulumi_engine "$@" --state-dir "{states}" ;;
esac
"""
# GitHub's own client: it notes what it is asked, and answers with the issues that there are
GH = """#!/bin/sh
case "$*" in
  "issue list"*) cat "{folder}/issues.json" ;;
  "api --paginate"*) cat "{folder}/comments.json" ;;
  api*) cat >"{folder}/body.json"; printf '%s\\n' "$*" >>"{folder}/asked" ;;
  *) printf '%s\\n' "$*" >>"{folder}/asked" ;;
esac
"""
PACK = Path(__file__).parents[3] / "policies" / "pack"


@dynamic_only
@pytest.mark.parametrize("kind", engine_params())
def test_a_fork_validates_its_inputs(lab: Lab, kind: str, tmp_path: Path) -> None:
    """The fork's own commands, of GitLab and of GitHub, preview the stack and refuse a bad input; nobody is called."""
    if lab.kind != kind:
        pytest.skip("each engine once")
    lab.copy("auth0_smtp")
    done = _validate(script(filled()["tenant-email-fork"]), lab.folder, kind, tmp_path)
    assert done.code == 0, done.text
    main = lab.folder / "__main__.py"
    main.write_text(main.read_text().replace('host=config.require("host")', 'host="smtp://fork.invalid"'))
    refused = _validate(step("fork", "Validate the inputs"), lab.folder, kind, tmp_path / "again")
    assert refused.code != 0
    assert "settings.host: is not a host name" in refused.text


def filled(**more: str) -> dict[str, Any]:
    """Returns GitLab's jobs for the stack of a lab."""
    roles = dict.fromkeys(("read-only-role", "deploy-role"), "arn:aws:iam::123456789012:role/mail")
    return gitlab(**{"stack-folder": ".", "stack": "dev", "aws-region": "eu-west-1", **roles, **more})


def _validate(text: str, folder: Path, kind: str, scratch: Path) -> Done:
    """Runs what validates a fork, as a runner would, with what the recipe gives it."""
    told = {"STACK_FOLDER": str(folder), "POLICY_PACK": "", "PULUMI_CONFIG_PASSPHRASE": "throw-away"}
    env = {**environment(), **told, "TMPDIR": str(scratch)}
    env = {name: value for name, value in env.items() if not name.startswith(("AUTH0_", "AWS_"))}
    (scratch / "bin").mkdir(parents=True)
    shutil.copy(FORK, folder / "Pulumi.fork.yaml")
    if kind == "embedded":
        _program(scratch / "bin" / "pulumi", SHIM.format(python=sys.executable, states=scratch))
        env["PATH"] = f"{scratch / 'bin'}{os.pathsep}{env['PATH']}"
    return run(text, folder, env)


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


class Runner:
    """A runner's machine for a stack that is up."""

    def __init__(self, lab: Lab, engine: Engine, scratch: Path) -> None:
        self._lab, self._scratch, self._tool = lab, scratch, scratch / "bin"
        self._tool.mkdir()
        _program(self._tool / "gh", GH.format(folder=scratch))
        self.issues([])
        engine.set_config("lab:password", "configured-secret", secret=True)
        assert engine.up().ok

    def issues(self, found: list[Any]) -> None:
        """Sets the issues that are open."""
        (self._scratch / "issues.json").write_text(json.dumps(found))

    def do(self, text: str, **variables: str) -> Done:
        """Runs a script."""
        lab = self._lab
        kept = {"PULUMI_BACKEND_URL": f"file://{lab.scratch / 'backend'}", "PULUMI_HOME": str(lab.scratch / "home")}
        told = {"STACK_FOLDER": str(lab.folder), "STACK": "dev", "POLICY_PACK": "", "RUNNER_TEMP": str(self._scratch)}
        told |= {"GITHUB_OUTPUT": str(self._scratch / "output"), "GITHUB_REPOSITORY": "acme/mail", "RUN": "the-run"}
        told |= {"CI_PROJECT_DIR": str(self._scratch), "AWS_TOKEN": "a-token", "CI_JOB_URL": "the-run"}
        told |= {"CI_COMMIT_SHORT_SHA": "01234567"}
        path = {"PATH": f"{self._tool}{os.pathsep}{os.environ['PATH']}"}
        given = {**environment(), **lab.machine.environment(), **kept, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
        return run(text, self._scratch, {**given, **path, **told, **variables})

    def look(self) -> str:
        """Looks for drift as the nightly job of GitHub does; returns what it says to the next step."""
        (self._scratch / "output").unlink(missing_ok=True)
        done = self.do(step("drift", "Look for drift"))
        assert done.code == 0, done.text
        assert "configured-secret" not in done.text
        return (self._scratch / "output").read_text().strip()

    def told(self, drift: str) -> list[str]:
        """Tells of it as the job does; returns what GitHub's client was asked."""
        done = self.do(step("issue", "Tell it in one issue"), STACK_FOLDER="mail", DRIFT=drift)
        assert done.code == 0, done.text
        return self._asked()

    def commented(self, comments: list[Any]) -> tuple[int, list[str], str]:
        """Previews as the job of GitHub does; returns how it ended, what its client was asked, and the comment."""
        (self._scratch / "comments.json").write_text(json.dumps(comments))
        (self._scratch / "output").unlink(missing_ok=True)
        previewed = self.do(step("preview", "Preview, by the policies"))
        said = dict(line.split("=", 1) for line in (self._scratch / "output").read_text().splitlines())
        about = {"NUMBER": "3", "HEAD": "0123456789abcdef", "STACK_FOLDER": "mail"}
        about |= {name.upper(): value for name, value in said.items()}
        assert self.do(step("comment", "Tell it in one comment"), **about).code == 0
        return previewed.code, self._asked(), json.loads((self._scratch / "body.json").read_text())["body"]

    def _asked(self) -> list[str]:
        asked = self._scratch / "asked"
        lines = asked.read_text().splitlines() if asked.exists() else []
        asked.unlink(missing_ok=True)
        return lines


PROGRAM = """
import pulumi
from tenant_email import EmailProvider, auth0

settings = auth0.Smtp(
    host="smtp.acme.com", username="u", port={port}, password=pulumi.Config().require_secret("password")
)
EmailProvider("mail", settings=settings, from_address="no-reply@acme.com")
"""


@pytest.fixture
def runner(lab: Lab, tmp_path: Path) -> Runner:
    """Brings a stack up with the real CLI."""
    if lab.kind != "pulumi":
        pytest.skip("the recipes ask for flags that the embedded engine does not have")
    lab.write(PROGRAM.format(port=587))
    return Runner(lab, lab.open(), tmp_path)


def drifts(lab: Lab) -> None:
    """Has somebody change the tenant by hand."""
    assert lab.machine.auth0.state.provider is not None
    lab.machine.auth0.state.provider["default_from_address"] = "somebody@else.example"


@dynamic_only
def test_a_night_at_github(lab: Lab, runner: Runner) -> None:
    """No drift says nothing; drift makes one issue, then a comment; its end closes it. An error is no drift."""
    assert runner.look() == "drift=false"
    assert runner.told("false") == []
    drifts(lab)
    assert runner.look() == "drift=true"
    about = "--repo acme/mail"
    told = "Somebody changed what the stack manages: the-run"
    assert runner.told("true") == [f"issue create {about} --title Drift in the stack dev in mail --body {told}"]
    titles = {6: "Drift in the stack", 7: "Drift in the stack dev in mail"}
    runner.issues([{"number": number, "title": title} for number, title in titles.items()])
    assert runner.told("true") == [f"issue comment {about} 7 --body {told}"]
    assert runner.told("false") == [f"issue close {about} 7 --comment No drift any more: the-run"]
    assert runner.do(step("drift", "Look for drift"), STACK="none").code != 0


@dynamic_only
def test_a_pull_request_at_github(lab: Lab, runner: Runner) -> None:
    """One comment, of the last preview, also of one that fails; what others write is left alone."""
    lab.write(PROGRAM.format(port=2525))
    code, asked, comment = runner.commented([])
    ask = "api --silent --input - --method"
    assert (code, asked) == (0, [f"{ask} POST repos/acme/mail/issues/3/comments"])
    assert comment.startswith("<!-- tenant-email mail dev -->\nPreview of the stack dev in mail at 01234567:\n\n~~~~\n")
    assert "mail" in comment
    assert "configured-secret" not in comment
    lab.write(PROGRAM.format(port="'smtp'"))
    others = [{"id": 7, "user": {"login": "ada"}, "body": comment}, {"id": 8, "user": {"login": "ada"}, "body": "Nice"}]
    ours = {"id": 9, "user": {"login": "github-actions[bot]"}, "body": comment}
    code, asked, comment = runner.commented([*others, ours])
    assert (code != 0, asked) == (True, [f"{ask} PATCH repos/acme/mail/issues/comments/9"])
    assert "Preview of the stack dev in mail at 01234567, which failed:" in comment
    assert "settings.port: must be a valid integer" in comment


@dynamic_only
def test_an_up_is_held_to_the_policies(lab: Lab, runner: Runner, tmp_path: Path) -> None:
    """Both recipes' own commands: what violates one is not written."""
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    about = pack / "PulumiPolicy.yaml"
    about.write_text(about.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"))
    lab.write(PROGRAM.format(port=25))
    lab.calls()
    github = runner.do(step("deploy", "Bring the stack up"), POLICY_PACK=str(pack))
    at_gitlab = runner.do(script(filled()["tenant-email-up"]), POLICY_PACK="pack")
    for done in (github, at_gitlab):
        assert done.code != 0
        assert "no-port-25" in done.text
    assert [call for call in lab.calls() if not call.startswith("GET")] == []
    lab.write(PROGRAM.format(port=2525))
    assert runner.do(script(filled()["tenant-email-up"])).code == 0


class GitLab(ThreadingHTTPServer):
    """The part of GitLab's API that the template asks: notes and issues, with a token that it knows."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.lists: dict[str, list[Any]] = {"notes": [], "issues": []}
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: GitLab

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        known = self.headers["PRIVATE-TOKEN"] == "the-notes-token"
        path, _, query = self.path.partition("?")
        answer: Any = {}
        more = ""
        if path == "/user":
            answer = {"id": 2}
        elif self.command == "GET":
            page, found = int(parse_qs(query).get("page", ["1"])[0]), self.server.lists[path.rpartition("/")[2]]
            answer, more = found[100 * (page - 1) : 100 * page], str(page + 1) if found[100 * page :] else ""
        elif self.headers["Content-Type"] == "application/json":
            self.server.asked.append((self.command, path, json.loads(body)))
        else:
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.server.asked.append((self.command, path, form))
        text = json.dumps(answer).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Next-Page", more)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[GitLab]:
    """Runs the API."""
    with GitLab() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@dynamic_only
def test_a_merge_request_and_a_night_at_gitlab(lab: Lab, runner: Runner, server: GitLab) -> None:
    """A preview is noted once and then anew in its place; drift makes one issue, then a note, then closes it."""
    told = {"CI_API_V4_URL": server.url, "CI_PROJECT_ID": "5", "CI_MERGE_REQUEST_IID": "3"}
    token = {**told, "NOTES_TOKEN": "the-notes-token"}
    lab.write(PROGRAM.format(port=2525))
    preview, night = script(filled()["tenant-email-preview"]), script(filled()["tenant-email-drift"])
    done = runner.do(preview, **token)
    assert done.code == 0, done.text
    assert "the-notes-token" not in done.text
    ((method, path, note),) = server.asked
    assert (method, path) == ("POST", "/projects/5/merge_requests/3/notes")
    stack = f"dev in {lab.folder}"
    assert note["body"].startswith(f"<!-- tenant-email {lab.folder} dev -->\nPreview of the stack {stack} at 01234567:")
    assert "mail" in note["body"]
    assert "configured-secret" not in note["body"]
    others = [{"id": number, "body": note["body"], "author": {"id": 1}} for number in range(100, 250)]
    server.lists["notes"] = [*others, {"id": 8, "body": note["body"], "author": {"id": 2}}]
    assert runner.do(preview, **token).code == 0
    assert server.asked[1][:2] == ("PUT", "/projects/5/merge_requests/3/notes/8")

    lab.write(PROGRAM.format(port=587))
    assert runner.do(night, **told).code == 0
    drifts(lab)
    server.asked.clear()
    assert runner.do(night, **told).code != 0  # nobody else could tell
    assert runner.do(night, **token).code == 0
    title = f"Drift in the stack {stack}"
    server.lists["issues"] = [{"iid": 4, "title": title}]
    assert runner.do(night, **token).code == 0
    told_body = "Somebody changed what the stack manages: the-run"
    assert server.asked == [
        ("POST", "/projects/5/issues", {"title": title, "description": told_body}),
        ("POST", "/projects/5/issues/4/notes", {"body": told_body}),
    ]
    assert runner.do(night, **{**token, "STACK": "none"}).code != 0
