"""What a thread says of who else writes in it: who works for us, and who seems to have answered another customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from premura.decide import peers
from premura.interact import fill
from premura.prepare import employees

# What confirms an answer of another customer in public, with their first name and without.
THANKS = {
    "it": ("Confermiamo quello che ha scritto {name}, è giusto. Grazie {name} per l’aiuto!",
           "Confermiamo la risposta qui sopra, è giusta. Grazie a chi ha dato una mano!"),
    "en": ("What {name} wrote is right, we confirm it. Thank you {name} for helping!",
           "The answer above is right, we confirm it. Thanks to whoever helped!"),
    "es": ("Confirmamos lo que ha escrito {name}, es correcto. ¡Gracias {name} por la ayuda!",
           "Confirmamos la respuesta de arriba, es correcta. ¡Gracias a quien ha ayudado!"),
    "fr": ("Nous confirmons ce que {name} a écrit, c’est juste. Merci {name} pour l’aide !",
           "Nous confirmons la réponse ci-dessus, elle est juste. Merci pour l’aide !"),
    "de": ("Was {name} schreibt, stimmt, das bestätigen wir. Danke {name} für die Hilfe!",
           "Die Antwort oben stimmt, das bestätigen wir. Danke für die Hilfe!"),
    "pt": ("Confirmamos o que {name} escreveu, está certo. Obrigado {name} pela ajuda!",
           "Confirmamos a resposta acima, está certa. Obrigado a quem ajudou!"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Peer:
    """What stands under a message that seems to answer another customer."""

    answer: Any
    here: bool  # it answers who this conversation is with
    thanks: str  # for the composer, where it is right


def given(conversation: Any, lines: Iterable[Any]) -> dict[str, Any]:
    """Return for the thread's messages who of their writers works for us, and what answers whom.  Two queries.

    Where several of our people write in one public thread, `brigade` has their names: it reads as if we had sent them.
    """
    messages = [line.thing for line in lines if line.sort == "message" and not line.thing.is_ours]
    of_whom = {message.pk: message.identity for message in messages}
    spoken = conversation.language if conversation.language not in ("", "und") else conversation.brand.language
    ours = employees.among(messages)
    names = {message.identity_id: str(message.identity) for message in messages if message.identity_id in ours}
    return {
        "works_for_us": ours,
        "brigade": sorted(names.values()) if len(names) > 1 and not conversation.private else [],
        "peer_answers": {
            pk: Peer(answer, answer.conversation_id == conversation.pk, thanks(spoken, of_whom[pk].name))
            for pk, answer in peers.of_messages(messages).items()
        },
    }


def thanks(language: str, name: str) -> str:
    """Return the sentence that confirms what another customer answered, and thanks them.

    >>> thanks("en", "Marco Neri"), thanks("en", "marco_82")[:16]
    ('What Marco wrote is right, we confirm it. Thank you Marco for helping!', 'The answer above')
    """
    with_name, without = THANKS.get(language, THANKS["en"])
    first = fill.first_name(name)
    return with_name.format(name=first) if first else without
