import pytest

from dalgu.cities.romanisation import romanise, romanise_place


# Names whose official English spelling the city or the ministry's notice gives.
@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("독립문", "Dongnimmun"),
        ("왕십리", "Wangsimni"),
        ("백마", "Baengma"),
        ("종로", "Jongno"),
        ("별내", "Byeollae"),
        ("신라", "Silla"),
        ("좋고", "Joko"),
        ("놓다", "Nota"),
        ("해돋이", "Haedoji"),
        ("같이", "Gachi"),
        ("묵호", "Mukho"),
        ("집현전", "Jiphyeonjeon"),
        ("압구정", "Apgujeong"),
        ("울릉", "Ulleung"),
        ("벚꽃", "Beotkkot"),
        ("한밭", "Hanbat"),
    ],
)
def test_sound_changes_are_written_as_the_notice_has_them(hangul, latin):
    assert romanise(hangul) == latin


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("중구", "Jung-gu"),
        ("달성군", "Dalseong-gun"),
        ("군위읍", "Gunwi-eup"),
        ("신천1·2동", "Sincheon 1·2-dong"),
        ("수성2·3가동", "Suseong 2·3ga-dong"),
        ("불로·봉무동", "Bullobongmu-dong"),
        ("본리동", "Bolli-dong"),
        ("읍내동", "Eumnae-dong"),
        ("두류3동", "Duryu 3-dong"),
    ],
)
def test_the_kind_of_a_place_follows_a_hyphen(hangul, latin):
    assert romanise_place(hangul) == latin


def test_other_signs_stay_as_they_are():
    assert romanise("KT 대구 2관") == "KT Daegu 2Gwan"
