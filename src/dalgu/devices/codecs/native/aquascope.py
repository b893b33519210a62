"""Aquascope AQM and AQS: commands one after the other, each with its arguments; big endian."""

from collections.abc import Callable

from dalgu.devices.codecs.native.reading import need, refused
from dalgu.hub.model import JSON

PORT = 1
SENSORS = {0x01: "temperature", 0x03: "uptime", 0x10: "pressure", 0x11: "consumption"}
SENSORS[0x13] = "batterylevel"
_COMMON = {
    0x01: "c_system",
    0x03: "c_lora",
    0x04: "c_valveaction",
    0x09: "c_jamming",
    0x0A: "c_flow_th",
    0x0B: "c_frost_th",
    0x0D: "c_pc_duration",
    0x0E: "c_pc_abort_th",
    0x0F: "c_pc_alarm_th_th",
    19: "c_alarm",
    29: "c_report_interval",
    30: "c_heartbeat_interval",
}
AQM = {
    **_COMMON,
    0x05: "c_uss_signal_strength",
    0x06: "c_uss_rx_delay",
    0x07: "c_uss_tof",
    0x08: "c_litertranslation",
}
AQS = {
    **_COMMON,
    0x02: "c_algo",
    0x05: "c_normpressure",
    0x06: "c_overpressure_th",
    0x07: "c_underpressure_th",
}
PIPE_CHECKS = {2: "ok", 4: "abort/flow", 5: "abort/heat", 6: "abort/valve", 7: "abort/flow"}
PIPE_CHECKS[8] = "pending"
VALVE_OFF, USED, CHECK_ALARM, FLOWING = 0, 1, 3, 15

VALVE, LOG = 0x07, 0x08

Fields = dict[str, JSON]
# bytes of the arguments after each command; 7 has its own
SIZES = {0x03: 3, 0x04: 3, 0x06: 3, 0x07: 1, 0x08: 1, 0x0A: 4, 0x0B: 4}


def decoder(codec: str, settings: dict[int, str]) -> Callable[[bytes, int | None], Fields]:
    """Return the decoder of a model by the names of its settings; it raises `CodecRefusal`."""

    def decode(payload: bytes, f_port: int | None) -> Fields:
        if f_port != PORT:
            raise refused(codec, "invalid FPort")
        fields: Fields = {}
        at = 0
        while at < len(payload):
            command = payload[at]
            at += 1
            end = at + SIZES.get(command, 0)
            need(codec, payload, end)
            if command == VALVE:
                end += _valve_bytes(payload[at])
                need(codec, payload, end)
            _command(fields, command, payload[at:end], settings)
            if command == LOG:
                fields["log"] = list(payload)
            at = end
        return fields

    return decode


def _valve_bytes(state: int) -> int:
    return 4 if state in (USED, CHECK_ALARM) else 0


def _command(fields: Fields, command: int, given: bytes, settings: dict[int, str]) -> None:
    """Add what one command says."""
    match command:
        case 0x03:
            fields["hw_version"] = given[0]
            fields["capabilities"] = _word(given, 1)
        case 0x04:
            _named(fields, settings, given, "config parameter")
        case 0x06:
            _named(fields, SENSORS, given, "sensor type")
        case 0x07:
            _valve(fields, given)
        case 0x08:
            fields["loglevel"] = given[0]
        case 0x0A:
            fields["fw_version"] = int.from_bytes(given, "big", signed=True)
        case 0x0B:
            fields |= {"alarm_status": given[0], "alarm_type": given[1]}
            fields["alarm_value"] = _word(given, 2)
        case _:
            fields["error"] = f"command? {command}"


def _named(fields: Fields, names: dict[int, str], given: bytes, kind: str) -> None:
    if given[0] in names:
        fields[names[given[0]]] = _word(given, 1)
    else:
        fields["error"] = f"{kind}? {given[2]}"


def _valve(fields: Fields, given: bytes) -> None:
    state = given[0]
    if state == VALVE_OFF:
        fields["valve"] = 0
    elif state == USED:
        fields |= {"flow": 0, "conumption_time": _word(given, 1)}
        fields["conumption_liter"] = _word(given, 3)
    elif state == CHECK_ALARM:
        fields |= {"pc": "alarm", "diff": _word(given, 1), "elevation": _word(given, 3)}
    elif state in PIPE_CHECKS:
        fields["pc"] = PIPE_CHECKS[state]
    elif state == FLOWING:
        fields["flow"] = 1
    else:
        fields["valve"] = 255


def _word(given: bytes, at: int) -> int:
    return given[at] << 8 | given[at + 1]
