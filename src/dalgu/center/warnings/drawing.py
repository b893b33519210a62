"""The area of a warning as the server draws it: for readers without script or WebGL."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from dalgu.cities import City
from dalgu.hub.model import Document
from dalgu.web.drawing import city_sheet


def drawn(city: City, features: Iterable[Document], label: str) -> Markup:
    """Return the districts with the areas of warnings over them, as SVG."""
    sheet, land = city_sheet(city)
    areas = "".join(
        f'<path class="warned {escape(one["properties"]["state"])}" '
        f'd="{sheet.path(one["geometry"])}">'
        f"<title>{escape(one['properties']['name'])}</title></path>"
        for one in features
    )
    return Markup(  # noqa: S704 - every text in it was escaped above
        f'<svg class="drawing" viewBox="0 0 {sheet.width:g} {sheet.height:g}" role="img" '
        f'aria-label="{escape(label)}">{land}{areas}</svg>'
    )
