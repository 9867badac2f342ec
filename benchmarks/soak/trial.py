"""One scenario, held: a lesson, its fault, and what was found afterwards."""

import time
from dataclasses import replace

from django.db import DatabaseError
from redis import RedisError

from benchmarks.client import Plan
from benchmarks.lesson import TooBusy, live_class
from benchmarks.soak import checks
from benchmarks.soak.evidence import Episode, Evidence
from benchmarks.soak.footprint import look
from benchmarks.soak.install import Install, NotBack
from benchmarks.soak.outcome import Outcome, outcome_of
from benchmarks.soak.scenario import Fault, Scenario
from benchmarks.soak.scene import Scene, forgotten_connection

FIRST_WITHIN_S, AGAIN_WITHIN_S = 120.0, 90.0
# The first seconds open what stays open; a pause is told in one beat of the dashboard, and a machine that
# others keep busy reads for a while what came before it.
SETTLE_S, STILL_S, STILL_WITHIN_S = 3.0, 5.0, 60.0
# So old may be what a dashboard was told: since then somebody may have grown too old to be shown.
BEAT_S = 3.5


def held(scenario: Scenario, install: Install) -> Outcome:
    """Whatever goes wrong is in the outcome."""
    if reason := scenario.lacks():
        return Outcome(scenario.name, scenario.does, skipped=reason)
    try:
        with scenario.meanwhile(install):
            with forgotten_connection():
                install.run_with(scenario.settings(install))
            found = _evidence(scenario, install)
            return outcome_of(scenario, found, checks.wrong_in(found, scenario.checks))
    except (NotBack, TooBusy, DatabaseError, RedisError) as error:
        reason = str(error).strip().splitlines()[-1]
        return Outcome(scenario.name, scenario.does, wrong=[f"it did not come to its end: {reason}"])


def _evidence(scenario: Scenario, install: Install) -> Evidence:
    def arranged(plan: Plan) -> Plan:
        return scenario.arranged(replace(plan, waits=True))

    with live_class(
        install.url,
        students=scenario.students,
        interval_ms=scenario.interval_ms,
        speed=scenario.speed,
        arranged=arranged,
    ) as live:
        scene = Scene(install, live)
        scene.wait_until_all_are_read(scene.now(), FIRST_WITHIN_S)
        time.sleep(SETTLE_S)
        before = look(install)
        scene.begin_logs()
        episodes = [_episode(scene, fault, scenario.watched_s) for fault in (scenario.fault, *scenario.then)]
        scene.pause()
        scene.wait_until_still(STILL_S, STILL_WITHIN_S)
        shown, watched = [scene.shown(), scene.shown(BEAT_S)], scene.watched()
        after, said = look(install), scene.said()
    return Evidence(
        participants=scene.participants(),
        log=live.log,
        episodes=episodes,
        rows=scene.rows(),
        shown=shown,
        watched=watched,
        said=said,
        named=scenario.named,
        dashboard_within_s=scenario.dashboard_within_s,
        before=before,
        after=after,
    )


def _episode(scene: Scene, fault: Fault, watched_s: float) -> Episode:
    """A fault, from its beginning until everybody is read again and the lesson has gone on for a while."""
    with forgotten_connection():
        began_at = time.monotonic()
        fault(scene)
        back_at, back = time.monotonic(), scene.now()
    scene.wait_until_all_are_read(back, AGAIN_WITHIN_S)
    time.sleep(max(0.0, back_at + watched_s - time.monotonic()))
    return Episode(began_at, back_at, ahead_s=back.timestamp() - back_at)
