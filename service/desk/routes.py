"""All addresses of the desk on one screen."""

from collections.abc import Mapping

from starlette.routing import Route

from service.block import Work
from service.desk import account, accounts, checks, rules, submissions
from service.desk.forms import Forms
from service.endpoints import Endpoints
from service.mistakes import office
from service.mistakes import pages as mistakes
from service.processes import jobs
from service.reception import guarded
from service.state import Live


def routes(live: Live, endpoints: Endpoints) -> list[Route]:
    """Return the routes. What is read goes through the endpoints; what is sent is read by the event loop first."""
    forms = Forms(live, live.settings.desk.megabytes)
    processes = Forms(live, jobs.MEGABYTES, jobs.AT_ONCE)
    read: Mapping[str, Work] = {
        "/desk": checks.start_page,
        "/desk/checks": checks.again,
        "/desk/checks/{check}": checks.show,
        "/desk/checks/{check}/{name}": checks.file,
        "/desk/rules": rules.shown,
        "/desk/rules/examples/{name}": rules.example,
        "/desk/submissions": submissions.listed,
        "/desk/submissions/{submission}": submissions.show,
        "/desk/account": account.shown,
        "/desk/mistakes": office.listed,
        "/desk/sign-in": accounts.sign_in_page,
        "/desk/invitation/{secret}": accounts.invitation_page,
        "/desk/openid": accounts.openid_back,
        "/desk/openid/begin": accounts.openid,
    }
    sent = {
        "/desk/checks": forms.upload(checks.start),
        "/ogc/processes/{process}/execution": processes.upload(jobs.execute),
        "/desk/submissions": forms.upload(submissions.hand_in),
        "/desk/submissions/{submission}": forms.form(submissions.decide),
        "/desk/account": forms.form(account.change),
        "/desk/mistakes": forms.form(office.decide),
        "/{language}/mistakes/new": forms.form(mistakes.report),
        "/desk/sign-in": forms.form(accounts.sign_in),
        "/desk/sign-out": forms.form(accounts.sign_out),
        "/desk/invitation/{secret}": forms.form(accounts.accept_invitation),
    }
    return [
        *(Route(path, endpoint, methods=["POST"]) for path, endpoint in sent.items()),
        *(route for path, work in read.items() for route in endpoints.routes(path, guarded(work))),
    ]
