"""The forecast of a running city: its model, what it last issued, and the work by the clock.

What is held in memory can be lost at any moment: the model is kept in the city's folder, and a
forecast comes again within five minutes. Only the hour of forecasts that would have moved the
intervals is lost by a restart.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily, every
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.traffic.prediction.entities import MODEL_ID, TrafficForecastModel
from dalgu.services.traffic.prediction.errors import HorizonError, errors
from dalgu.services.traffic.prediction.history import STEPS_PER_DAY, WINDOW, Array, History
from dalgu.services.traffic.prediction.joined import lane_inflow
from dalgu.services.traffic.prediction.keeping import keep, kept
from dalgu.services.traffic.prediction.model import VERSION, Forecast, Model
from dalgu.services.traffic.prediction.naive import weekly_profile
from dalgu.services.traffic.prediction.observed import end_of, last_ended, read_history
from dalgu.services.traffic.prediction.refusals import LinkHistoryTooShort
from dalgu.services.traffic.prediction.replay import guesses_of, judged, replay, truth_of
from dalgu.services.traffic.prediction.telling import (
    Status,
    error_rows,
    link_forecasts,
    road_links,
)
from dalgu.services.traffic.prediction.training import least_steps, train
from dalgu.services.traffic.prediction.travel_time import travel_times

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

LEARNED_DAYS = 28
TRAVEL_TIME_DAYS = 28
TOLD_EVERY_STEPS = 3  # the hub hears each quarter of an hour; controllers every five minutes
TRIED_EVERY_STEPS = 12  # to train a first model
LATE_STEPS = 2  # a link's newest observation may be so late
FRESH = timedelta(minutes=20)  # an older forecast leads no controller
BELIEVED_MIN = 15  # the horizon that leads controllers


@dataclass(frozen=True, slots=True)
class Issued:
    """One forecast of all links, from the end of the last step it saw."""

    step: int
    links: tuple[str, ...]
    forecast: Forecast

    @property
    def at(self) -> datetime:
        """When the last step that it saw ended."""
        return end_of(self.step)


class Forecasts:
    """The room: `newest` for pages and controllers, jobs for the scheduler."""

    def __init__(self, control: "Control") -> None:
        self._control = control
        self._clock = control.ground.clock
        self._shelf = control.ground.folder / "traffic" / "forecast.npz"
        self._model: Model | None = None
        self._looked = False  # for a kept model, after a start
        self._bounds: dict[int, Array] = {}  # issued, by step, until they came true
        self.newest: Issued | None = None
        control.live.forecast = self.lane_inflow

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The work by the clock."""
        return (
            Job(
                "traffic.forecast",
                Text("교통 예측", "Forecast flow and speed of links"),
                every(minutes=5),
                self.forecast,
            ),
            Job(
                "traffic.forecast-training",
                Text("교통 예측 모형 학습", "Train the forecast of links"),
                daily("03:20"),
                self.train,
            ),
            Job(
                "traffic.travel-times",
                Text("구간 통행시간 집계", "Reckon travel times of links"),
                daily("01:20"),
                self.tell_travel_times,
            ),
        )

    async def train(self, hub: Hub, clock: Clock) -> None:
        """Hold the old model against the last day, then learn from the last weeks.

        Forecasts of the day are forgotten but for the newest: the replay says how good they were.
        """
        until = last_ended(clock.now())
        network = self._control.network()
        history = await read_history(hub, network, until, LEARNED_DAYS * STEPS_PER_DAY)
        if history is None:
            return
        # As it was trained: the intervals in memory have moved with the day that is judged.
        old = await asyncio.to_thread(kept, self._shelf)
        rows = None
        if old is not None and old.names == history.names:
            rows = error_rows(await asyncio.to_thread(_errors_of_last_day, old, history))
        try:
            model = await asyncio.to_thread(train, history)
        except LinkHistoryTooShort:
            await _tell_waiting(hub, end_of(until), _days(history))
            return
        self._adopt(model)
        await asyncio.to_thread(keep, self._shelf, model)
        trained = TrafficForecastModel(
            id=MODEL_ID,
            observed_at=end_of(until),
            status=Status.TRAINED.value,
            method=VERSION,
            links=len(model.names),
            days=_days(history),
            trained_at=iso(end_of(until)),
            errors=rows or None,  # those told before stay
        )
        await hub.upsert([trained])
        await _forget_forecasts(hub)

    async def forecast(self, hub: Hub, clock: Clock) -> None:
        """Forecast from what was seen last; tell the hub each quarter of an hour."""
        step = last_ended(clock.now())
        model = await self._loaded()
        if model is None:
            if step % TRIED_EVERY_STEPS == 0:
                await self.train(hub, clock)
            model = self._model
        if model is None:
            return
        network = self._control.network()
        window = await read_history(hub, network, step, WINDOW + LATE_STEPS)
        seen = None if window is None else _newest(_of_model(window, model))
        if seen is None or (self.newest is not None and seen.last_step <= self.newest.step):
            return
        issued = await asyncio.to_thread(self._issue, model, seen)
        if (issued.step + 1) % TOLD_EVERY_STEPS == 0:
            await hub.upsert(link_forecasts(issued.links, issued.forecast, issued.at))

    async def tell_travel_times(self, hub: Hub, clock: Clock) -> None:
        """Write each link's travel times to the register that the travel-time index reads."""
        network = self._control.network()
        until = last_ended(clock.now())
        if network is None:
            return
        history = await read_history(hub, network, until, TRAVEL_TIME_DAYS * STEPS_PER_DAY)
        if history is None:
            return
        by_name = {link.id: link for link in network.links}
        links = [by_name[name] for name in history.names]
        length_m = np.array([link.length_m for link in links])
        times = await asyncio.to_thread(travel_times, history, length_m)
        await hub.upsert(road_links(links, times, end_of(until)))

    def lane_inflow(self) -> NDArray[np.float64] | None:
        """Return what is forecast to come to each detected lane in veh/h, NaN where unknown.

        `None` where no forecast is fresh; that of the first horizon leads controllers.
        """
        issued, compiled = self.newest, self._control.compiled()
        if issued is None or compiled is None or self._clock.now() - issued.at > FRESH:
            return None
        forecast = issued.forecast
        if "flow" not in forecast.quantities:
            return None
        flow = forecast.middle[
            forecast.quantities.index("flow"), :, forecast.horizons_min.index(BELIEVED_MIN)
        ]
        by_link = dict(zip(issued.links, flow.tolist(), strict=True))
        return lane_inflow(compiled.network, compiled.layout.lanes, by_link)

    def _issue(self, model: Model, seen: History) -> Issued:
        inputs = model.inputs_of(seen)
        at = {step - seen.first_step: one for step, one in self._bounds.items()}
        self._model = model = judged(model, inputs, at, WINDOW - 1)
        bounds = model.bounds(inputs, np.array([WINDOW - 1]))[0]
        step = seen.last_step
        self._bounds[step] = bounds
        for old in [one for one in self._bounds if one < step - int(model.ahead.max())]:
            del self._bounds[old]
        self.newest = Issued(step, model.names, model.forecast(bounds))
        return self.newest

    def _adopt(self, model: Model) -> None:
        self._model, self._looked = model, True
        self._bounds.clear()  # standardised by another model

    async def _loaded(self) -> Model | None:
        if self._model is None and not self._looked:
            self._looked = True
            self._model = await asyncio.to_thread(kept, self._shelf)
        return self._model


async def _forget_forecasts(hub: Hub) -> None:
    told = [EntityId(one["id"]) async for one in hub.every("TrafficForecast")]
    for forecast in told:
        with suppress(NotExisting):  # it was not told since the last night
            await hub.forget(forecast)


def _errors_of_last_day(model: Model, history: History) -> list[HorizonError]:
    unseen = model.learned_until - history.first_step  # a forecast then saw no more than training
    first = max(WINDOW - 1, history.steps - STEPS_PER_DAY, unseen)
    ends = np.arange(first, history.steps - int(model.ahead.max()))
    if not len(ends):
        return []
    forecast, _ = replay(model, history, ends)
    profile = weekly_profile(history.part(0, first + 1))
    truth = truth_of(history, model, ends)
    return errors(forecast, truth, guesses_of(history, profile, model, ends))


def _of_model(window: History, model: Model) -> History:
    """Return the window of exactly the model's links; one that was not heard is silent."""
    if window.names == model.names:
        return window
    position = {name: row for row, name in enumerate(window.names)}
    rows = np.array([position.get(name, -1) for name in model.names])

    def of(part: Array | None) -> Array | None:
        return None if part is None else np.where(rows[:, None] < 0, np.nan, part[rows])

    into = np.full(len(window.names), -1)
    into[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    edges = into[window.edges]
    return History(
        window.first_step,
        of(window.flow_veh_h),
        of(window.speed_kmh),
        edges[(edges >= 0).all(axis=1)],
        None,
        window.days_off,
        model.names,
    )


def _newest(window: History) -> History | None:
    """Return the hour up to the newest step in which half of what spoke at all was heard."""
    heard = np.isfinite(window.values).any(axis=0).sum(axis=1)
    enough = np.flatnonzero((heard > 0) & (2 * heard >= heard.max()))
    if not len(enough):
        return None
    end = int(enough[-1]) + 1
    if end < WINDOW:
        return None
    return window.part(end - WINDOW, end)


def _days(history: History) -> float:
    seen = np.isfinite(history.values).any(axis=(0, 2)).sum()
    return round(float(seen) / STEPS_PER_DAY, 2)


async def _tell_waiting(hub: Hub, at: datetime, days: float) -> None:
    needed = round(least_steps() / STEPS_PER_DAY, 2)
    waiting = TrafficForecastModel(
        id=MODEL_ID,
        observed_at=at,
        status=Status.HISTORY_SHORT.value,
        days=days,
        days_needed=needed,
    )
    await hub.upsert([waiting])
