"""A wire between a browser and a server that can be cut: bytes go through, or nothing does."""

from __future__ import annotations

import socket
import threading


class Relay:
    """Listens on a port of its own and passes everything on to another, until it is cut."""

    def __init__(self, port: int) -> None:
        self._to, self._whole = port, True
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        """Where a browser finds what is behind the wire."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/"

    def cut(self) -> int:
        """Cut every connection, and let none through until ``mend``; returns how many were cut."""
        with self._lock:
            self._whole = False
            cut = list(self._open)
            self._open.clear()
        for end in cut:
            _hang_up(end)
        return len(cut) // 2

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def close(self) -> None:
        """Cut everything for good."""
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:                 # closed
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._to)) if self._whole else None
            except OSError:                 # the server is down
                far = None
            with self._lock:
                passed = self._whole and far is not None
                if passed:
                    self._open |= {near, far}
            if not passed:
                near.close()
                if far is not None:
                    far.close()
                continue
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(here, there), daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        try:
            while held := here.recv(65_536):
                there.sendall(held)
        except OSError:                     # one side has gone
            pass
        with self._lock:
            self._open -= {here, there}
        _hang_up(here)
        _hang_up(there)


def _hang_up(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:                         # the other side was first
        pass
    end.close()
