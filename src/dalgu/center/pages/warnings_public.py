"""What citizens see of warnings: those in force and those of the last days, without script."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from dalgu.center.context import Center
from dalgu.center.warnings.drawing import drawn
from dalgu.center.warnings.errors import WarningNotExisting
from dalgu.center.warnings.shown import feature, row
from dalgu.web.frame import language_of
from dalgu.web.language import phrase

PAST = timedelta(days=7)
MOST_PAST = 50


class PublicPages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.warnings

    async def list(self, request: Request) -> Response:
        """Draw the warnings in force, of the city or of one dong, and those that ended lately."""
        language, city = language_of(request), self.center.city
        code = request.query_params.get("dong", "")
        dong = next((one for one in city.dongs if one.code == code), None)
        label = phrase(language, "warnings.map_label")
        since = self.center.clock.now() - PAST
        ended = [
            one
            for one in self.room.known.warnings.values()
            if one.messages and one.ended_at is not None and one.ended_at >= since
        ]
        ended.sort(key=lambda one: -one.number)
        return self.center.frame.render(
            request,
            "center/warnings/public_list.html",
            rows=self.room.active(language, None if dong is None else dong.code),
            past=[row(one, language) for one in ended[:MOST_PAST]],
            dong=dong,
            dongs=city.dongs,
            picture=drawn(city, self.room.features(language), label),
            office=self.room.known.office,
        )

    async def one(self, request: Request) -> Response:
        """Draw one warning that was sent."""
        number, language = request.path_params["number"], language_of(request)
        warning = self.room.get(number)
        if not warning.messages:
            raise WarningNotExisting(number)
        label = phrase(language, "warnings.area_label")
        return self.center.frame.render(
            request,
            "center/warnings/public_one.html",
            one=row(warning, language),
            messages=list(reversed(warning.messages)),
            office=self.room.known.office,
            picture=drawn(self.center.city, [feature(self.center.city, warning, language)], label),
        )
