"""What the official client really exports is migrated, and the tenant is taken over without a write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.testing import CliRunner

from support.conformance import open_case
from support.frodo import Frodo
from support.pingone_aic import Tenant, smtp
from support.taken_over import Program
from tenant_email.cli import app
from tenant_email_local.emulators.pingone_aic import AicEmulator

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

EXPORTS = (
    "idm export -i external.email -D exports",
    "email template export -A -D exports",
    "esv variable export -A -D exports",
    "esv secret export -A -D exports",
    "config export -a -f all.json",
)
"""The commands of docs/migrating/frodo.md, and the one that exports everything into one file."""


def test_what_the_client_exports_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In files of their own and in one: the same program, which the next preview leaves as it is."""
    with open_case("pingone_aic", monkeypatch) as case:
        assert isinstance(case.tenant, AicEmulator)
        client = Tenant(case.tenant)
        client.variable("esv-mail-host", "smtp.acme.example")
        client.variable("esv-of-a-journey", "7", "int")
        client.secret("esv-mail-password", "canary-esv")
        client.restart()
        login = {"username": "mailer", "password": "&{esv.mail.password}"}
        case.tenant.state.config["external.email"] = smtp(host="&{esv.mail.host}", auth=login)
        (tmp_path / "exports").mkdir()  # all commands run at once, and each would make it
        done = Frodo(case.tenant, tmp_path).run(*EXPORTS)
        assert [each.text for each in done if each.code] == []
        case.writes()
        programs = list[str]()
        for source in ("exports", "all.json"):
            out = tmp_path / f"of-{source}"
            words = ["migrate", str(tmp_path / source), "--url", case.tenant.url, "--out", str(out)]
            result = CliRunner().invoke(app, words)
            assert result.exit_code == 0, result.output
            assert "1 ESV variable" in result.output
            programs.append((out / "__main__.py").read_text())
            program = Program(out, {})
            assert program.up() == []
            assert program.preview_without_ids() == []
        assert case.writes() == 0
        assert sorted(programs[0].splitlines()) == sorted(programs[1].splitlines())
        assert 'pingone_aic.EsvSecret(\n    "esv-mail-password"' in programs[0]
