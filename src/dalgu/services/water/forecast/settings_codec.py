"""The settings of a district as bytes to keep, and back."""

import msgspec
import numpy as np

from dalgu.services.water.forecast.demand import MODEL, Trained
from dalgu.services.water.forecast.model import Basis, Settings

DECIMALS = 9


class _KeptSettings(msgspec.Struct):
    basis: Basis
    components: list[list[float]]
    weights: list[list[float]]


class _KeptTrained(msgspec.Struct):
    model: str
    profile: _KeptSettings
    hours: _KeptSettings


def encode(trained: Trained) -> bytes:
    """Return the settings as JSON; the same settings give the same bytes."""
    return msgspec.json.encode(_KeptTrained(MODEL, _kept(trained.profile), _kept(trained.hours)))


def decode(body: bytes) -> Trained | None:
    """Return kept settings, `None` where another version of the method has learned them."""
    try:
        kept = msgspec.json.decode(body, type=_KeptTrained)
    except msgspec.DecodeError:
        return None
    return Trained(_settings(kept.profile), _settings(kept.hours)) if kept.model == MODEL else None


def _kept(settings: Settings) -> _KeptSettings:
    return _KeptSettings(
        settings.basis,
        settings.components.round(DECIMALS).tolist(),
        settings.weights.round(DECIMALS).tolist(),
    )


def _settings(kept: _KeptSettings) -> Settings:
    return Settings(kept.basis, np.array(kept.components), np.array(kept.weights))
