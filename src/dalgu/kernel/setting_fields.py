"""What can be set: each setting once, with its type, its bounds, its default and its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct
from msgspec.inspect import IntType, LiteralType, StrType, type_info

from dalgu.kernel.text import Language

PREFIX = "DALGU_"
SECTION_MARK = "__"
LARGEST_PORT = 65_535

Port = Annotated[
    int, Meta(ge=0, le=LARGEST_PORT, description="Port of API and pages; 0 takes a free one.")
]
Host = Annotated[
    str,
    Meta(
        min_length=1,
        description="Address to listen on; 0.0.0.0 opens the platform to the network.",
    ),
]
DataDir = Annotated[str, Meta(min_length=1, description="Folder of the city's data.")]
PageLanguage = Annotated[Language, Meta(description="Language of pages and messages by default.")]
CityCode = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]*$", examples=["daegu"], description="Model city.")
]
MqttUrl = Annotated[
    str,
    Meta(
        pattern=r"^mqtts?://[^/\s]+$",
        examples=["mqtt://user:password@broker.example:1883"],
        description="Broker of real devices, with user and password in it; none by default.",
    ),
]
CoapUrl = Annotated[
    str,
    Meta(
        pattern=r"^coap://[^/\s]+$",
        examples=["coap://0.0.0.0:5683"],
        description="Where LwM2M meters reach the platform over CoAP; nowhere by default.",
    ),
]
PublicUrl = Annotated[
    str,
    Meta(
        pattern=r"^https?://[^/\s?#@]+$",
        examples=["https://city.example"],
        description="How browsers reach the platform, without a path; https makes cookies secure.",
    ),
]
MaxBodyBytes = Annotated[
    int, Meta(ge=1_024, description="Largest request body the hub and the device entrance take.")
]
QueueLimit = Annotated[
    int, Meta(ge=1, description="Writes that may wait; beyond it the platform answers 503.")
]
HotDays = Annotated[
    int,
    Meta(ge=1, le=3_650, description="Days of history kept as rows; older ones go to Parquet."),
]
AllowPrivate = Annotated[
    bool,
    Meta(description="Whether subscriptions may notify addresses inside this network."),
]
FetchContexts = Annotated[
    bool,
    Meta(description="Whether JSON-LD contexts that the hub does not hold are fetched."),
]
ValidationMode = Annotated[
    Literal["off", "report", "enforce"],
    Meta(description="Whether entities are held to the Smart Data Model of their type."),
]
ValidationByType = Annotated[
    str,
    Meta(
        pattern=r"^[^\s=,]+=(off|report|enforce)(\s*,\s*[^\s=,]+=(off|report|enforce))*$",
        examples=["OffStreetParking=enforce, Alert=off"],
        description="The same for single types, by name or IRI; the others follow the line above.",
    ),
]
TenantsLimit = Annotated[
    int,
    Meta(ge=0, le=1000, description="Tenants that the hub carries besides the city's own."),
]
SessionHours = Annotated[
    int, Meta(ge=1, le=720, description="Hours after which a session ends, however busy.")
]
SessionIdleMinutes = Annotated[
    int, Meta(ge=1, le=43_200, description="Minutes without a request after which a session ends.")
]
OidcIssuer = Annotated[
    str,
    Meta(
        pattern=r"^(https://|http://(localhost|127\.0\.0\.1)(:\d+)?(/|$))\S*$",
        examples=["https://id.example/realms/city"],
        description="Issuer of the identity provider people may sign in through; none by default.",
    ),
]
OidcClientId = Annotated[
    str, Meta(min_length=1, description="The platform's client id at the identity provider.")
]

LogFormat = Annotated[
    Literal["auto", "json", "text"],
    Meta(description="Form of log lines; auto is text at a terminal and JSON elsewhere."),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"], Meta(description="Least level that is logged.")
]
LogRequests = Annotated[
    Literal["all", "slow", "none"],
    Meta(description="Requests that get a log line; slow includes those that failed."),
]
LogSlowMs = Annotated[
    int, Meta(ge=1, description="Milliseconds from which on an operation counts as slow.")
]
LogFile = Annotated[
    str, Meta(min_length=1, description="File of the log; the standard error stream by default.")
]


MailAddress = Annotated[
    str,
    Meta(
        pattern=r"^smtps?://([^/\s@]+@)?[^/\s@]+$",
        examples=["smtp://user:password@mail.example:587"],
        description="Mail server, user and password in it; without one mails lie in a folder.",
    ),
]
MailSender = Annotated[
    str,
    Meta(
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        examples=["talk@city.example"],
        description="Address that the platform's mails come from.",
    ),
]
VouchScope = Annotated[
    str, Meta(min_length=1, description="Scope asked of the provider that vouches for residents.")
]
VouchClaim = Annotated[str, Meta(min_length=1, description="Claim that names the person.")]
DistrictClaim = Annotated[
    str, Meta(min_length=1, description="Claim with the code of the district a resident lives in.")
]
BirthClaim = Annotated[
    str, Meta(min_length=1, description="Claim with a resident's birthday or year of birth.")
]
SexClaim = Annotated[str, Meta(min_length=1, description="Claim with a resident's sex.")]
ReportsHide = Annotated[
    int,
    Meta(ge=1, le=100, description="Reports of different voices that hide a text until judged."),
]
FieldUrl = Annotated[
    str,
    Meta(
        pattern=r"^(tcp:[^/\s:]+:\d+|unix:/\S+)$",
        examples=["tcp:10.0.0.5:9470"],
        description="Where the driver of the city's signal controllers listens.",
    ),
]
FieldSecret = Annotated[
    str, Meta(min_length=16, description="What the driver of signal controllers asks for.")
]
RoadsideUrl = Annotated[
    str,
    Meta(
        pattern=r"^udp://[^/\s:]+:\d+$",
        examples=["udp://10.0.0.9:4500"],
        description="Where SPaT, MAP and DENM go for roadside units; unset: none is made.",
    ),
]
AssistantUrl = Annotated[
    str,
    Meta(
        pattern=r"^https?://[^\s@]+$",
        examples=["http://127.0.0.1:8080/v1"],
        description="OpenAI-compatible endpoint that may rephrase what the assistant quotes.",
    ),
]
AssistantModel = Annotated[
    str, Meta(min_length=1, description="Model that the assistant's endpoint is asked for.")
]
AssistantKey = Annotated[
    str, Meta(min_length=1, description="Key of the assistant's endpoint, where it takes one.")
]


class HubSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of the hub."""

    max_body_bytes: MaxBodyBytes = 16 * 1024 * 1024
    queue_limit: QueueLimit = 10_000
    allow_private_notifications: AllowPrivate = False
    fetch_contexts: FetchContexts = False
    hot_days: HotDays = 7
    validation: ValidationMode = "off"
    validation_by_type: ValidationByType | None = None
    tenants_limit: TenantsLimit = 50


class AccessSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign-in and sessions."""

    session_hours: SessionHours = 12
    session_idle_minutes: SessionIdleMinutes = 60
    oidc_issuer: OidcIssuer | None = None
    oidc_client_id: OidcClientId | None = None


class MailSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How mails leave."""

    url: MailAddress | None = None
    sender: MailSender = "noreply@localhost"

    def __repr__(self) -> str:
        return f"MailSettings(sender={self.sender!r})"  # no server's password


class CitizensSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a city decides of its citizens' pages."""

    vouch_scope: VouchScope = "openid profile address"
    claim_person: VouchClaim = "sub"
    claim_district: DistrictClaim = "district"
    claim_birth: BirthClaim = "birthdate"
    claim_sex: SexClaim = "gender"
    reports_hide: ReportsHide = 3


class AssistantSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may rephrase what the assistant quotes: nobody by default."""

    url: AssistantUrl | None = None
    model: AssistantModel = "default"
    key: AssistantKey | None = None

    def __repr__(self) -> str:
        return f"AssistantSettings(url={self.url!r}, model={self.model!r})"  # no key


class TrafficSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How signal controllers and roadside units are reached."""

    field_url: FieldUrl | None = None
    field_secret: FieldSecret | None = None
    roadside_url: RoadsideUrl | None = None

    def __repr__(self) -> str:
        return f"TrafficSettings(field_url={self.field_url!r})"  # no secret


class LogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the platform tells of its work."""

    format: LogFormat = "auto"
    level: LogLevel = "info"
    requests: LogRequests = "slow"
    slow_ms: LogSlowMs = 1_000
    file: LogFile | None = None


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What several parts of the platform share."""

    data_dir: DataDir = ".dalgu"
    host: Host = "127.0.0.1"
    port: Port = 9090
    language: PageLanguage = "ko"
    city: CityCode = "daegu"
    mqtt_url: MqttUrl | None = None
    coap_url: CoapUrl | None = None
    public_url: PublicUrl | None = None
    hub: HubSettings = HubSettings()
    access: AccessSettings = AccessSettings()
    mail: MailSettings = MailSettings()
    citizens: CitizensSettings = CitizensSettings()
    assistant: AssistantSettings = AssistantSettings()
    traffic: TrafficSettings = TrafficSettings()
    log: LogSettings = LogSettings()

    @property
    def data_path(self) -> Path:
        """Return the folder of the city's data, a leading `~` expanded."""
        return Path(self.data_dir).expanduser()

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the platform over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")

    def __repr__(self) -> str:
        return f"Settings(data_dir={self.data_dir!r}, port={self.port})"  # no broker's password


@dataclass(frozen=True, slots=True)
class Field:
    """One setting, as the reference page and `dalgu check` speak of it."""

    key: str  # as `hub.queue_limit`
    description: str
    expected: str  # in words, as `a whole number from 0 to 65535`
    default: str | int | bool | None
    type: Any  # what msgspec converts to

    @property
    def variable(self) -> str:
        """Return the environment variable that sets it."""
        return PREFIX + self.key.replace(".", SECTION_MARK).upper()


def fields() -> list[Field]:
    """Return all settings in the order of the reference page."""
    return list(_fields(Settings, ""))


def _fields(struct: type[Struct], section: str) -> Iterator[Field]:
    for field in msgspec.structs.fields(struct):
        key = section + field.name
        if isinstance(field.default, Struct):
            yield from _fields(type(field.default), key + ".")
            continue
        yield Field(key, _description(field.type), _expected(field.type), field.default, field.type)


def _metas(declared: Any) -> Iterator[Meta]:
    """Yield what `Annotated` says of a type or of the members of its union."""
    for part in get_args(declared):
        if isinstance(part, Meta):
            yield part
        else:
            yield from _metas(part)


def _description(declared: Any) -> str:
    return next((meta.description for meta in _metas(declared) if meta.description), "")


def _expected(declared: Any) -> str:
    examples = [example for meta in _metas(declared) for example in meta.examples or ()]
    if examples:
        return f"text like '{examples[0]}'"
    info = type_info(declared)
    members = getattr(info, "types", (info,))
    return _in_words(getattr(members[0], "type", members[0]))


def _in_words(info: Any) -> str:
    if isinstance(info, IntType):
        return _bounds(info)
    if isinstance(info, LiteralType):
        return "one of: " + ", ".join(str(value) for value in info.values)
    if isinstance(info, StrType):
        return "text that is not empty"
    return "true or false"


def _bounds(info: IntType) -> str:
    words = "a whole number"
    if info.ge is not None and info.le is not None:
        return f"{words} from {info.ge} to {info.le}"
    return f"{words} of at least {info.ge}" if info.ge is not None else words
