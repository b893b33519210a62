"""What can be wrong with an issuer's key, a trusted key or a status list."""

from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting


class IssuerNameUnfit(InvalidInput):
    """The name of an issuer does not fit into an X.509 certificate."""

    slug = "issuer-name-unfit"
    title = "The issuer's name does not fit"

    def __init__(self, name: str, longest: int) -> None:
        super().__init__(
            f"Issuer name '{name}' must have 1 to {longest} signs, in Korean and in English.",
            name=name,
            longest=longest,
        )


class IssuerNotExisting(NotExisting):
    """The platform has no key to sign certificates with."""

    slug = "issuer-not-existing"
    title = "The issuer's key does not exist"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"Issuer key '{path}' does not exist. Make it once with: dalgu certify issuer init.",
            path=path,
        )


class TrustFileUnfit(InvalidInput):
    """A file of a trusted key is not one that an issuer exported."""

    slug = "trust-file-unfit"
    title = "The trust file cannot be used"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Trust file '{name}' is no key that 'dalgu certify issuer export' wrote, or it was "
            "changed. Ask the issuer for it again and compare the key id by another way.",
            name=name,
        )


class StatusListAltered(InvalidInput):
    """A status list cannot be read, or is not what its issuer signed."""

    slug = "status-list-altered"
    title = "The status list was altered"

    def __init__(self) -> None:
        super().__init__(
            "The status list is not what an issuer signed: it cannot be read or was changed. "
            "Ask the issuer for the present list."
        )


class StatusListUntrusted(DalguError):
    """A status list is signed by a key that nobody here trusts."""

    status = 403
    slug = "status-list-untrusted"
    title = "The signer of the status list is not trusted"

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"The status list is signed by key {key_id}, which is not among the trusted keys. "
            "Add the issuer's key with --trust, or to the trust folder, once it is certain.",
            key_id=key_id,
        )


class StatusListSuperseded(DalguError):
    """A newer status list of the same issuer is held already."""

    status = 409
    slug = "status-list-superseded"
    title = "The status list is superseded"

    def __init__(self, sequence: int, held: int) -> None:
        super().__init__(
            f"Status list {sequence} is older than list {held}, which is held already and stays.",
            sequence=sequence,
            held=held,
        )
