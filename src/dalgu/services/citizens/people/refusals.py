"""What the people room refuses."""

from dalgu.kernel.errors import AlreadyExisting, DalguError, Forbidden, InvalidInput


class VoiceTaken(AlreadyExisting):
    """The person already takes part under another account: one person is one voice."""

    slug = "voice-taken"
    title = "This person already takes part"

    def __init__(self) -> None:
        super().__init__(
            "This person already takes part under another account. Sign in with that one, or "
            "ask the citizens' desk."
        )


class AlreadyResident(AlreadyExisting):
    """The account was vouched for before."""

    slug = "already-resident"
    title = "The residence was confirmed before"

    def __init__(self) -> None:
        super().__init__("The residence of this account was confirmed before; nothing is to do.")


class AddressInvalid(InvalidInput):
    """A text is no mail address."""

    slug = "address-invalid"
    title = "The mail address is invalid"

    def __init__(self) -> None:
        super().__init__("The mail address is invalid: it must look like name@example.org.")


class VouchCodeInvalid(Forbidden):
    """A code that this city never gave."""

    slug = "vouch-code-invalid"
    title = "The code is not one of this city"

    def __init__(self) -> None:
        super().__init__(
            "The code is not one of this city. Compare it with the paper, sign by sign; it has "
            "20 letters and digits."
        )


class VouchCodeUsed(AlreadyExisting):
    """A code was used before."""

    slug = "vouch-code-used"
    title = "The code was used before"

    def __init__(self) -> None:
        super().__init__("The code was used before and works once. A community centre gives more.")


class VouchCodeStale(Forbidden):
    """A code is older than it may be."""

    slug = "vouch-code-stale"
    title = "The code has expired"

    def __init__(self, days: int) -> None:
        super().__init__(
            f"The code has expired: it works for {days} days. A community centre gives a new one.",
            days=days,
        )


class RegistrationNumberInvalid(InvalidInput):
    """A text is no resident registration number."""

    slug = "registration-number-invalid"
    title = "The registration number is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The registration number is invalid: it must have 13 digits that begin with a "
            "birthday. Type it again from the card."
        )


class DistrictUnknown(InvalidInput):
    """A district is none of this city."""

    slug = "district-unknown"
    title = "The district is not of this city"

    def __init__(self, district: str) -> None:
        super().__init__(
            f"District '{district[:20]}' is not of this city: only its residents are vouched for.",
            district=district[:20],
        )


class ProviderMissing(DalguError):
    """No identity provider vouches for residents here."""

    status = 404
    slug = "provider-missing"
    title = "No identity provider is set"

    def __init__(self) -> None:
        super().__init__(
            "No identity provider is set that vouches for residents. A community centre gives a "
            "code, or an administrator sets 'access.oidc_issuer' and 'access.oidc_client_id'."
        )


class ClaimMissing(Forbidden):
    """The identity provider does not say what a resident must show."""

    slug = "claim-missing"
    title = "The identity provider does not say enough"

    def __init__(self, claim: str) -> None:
        super().__init__(
            f"The identity provider does not say '{claim}' of this person, so nobody knows of the "
            "residence. A community centre gives a code.",
            claim=claim,
        )
