"""What the forecast of traffic refuses."""

from dalgu.kernel.errors import InvalidInput


class LinkHistoryUneven(InvalidInput):
    """Flow and speed of one history differ in shape, or both are absent."""

    slug = "traffic-history-uneven"

    def __init__(self, shapes: list[tuple[int, ...]]) -> None:
        super().__init__(
            f"History of links has arrays of shapes {shapes}; flow and speed must be one shape "
            "(links, steps) and one of them must be there.",
            shapes=str(shapes),
        )


class LinkHistoryTooShort(InvalidInput):
    """There are too few days to learn from."""

    slug = "traffic-history-too-short"

    def __init__(self, steps: int, need: int) -> None:
        super().__init__(
            f"History of links has {steps} five-minute steps with observations; training needs "
            f"{need}. Train again when more days are observed.",
            steps=steps,
            need=need,
        )


class HistoryOfOtherLinks(InvalidInput):
    """A model is asked about links it was not trained for."""

    slug = "traffic-history-of-other-links"

    def __init__(self, got: str, trained: str) -> None:
        super().__init__(
            f"Window holds {got}; the model was trained on {trained}, or on links of other names. "
            "Train it on this network.",
            got=got,
            trained=trained,
        )


class ForecastModelUnreadable(InvalidInput):
    """The kept model is of another version, or not a model."""

    slug = "traffic-forecast-model-unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(f"Kept forecast model is unreadable: {why}. Train it again.", why=why)
