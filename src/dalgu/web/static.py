"""Files of the pages: served with their content's digest in the address, so cached for good.

`/static/{digest}/page.js` never changes; modules import each other by relative address and so
stay within one digest. An address with another digest answers the present file, uncached.
"""

import base64
import gzip
import hashlib
import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

OWN = Path(__file__).parent / "static"
VENDOR = OWN / "vendor"
FOREVER = "public, max-age=31536000, immutable"
AFRESH = "no-cache"
TEXTUAL = {".js", ".mjs", ".css", ".svg", ".json"}
IMPORTS = {
    "maplibre-gl": "vendor/maplibre-gl.mjs",
    "pmtiles": "vendor/pmtiles.mjs",
    "fflate": "vendor/fflate.mjs",
    "uplot": "vendor/uplot.mjs",
}


class Static:
    """An ASGI application for `/static`; `files` adds single files under a name of their own."""

    def __init__(self, files: Mapping[str, Path] | None = None) -> None:
        self._files = dict(files or {})
        self.digest = _digest(self._files)
        self.import_map = json.dumps(
            {"imports": {name: self.url(path) for name, path in IMPORTS.items()}},
            separators=(",", ":"),
        )
        self._packed: dict[Path, bytes] = {}

    @property
    def has_libraries(self) -> bool:
        """Whether the build brought the browser libraries."""
        return (VENDOR / "STAMP").is_file()

    def url(self, path: str) -> str:
        """Return the address of a file."""
        return f"/static/{self.digest}/{path}"

    def policy(self) -> str:
        """Return the content security policy: our own files, and the one inline import map."""
        sha256 = hashlib.sha256(self.import_map.encode()).digest()
        inline = f"'sha256-{base64.b64encode(sha256).decode()}'"
        return (
            f"default-src 'self'; script-src 'self' {inline}; style-src 'self'; "
            "img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; "
            "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._response(scope)(scope, receive, send)

    def _response(self, scope: Scope) -> Response:
        path = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix("/static")
        digest, _, name = path.strip("/").partition("/")
        file = self._find(name)
        if file is None or scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404, "This file does not exist.")
        headers = {"cache-control": FOREVER if digest == self.digest else AFRESH}
        media = _media_type(file)
        if file.suffix not in TEXTUAL or not _takes_gzip(scope):
            return FileResponse(file, headers=headers, media_type=media)
        headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}
        return Response(self._pack(file), headers=headers, media_type=media)

    def _find(self, name: str) -> Path | None:
        if name in self._files:
            return self._files[name]
        file = (OWN / name).resolve()
        return file if file.is_relative_to(OWN.resolve()) and file.is_file() else None

    def _pack(self, file: Path) -> bytes:
        if file not in self._packed:
            self._packed[file] = gzip.compress(file.read_bytes(), 6, mtime=0)
        return self._packed[file]


def _digest(files: Mapping[str, Path]) -> str:
    sha256 = hashlib.sha256()
    own = (file for file in OWN.rglob("*") if file.is_file() and VENDOR not in file.parents)
    stamp = VENDOR / "STAMP"  # speaks for all files of the libraries
    for file in (*sorted(own), *files.values(), *([stamp] if stamp.is_file() else [])):
        sha256.update(file.name.encode() + b"\0" + file.read_bytes())
    return sha256.hexdigest()[:12]


def _media_type(file: Path) -> str:
    if file.suffix in (".js", ".mjs"):
        return "text/javascript"
    return mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
