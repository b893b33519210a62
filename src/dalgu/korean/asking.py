"""Questions without the words of asking: what is left is what a text must speak of."""

from dalgu.korean.morphemes import kiwi, plain

# Words that any question may hold, whatever it is about: who, what and when, "tell me", "please",
# and the light verbs and nouns around them. In documents they are rare, so they would weigh much.
ASKING = frozenset(
    (
        *("무엇", "뭐", "뭣", "어떻", "어떠", "어떤", "어떻게", "어떠하", "어디", "누구", "언제"),
        *("왜", "얼마", "몇", "무슨", "어느", "설명", "서술", "기술", "알리", "알려주", "말하"),
        *("가르치", "가르쳐주", "묻", "질문", "궁금", "알", "대하", "따르", "위하", "통하", "관하"),
        *("의하", "이러하", "이런", "그런", "각각", "있", "없", "되", "하", "이", "그", "것", "수"),
        *("때", "주", "보", "싶", "좀", "혹시", "이것", "그것", "저", "나", "내", "제"),
    )
)


def without_asking(question: str) -> str:
    """Return a question in plain spelling without its words of asking.

    >>> without_asking("여권은 어디에서 만드나요?").split()
    ['여권은', '에서', '만드나요']
    """
    text, analyser = plain(question), kiwi()
    if analyser is None:
        return text
    kept = list(text)
    for token in analyser.tokenize(text):
        is_asking = token.form in ASKING and token.tag[0] not in "JE"
        if is_asking or token.tag == "SF":
            kept[token.start : token.start + token.len] = [""] * token.len
    left = "".join(kept).strip()
    return left or text
