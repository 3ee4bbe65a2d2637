"""Forks what `warm.py` asks for: each child becomes the program that it would have been, with the SDK loaded already.

What is loaded is what others wrote and a test's programs and plug-ins load first, never a module of this project. No
thread runs here, and gRPC begins nothing before its first channel, so that a fork is as good as a new interpreter.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from botocore.loaders import JSONFileLoader
from botocore.session import Session

_LOADED: Final = (
    "pulumi",
    "pulumi.runtime",
    "pulumi.dynamic",
    "dill",
    "pulumi_aws",
    "pydantic.main",
    "pydantic.dataclasses",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "cryptography.hazmat.primitives.serialization",
    "boto3",
    "requests",
    "dns.resolver",
)
_AWS: Final = ("sesv2", "iam", "route53", "sts")
"""The services of AWS that hosts, and the local plug-in for AWS, open clients of."""
_END_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG


class _Child(NamedTuple):
    pid: int
    status: int
    """Where its number and the code of its end are told."""

    def tell(self, number: int) -> None:
        with suppress(BrokenPipeError):  # whoever asked is gone
            os.write(self.status, f"{number}\n".encode())


def _serve(control: socket.socket) -> dict[str, Any]:
    """Forks for each request and tells how each child ends; returns a request, in the child that it is for."""
    with selectors.DefaultSelector() as ready:
        ready.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.data is None:
                    child = _fork(control)
                    if not isinstance(child, _Child):
                        return child
                    ready.register(os.pidfd_open(child.pid), selectors.EVENT_READ, child)
                else:
                    ready.unregister(key.fileobj)
                    os.close(key.fd)
                    key.data.tell(os.waitstatus_to_exitcode(os.waitpid(key.data.pid, 0)[1]))
                    os.close(key.data.status)


def _fork(control: socket.socket) -> _Child | dict[str, Any]:
    """Takes a request; returns the child, or in the child the request. Ends with whoever could ask."""
    message, files, _, _ = socket.recv_fds(control, 1, 4)
    if not message:
        sys.exit()
    asked, out, err, status = files
    server, pid = os.getpid(), os.fork()
    if pid == 0:
        return _become(server, asked, out, err)
    for file in (asked, out, err):
        os.close(file)
    child = _Child(pid, status)
    child.tell(pid)
    return child


def _become(server: int, asked: int, out: int, err: int) -> dict[str, Any]:
    """Gives this process what is its own: group, output, folder and environment. It ends with the server."""
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != server:
        sys.exit(1)
    os.setpgid(0, 0)
    with os.fdopen(asked, "rb") as file:
        request: dict[str, Any] = json.load(file)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.executable = request["python"]
    sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
    return request


def _run(words: list[str]) -> None:
    """Runs the module or the script of a command line as the interpreter does."""
    options = {words.pop(0) for word in tuple(words) if word in ("-u", "-P", "-m") and words[0] == word}
    sys.argv = words
    # this interpreter was started with -P, so that its own folder is none of modules
    if "-P" not in options:
        sys.path.insert(0, str(Path.cwd() if "-m" in options else Path(words[0]).resolve().parent))
    if "-m" in options:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(words[0], run_name="__main__")


def _read_aws() -> None:
    """Has botocore keep what it reads of AWS's services: each child would parse the same megabytes."""
    load, session = cache(JSONFileLoader().load_file), Session()
    JSONFileLoader.load_file = lambda self, file_path: load(file_path)  # type: ignore[method-assign] # noqa: ARG005 - botocore names them
    for service in _AWS:
        session.create_client(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


if __name__ == "__main__":
    for name in _LOADED:
        import_module(name)
    _read_aws()
    gc.collect()
    gc.freeze()
    _run(_serve(socket.socket(fileno=int(sys.argv[1])))["words"])
