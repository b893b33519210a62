from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.settings import (
    Origin,
    SettingInvalid,
    Settings,
    SettingsUnreadable,
    SettingUnknown,
    fields,
    load,
    settings_file,
)


def written(folder, text):
    path = folder / "dalgu.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_said_gives_the_defaults():
    loaded = load()
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {Origin.DEFAULT}
    assert set(loaded.origins) == {field.key for field in fields()}


def test_later_sources_win_and_the_origin_says_so(tmp_path):
    file = written(
        tmp_path, 'port = 1\nhost = "::1"\nlanguage = "en"\n[hub]\nqueue_limit = 2\n[access]\n'
    )
    loaded = load(
        file=file,
        environ={"DALGU_PORT": "2", "DALGU_HOST": "127.0.0.2", "HOME": "/root"},
        options={"port": 3, "city": None},
    )
    told = loaded.settings
    assert (told.port, told.host, told.language) == (3, "127.0.0.2", "en")
    assert told.hub.queue_limit == 2
    assert told.city == "daegu"
    origins = loaded.origins
    assert origins["port"] is Origin.COMMAND_LINE
    assert origins["host"] is Origin.ENVIRONMENT
    assert (origins["language"], origins["hub.queue_limit"]) == (Origin.FILE, Origin.FILE)
    assert origins["city"] is Origin.DEFAULT


def test_variables_name_sections_by_two_underscores():
    environ = {
        "DALGU_HUB__ALLOW_PRIVATE_NOTIFICATIONS": "true",
        "DALGU_ACCESS__SESSION_HOURS": "8",
    }
    settings = load(environ=environ).settings
    assert settings.hub.allow_private_notifications
    assert settings.access.session_hours == 8


def test_every_field_can_be_set_by_its_variable():
    known = {field.key: field for field in fields()}
    assert known["hub.queue_limit"].variable == "DALGU_HUB__QUEUE_LIMIT"
    for field in known.values():
        if field.default is not None:
            loaded = load(environ={field.variable: str(field.default)})
            assert loaded.settings == Settings()
            assert loaded.origins[field.key] is Origin.ENVIRONMENT


def test_an_empty_variable_counts_as_not_set():
    assert load(environ={"DALGU_MQTT_URL": "", "DALGU_PORT": ""}).settings == Settings()


def test_variables_that_are_no_settings_are_left_alone():
    load(environ={"DALGU_TEST_DATA": "somewhere", "DALGU_SETTINGS": "x.toml", "DALGUX": "1"})


@pytest.mark.parametrize(
    ("text", "key"),
    [("prot = 1", "prot"), ("[hub]\nlimit = 1", "hub.limit"), ("[huub]\nx = 1", "huub")],
)
def test_an_unknown_key_is_an_error_that_lists_the_known_ones(tmp_path, text, key):
    with pytest.raises(SettingUnknown) as refusal:
        load(file=written(tmp_path, text))
    assert refusal.value.parts == {"key": key, "origin": "file"}
    for field in fields():
        assert field.key in refusal.value.detail


def test_unknown_variables_and_options_are_errors_too():
    with pytest.raises(SettingUnknown, match=r"'hub.limit' \(environment\)"):
        load(environ={"DALGU_HUB__LIMIT": "1"})
    with pytest.raises(SettingUnknown, match=r"'speed' \(command line\)"):
        load(options={"speed": 1})


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('port = "9090"', "port", "a whole number from 0 to 65535"),
        ("port = 65536", "port", "a whole number from 0 to 65535"),
        ("port = true", "port", "a whole number from 0 to 65535"),
        ("port = 1.5", "port", "a whole number from 0 to 65535"),
        ('language = "fr"', "language", "one of: en, ko"),
        ('host = ""', "host", "text that is not empty"),
        ('mqtt_url = "broker:1883"', "mqtt_url", "text like 'mqtt://"),
        ('public_url = "https://a/b"', "public_url", "text like 'https://city.example'"),
        ("[hub]\nqueue_limit = 0", "hub.queue_limit", "a whole number of at least 1"),
        ("[hub]\nallow_private_notifications = 1", "hub.allow_private", "true or false"),
        ("hub = 5", "hub", r"a section: \[hub\]"),
        ('[access]\noidc_issuer = "http://id.example"', "access.oidc_issuer", "text like"),
    ],
)
def test_a_wrong_value_names_its_key_and_what_is_expected(tmp_path, text, key, expected):
    with pytest.raises(SettingInvalid, match=rf"'{key}.*' \(file\) is invalid; .*{expected}"):
        load(file=written(tmp_path, text))


def test_a_wrong_value_is_not_repeated():
    with pytest.raises(SettingInvalid) as refusal:
        load(environ={"DALGU_MQTT_URL": "broker?password=hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_an_issuer_needs_the_client_id():
    with pytest.raises(SettingInvalid, match="oidc_client_id"):
        load(environ={"DALGU_ACCESS__OIDC_ISSUER": "https://id.example"})


def test_an_unreadable_file_says_why(tmp_path):
    with pytest.raises(SettingsUnreadable, match="No such file"):
        load(file=tmp_path / "absent.toml")
    with pytest.raises(SettingsUnreadable, match="line 1"):
        load(file=written(tmp_path, "port = \n"))
    (tmp_path / "latin.toml").write_bytes(b'host = "\xff"')
    with pytest.raises(SettingsUnreadable, match="UTF-8"):
        load(file=tmp_path / "latin.toml")


def test_the_usual_file_is_found_and_a_named_one_wins(tmp_path):
    assert settings_file({}, tmp_path) is None
    usual = written(tmp_path, "")
    assert settings_file({}, tmp_path) == usual
    assert str(settings_file({"DALGU_SETTINGS": "/etc/d.toml"}, tmp_path)) == "/etc/d.toml"


def test_no_password_shows_where_settings_are_printed():
    loaded = load(environ={"DALGU_MQTT_URL": "mqtt://user:p@ss@host:1883"})
    shown = {told.key: told.value for told in loaded.effective()}
    assert shown["mqtt_url"] == "mqtt://…@host:1883"
    assert "p@ss" not in repr(loaded)
    assert (shown["public_url"], shown["hub.allow_private_notifications"]) == ("none", "false")


def test_every_setting_is_described_for_the_reference_page():
    for field in fields():
        assert field.description.endswith(".")
        assert field.expected


def test_a_folder_may_begin_at_home_and_tls_is_seen_in_the_public_address(tmp_path):
    settings = load(options={"data_dir": tmp_path, "public_url": "https://city.example"}).settings
    assert settings.data_path == tmp_path
    assert settings.is_secure
    assert not Settings().is_secure
    assert "~" not in str(Settings(data_dir="~/city").data_path)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["DALGU_" + field.key.replace(".", "__").upper() for field in fields()])
        | st.text().map(lambda name: "DALGU_" + name),
        st.text() | st.integers().map(str),
        max_size=3,
    ),
    st.binary(max_size=60),
)
def test_whatever_is_set_is_taken_or_refused_with_a_sentence(tmp_path, environ, content):
    file = tmp_path / "any.toml"
    file.write_bytes(content)
    for work in (lambda: load(environ=environ), lambda: load(file=file)):
        with suppress(InvalidInput):
            work()
