"""A city on a laptop: what its departments registered, and what its devices say, minute by minute.

It makes device messages and register entities and hands them in by the same entrances that a
real city uses; it never writes a measurement. Everything here is marked synthetic.
"""

from dalgu.simulation.simulation import Progress, Simulation

__all__ = ["Progress", "Simulation"]
