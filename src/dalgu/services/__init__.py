"""The city services: each thinks about one part of the city, on top of the hub.

What a service is stands in `dalgu.service`; services meet only through the hub's entities.
"""

from importlib import import_module
from importlib.metadata import entry_points

from dalgu.service import Service

BUILT_IN = ("water", "parking", "traffic", "citizens", "assistant")
ENTRY_POINTS = "dalgu.services"


def load() -> list[Service]:
    """Return the built-in services in display order, then those that others installed.

    >>> [service.name for service in load()][:3]
    ['water', 'parking', 'traffic']
    """
    built_in = [import_module(f"{__name__}.{name}.service").SERVICE for name in BUILT_IN]
    installed = [entry.load() for entry in sorted(entry_points(group=ENTRY_POINTS))]
    return [*built_in, *installed]
