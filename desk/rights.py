"""Who may see and do what: the one place. Every statement on submissions takes its condition from here.

| | the public | an officer of the municipality | the region's officer |
|---|---|---|---|
| sees | published and superseded ones | these, and all of its own municipality | all |
| hands in, withdraws | | for its own | |
| returns, accepts, waives, publishes, takes back | | | all |
"""

from typing import Any

from desk.errors import Forbidden
from desk.model import Account, Role, Submission
from desk.states import STEPS, State

SUBMIT, WITHDRAW, RETRY = "submit", "withdraw", "retry"
ACCEPT, RETURN, WAIVE, UNWAIVE, PUBLISH, UNPUBLISH = "accept", "return", "waive", "unwaive", "publish", "unpublish"

PUBLIC = (State.PUBLISHED, State.SUPERSEDED)

_ROLES: dict[str, frozenset[Role]] = {
    SUBMIT: frozenset({Role.MUNICIPALITY}),
    WITHDRAW: frozenset({Role.MUNICIPALITY}),
    RETRY: frozenset({Role.MUNICIPALITY, Role.REGION}),
    **dict.fromkeys((ACCEPT, RETURN, WAIVE, UNWAIVE, PUBLISH, UNPUBLISH), frozenset({Role.REGION})),
}
_LEADS_TO = {
    WITHDRAW: State.WITHDRAWN,
    RETRY: State.RECEIVED,
    ACCEPT: State.ACCEPTED,
    RETURN: State.RETURNED,
    PUBLISH: State.PUBLISHED,
    UNPUBLISH: State.ACCEPTED,
}
_ONLY_FROM = {
    ACCEPT: State.CHECKED,
    UNPUBLISH: State.PUBLISHED,
    PUBLISH: State.ACCEPTED,
    RETRY: State.FAILED,
    WAIVE: State.CHECKED,
    UNWAIVE: State.CHECKED,
}


def seen_by(account: Account | None) -> tuple[str, dict[str, Any]]:
    """Return the condition on `desk.submission s` that holds for what the account may see, and its values.

    None is the public.
    """
    values = {"public": [state.value for state in PUBLIC], "own": account.municipality if account else None}
    if account is not None and account.role is Role.REGION:
        return "true", values
    if account is not None:
        return "(s.state = ANY (%(public)s) OR s.municipality = %(own)s)", values
    return "s.state = ANY (%(public)s)", values


def demand(account: Account, action: str, municipality: str | None = None) -> None:
    """Raise Forbidden unless the account may do this, to a submission of the municipality."""
    if account.role not in _ROLES[action]:
        raise Forbidden("not-your-role")
    if account.role is Role.MUNICIPALITY and account.municipality != municipality:
        raise Forbidden("other-municipality")


def fits(action: str, state: State) -> bool:
    """Return whether the state allows the action."""
    if action in _ONLY_FROM and state is not _ONLY_FROM[action]:
        return False
    return action not in _LEADS_TO or _LEADS_TO[action] in STEPS[state]


def possible(account: Account | None, submission: Submission) -> frozenset[str]:
    """Return what the account may do with the submission as it is now; nothing while the worker is at it."""
    if account is None or submission.task is not None:
        return frozenset()
    found = set()
    for action in _ROLES.keys() - {SUBMIT}:
        try:
            demand(account, action, submission.municipality)
        except Forbidden:
            continue
        if fits(action, submission.state):
            found.add(action)
    return frozenset(found)
