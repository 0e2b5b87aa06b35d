"""The desk from the command line, and its worker beside the portal: started again when it dies, ended with it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from commands.supervision import beside
from desk.model import Handed
from tests.integration.desk.municipality import HOME, PASSWORD, ROOT, Office, good
from tests.waiting import until


def environment(office: Office) -> dict[str, str]:
    return os.environ | office.settings.to_environment() | {"PYTHONPATH": str(ROOT), "KRAJINA_LANGUAGE": "en"}


def krajina(office: Office, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "commands", "desk", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(office), capture_output=True, text=True, check=False)


def is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_officers_are_invited_listed_and_closed(office: Office) -> None:
    invited = krajina(office, "invite", "eva@example.org", "--role", "municipality", "--municipality", HOME)
    assert invited.returncode == 0, invited.stderr
    address, _, secret = invited.stdout.strip().rpartition("/")
    assert address == f"{office.settings.public_url}/desk/invitation"
    assert office.desk.accounts.accept_invitation(secret, PASSWORD).account.municipality == HOME
    again = krajina(office, "invite", "eva@example.org", "--role", "region")
    assert (again.returncode, again.stderr.strip()) == (1, "eva@example.org has an account already.")
    assert (
        krajina(office, "invite", "x@example.org", "--role", "municipality", "--municipality", "111111").returncode == 2
    )
    [officer] = json.loads(krajina(office, "officers", "--json").stdout)
    assert (officer["email"], officer["accepted"], officer["closed"]) == ("eva@example.org", True, None)
    assert krajina(office, "revoke", "eva@example.org").returncode == 0
    assert "closed" in krajina(office, "officers").stdout


def test_one_worker_does_what_waits(office: Office, tmp_path: Path) -> None:
    account, plan = office.officer(HOME), good(tmp_path / "plan")
    submission = office.desk.submissions.submit(account, [Handed(plan.name, plan)], language="cs")
    assert krajina(office, "work", "--once").returncode == 0
    [told] = json.loads(krajina(office, "list", "--json").stdout)
    assert (told["id"], told["state"], told["version"]) == (submission.id, "checked", 1)
    assert "checked" in krajina(office, "list").stdout
    assert "0 checks" in krajina(office, "purge").stderr


def test_the_worker_is_started_again_and_ends_with_the_portal(office: Office, tmp_path: Path) -> None:
    plan, deaths = good(tmp_path / "plan"), list[int]()
    command = ("desk", "work", "--beside", str(os.getpid()))
    with beside(command, environment(office), deaths.append) as number:
        until(number)
        first = number()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: number() not in {None, first})
        check = office.desk.checks.start([Handed(plan.name, plan)], language="cs")
        until(lambda: office.desk.checks.get(check.id).is_over)
        second = number()
        assert second is not None
    assert deaths == [-signal.SIGKILL]
    assert not is_alive(second)


def test_the_worker_does_not_outlive_a_portal_that_was_killed(office: Office) -> None:
    parent = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'commands', 'desk', 'work', '--beside', str(os.getpid())],"
        " start_new_session=True)\n"
        "print(child.pid, flush=True)\ntime.sleep(600)"
    )
    portal = subprocess.Popen(
        [sys.executable, "-c", parent], cwd=ROOT, env=environment(office), stdout=subprocess.PIPE, text=True
    )
    assert portal.stdout is not None
    number = int(portal.stdout.readline())
    time.sleep(3)
    portal.kill()
    portal.wait()
    until(lambda: not is_alive(number))
