"""What is learned: each a struct with a tag, kept in the center's book under its incident."""

import msgspec


class LessonNoted(msgspec.Struct, frozen=True, tag="lesson"):
    """Something is to be better next time: what, who sees to it, until when."""

    lesson: int
    text: str
    owner: str  # a department or a function, never a person's name
    due: str  # local day, ISO 8601


class LessonFollowed(msgspec.Struct, frozen=True, tag="followed"):
    """Something was done about it."""

    lesson: int
    text: str


class LessonDone(msgspec.Struct, frozen=True, tag="done"):
    """It is better now, as the words say."""

    lesson: int
    text: str


class LessonReopened(msgspec.Struct, frozen=True, tag="reopened"):
    """It was not better after all."""

    lesson: int
    text: str


LearningDeed = LessonNoted | LessonFollowed | LessonDone | LessonReopened
