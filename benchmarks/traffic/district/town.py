"""The town: a grid of signals made by SUMO's netgenerate, and its traffic by randomTrips."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BLOCK_M = 200
PROGRAMS = {  # SUMO's own, by the name they have here
    "sumo-fixed": "static",
    "sumo-actuated": "actuated",
    "sumo-delay-based": "delay_based",
}


@dataclass(frozen=True, slots=True)
class Town:
    """How large, how busy and by which dice."""

    side: int = 16  # signals a side
    demand_veh_h: int = 10_000
    seed: int = 1
    demand_s: int = 900

    @property
    def name(self) -> str:
        """Return what its files are called."""
        return f"town{self.side}-{self.demand_veh_h}-{self.demand_s}-{self.seed}"


def sumo_home() -> Path:
    """Return where the Python package of SUMO keeps its programs."""
    import sumo

    home = Path(sumo.SUMO_HOME)
    os.environ["SUMO_HOME"] = str(home)
    return home


def net_file(folder: Path, side: int, program: str, settings: dict[str, float]) -> Path:
    """Return the network with this type of SUMO's programs; `settings` are their parameters."""
    label = "".join(f"-{key}{value:g}" for key, value in sorted(settings.items()))
    path = folder / f"town{side}-{program}{label}.net.xml"
    if path.exists():
        return path
    sizes = ["--grid", "--grid.number", str(side), "--grid.length", str(BLOCK_M)]
    sizes += ["--grid.attach-length", str(BLOCK_M), "-L", "2", "--turn-lanes", "1"]
    rest = ["-j", "traffic_light", "--no-turnarounds", "true", "--tls.default-type", program]
    command = [str(sumo_home() / "bin" / "netgenerate"), *sizes, *rest, "-o", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    if settings:
        params = "".join(f'<param key="{k}" value="{v:g}"/>' for k, v in settings.items())
        text = path.read_text("utf-8")
        path.write_text(text.replace("</tlLogic>", params + "</tlLogic>"), "utf-8")
    return path


def route_file(folder: Path, town: Town) -> Path:
    """Return its traffic: trips between random streets, five times as likely from the edge."""
    path = folder / f"{town.name}.rou.xml"
    if path.exists():
        return path
    tool = sumo_home() / "tools" / "randomTrips.py"
    net = net_file(folder, town.side, "static", {})
    when = ["-b", "0", "-e", str(town.demand_s), "-p", str(3_600 / town.demand_veh_h)]
    what = ["--fringe-factor", "5", "--seed", str(town.seed), "--validate"]
    trips = folder / f"{town.name}.trips.xml"
    files = ["-n", str(net), "-o", str(trips), "-r", str(path)]
    subprocess.run(
        [sys.executable, str(tool), *files, *when, *what],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    trips.unlink(missing_ok=True)
    return path
