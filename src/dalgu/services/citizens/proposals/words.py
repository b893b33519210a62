"""The closed sets of words of proposals."""

from enum import StrEnum


class Kind(StrEnum):
    """What a space is for."""

    TALK = "talk"  # residents propose, supports reach a threshold, a department answers
    PETITION = "petition"  # residents sign for a debate on a policy
    ASK = "ask"  # a department asks, residents comment


class Stage(StrEnum):
    """Where a proposal is."""

    MATURING = "maturing"
    ARCHIVED = "archived"  # its window closed below the threshold
    REACHED = "reached"  # the threshold: the clock runs, no department yet
    ROUTED = "routed"
    SUPPLEMENT = "supplement"  # the author is asked for more, the clock rests
    ANSWERED = "answered"
    APPEALED = "appealed"
    PLANNED = "planned"
    IMPLEMENTED = "implemented"
    STALLED = "stalled"
    MERGED = "merged"
    CONVERTED = "converted"  # became a service request
    WITHDRAWN = "withdrawn"
    DEBATING = "debating"  # of petitions: a debate is due
    ASKING = "asking"  # of the city's questions
    GATHERED = "gathered"  # comments are closed, the result is due


class Step(StrEnum):
    """What may be done with one."""

    SUPPORT = "support"
    COMMENT = "comment"
    WITHDRAW = "withdraw"
    ARCHIVE = "archive"
    REACH = "reach"
    ROUTE = "route"
    TRANSFER = "transfer"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLY = "supply"
    LAPSE = "lapse"
    EXTEND = "extend"
    MERGE = "merge"
    CONVERT = "convert"
    ANSWER = "answer"
    PLAN = "plan"
    IMPLEMENT = "implement"
    STALL = "stall"
    REOPEN = "reopen"
    APPEAL = "appeal"
    FULFIL = "fulfil"  # what a further tier promised
    DECIDE = "decide"  # of the committee on a petition
    HOLD = "hold"  # the debate
    CLOSE = "close"  # the comments on the city's question
    RECORD = "record"  # its result


class Decision(StrEnum):
    """What a department answers."""

    ACCEPT = "accept"
    PARTLY = "partly"
    REFUSE = "refuse"
    ALREADY_DONE = "already_done"
    NOT_OURS = "not_ours"


class Side(StrEnum):
    """Where a comment stands."""

    FOR = "for"
    AGAINST = "against"
    OTHER = "other"


class Carry(StrEnum):
    """How supports come over when proposals are merged."""

    CONSENT = "consent"  # only of those who say yes within the notice
    NOTICE = "notice"  # of all who do not say no within the notice


class Act(StrEnum):
    """What a tier of supports obliges the city to do."""

    ANSWER = "answer"
    FORUM = "forum"
    MAYOR = "mayor"
    COMMITTEE = "committee"
    DEBATE = "debate"
    APPEAL = "appeal"
    RESULT = "result"


class Topic(StrEnum):
    """What a proposal is about."""

    TRAFFIC = "traffic"
    HEALTH = "health"
    CULTURE = "culture"
    WELFARE = "welfare"
    ENVIRONMENT = "environment"
    SAFETY = "safety"
    ECONOMY = "economy"
    HOUSING = "housing"
    ADMINISTRATION = "administration"
    OTHER = "other"
