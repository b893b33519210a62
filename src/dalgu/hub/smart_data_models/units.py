"""What the models' tables call units, and the UN/CEFACT codes of them (Recommendation 20)."""

import re

_WORDS = {
    "MTR": "meter metre meters metres m",
    "CMT": "centimeter centimeters centimetre",
    "MMT": "millimeter millimeters millimetre",
    "KMT": "kilometer kilometers kilometre",
    "MTK": "m2,square meter,square meters,square metre",
    "MTQ": "m3,cubic meter,cubic meters,cubic metre,cubic metres",
    "MQS": "m3/s,m^3/s,cubic metre per second,cubic meter per second",
    "LTR": "l,liter,liters,litre,litres",
    "SEC": "second seconds s",
    "MIN": "minute minutes min",
    "HUR": "hour hours h",
    "KGM": "kilogram kilograms kg",
    "GRM": "gram grams g",
    "CEL": "celsius,degrees celsius,degree celsius,degrees centigrade,celsius degrees",
    "KMH": "km/h,kilometer per hour,kilometers per hour,kilometres per hour",
    "MTS": "m/s,meters per second,metres per second",
    "VLT": "volt volts",
    "AMP": "ampere amperes ampers",
    "WTT": "watt watts w",
    "KWT": "kilowatt kilowatts kw kwt",
    "KWH": "kilowatt hour,kilowatts per hour,kw hour,kwh",
    "HTZ": "hertz",
    "LUX": "lux",
    "DD": "degree angle,degree",
    "A97": "hecto pascals,hectopascal,hpa",
    "KPA": "kpa",
    "BAR": "bar",
    "M1": "mg/l",
    "59": "ppm",
}
_CODES = {
    word: code
    for code, words in _WORDS.items()
    for word in (words.split(",") if "," in words else words.split())
}
_SIGN = re.compile(r"\s*\([^)]*\)\.?$")  # "meter (m)"


def code_of(words: str) -> str | None:
    """Return the code of a unit as a table words it, `None` where it cannot be told.

    >>> code_of("meter (m)"), code_of("MTR"), code_of("no unit")
    ('MTR', 'MTR', None)
    """
    text = words.strip()
    if text in _WORDS:
        return text
    return _CODES.get(_SIGN.sub("", text).lower())
