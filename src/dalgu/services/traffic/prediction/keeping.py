"""The trained model as a file of the city's folder: the newest only, whole or not at all."""

from pathlib import Path

from dalgu.services.traffic.prediction.model import Model
from dalgu.services.traffic.prediction.refusals import ForecastModelUnreadable
from dalgu.store.durable import put


def keep(path: Path, model: Model) -> None:
    """Put a model in the place of the one before it."""
    put(path, model.dump())


def kept(path: Path) -> Model | None:
    """Return the kept model, `None` where there is none or another version has learned it."""
    if not path.exists():
        return None
    try:
        return Model.load(path.read_bytes())
    except ForecastModelUnreadable:
        return None  # it is trained again
