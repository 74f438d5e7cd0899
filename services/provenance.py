"""Who worked on a recording, what that cost, and where it went: lines for a card. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from services.model import Cost, Job
from services.showing import Text

RISEN = Decimal("1.05")  # more than rounding


def privacy(jobs: Sequence[Job], kept_until: datetime, *, leaves_copies: bool) -> Text:
    """Where the sound was, and until when it is kept."""
    until = {"until": kept_until.isoformat()}
    seen = [engine for job in jobs for engine in (*job.source.sent_to, *job.sent_to)]
    engines = ", ".join(dict.fromkeys(seen))
    if engines:
        return Text("privacy-sent", {**until, "engines": engines})
    return Text("privacy-copies" if leaves_copies else "privacy-local", until)


def about_work(job: Job) -> Iterator[Text]:
    """What is worth saying of the work once it is done."""
    if job.passed:
        engine = job.engine if job.engine in job.sent_to else Text("engine-own")
        yield Text("card-other-engine", {"engine": engine, "others": ", ".join(job.passed)})
    if job.estimate and job.cost and job.cost.unit is job.estimate.unit:
        if job.cost.amount > job.estimate.amount * RISEN:
            costs = {"cost": cost_text(job.cost), "estimate": cost_text(job.estimate)}
            yield Text("card-cost-risen", costs)


def under_way(job: Job) -> Iterator[Text]:
    """What the work will cost, and what a cancel would."""
    if job.estimate is not None:
        yield Text("card-estimate", {"cost": cost_text(job.estimate)})
    if job.paid and job.ref:
        yield Text("card-paid", {"engine": job.engine})


def cost_text(cost: Cost) -> Text:
    """An amount with its unit."""
    return Text(f"cost-{cost.unit}", {"amount": float(cost.amount)})
