"""Whether a local government is the city of some name: with or without its kind behind it."""

from dalgu.certification.process.acts.application import LocalGovernment

KINDS = ("", "특별시", "광역시", "특별자치시", "특별자치도", "시", "군", "구")


def is_of(government: LocalGovernment, city: str) -> bool:
    """Tell whether a city's name in Korean, or an area code, is that of a local government.

    >>> from dalgu.certification.process.words import GovernmentKind
    >>> daegu = LocalGovernment(code="27000", kind=GovernmentKind.METROPOLITAN_CITY,
    ...                         name_ko="대구광역시", name_en="Daegu", population=2_360_000)
    >>> is_of(daegu, "대구"), is_of(daegu, "27000"), is_of(daegu, "대전"), is_of(daegu, "")
    (True, True, False, False)
    """
    if not city:
        return False
    return city == government.code or government.name_ko in {f"{city}{kind}" for kind in KINDS}
