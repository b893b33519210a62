"""The entity type of payload codecs; their text is kept in the hub under its digest."""

from dalgu.hub.model import Entity, Label, Plain, instant, label, prop
from dalgu.kernel.text import Text


class PayloadCodec(
    Entity,
    unmodelled=Text(
        "장치 제작사의 메시지 해독 프로그램을 나타내는 모델이 없다.",
        "No model describes a vendor's program that decodes a device's messages.",
    ),
):
    """What makes fields of the bytes of one kind of device.

    Either the vendor's JavaScript (LoRa Alliance TS013), kept in the hub under `digest`, or a
    decoder of the platform's own (`native`) that gives the same fields.
    """

    name: Label = label()
    vendor: Plain = prop("제작사", "Who makes the device")
    device: Plain = prop("장치 모형", "The kind of device it is for")
    digest: Plain = prop("내용 해시", "SHA-256 of its text, under which the hub keeps it")
    native: Plain = prop("자체 해독기", "Decoder of the platform that gives the same fields")
    licence: Plain = prop("이용 허락", "SPDX expression under which its text may be used")
    mapping: Plain = prop(
        "항목 대응표", "Says which of its fields are the register, flags, battery"
    )
    added_at: Plain = instant("등록 시각", "When it was added or replaced; ISO 8601")
    added_by: Plain = prop("등록한 사람", "The pseudonym of who added it")


ENTITIES = (PayloadCodec,)
