"""The unit that the end of a field's name tells, and how a value in SI is shown in it."""

from dalgu.devices.wmbus.drivers.driver import Form, Scale

_AS_READ = Scale()
# end of the name -> factor and divisor for a value in the unit that `quantities` reads it in
_SCALES = {
    "kwh": Scale(1, 3_600_000),
    "kw": Scale(1, 1_000),
    "h": Scale(1, 3_600),
    "d": Scale(1, 86_400),
    "y": Scale(10_000, 31_556_952 * 10_000),  # the mean year of the Gregorian calendar
    "bar": Scale(1, 100_000),
}
_PLAIN = {
    *("m3", "m3h", "c", "v", "a", "hz", "rh", "pct", "s", "kvarh", "kvah", "kva", "kvar"),
    *("hca", "m3c", "ppm", "counter", "factor", "nr"),
}
_FORMS = {"date": Form.DATE, "datetime": Form.TIME}


def form_of(field: str) -> Form:
    """Return how a field is shown by the end of its name.

    >>> form_of("set_date").value, form_of("total_m3").value
    ('date', 'number')
    """
    return _FORMS.get(field.rsplit("_", 1)[-1], Form.NUMBER)


def scale_of(field: str, unit: str = "") -> Scale:
    """Return how a number is shown in a unit, or in that of its name's end.

    Raises
    ------
    ValueError
        When the unit is unknown.

    Examples
    --------
    >>> scale_of("total_energy_kwh")
    Scale(factor=1, divisor=3600000)

    """
    name = unit or field.rsplit("_", 1)[-1]
    if name in _SCALES:
        return _SCALES[name]
    if name in _PLAIN:
        return _AS_READ
    raise ValueError(f"'{name}' is no unit")
