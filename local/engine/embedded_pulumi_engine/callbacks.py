"""Callbacks: functions of the program, which its process serves for transforms and hooks."""

from __future__ import annotations

import threading
from typing import Any

import grpc

from embedded_pulumi_engine.messages import callback_pb2, callback_pb2_grpc
from embedded_pulumi_engine.values import CHANNEL_OPTIONS


class CallbackError(Exception):
    """A callback failed; the text is what the program said."""


class Callbacks:
    """The connections to what serves the callbacks of one run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: dict[str, grpc.Channel] = {}

    def call(self, callback: callback_pb2.Callback, message: bytes) -> bytes:
        """Returns what a callback answers to a message; raises CallbackError."""
        stub: Any = callback_pb2_grpc.CallbacksStub(self._channel(callback.target))
        try:
            answer = stub.Invoke(callback_pb2.CallbackInvokeRequest(token=callback.token, request=message))
        except grpc.RpcError as error:
            raise CallbackError(error.details() or error.code().name) from None
        response: bytes = answer.response
        return response

    def close(self) -> None:
        """Ends the connections to the program."""
        with self._lock:
            for channel in self._channels.values():
                channel.close()
            self._channels.clear()

    def _channel(self, target: str) -> grpc.Channel:
        with self._lock:
            if target not in self._channels:
                self._channels[target] = grpc.insecure_channel(target, options=CHANNEL_OPTIONS)
            return self._channels[target]
