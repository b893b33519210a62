"""What billing refuses: tariffs that say two things or nothing, bills that cannot be made."""

from dalgu.kernel.errors import AlreadyExisting, InvalidInput, NotExisting


class TariffInvalid(InvalidInput):
    """A tariff file breaks the form."""

    slug = "water-tariff-invalid"
    title = "The tariff is invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The tariff file cannot be used: {reason[:300]}.", reason=reason[:300])


class TiersOverlap(TariffInvalid):
    """One cubic metre would have two rates."""

    slug = "water-tariff-tiers-overlap"
    title = "Tiers of the tariff overlap"

    def __init__(self, where: str, at: str) -> None:
        super().__init__(f"tiers of {where} overlap at {at} m³; each must begin where one ends")


class TiersApart(TariffInvalid):
    """One cubic metre would have no rate."""

    slug = "water-tariff-tiers-apart"
    title = "Tiers of the tariff leave a gap"

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"tiers of {where} leave a gap: {reason}")


class EditionsOverlap(TariffInvalid):
    """One day would have two editions, or they are not in their order."""

    slug = "water-tariff-editions-overlap"
    title = "Editions of the tariff overlap"

    def __init__(self, tariff: str, day: str) -> None:
        super().__init__(f"the edition of {tariff} from {day} begins before the last has ended")


class EditionsApart(TariffInvalid):
    """One day would have no edition."""

    slug = "water-tariff-editions-apart"
    title = "Editions of the tariff leave a gap"

    def __init__(self, tariff: str, end: str, start: str) -> None:
        super().__init__(f"no edition of {tariff} holds between {end} and {start}")


class TariffNotInForce(InvalidInput):
    """A day has no rates."""

    slug = "water-tariff-not-in-force"
    title = "The tariff is not in force"

    def __init__(self, tariff: str, day: str) -> None:
        super().__init__(
            f"Tariff '{tariff}' has no edition for {day}; adopt one that covers it.",
            tariff=tariff,
            day=day,
        )


class TariffNotExisting(NotExisting):
    """No tariff has this id."""

    slug = "water-tariff-not-existing"
    title = "The tariff does not exist"

    def __init__(self, tariff: str) -> None:
        super().__init__(
            f"Tariff '{tariff[:60]}' does not exist; adopt its file first.", tariff=tariff[:60]
        )


class ClassNotPriced(InvalidInput):
    """The tariff has no rates for a class of use."""

    slug = "water-class-not-priced"
    title = "The class of use has no rates"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Class of use '{name[:40]}' has no rates; the tariff knows {', '.join(known)}.",
            usage_class=name[:40],
        )


class DiameterNotPriced(InvalidInput):
    """The tariff has no base fee for a diameter."""

    slug = "water-diameter-not-priced"
    title = "The diameter has no base fee"

    def __init__(self, diameter_mm: int, known: tuple[str, ...]) -> None:
        super().__init__(
            f"A meter of {diameter_mm} mm has no base fee; the tariff knows {', '.join(known)} mm.",
            diameter_mm=diameter_mm,
        )


class ReductionNotPriced(InvalidInput):
    """The tariff does not know a reduction."""

    slug = "water-reduction-not-priced"
    title = "The reduction has no rule"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"Reduction '{name[:40]}' has no rule; the tariff knows {', '.join(known) or 'none'}.",
            reduction=name[:40],
        )


class UseInvalid(InvalidInput):
    """What was used cannot be charged."""

    slug = "water-use-invalid"
    title = "The use cannot be charged"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The use cannot be charged: {reason}.", reason=reason)


class RegisterUnread(InvalidInput):
    """No validated sheet says where the register stood."""

    slug = "water-bill-register-unread"
    title = "The register was not read"

    def __init__(self, meter: str, day: str) -> None:
        super().__init__(
            f"The register of {meter} at the start of {day} is unknown; validate that day first.",
            meter=meter,
            day=day,
        )


class PeriodInvalid(InvalidInput):
    """A billing period is not a month that is over."""

    slug = "water-bill-period-invalid"
    title = "The billing period is invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"The period '{text[:20]}' is invalid; it must be a month that is over, as 2026-03.",
            period=text[:20],
        )


class BillNotExisting(NotExisting):
    """No bill or account has this id."""

    slug = "water-bill-not-existing"
    title = "The bill does not exist"

    def __init__(self, bill: str) -> None:
        super().__init__(f"'{bill[:120]}' does not exist.", bill=bill[:120])


class BillNotInState(AlreadyExisting):
    """A step is not open to a bill as it stands."""

    slug = "water-bill-not-in-state"
    title = "The bill does not allow this step"

    def __init__(self, bill: str, status: str, step: str) -> None:
        super().__init__(
            f"Bill {bill} is '{status}'; it cannot be {step}.", bill=bill, standing=status
        )


class BillOutOfDate(AlreadyExisting):
    """The hours behind a draft have changed since it was made."""

    slug = "water-bill-out-of-date"
    title = "The hours behind the bill have changed"

    def __init__(self, bill: str, day: str) -> None:
        super().__init__(
            f"Bill {bill} stands on an older sheet of {day}; run the drafting again.",
            bill=bill,
            day=day,
        )


class LeakAllowanceSpent(InvalidInput):
    """The tariff allows no further month."""

    slug = "water-leak-allowance-spent"
    title = "No leak allowance is left"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The leak allowance cannot be given: {reason}.", reason=reason)


class ReasonTooShort(InvalidInput):
    """A step that changes a bill has no reason worth the name."""

    slug = "water-bill-reason-too-short"
    title = "The reason is too short"

    def __init__(self, need: int) -> None:
        super().__init__(f"A reason of at least {need} signs is required.", need=need)


class LinkUnknown(NotExisting):
    """A customer's link opens nothing; the sentence tells nothing about which do."""

    slug = "water-link-unknown"
    title = "The page does not exist"

    def __init__(self) -> None:
        super().__init__("This page does not exist.")


class LinkSecretInvalid(InvalidInput):
    """What would become a customer's link is no secret the platform made."""

    slug = "water-link-secret-invalid"
    title = "The link's secret is invalid"

    def __init__(self) -> None:
        super().__init__("The secret is invalid; open the account again for a fresh one.")
