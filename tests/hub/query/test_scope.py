import pytest

from dalgu.hub.errors import QueryInvalid
from dalgu.hub.query.scope import compile_scope


@pytest.mark.parametrize(
    ("query", "scopes", "holds"),
    [
        ("/Daegu", ["/Daegu"], True),
        ("/Daegu", ["/Daegu/Dalseo"], False),
        ("/Daegu/#", ["/Daegu"], True),
        ("/Daegu/#", ["/Daegu/Dalseo/Sindang"], True),
        ("/#", ["/Busan"], True),
        ("/#", [], False),
        ("/Daegu/+/Park", ["/Daegu/Dalseo/Park"], True),
        ("/A,/B", ["/B"], True),
        ("/A|/B", ["/C"], False),
        ("(/A;/B)|/C", ["/A"], False),
        ("(/A;/B)|/C", ["/B", "/A"], True),
        ("(/A;/B)|C", ["/C"], True),
    ],
)
def test_scopes_match_as_the_clause_says(query, scopes, holds):
    assert compile_scope(query)({"scope": scopes}) is holds


@pytest.mark.parametrize("query", ["", "(/A", "/A;", "/A/#/B", "/A//B", "/A)"])
def test_what_is_no_scope_query_is_refused(query):
    with pytest.raises(QueryInvalid):
        compile_scope(query)
