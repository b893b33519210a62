"""Debian's Firefox without a screen, spoken to by Marionette: a second engine, no WebGL."""

import base64
import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

PREFERENCES = (
    ("marionette.port", "{port}"),
    ("webgl.disabled", "true"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("app.update.auto", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("browser.safebrowsing.update.enabled", "false"),
)
TRIES, TRY_S = 300, 0.1
ANSWER_S = 60.0


class Firefox:
    """One running Firefox with one window."""

    def __init__(self, path: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        lines = (f'user_pref("{k}", {v.format(port=port)});' for k, v in PREFERENCES)
        (folder / "user.js").write_text("\n".join(lines))
        command = [path, "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
        self._socket = self._connect(port)
        self._number = 0
        self._read()  # its greeting
        self.ask("WebDriver:NewSession", {})

    def _connect(self, port: int) -> socket.socket:
        for _ in range(TRIES):
            try:
                return socket.create_connection(("localhost", port), ANSWER_S)
            except OSError:
                time.sleep(TRY_S)
        self._process.kill()
        raise TimeoutError("Firefox does not listen.")

    def ask(self, command: str, parts: dict[str, Any]) -> Any:
        """Return the answer to one command; `length:[0, number, command, parts]` on the wire."""
        self._number += 1
        body = json.dumps([0, self._number, command, parts]).encode()
        self._socket.sendall(b"%d:%s" % (len(body), body))
        _, _, error, result = self._read()
        if error is not None:
            raise AssertionError(error)
        return result

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._socket.recv(1)
        body = b""
        while len(body) < int(length[:-1]):
            body += self._socket.recv(int(length[:-1]) - len(body))
        return json.loads(body)

    def open(self, url: str) -> None:
        """Go to a page."""
        self.ask("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        """Return what a script returns."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": list(given)})["value"]

    def picture(self) -> bytes:
        """Return the window as a PNG."""
        shot = self.ask("WebDriver:TakeScreenshot", {"full": False, "hash": False})
        return base64.b64decode(shot["value"])

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.terminate()
        self._process.wait(20)
