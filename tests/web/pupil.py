"""A pupil without a browser: speaks the page's own language over a websocket, as Solara's client does, and sees
what a browser would be told."""

from __future__ import annotations

import json
import struct
import threading
import time
from typing import Any, Callable, Mapping
from urllib.request import Request, urlopen
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


class Pupil:
    """One session of the page at ``address``, opened with a query. ``broken`` tells what went wrong."""

    def __init__(self, address: str, query: str) -> None:
        self.broken: list[str] = []
        self._models: dict[str, dict[str, Any]] = {}
        self._changed = threading.Condition()
        self._kernel, self._page, self._control = str(uuid4()), str(uuid4()), str(uuid4())
        with urlopen(f"{address}?{query}") as answer:
            self._cookie = answer.headers["set-cookie"].partition(";")[0]
            answer.read()
        self._close_at = f"{address}_solara/api/close/{self._kernel}?session_id={self._page}"
        self._socket = connect(
            f"{address.replace('http', 'ws')}jupyter/api/kernels/{self._kernel}/channels?session_id={self._page}",
            additional_headers={"Cookie": self._cookie}, max_size=None, compression=None)
        threading.Thread(target=self._listen, daemon=True).start()
        self._say("comm_open", {"comm_id": self._control, "target_name": "solara.control", "data": {}})
        self._say("comm_msg", {"comm_id": self._control, "data": {
            "method": "run", "args": {"path": f"/?{query}", "appName": None}}})

    def seen(self, name: str) -> Any:
        """What the page shows under the name of a property: ``query``, ``results``, ``faults`` …; None before."""
        with self._changed:
            model = self._model_with(name)
            return self._models[model][name] if model else None

    def act(self, **event: object) -> None:
        """Do what a click or a lever of the page does."""
        with self._changed:
            model = self._model_with("query")
        self._say("comm_msg", {"comm_id": model, "data": {
            "method": "custom", "content": {"event": "act", "data": event}}})

    def wait(self, true: Callable[[], bool], seconds: float) -> float | None:
        """Wait until what is seen makes something true; the seconds that took, None where it never came."""
        begun = time.monotonic()
        with self._changed:
            if self._changed.wait_for(lambda: bool(self.broken) or true(), seconds) and not self.broken:
                return time.monotonic() - begun
        return None

    def leave(self) -> None:
        """Close the page, as a browser does that goes elsewhere."""
        self._socket.close()
        urlopen(Request(self._close_at, method="POST", headers={"Cookie": self._cookie})).close()

    def drop(self) -> None:
        """Fall off the line, and say nothing."""
        self._socket.close()

    def _model_with(self, name: str) -> str:
        return next((model for model, state in self._models.items() if name in state), "")

    def _say(self, kind: str, content: Mapping[str, Any]) -> None:
        header = {"msg_id": str(uuid4()), "msg_type": kind, "username": "", "session": self._page, "version": "5.3"}
        self._socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content,
                                      "channel": "shell", "buffers": []}))

    def _listen(self) -> None:
        try:
            for held in self._socket:
                self._hear(_read(held))
        except ConnectionClosed:
            pass
        with self._changed:
            self._changed.notify_all()

    def _hear(self, message: Mapping[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        with self._changed:
            if kind == "comm_open":
                self._models[content["comm_id"]] = dict(content["data"].get("state", {}))
            elif kind == "comm_msg" and content["data"].get("method") == "update":
                self._models.setdefault(content["comm_id"], {}).update(content["data"]["state"])
            elif kind == "comm_close":
                self._models.pop(content["comm_id"], None)
            elif kind == "error":
                self.broken.append("".join(content["traceback"])[-400:])
            self._changed.notify_all()


def _read(held: str | bytes) -> Mapping[str, Any]:
    """A message of the wire; one with buffers begins with their offsets."""
    if isinstance(held, str):
        return json.loads(held)
    count = struct.unpack("!i", held[:4])[0]
    first, *rest = struct.unpack(f"!{count}I", held[4:4 * (count + 1)])
    return json.loads(held[first:rest[0] if rest else None])
