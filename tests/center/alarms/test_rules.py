"""Rules are data: a wrong file is refused with the rule and the reason."""

import pytest

from dalgu.center.alarms.rules import RULES, RulesInvalid, load, parse

TEXT = RULES.read_text("utf-8")


def changed(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_every_alarm_names_what_to_do_and_what_happens_otherwise():
    for rule in load().rules:
        assert rule.action.ko
        assert rule.action.en
        assert rule.consequence.ko
        assert rule.consequence.en


def test_what_the_services_raise_today_is_named_by_a_rule():
    raised = {
        *(f"water/{kind}" for kind in ("continuousFlow", "burst", "backFlow", "districtLeak")),
        "water/gatewaySilent", "care/careNoUse", "devices/silent", "water/noUse",
    }  # fmt: skip
    rules = load()
    known = {*rules.joining, *rules.at_parent, *(k for one in rules.events for k in one.kinds)}
    assert raised <= known


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "network-cut"', 'name = "power-cut"', "used once"),
        ('relation = "poweredBy"', 'relation = "moon"', "not declared"),
        ("share = 0.5", "share = 1.5", "between 0 and 1"),
        ('at_once = "high"', 'at_once = "loud"', "at_once must be one of"),
        ('starts = ["network/linkDown"]', "starts = []", "starts must name a kind"),
        ('"environment/gasLeak"', '"gasLeak"', "category/subCategory"),
        ("radius_m = 400", 'radius_m = "far"', "radius_m"),
        ("radius_m = 400", "radius = 400", "radius"),
        ('priority = "P2"', 'priority = "P9"', "P9"),
        ('kinds = ["*"]', 'kinds = ["a/b"]', "every kind"),
        ("[[rules]]", "[[rules", "no TOML"),
        ('counts = ["devices/silent"]', 'counts = ["sky/blue"]', "kinds of joins"),
        ("least = 3", "least = 0", "1 or more"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(old, new, told):
    with pytest.raises(RulesInvalid, match=told):
        parse(changed(old, new))


def test_an_alarm_without_action_is_refused():
    action = 'ko = "전력회사에 확인하고, 신호등·승강기·의료기기 이용 가구를 먼저 살피십시오."'
    with pytest.raises(RulesInvalid, match=r"power-cut.*events"):
        parse(changed(action, 'ko = ""'))
