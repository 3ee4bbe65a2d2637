"""The page as one file that needs no machine: everything that happened, for who looks at it afterwards.

The file loads nothing, and runs nothing but the page's own script, which its policy names by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.page.mail_view import framed, shown_mail
from tenant_email_local.page.server import asset

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email_local.page.state import PageState

_LINKED: Final = ('<link rel="stylesheet" href="page.css">', '<script src="page.js" defer></script>')


class Snapshot:
    """A page that is being written down; `moment` keeps what the machine holds while something is worth seeing."""

    def __init__(self, state: PageState) -> None:
        self._state = state
        self._moments: list[dict[str, Any]] = []

    def moment(self, label: str) -> None:
        """Keeps what tenants, DNS and AWS hold now; the page begins with the first one."""
        self._state.look()  # a signature is judged while its key is still there
        self._moments.append({"label": label, "held": self._state.held()})

    def write(self, file: Path) -> None:
        """Writes the page, with all calls and mails that are kept, and what was held at each moment."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self._html(), encoding="utf-8")

    def _html(self) -> str:
        style, script = asset("page.css"), asset("page.js")
        hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy = (
            f"default-src 'none'; script-src 'sha256-{hashed}'; style-src 'unsafe-inline'; img-src data:; "
            "font-src data:; base-uri 'none'; form-action 'none'"
        )
        # JSON in a page: nothing in it may end the element that it is in
        data = json.dumps(self._data()).replace("<", "\\u003c")
        head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>\n{style}</style>'
        body = f'<script type="application/json" id="data">{data}</script>\n<script>{script}</script>\n</body>'
        page = asset("page.html")
        for line in _LINKED:
            page = page.replace(f"{line}\n", "")
        return page.replace("</head>", f"{head}\n</head>").replace("</body>", body)

    def _data(self) -> dict[str, Any]:
        state = self._state
        state.look()
        mails = [mail for mail in map(state.mails.get, _numbers(state.mails.after(0))) if mail]
        return {
            "at": time.time(),
            "moments": self._moments or [{"label": "At the end", "held": state.held()}],
            "calls": [state.calls.get(number) for number in _numbers(state.calls.after(0))],
            "callsForgotten": state.calls.forgotten(),
            "mails": [{**shown_mail(mail), "html": framed(mail)} for mail in mails],
            "mailsForgotten": state.mails.forgotten(),
        }


def _numbers(listed: list[dict[str, Any]]) -> list[int]:
    return [each["number"] for each in listed]
