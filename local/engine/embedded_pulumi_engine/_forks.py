"""Loaded before gRPC, which is asked to leave forks alone: it would stop some children before they are their program.

gRPC's handlers run in a child between fork and exec, where the files of its threads are closed already. Python starts
programs without such a fork, but for 3.12.0 (https://github.com/python/cpython/issues/112334).
"""

import os

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
