"""Every page that a walk opens: for everybody, and for those who run the city."""

PUBLIC = (
    "/",
    "/?dong=2201054",
    "/parking",
    "/certification/rounds",
    "/warnings",
    "/warnings/{warning}",
    "/grants/{grant}",
    "/about/data",
    "/api",
    "/sign-in",
    "/welcome/{link}",
)
CENTER = (
    "/center",
    "/center/incidents",
    "/center/incidents/{incident}",
    "/center/shift",
    "/center/warnings",
    "/center/warnings/new?incident={incident}",
    "/center/warnings/{warning}",
    "/center/cameras",
    "/center/links",
    "/center/alarms",
    "/center/alarms/rules",
    "/center/learning",
    "/center/learning/rubric",
    "/center/drills",
    "/center/drills/{drill}",
    "/center/testbeds",
    "/center/testbeds/suseong-alpha",
    "/center/walls",
    "/center/wall/situation",
    "/center/water",
    "/center/parking",
    "/center/traffic",
    "/center/devices",
    "/center/registers",
    "/center/models?q=parking",
    "/center/models/OffStreetParking",
    "/center/entities/urn:ngsi-ld:WaterMeter:0",
    "/center/messages/1",
    "/account",
)


def concrete(path, ids):
    """Return a path with the ids of a town's things in it."""
    return path.format(**ids)
