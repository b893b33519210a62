"""`dalgu devices codec` adds, lists and tries codecs."""

import json

from typer.testing import CliRunner

from dalgu.cli.devices import commands

SOURCE = "function decodeUplink(input) { return {data: {MeterReading: input.bytes[0]}}; }"


def dalgu(*arguments) -> str:
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_codec_is_added_listed_and_tested(tmp_path) -> None:
    file, city = tmp_path / "tap.js", tmp_path / "city"
    file.write_text(SOURCE, encoding="utf-8")
    at = ("--data", city)
    mapping = ("--mapping", "talkpool-oy1320")
    tried = json.loads(dalgu("codec", "test", file, "--bytes", "2a", *mapping))
    assert tried["read"]["values"][0]["Value"] == 0.042
    dalgu("codec", "add", file, "--name", "tap", "--licence", "Apache-2.0", *mapping, *at)
    assert dalgu("codec", "list", *at).startswith("tap ")
    tried = json.loads(dalgu("codec", "test", "tap", "--bytes", "2a", "--f-port", "2", *at))
    assert tried["data"] == {"MeterReading": 42}
