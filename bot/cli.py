"""One small function per command of INTERFACE.md; no logic of its own.

Everything heavy is imported inside the commands, so that --help is quick.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from bot.keys_cli import keys
from bot.quota_cli import quota

PARTS = ("discord", "telegram", "web", "api", "http", "worker")
KINDS = ("sound", "wire")
STATES = ("receiving", "queued", "submitting", "running", "collecting", "delivering", "done")
OPERATIONS = ("denoise", "deecho", "dereverb", "enhance", "stems")
PRESETS = ("auto", "podcast", "video", "call", "voiceover", "music")
TREATMENTS = ("denoise", "enhance")
REPAIRS = (*TREATMENTS, "deecho", "dereverb")
GOES_WITH = {"preset": TREATMENTS, "strength": REPAIRS, "keep": REPAIRS, "picture": REPAIRS}
FORMATS = ("wav", "mp3", "flac", "m4a", "ogg", "aiff")

T = TypeVar("T")


class Words(click.ParamType[tuple[str, ...]]):
    """Words separated by commas."""

    name = "words"

    def __init__(self, known: tuple[str, ...] = ()) -> None:
        self._known = known

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        words = tuple(word.strip() for word in str(value).split(",") if word.strip())
        unknown = [word for word in words if self._known and word not in self._known]
        if unknown:
            self.fail(f"{unknown[0]!r} is not one of {', '.join(self._known)}", param, ctx)
        return words


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="undertone")
def main() -> None:
    """Audio clean-up and stem separation in chat, with an engine of its own."""


def settings_or_exit(**overrides: Any) -> Any:
    """The settings; a wrong one ends the program with one line and exit code 2."""
    from bot.registry import PLATFORMS, PROVIDERS
    from bot.settings import SettingsProblem, load_settings

    try:
        return load_settings(PLATFORMS, PROVIDERS, **overrides)
    except SettingsProblem as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def finish(doing: Coroutine[Any, Any, T], *, is_private: bool = True) -> T:
    """Run it; what the operator can mend ends in one plain line and exit code 1.

    is_private: what is written is the data of other people, which is nobody else's business.
    """
    from adapters.store.errors import (
        AlreadyRunning,
        DatabaseTrouble,
        NotSupported,
        SchemaTooNew,
        StoreDamaged,
    )
    from services.problems import Fault

    if is_private:
        os.umask(0o077)
    try:
        return asyncio.run(doing)
    except (AlreadyRunning, NotSupported, SchemaTooNew, StoreDamaged, ValueError) as error:
        click.echo(str(error), err=True)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}{error.strerror or error}.", err=True)
    except DatabaseTrouble as error:
        click.echo(f"The database does not answer: {str(error).splitlines()[0]}", err=True)
    except asyncio.CancelledError:
        click.echo("Stopped.", err=True)
    except Fault as error:
        click.echo(words(error.problem), err=True)
    sys.exit(1)


def words(problem: Any) -> str:
    """The sentence of a problem, in English."""
    from services import cards, texts

    return texts.render(cards.problem_text(problem), "en")


@main.command()
@click.option("--only", type=Words(PARTS), default=(), help="Run a part: " + ", ".join(PARTS))
@click.option("--kinds", type=Words(KINDS), default=KINDS, help="Limit a worker: sound, wire")
def run(only: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """Start every platform that is configured, the HTTP server, and workers."""
    from bot import running

    finish(running.run(settings_or_exit(), only, kinds, click.echo))


@main.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--op", type=click.Choice(OPERATIONS), default="denoise", show_default=True)
@click.option("--preset", type=click.Choice(PRESETS), default="auto", show_default=True)
@click.option(
    "--format",
    "format_",
    type=Words(FORMATS),
    default="wav",
    show_default=True,
    help=f"{', '.join(FORMATS)}; or two of them: wav,mp3",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder for the results; default: the current one",
)
@click.option("--bitrate", default="", help="kbit/s of mp3, m4a and ogg: 16 to 320")
@click.option("--keep", type=click.Choice(["clean", "residual", "both"]), default="clean")
@click.option("--strength", type=click.Choice(["soft", "normal", "strong"]), default="normal")
@click.option("--stems", default="", help="Names separated by commas")
@click.option("--cleanup", default="", help="Steps before the stems, separated by commas")
@click.option("--from", "start", default="", help="Where to begin, such as 1:20")
@click.option("--to", "end", default="", help="Where to stop, such as 3:00")
@click.option("--provider", default="", help="Use this provider only")
@click.option("--picture", is_flag=True, help="Also write the picture of before and after")
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each input")
def process(inputs: tuple[Path, ...], out: Path, as_json: bool, **given: Any) -> None:
    """Clean files without any chat, by the same service layer."""
    from bot import early

    if given["op"] != "stems" and (given["stems"] or given["cleanup"]):
        raise click.UsageError("--stems and --cleanup go with --op stems only.")
    for name, operations in GOES_WITH.items():
        is_given = (
            click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE
        )
        if is_given and given["op"] not in operations:
            click.echo(f"--{name} changes nothing with --op {given['op']}.", err=True)

    options = {
        "preset": given["preset"],
        "format": ",".join(given["format_"]),
        "bitrate": given["bitrate"],
        "keep": given["keep"],
        "strength": given["strength"],
        "stems": given["stems"],
        "cleanup": given["cleanup"],
        "from": given["start"],
        "to": given["end"],
    }
    asked = {
        "inputs": inputs,
        "operation": given["op"],
        "options": {name: value for name, value in options.items() if value},
        "out": out,
        "provider": given["provider"],
        "picture": given["picture"],
    }
    failed = finish(early.process(settings_or_exit, asked, as_json), is_private=False)
    sys.exit(failed)


@main.command()
def check() -> None:
    """Validate settings and reach everything they name; one line each."""
    from bot import checking

    sys.exit(finish(checking.check(settings_or_exit(), click.echo)))


@main.command("sync-commands")
@click.option("--force", is_flag=True, help="Publish again what is published already")
def sync_commands(force: bool) -> None:
    """Publish slash commands, descriptions and translations to the platforms."""
    from bot import reaching

    sys.exit(finish(reaching.sync_commands(settings_or_exit(), click.echo, is_forced=force)))


@main.command()
def invite() -> None:
    """Print the invite links with the exact permissions and scopes needed."""
    from bot import reaching

    sys.exit(finish(reaching.invite(settings_or_exit(), click.echo)))


@main.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    from bot import operating

    click.echo(finish(operating.migrate(settings_or_exit())))


@main.command()
@click.option(
    "--older-than",
    type=click.FloatRange(min=0),
    default=None,
    help="Hours; default: the retention time",
)
@click.option("--json", "as_json", is_flag=True, help="For programs")
def purge(older_than: float | None, as_json: bool) -> None:
    """Remove the files of jobs whose time is over, now."""
    from bot import operating

    count = finish(operating.purge(settings_or_exit(), older_than))
    click.echo(json.dumps({"purged": count}) if as_json else f"{count} jobs lost their files.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--sound", is_flag=True, help="Also the stored sound")
def backup(file: Path, sound: bool) -> None:
    """Write database and settings into one file."""
    from bot import operating

    click.echo(finish(operating.backup(settings_or_exit(), file, sound)))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace a database that is already there")
def restore(file: Path, force: bool) -> None:
    """Put back what `backup` wrote."""
    from bot import operating

    click.echo(finish(operating.restore(settings_or_exit(), file, force)))


@main.group()
def models() -> None:
    """Model files for splitting into stems; see docs/stems.md."""


@models.command("get")
@click.argument("name")
@click.option("--from", "base", default="", help="Another place that has the same files")
@click.option("--sha256", default="", help="What a file that is named by its URL must add up to")
def models_get(name: str, base: str, sha256: str) -> None:
    """Fetch htdemucs, htdemucs_6s, htdemucs_ft, or the file at a URL, into the model folder."""
    from bot import models

    folder = settings_or_exit().models
    # Not private: these are other people's files, and the worker's user may be another.
    finish(models.get(folder, name, base or models.BASE, sha256, click.echo), is_private=False)


@main.group()
def jobs() -> None:
    """The operator's view of the jobs."""


def _show(rows: Any, as_json: bool, line: Callable[[Any], str]) -> None:
    for row in rows:
        click.echo(json.dumps(row) if as_json else line(row))


@jobs.command("list")
@click.option("--state", type=click.Choice(STATES), default=None)
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def jobs_list(state: str | None, limit: int, as_json: bool) -> None:
    """Jobs, newest first."""
    from bot import operating

    rows = finish(operating.list_jobs(settings_or_exit(), state, limit))
    _show(rows, as_json, operating.job_line)


@jobs.command("show")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True)
def jobs_show(job: str, as_json: bool) -> None:
    """One job with its history and what it cost."""
    from bot import operating

    found = finish(operating.show_job(settings_or_exit(), job))
    click.echo(json.dumps(found) if as_json else operating.job_page(found))


@jobs.command("cancel")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True)
def jobs_cancel(job: str, as_json: bool) -> None:
    """End a job that runs or waits."""
    from bot import operating

    _show([finish(operating.cancel_job(settings_or_exit(), job))], as_json, operating.job_line)


@jobs.command("retry")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True)
def jobs_retry(job: str, as_json: bool) -> None:
    """Ask again for a job that failed, as a new job."""
    from bot import operating

    _show([finish(operating.retry_job(settings_or_exit(), job))], as_json, operating.job_line)


@main.group()
def hooks() -> None:
    """Callbacks: what came of providers, the same once more, forged ones; and our own."""


@hooks.command("show")
@click.argument("job", required=False)
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def hooks_show(job: str | None, limit: int, as_json: bool) -> None:
    """Callbacks that changed something, newest first; of one JOB with what they said."""
    from bot import hooks

    rows = finish(hooks.show(settings_or_exit(), job, limit))
    _show(rows, as_json, hooks.line)


@hooks.command("sent")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def hooks_sent(limit: int, as_json: bool) -> None:
    """Our callbacks by API that did not arrive: first those that wait, then those given up."""
    from bot import sent

    _show(finish(sent.list_sent(settings_or_exit(), limit)), as_json, sent.line)


@hooks.command("replay")
@click.argument("number", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@click.option("--json", "as_json", is_flag=True)
def hooks_replay(number: int, as_json: bool) -> None:
    """Take a kept callback once more, as the server would."""
    from bot import hooks

    _show([finish(hooks.replay(settings_or_exit(), number))], as_json, hooks.replay_line)


@hooks.command("forge")
@click.option("--url", default=None, help="Of the running server; default: its own address")
@click.option("--json", "as_json", is_flag=True)
def hooks_forge(url: str | None, as_json: bool) -> None:
    """Send forged callbacks to the running server; ends with 1 if any is not refused."""
    from bot import forging, wiring

    rows = finish(forging.forge(settings_or_exit(), url, wiring.utc_now()))
    _show(rows, as_json, forging.line)
    sys.exit(not all(row["ok"] for row in rows))


main.add_command(keys)
main.add_command(quota)
