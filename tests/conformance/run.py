#!/usr/bin/env python3
"""The same requests to a real WordPress and to Rejoinder, and what of the answers differs.

`areas/` has the scenarios, a file an area. Both servers begin with the same users, posts, comments and options, go
through all scenarios side by side, and each pair of answers is brought into one form (`normal.py`) and compared
(`compare.py`). A difference is by design, with a reason that docs/compatibility.md gives in the same words, or wrong.

    run.py [AREA[/WORDS]…]     only these areas, only scenarios with these words in their name
"""

import importlib
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "wordpress"), str(HERE)]

import reasons  # noqa: E402
from compare import BY_DESIGN, SAME, WRONG, Result, judge  # noqa: E402
from peer_rejoinder import RejoinderPeer  # noqa: E402
from peer_wordpress import WordPressPeer  # noqa: E402
from plan import plan  # noqa: E402
from steps import Run  # noqa: E402
from support import processes  # noqa: E402
from support.web import WebServer  # noqa: E402

AREAS = ("feeds", "form", "moderation", "threads", "transitions", "xmlrpc", "moderators", "rest_reading", "rest_writing", "rest_around",
         "pingback", "trackbacks", "mails")
# What an installation has where a scenario does not say otherwise.
OPTIONS = {
    "admin_email": "boss@peer.test",
    "blogdescription": "A tagline & more",
    "close_comments_days_old": "14",
    "close_comments_for_old_posts": "0",
    "comment_flood_seconds": "15",
    "comment_max_links": "2",
    "comment_moderation": "0",
    "comment_order": "asc",
    "comment_previously_approved": "1",
    "comment_registration": "0",
    "comments_notify": "1",
    "comments_per_page": "50",
    "default_comments_page": "newest",
    "disallowed_keys": "",
    "moderation_keys": "",
    "moderation_notify": "1",
    "page_comments": "0",
    "permalink_structure": "",
    "posts_per_rss": "10",
    "receive_trackbacks": "0",
    "require_name_email": "1",
    "rest_allow_anonymous_comments": "0",
    "show_comments_cookies_opt_in": "1",
    "thread_comments": "1",
    "thread_comments_depth": "5",
    "xmlrpc_pingback_error": "masked",
}


def main(arguments):
    began = time.monotonic()
    chosen = chosen_scenarios([argument for argument in arguments if argument != "--verbose"])
    the_plan = plan(chosen)
    with WebServer() as sources, ThreadPoolExecutor(2) as pool:
        both = [pool.submit(answers_of, peer, the_plan, sources) for peer in (WordPressPeer, RejoinderPeer)]
        wordpress, ours = [each.result() for each in both]
    results = [judged(case, *pair) for case, *pair in zip(the_plan.cases, wordpress, ours, strict=True)]
    results += untold_reasons(results)
    report(results, time.monotonic() - began)
    return any(result.verdict == WRONG for result in results)


def chosen_scenarios(wanted):
    """The scenarios of each area, as the command line chooses."""
    for want in wanted:
        assert want.split("/")[0] in AREAS, f"there is no area {want}. There are: {', '.join(AREAS)}"
    chosen = {}
    for area in AREAS:
        words = [want.partition("/")[2] for want in wanted if want.split("/")[0] == area]
        if not wanted or words:
            scenarios = importlib.import_module(f"areas.{area}").SCENARIOS
            chosen[area] = [s for s in scenarios if not words or any(w in s.name for w in words)]
    return chosen


def answers_of(make_peer, the_plan, sources):
    """What one server answers, a `{what: value}` for each scenario, or the text of an exception."""
    with make_peer() as peer:
        peer.seed(the_plan)
        answers, options = [], None
        for case in the_plan.cases:
            try:
                peer.begin(says(case.area, "UNLIMITED"), says(case.area, "SENDS_MAIL"))
                if options != (options := OPTIONS | case.scenario.options):
                    peer.set_options(options)
                answers.append(Run(peer, case, sources).observe())
            except Exception:  # noqa: BLE001 the scenario is wrong, and the others go on
                answers.append(traceback.format_exc())
        return answers


def says(area, what):
    """Whether the area would meet limits that it is not about (`UNLIMITED`), or is about mail (`SENDS_MAIL`)."""
    return getattr(importlib.import_module(f"areas.{area}"), what, False)


def judged(case, wordpress, ours):
    scenario = case.scenario
    for peer, answer in (("WordPress", wordpress), ("Rejoinder", ours)):
        if isinstance(answer, str):
            return Result(case.area, scenario.name, WRONG, [f"{peer}:", *answer.splitlines()])
    return judge(case.area, scenario.name, wordpress, ours, scenario.differs)


def untold_reasons(results):
    """A reason that docs/compatibility.md does not give is none."""
    told = reasons.documented()
    names = dict.fromkeys(reason for result in results for reason in result.reasons)
    return [Result("documents", name, WRONG, ["docs/compatibility.md does not say why"]) for name in names if name not in told]


def report(results, seconds):
    """What is wrong, what differs by design and why, the table, and a last line that tests/run reads."""
    for result in (r for r in results if r.verdict == WRONG):
        print(f"\nwrong: {result.area}: {result.name}")
        for line in result.lines:
            print(f"    {line}")
    told = reasons.documented()
    print("\nBy design:")
    for name in dict.fromkeys(name for result in results for name in result.reasons):
        cases = [f"{r.area}: {r.name}" for r in results if name in r.reasons]
        print(f"- {name} ({len(cases)}): {told.get(name)}")
        for case in cases:
            print(f"    {case}")
    print(f"\n{'area':<16}{SAME:>8}{BY_DESIGN:>12}{WRONG:>8}")
    for area in [*dict.fromkeys(result.area for result in results), None]:
        of_area = [result.verdict for result in results if area in (None, result.area)]
        counts = [of_area.count(verdict) for verdict in (SAME, BY_DESIGN, WRONG)]
        print(f"{area or 'all':<16}{counts[0]:>8}{counts[1]:>12}{counts[2]:>8}")
    wrong = counts[2]
    print(f"\nRan {len(results)} tests in {seconds:.1f}s\n\n{f'FAILED (failures={wrong})' if wrong else 'OK'}")


if __name__ == "__main__":
    processes.exit_on_sigterm()
    sys.exit(main(sys.argv[1:]))
