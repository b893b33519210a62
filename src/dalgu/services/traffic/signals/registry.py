"""The controllers that a city can choose from, by name."""

from collections.abc import Callable, Mapping

from dalgu.services.traffic.signals.actuated import Actuated
from dalgu.services.traffic.signals.fixed import Fixed
from dalgu.services.traffic.signals.horizon import Horizon
from dalgu.services.traffic.signals.layout import Controller
from dalgu.services.traffic.signals.learned import Learned
from dalgu.services.traffic.signals.max_pressure import MaxPressure
from dalgu.services.traffic.signals.webster import Webster

CONTROLLERS: Mapping[str, Callable[[], Controller]] = {
    "fixed": Fixed,
    "actuated": Actuated,
    "webster": Webster,
    "max-pressure": MaxPressure,
    "horizon": Horizon,
    "learned": Learned,
}
