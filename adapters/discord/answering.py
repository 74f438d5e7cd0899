"""From an interaction to an ask and back: acknowledged first, whatever else is slow."""

import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial

import aiohttp
import discord
from discord.app_commands import Choice

from adapters.discord import asking
from adapters.discord.asking import Asked
from adapters.discord.completing import Completing, Suggestion
from adapters.discord.limits import GUEST_UPLOADS, LABEL, UPLOADS
from adapters.discord.markup import content, label, say
from adapters.discord.messenger import DiscordMessenger
from adapters.discord.place import address_of, in_thread, person_of, place_of
from adapters.discord.replying import Replying
from services.cards import AGAIN, CANCEL, CONFIRM, DELETE, QUIET, SHOW, ZIP, problem_card
from services.commands.command import Command, Takes
from services.desk import Desk
from services.model import Ask, JobId, Receipt
from services.ports import Store
from services.problems import Code, Fault, Problem
from services.showing import Card, Text

log = logging.getLogger(__name__)

# About a job that has its message already.
AFTERWARDS = frozenset({SHOW, ZIP})
# Whose answer belongs into the channel although no sound came with them.
IN_PUBLIC = frozenset({AGAIN, SHOW, ZIP})
# Pressed on a job's own message: what follows is shown through the press.
RENEWING = frozenset({CANCEL, CONFIRM})
HELP = "help"
ACKNOWLEDGED = 40060
OVER = frozenset((10062, ACKNOWLEDGED))  # the first: unknown interaction
THINKING = discord.InteractionResponseType.deferred_channel_message
Show = Callable[[], Awaitable[Receipt]]
TITLE = 45  # characters of a modal's title and of its labels


class Answering:
    """Takes interactions; whatever happens, the person gets an answer."""

    def __init__(
        self,
        desk: Desk,
        messenger: DiscordMessenger,
        completing: Completing,
        replying: Replying,
        store: Store,
    ) -> None:
        self._desk = desk
        self._messenger = messenger
        self._completing = completing
        self._replying = replying
        self._store = store
        self._wordy = asking.wordy(desk.commands)

    async def take(self, interaction: discord.Interaction) -> None:
        """Answer it."""
        try:
            await self._take(interaction)
        except Exception as error:
            # Too late, or it came twice: there is nobody left to tell.
            if isinstance(error, discord.HTTPException) and error.code in OVER:
                log.info("interaction is over")
                return
            reference = secrets.token_hex(4)
            log.exception("interaction failed", extra={"reference": reference})
            problem = Problem(Code.INTERNAL, {"job": reference})
            await self._apologise(interaction, problem_card(problem))

    async def _take(self, interaction: discord.Interaction) -> None:
        match interaction.type:
            case discord.InteractionType.autocomplete:
                await self._complete(interaction)
            case (
                discord.InteractionType.application_command
                | discord.InteractionType.component
                | discord.InteractionType.modal_submit
            ):
                await self._do(interaction)
            case _:
                log.info("interaction of another kind")

    async def _complete(self, interaction: discord.Interaction) -> None:
        found: list[Suggestion] = []
        try:
            data, address = dict(interaction.data or {}), address_of(interaction)
            found = await self._completing.suggest(data, address, person_of(interaction))
        finally:
            # Nothing else may be answered here, whatever went wrong.
            choices = [Choice(name=shown, value=sent) for shown, sent in found]
            await interaction.response.autocomplete(choices)

    async def _do(self, interaction: discord.Interaction) -> None:
        """Up to the acknowledgement, nothing is waited for but a person's wishes, and not long."""
        wants = await self._replying.wanted(interaction)
        try:
            asked = self._read(interaction)
            is_hidden = _is_hidden(interaction)
            is_hidden |= self._replying.is_private(interaction, asked.command, wants)
            ask = _ask(interaction, asked, wants.language, is_hidden=is_hidden)
            command = self._desk.check(ask)
        except Fault as error:
            await self._refuse(interaction, error.problem, wants.language)
            return
        is_quiet = asked.command in QUIET and interaction.type is discord.InteractionType.component
        is_in_place = is_quiet or (asked.command == SHOW and _is_button(interaction))
        if is_in_place:
            await _acknowledge(interaction, {})
        else:
            is_private = command.takes is not Takes.SOUND and asked.command not in IN_PUBLIC
            how = {"thinking": True, "ephemeral": is_private or is_hidden}
            anchor = await _acknowledge(interaction, how)
            if anchor and self._replying.is_in_thread(interaction, ask, wants):
                ask = replace(ask, address=in_thread(ask.address, str(anchor)))
        if is_in_place and ask.command in RENEWING:
            await self._renew(interaction, ask)
        is_done = await self._run(interaction, ask, is_quiet=is_quiet, is_in_place=is_in_place)
        if asked.left_out:
            names = Text("discord-left-out", {"names": ", ".join(asked.left_out)})
            card = Card((names,), is_private=True)
            with _not_worth_it("notice not shown"):
                await self._messenger.answer(ask.address, card, is_first=False)
        if is_done and self._replying.lacks_thread(interaction, ask, wants):
            await self._explain(ask)

    async def _explain(self, ask: Ask) -> None:
        """Say once why an answer that was wished for in a thread came here."""
        with _not_worth_it("notice not shown"):
            if await self._replying.is_new_to(ask.person):
                card = Card((Text("discord-no-thread"),), is_private=True)
                await self._messenger.answer(ask.address, card, is_first=False)

    def _read(self, interaction: discord.Interaction) -> Asked:
        data = dict(interaction.data or {})
        match interaction.type:
            case discord.InteractionType.component:
                return asking.of_component(data)
            case discord.InteractionType.modal_submit:
                return asking.of_modal(data)
            case _:
                return asking.of_command(data, str(interaction.channel_id or ""), self._wordy)

    async def _renew(self, interaction: discord.Interaction, ask: Ask) -> None:
        """A message that could be edited no more can be, through this press."""
        job = await self._store.read(lambda tx: tx.job(JobId(ask.options.get("job", ""))))
        pressed = interaction.message
        if job is None or job.card is None or job.person.id != ask.person.id or pressed is None:
            return
        if self._messenger.is_lost(job.address, job.card, pressed.id):
            await self._desk.moved(job.id, job.card, ask.address)

    async def _run(
        self, interaction: discord.Interaction, ask: Ask, *, is_quiet: bool, is_in_place: bool
    ) -> bool:
        """Do it and show what came of it; False: refused."""
        pressed = interaction.message.id if interaction.message is not None else 0
        # Its own message goes, which only this token may be able to take away.
        is_delete = is_quiet and ask.command == DELETE
        reaching = self._messenger.reaching(ask.address, pressed) if is_delete else nullcontext()
        try:
            with reaching:
                cards = await self._desk.handle(ask)
        except Fault as error:
            await self._tell_privately(ask, problem_card(error.problem), is_quiet=is_in_place)
            return False
        if ask.command == DELETE and is_quiet:
            with suppress(discord.NotFound):
                await interaction.delete_original_response()
        if is_quiet and cards[0].is_private:
            await self._tell_privately(ask, cards[0], is_quiet=True)
        elif not is_quiet:
            await self._show(ask, cards)
        return True

    async def _tell_privately(self, ask: Ask, card: Card, *, is_quiet: bool) -> None:
        try:
            if is_quiet:
                await self._messenger.answer(ask.address, _private(card), is_first=False)
            else:
                await self._messenger.whisper(ask.address, _private(card))
        except Fault as error:
            # It may have arrived, and an apology would say something else.
            if error.problem.code is not Code.CHAT_UNSURE:
                raise

    async def _show(self, ask: Ask, cards: Sequence[Card]) -> None:
        if ask.command == HELP:
            cards = [replace(cards[0], lines=(Text("discord-help"), *cards[0].lines[1:]))]
        if place_of(ask.address).thread:
            await self._show_in_thread(ask, cards)
            return
        first, *others = cards
        answered: list[Receipt] = []

        async def answer() -> Receipt:
            answered.append(await self._messenger.answer(ask.address, first, is_first=True))
            return answered[0]

        await self._show_one(ask, first, answer)
        if place_of(ask.address).is_shared and not answered:
            # It was done sooner than its card could be shown, and came in a message of its own.
            with _not_worth_it("answer not taken back"):
                await self._messenger.withdraw(ask.address)
        for card in others:
            # The person has an answer by now: what fails after it must not take that away.
            with _not_worth_it("answer not shown"):
                await self._show_one(ask, card, self._next(ask, card))

    async def _show_in_thread(self, ask: Ask, cards: Sequence[Card]) -> None:
        """Where it was asked stands a line that the thread hangs on."""
        pointer = Card((Text("discord-in-thread"),))
        await self._messenger.answer(ask.address, pointer, is_first=True)
        here: list[Receipt] = []

        async def show(card: Card) -> Receipt:
            receipt = await self._next(ask, card)()
            if not self._messenger.is_inside(ask.address, receipt):
                here.append(receipt)
            return receipt

        for card in cards:
            with _not_worth_it("answer not shown"):
                await self._show_one(ask, card, partial(show, card))
        if here:
            await self._explain(ask)

    def _next(self, ask: Ask, card: Card) -> Show:
        """How to show another card: where possible so that it is never shown twice."""
        if card.job is not None and ask.command not in AFTERWARDS:
            return partial(self._messenger.post, ask.address, card, card.job)
        return partial(self._messenger.answer, ask.address, card, is_first=False)

    async def _show_one(self, ask: Ask, card: Card, show: Show) -> None:
        if card.job is None:
            await show()
        elif ask.command in AFTERWARDS:
            await self._show_again(ask, card.job, show)
        else:
            # The work has begun: the announcer shows its card in a moment.
            with _not_worth_it("first card not shown"):
                await self._desk.introduce(card.job, show)

    async def _show_again(self, ask: Ask, job_id: JobId, show: Show) -> None:
        job = await self._store.read(lambda tx: tx.job(job_id))
        try:
            receipt = await show()
        except Fault as error:
            if error.problem.code is not Code.CARD_GONE:
                raise
            # The delivery was quicker, and took back what was pressed on.
            return
        if job is None:
            return
        with _not_worth_it("message not noted"):
            if job.outcome is None:
                await self._move(ask, job_id, receipt)
            elif not place_of(ask.address).is_hidden:
                await self._desk.copied(job_id, self._messenger.lasting(ask.address, receipt))

    async def _move(self, ask: Ask, job_id: JobId, receipt: Receipt) -> None:
        """Let the message that was just shown go on as the job's; or end it, if that is over."""
        if await self._desk.moved(job_id, receipt, ask.address):
            return
        ended = await self._desk.handle(ask)
        await self._messenger.edit(ask.address, receipt, ended[0])

    async def _refuse(
        self, interaction: discord.Interaction, problem: Problem, language: str
    ) -> None:
        """One sentence for the person alone; a window to choose files where only they miss."""
        locale = language or str(interaction.locale)
        is_command = interaction.type is discord.InteractionType.application_command
        if problem.code is Code.NO_FILE and is_command:
            asked = self._read(interaction)
            custom_id = asking.upload(asked)
            command = next(one for one in self._desk.commands if one.name == asked.command)
            if custom_id is not None:
                await interaction.response.send_modal(
                    _modal(interaction, command, custom_id, locale)
                )
                return
        told = content(problem_card(problem), locale)
        await interaction.response.send_message(told, ephemeral=True)

    async def _apologise(self, interaction: discord.Interaction, card: Card) -> None:
        told = content(card, str(interaction.locale))
        try:
            if not interaction.response.is_done():
                await interaction.response.send_message(told, ephemeral=True)
                return
            # What follows "thinking" would take its place, for everybody to see.
            if interaction.response.type is THINKING:
                await interaction.delete_original_response()
            await interaction.followup.send(told, ephemeral=True)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            log.warning("not even the apology arrived")


@contextmanager
def _not_worth_it(what: str) -> Iterator[None]:
    """Whatever fails here is logged; what the person has seen already says enough."""
    try:
        yield
    except Exception as error:
        log.warning(what, extra={"detail": str(error)}, exc_info=not isinstance(error, Fault))


async def _acknowledge(interaction: discord.Interaction, how: dict[str, bool]) -> int | None:
    """Defer, and say which message that made.

    Where the answer to it was lost, once more: twice is known, never is not.
    """
    try:
        made = await interaction.response.defer(**how)
    except (aiohttp.ClientError, discord.DiscordServerError, OSError, TimeoutError):
        made = None
        try:
            made = await interaction.response.defer(**how)
        except discord.HTTPException as error:
            if error.code != ACKNOWLEDGED:
                raise
    return made.message_id if made is not None else None


def _is_hidden(interaction: discord.Interaction) -> bool:
    """Whether it was pressed on a message that only its person sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _is_button(interaction: discord.Interaction) -> bool:
    """Whether a button was pressed, not a choice made from a menu."""
    kind = dict(interaction.data or {}).get("component_type")
    return kind == discord.ComponentType.button.value


def _ask(interaction: discord.Interaction, asked: Asked, language: str, *, is_hidden: bool) -> Ask:
    """language: of the answers, where it is not the reader's at Discord."""
    person = person_of(interaction)
    address = address_of(
        interaction,
        reply_to=asked.reply_to,
        is_shared=len(asked.sources) > 1,
        is_hidden=is_hidden,
        locale=language,
    )
    return Ask(
        command=asked.command,
        options=asked.options,
        sources=asked.sources,
        person=replace(person, locale=language or person.locale),
        address=address,
        event=str(interaction.id),
    )


def _private(card: Card) -> Card:
    return Card(card.lines, card.tone, is_private=True)


def _modal(
    interaction: discord.Interaction, command: Command, custom_id: str, locale: str
) -> discord.ui.Modal:
    title = label(Text(f"operation-{command.name}"), locale)[:TITLE]
    made = discord.ui.Modal(title=title, custom_id=custom_id, timeout=None)
    picker: discord.ui.FileUpload[discord.ui.Modal] = discord.ui.FileUpload(
        custom_id="files", min_values=1, max_values=_uploads(interaction)
    )
    made.add_item(
        discord.ui.Label(
            text=label(Text("discord-choose"), locale)[:TITLE],
            description=say(command.text, locale)[:LABEL],
            component=picker,
        )
    )
    # Answered by its custom id, after a restart as well: the library need not remember it.
    made.stop()
    return made


def _uploads(interaction: discord.Interaction) -> int:
    """How many files may be handed in: each needs a message of its own."""
    is_guest = interaction.guild_id is not None and not interaction.is_guild_integration()
    return GUEST_UPLOADS if is_guest else UPLOADS
