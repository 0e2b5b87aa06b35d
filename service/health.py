"""Whether this worker lives, and whether it can answer: for load balancers, and for whoever looks."""

from typing import Any

from service.database import DatabaseUnavailableError, TableChangedError, TooSlowError
from service.state import Live


def ready(live: Live) -> tuple[bool, dict[str, Any]]:
    """Return whether the worker can answer, and what it serves and what is wrong.

    A dataset file with errors does not make it unready: the last right state is served, and the findings are told here.
    """
    state, reachable = live.state, _reachable(live)
    is_ready = state is not None and reachable
    return is_ready, {
        "status": "ready" if is_ready else "not ready",
        "database": "ok" if reachable else "unreachable",
        "state": state.version if state else None,
        "collections": len(state.public.served) if state else 0,
        "catalogue": {
            "status": "errors" if live.report.errors else "ok",
            "findings": list(live.report.text("en"))[:20],
        },
        "failure": live.failure,
    }


def _reachable(live: Live) -> bool:
    try:
        return live.database.rows("SELECT 1") == [(1,)]
    except (DatabaseUnavailableError, TooSlowError, TableChangedError):
        return False
