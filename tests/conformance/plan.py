"""The state that all scenarios begin with, the same on both servers: every scenario's post and comments by number."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scenario import Comment, Post, Scenario

FIRST_POST_ID = 1_000
FIRST_COMMENT_ID = 10_000
FIRST_COMMENT_AT = int(datetime(2026, 1, 5, 10, 0, tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Given:
    """A comment with its number, its place and its time (seconds since the epoch)."""

    id: int
    post_id: int
    parent_id: int
    at: int
    comment: Comment
    words: str


@dataclass(frozen=True)
class Case:
    """A scenario with its number in the run and its post's number."""

    area: str
    number: int
    scenario: Scenario
    post_id: int
    numbers: dict  # {name of a given comment: its number}


@dataclass(frozen=True)
class Plan:
    """All of them. `began` is the moment from which the ages of posts count."""

    began: int
    cases: list
    posts: dict  # {number: Post}
    comments: list


def plan(areas):
    """Numbers the scenarios of `{area: scenarios}`."""
    cases, posts, comments = [], {}, []
    for area, scenario in ((area, scenario) for area, scenarios in areas.items() for scenario in scenarios):
        post_id, numbers = FIRST_POST_ID + len(cases), {}
        for minute, comment in enumerate(scenario.given):
            numbers[comment.name] = FIRST_COMMENT_ID + len(comments)
            at, words = FIRST_COMMENT_AT + 60 * minute + 86_400 * comment.days, comment.content.replace("{name}", comment.name)
            comment = replace(comment, email=comment.email.replace("{post}", str(post_id)))
            parent_id = numbers[comment.parent] if comment.parent else 0
            comments.append(Given(numbers[comment.name], post_id, parent_id, at, comment, words))
        posts[post_id] = scenario.post
        cases.append(Case(area, len(cases), scenario, post_id, numbers))
    return Plan(int(time.time()), cases, posts, comments)

