"""The policies of the demo's first brand, and who of its people has read them."""

from datetime import timedelta

from premura.models import Policy, PolicyRead
from premura.prepare.demo_made import Made

BRAND = "bellosguardo"
# title, text, who wrote it, how many days ago, who has read it, each so many days later
POLICIES: tuple[tuple[str, str, str, int, tuple[str, ...]], ...] = (
    (
        "Come parliamo dell'azienda sui nostri profili",
        "Sui profili personali ognuno scrive quello che vuole. Se parli di Bellosguardo, di' che ci lavori: chi legge "
        "ha diritto di saperlo.\n\n"
        "Non rispondere da lì ai clienti che si lamentano, nemmeno per difenderci. Passaci il link: rispondiamo noi, "
        "dal profilo della cantina, con i fatti in mano.\n\n"
        "Restano in casa: prezzi ai rivenditori, fornitori, colleghi, dati di chi compra. Nel dubbio chiedi a Bruno.",
        "bruno", 21, ("elena", "ada", "dario", "bruno"),
    ),
    (
        "Quando una conversazione diventa un caso legale",
        "Fermati e chiama un responsabile se qualcuno scrive che si è fatto male, nomina un avvocato, una denuncia o "
        "un giornale, oppure minaccia uno di noi.\n\n"
        "Finché non hai risposta: niente scuse per colpe che non conosciamo, niente promesse di rimborso, niente "
        "cancellazioni. Quello che è stato scritto resta dov'è.\n\n"
        "In pubblico basta una riga: «Abbiamo letto, ce ne occupiamo subito, ti scriviamo entro stasera». E poi "
        "qualcuno scrive davvero.",
        "elena", 6, ("bruno", "ada", "elena"),
    ),
)  # fmt: skip


def do(made: Made) -> None:
    """Fill them in, where the brand is the one that they are of."""
    if made.brand.slug != BRAND:
        return
    people = {email.partition("@")[0]: agent for email, agent in made.agents.items()}
    for title, text, by, days, readers in POLICIES:
        published = made.now - timedelta(days=days)
        policy = Policy.objects.create(
            brand=made.brand, title=title, text=text, by=people[by], published_at=published
        )  # fmt: skip
        PolicyRead.objects.bulk_create(
            PolicyRead(policy=policy, agent=people[name], version=1, at=published + timedelta(days=n, hours=2))
            for n, name in enumerate(readers)
        )
