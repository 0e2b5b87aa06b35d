"""The states of a submission and the steps between them.

    received ─► checked ─► accepted ─► published ─► superseded
       │ ▲         ├─► returned ◄┤      ▲  │  ▲         │
       ▼ │         └─► withdrawn ◄┘     │  ▼  └─────────┘ its successor was taken back
      failed                         accepted: taken back

The same steps stand as a CHECK on desk.event, and a test holds the two together: what the code does not know cannot be
written by other means either.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a submission is."""

    RECEIVED = "received"
    """Handed in; its check is queued or running."""
    CHECKED = "checked"
    """The report is there; the region has to decide."""
    RETURNED = "returned"
    """Sent back with a reason; the municipality hands in another version."""
    ACCEPTED = "accepted"
    """Good; not published yet, or taken back."""
    PUBLISHED = "published"
    """It is in the collections."""
    SUPERSEDED = "superseded"
    """A later version has taken its place."""
    WITHDRAWN = "withdrawn"
    """Taken back by the municipality before it was published."""
    FAILED = "failed"
    """The check could not be made, for a reason that lies with the desk."""


STEPS: dict[State | None, frozenset[State]] = {
    None: frozenset({State.RECEIVED}),
    State.RECEIVED: frozenset({State.CHECKED, State.FAILED, State.WITHDRAWN}),
    State.FAILED: frozenset({State.RECEIVED, State.WITHDRAWN}),
    State.CHECKED: frozenset({State.CHECKED, State.RETURNED, State.ACCEPTED, State.WITHDRAWN}),
    State.ACCEPTED: frozenset({State.ACCEPTED, State.PUBLISHED, State.RETURNED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset({State.SUPERSEDED, State.ACCEPTED}),
    State.SUPERSEDED: frozenset({State.PUBLISHED}),
    State.RETURNED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""From each state, those that may follow. A step to itself is something worth writing down: a waiver, a trouble."""


def possible(was: State | None, becomes: State) -> bool:
    """Return whether the step exists."""
    return becomes in STEPS[was]
