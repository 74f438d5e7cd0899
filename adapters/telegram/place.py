"""Where an answer may go: a chat and what leads to the right corner of it, kept with the job."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from telegram import Chat, ChatMember, ChatMemberRestricted, Message, User
from telegram.constants import ChatMemberStatus, ChatType

from services import spaces
from services.model import Address, Person

PLATFORM = "telegram"
GENERAL = 1  # a forum's first topic, which is written to without its number
OUTSIDE = (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
ANONYMOUS = 1_087_968_824  # @GroupAnonymousBot stands for every admin who hides
CHANNEL = 136_817_688  # @Channel_Bot stands for every channel that writes in a group


@dataclass(frozen=True, slots=True)
class Place:
    """One message, as far as answers need it after a restart.

    locale: of whoever asked. is_group: whether others read along.
    thread: the topic of a forum. inbox: of whom, in the chat for messages to a channel.
    reply_to: the message that is answered.
    business: the connection through which the bot speaks for somebody, whose own chat with the
    bot is `owner`. guest: the question of somebody in a chat that the bot is not in.
    """

    locale: str = "en"
    is_group: str = ""
    thread: str = ""
    inbox: str = ""
    reply_to: str = ""
    business: str = ""
    owner: str = ""
    guest: str = ""

    @property
    def is_slow(self) -> bool:
        """Whether others read along, so that a message should rarely change."""
        return bool(self.is_group or self.guest)


NAMES = frozenset(field.name for field in fields(Place))


def place_of(address: Address) -> Place:
    """The place that `address_of` wrote down."""
    return Place(**{name: value for name, value in address.route.items() if name in NAMES})


def address_of(
    message: Message, person: Person, reply_to: int | None = None, owner: str = ""
) -> Address:
    """The address of a message; what answers it replies to `reply_to`, else to it.

    owner: where somebody reads for whom the bot speaks in that chat.
    """
    chat = message.chat
    place = Place(
        locale=person.locale,
        is_group="1" if is_group(chat) else "",
        thread=_thread(message),
        inbox=str(message.direct_messages_topic.topic_id) if message.direct_messages_topic else "",
        reply_to=str(reply_to or message.message_id),
        business=message.business_connection_id or "",
        owner=owner,
    )
    return Address(PLATFORM, space_of(chat, person), str(chat.id), _route(place), _corners(message))


def guest_address_of(message: Message, person: Person) -> Address:
    """Where a guest's answer goes: to the question, and what must be uploaded to their own chat."""
    place = Place(locale=person.locale, guest=message.guest_query_id or "")
    return Address(PLATFORM, spaces.own(person), person.id, _route(place), is_guest=True)


def private_address_of(address: Address, person: Person) -> Address:
    """The person's own chat with the bot, for an answer to what they asked in a group.

    It counts where it was asked: space and corner stay.
    """
    own = Place(locale=place_of(address).locale)
    return replace(address, chat=person.id, route=_route(own))


def is_elsewhere(address: Address) -> bool:
    """Whether it is somebody's own chat for what they asked in a group."""
    is_own = address.space == spaces.own_of(address.chat)
    return not place_of(address).is_group and not is_own


def owner_address_of(address: Address) -> Address:
    """Where somebody reads what only they should read of a chat in which the bot speaks for them.

    It is also where people read who asked as guests, when their question can be answered no more.
    """
    place = place_of(address)
    own = Place(locale=place.locale)
    return replace(address, chat=place.owner or address.chat, route=_route(own))


def standing(address: Address) -> Address:
    """The same corner of the chat without the message that was answered."""
    place = place_of(address)
    kept = Place(locale=place.locale, is_group=place.is_group, thread=place.thread)
    return replace(address, route=_route(kept))


def is_group(chat: Chat) -> bool:
    """Whether several people read there."""
    return chat.type != ChatType.PRIVATE


def is_here(member: ChatMember) -> bool:
    """Whether that member is in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in OUTSIDE


def space_of(chat: Chat, person: Person) -> str:
    """Whose settings and quota count: the group's, or the person's own."""
    return str(chat.id) if is_group(chat) else spaces.own(person)


def person_of(user: User | None, sender: Chat | None, *, is_admin: bool) -> Person:
    """Who asks. Whoever hides behind a chat is that chat."""
    if sender is not None:
        locale = user.language_code if user is not None else None
        return Person(str(sender.id), locale or "en", is_admin, is_place=True)
    assert user is not None
    return Person(str(user.id), user.language_code or "en", is_admin)


def spoken(person: Person, language: str) -> Person:
    """The same person, who reads another language than their Telegram does."""
    return replace(person, locale=language) if language else person


def _thread(message: Message) -> str:
    """The topic; replies in plain groups carry a number as well, which leads nowhere."""
    thread = message.message_thread_id
    is_topic = bool(message.is_topic_message) and thread is not None and thread != GENERAL
    return str(thread) if is_topic else ""


def _corners(message: Message) -> tuple[str, ...]:
    """The topic of a forum; a plain group has only itself."""
    if not message.chat.is_forum:
        return ()
    return (_thread(message) or str(GENERAL),)


def _route(place: Place) -> Mapping[str, str]:
    return {name: value for name, value in asdict(place).items() if value}
