"""The subjects' JSON-LD contexts without the network: made from the index when they are named."""

import re

from dalgu.hub.model import Document
from dalgu.hub.smart_data_models.catalogue import catalogue

_SUBJECT = re.compile(
    r"https://(?:raw\.githubusercontent\.com/smart-data-models/(dataModel\.[\w-]+)/(?:master|main)"
    r"|smart-data-models\.github\.io/(dataModel\.[\w-]+))/context\.jsonld"
)


def shipped_context(url: str) -> Document | None:
    """Return the context of a subject by any of its published addresses, `None` for other URLs.

    >>> url = "https://smart-data-models.github.io/dataModel.Parking/context.jsonld"
    >>> shipped_context(url)["@context"]["availableSpotNumber"]
    'https://smartdatamodels.org/dataModel.Parking/availableSpotNumber'
    """
    named = _SUBJECT.fullmatch(url)
    if named is None:
        return None
    terms = catalogue().terms(named[1] or named[2])
    return {"@context": terms} if terms else None
