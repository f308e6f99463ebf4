"""The line between a tablet and the server: it cuts, drops, delays, doubles and slows what one request says."""

import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

CHUNK = 16 * 1024
PORTAL = b"<html><title>Welcome</title><body>Please accept the terms of this network.</body></html>"
ANSWERS = {
    "portal": (200, "text/html", PORTAL),
    "gateway": (502, "text/html", b"<html><body>502 Bad Gateway</body></html>"),
    "broken": (500, "text/html", b"<html><body>Internal Server Error</body></html>"),
    "busy": (503, "text/html", b"<html><body>Service Unavailable</body></html>"),
    "too-old": (426, "application/problem+json", (b'{"title": "Upgrade Required", "status": 426, '
                b'"code": "client_too_old", "detail": "This version of the app is too old."}')),
}
# Those the product itself would give carry its mark; a gateway's do not.
OURS = frozenset({"too-old"})
RESET = struct.pack("ii", 1, 0)


@dataclass
class Fault:
    """What befalls the next requests whose first line holds `where`.

    `kind`: cut (after `after` bytes of the request's body), drop (the server acts, its answer is lost), delay
    (`seconds`), double (delivered twice), or one of `ANSWERS` in the server's place. `times` -1: until it is healed.
    """

    kind: str
    where: str = "/field/api/"
    times: int = 1
    after: int = 0
    seconds: float = 0.0


@dataclass
class Request:
    """One request as it came in: `head` up to the empty line, and how much follows it."""

    head: bytes
    first: str
    length: int
    body: bytes


@dataclass
class Proxy:
    """Passes HTTP on to a port, one request to a connection; `struck` counts the faults that took place."""

    server: int
    bits_per_second: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    down: bool = False

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.free_at = 0.0
        self.closing = False
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def strike(self, kind: str, where: str = "/field/api/", **how: float) -> Fault:
        """Let a fault befall what comes next."""
        fault = Fault(kind, where, **how)  # type: ignore[arg-type]  # times and after are whole numbers
        with self.lock:
            self.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Let everything through from here on."""
        with self.lock:
            self.faults.clear()
            self.bits_per_second, self.down = 0.0, False

    def close(self) -> None:
        self.closing = True
        self.listener.close()
        self.thread.join(timeout=5)

    def _listen(self) -> None:
        self.listener.settimeout(0.2)
        while not self.closing:
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(60)
        with connection:
            try:
                request = _read_head(connection)
                if request is None or self.down:
                    _reset(connection)
                    return
                self._pass_on(connection, request, self._fault_of(request))
            except OSError:
                _reset(connection)

    def _fault_of(self, request: Request) -> Fault | None:
        with self.lock:
            found = next((fault for fault in self.faults if fault.where in request.first), None)
            if found is None:
                return None
            self.struck[found.kind] += 1
            found.times -= 1
            if not found.times:
                self.faults.remove(found)
            return found

    def _pass_on(self, connection: socket.socket, request: Request, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if fault and fault.seconds:
            time.sleep(fault.seconds)
        if fault and kind == "cut":
            self._cut(connection, request, fault.after)
            return
        body = self._body(connection, request)
        if kind in ANSWERS:
            connection.sendall(_answer(kind))
            return
        if kind == "double":
            self._ask(request.head, body)
        reply = self._ask(request.head, body)
        if kind == "drop":
            _reset(connection)
            return
        for at in range(0, len(reply), CHUNK):
            self._take_time(len(reply[at:at + CHUNK]))
            connection.sendall(reply[at:at + CHUNK])

    def _cut(self, connection: socket.socket, request: Request, after: int) -> None:
        """Let the server see the beginning of the request and nothing more."""
        part = request.body[:after]
        while len(part) < min(after, request.length):
            more = connection.recv(min(CHUNK, after - len(part)))
            if not more:
                break
            part += more
        with socket.create_connection(("127.0.0.1", self.server), timeout=5) as upstream:
            upstream.sendall(request.head + part)
            time.sleep(0.02)
            _reset(upstream)
        _reset(connection)

    def _body(self, connection: socket.socket, request: Request) -> bytes:
        parts, size = [request.body], len(request.body)
        self._take_time(size)
        while size < request.length:
            more = connection.recv(min(CHUNK, request.length - size))
            if not more:
                raise ConnectionResetError
            self._take_time(len(more))
            parts.append(more)
            size += len(more)
        return b"".join(parts)

    def _ask(self, head: bytes, body: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server), timeout=60) as upstream:
            upstream.sendall(head + body)
            parts = []
            while more := upstream.recv(64 * 1024):
                parts.append(more)
        reply = b"".join(parts)
        if not reply:
            raise ConnectionResetError
        return reply

    def _take_time(self, size: int) -> None:
        """Share the line between all connections, as one radio does."""
        if not self.bits_per_second:
            return
        with self.lock:
            begins = max(time.monotonic(), self.free_at)
            self.free_at = begins + size * 8 / self.bits_per_second
            wait = self.free_at - time.monotonic()
        time.sleep(max(0.0, wait))


def _read_head(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(CHUNK)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    return Request(b"\r\n".join([*kept, b"Connection: close", b"", b""]), lines[0].decode("latin-1"), length, body)


def _answer(kind: str) -> bytes:
    status, media, body = ANSWERS[kind]
    mark = "X-Field-Protocol: 1\r\n" if kind in OURS else ""
    head = (f"HTTP/1.1 {status} Answer\r\nContent-Type: {media}\r\n{mark}Content-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n")
    return head.encode() + body


def _reset(connection: socket.socket) -> None:
    """Close as a line that broke does, not as somebody who said goodbye."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    except OSError:
        return
    connection.close()
