"""A tenant of it, and the distribution that brings it."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TOKEN: Final = "/token"


def install(folder: Path, name: str, *lines: str) -> None:
    """Makes a folder on the path hold a distribution with entry points, as pip leaves one."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join(("[tenant_email.platforms]", *lines, "")))


@dataclass
class Served:
    """A tenant that runs: where, where its logins are, what it stores by path, and what it was asked."""

    url: str = ""
    login_url: str = ""
    prefix: str = ""
    stored: dict[str, Any] = field(default_factory=dict[str, Any])
    paths: list[str] = field(default_factory=list[str])


class Tenant(BaseHTTPRequestHandler):
    """A tenant that stores documents by path."""

    served: Served
    gives_tokens: bool
    stores: bool

    def do_POST(self) -> None:
        """Gives out a token."""
        if self._path() == TOKEN and self.gives_tokens:
            self._answer(200, {"access_token": "coo", "expires_in": 600})
        else:
            self._answer(404, {"error": "nobody", "status": 404})

    def do_GET(self) -> None:
        """Returns a document."""
        found = self.served.stored.get(self._path())
        if not self.stores:
            self._answer(401, {"error": "stranger", "status": 401})
        elif found:
            self._answer(200, found)
        else:
            self._answer(404, {"error": "nothing", "status": 404})

    def do_PUT(self) -> None:
        """Stores one; a secret that is not given stays."""
        stored, path = self.served.stored, self._path()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        kept = {"whistle": stored[path].get("whistle")} if path in stored else {}
        stored[path] = {**kept, **body}
        self._answer(200, {name: value for name, value in stored[path].items() if name != "whistle"})

    def do_DELETE(self) -> None:
        """Removes one."""
        self.served.stored.pop(self._path(), None)
        self.send_response(204)
        self.end_headers()

    def _path(self) -> str:
        """Returns the path below the prefix; one that is elsewhere is none of its own."""
        self.served.paths.append(self.path)
        prefix = self.served.prefix
        return self.path.removeprefix(prefix) if self.path.startswith(f"{prefix}/") else ""

    def _answer(self, status: int, document: Any) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Says nothing."""


@contextmanager
def serving(*, prefix: str = "", apart: bool = False) -> Generator[Served]:
    """Serves a tenant, under a path, or with its logins at another port."""
    served = Served(prefix=prefix)
    with ExitStack() as running:
        served.url = running.enter_context(_listening(served, gives_tokens=not apart, stores=True))
        served.login_url = served.url
        if apart:
            served.login_url = running.enter_context(_listening(served, gives_tokens=True, stores=False))
        yield served


@contextmanager
def _listening(served: Served, *, gives_tokens: bool, stores: bool) -> Generator[str]:
    handler = type("Mine", (Tenant,), {"served": served, "gives_tokens": gives_tokens, "stores": stores})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{served.prefix}"
    finally:
        server.shutdown()
        server.server_close()
