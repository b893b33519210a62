"""The pages of water that belong to no part alone: the overview, a meter, a district."""

from dalgu.service import Page
from dalgu.services.water.views.district import district
from dalgu.services.water.views.finding import DISTRICT_PAGE, METER_PAGE
from dalgu.services.water.views.meter import meter
from dalgu.services.water.views.overview import overview
from dalgu.services.water.words import DISTRICT, METER, WORDS

PAGES = (
    Page("/center/water", WORDS["title"], "water.html", overview),
    Page(METER_PAGE, METER["title"], "meter.html", meter),
    Page(DISTRICT_PAGE, DISTRICT["title"], "district.html", district),
)
