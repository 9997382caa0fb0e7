"""What the demo's first brand knows to say: its bank of answers, its saved replies, its voice."""

from datetime import date, timedelta

from premura.models import Agent, Entry, SavedReply, Shareable, Variant, Voice
from premura.prepare.demo_made import Made

BRAND = "bellosguardo"
# question, facts, who may be told, days it still holds (None: for good), Italian (tu), Italian (Lei), English
ENTRIES: tuple[tuple[str, str, str, int | None, str, str, str], ...] = (
    (
        "Spedite all'estero? Quanto costa?",
        "Italia 7,90 €, gratis sopra gli 89 €. Austria, Germania, Paesi Bassi e Slovenia 14,90 € per dodici bottiglie, "
        "quattro giorni lavorativi. Regno Unito 24,90 € dogana compresa, sei giorni. Stati Uniti: non ancora.",
        Shareable.PUBLIC, 160,
        "Sì, spediamo: in Italia a 7,90 €, gratis sopra gli 89 €; in Austria, Germania, Paesi Bassi e Slovenia a "
        "14,90 € per dodici bottiglie, in quattro giorni lavorativi.",
        "Sì, spediamo: in Italia a 7,90 €, gratis sopra gli 89 €. Se mi scrive la città Le dico il giorno di arrivo.",
        "We do: 24.90 € to the UK with duties included, in six working days; 14.90 € for twelve bottles to Austria, "
        "Germany, the Netherlands and Slovenia. Not to the US yet.",
    ),
    (
        "Quando è aperta la bottega?",
        "Via del Forno: da martedì a sabato 9.30-13 e 16-19.30, domenica 10-13. Il lunedì si riposa.",
        Shareable.PUBLIC, 9,
        "La bottega è aperta da martedì a sabato 9.30-13 e 16-19.30, la domenica 10-13. Il lunedì si riposa.",
        "",
        "The shop is open Tuesday to Saturday 9.30-13 and 16-19.30, Sundays 10-13. Monday is our day off.",
    ),
    (
        "I cani possono entrare?",
        "Sì, al guinzaglio: in corte, in vigna e in sala. Nella bottaia no, per l'aria che bevono le botti.",
        Shareable.PUBLIC, None,
        "Certo: al guinzaglio in corte, in vigna e in sala. Solo in bottaia no.", "",
        "Of course, on a lead: courtyard, vineyard and tasting room. Only the barrel cellar stays without.",
    ),
    (
        "I vini sono vegani? C'è uovo?",
        "Scalzacane, Merla e Rosa di Maggio sono vegani. La Riserva fino al 2020 è chiarificata con albume; dal 2021 "
        "no. Stessa linea di imbottigliamento, lavata a vapore: meno di 0,25 mg/l, che non è zero.",
        Shareable.PUBLIC, None,
        "Scalzacane, Merla e Rosa di Maggio sono vegani. La Riserva fino al 2020 è chiarificata con albume.", "",
        "Scalzacane, Merla and Rosa di Maggio are vegan. The Riserva up to 2020 is fined with egg white.",
    ),
    (
        "Quanti solfiti ci sono?",
        "Scalzacane 45 mg/l, Merla 52, Riserva 60, Vermentino 70; il limite è 150 per i rossi. Nessuno è senza.",
        Shareable.PUBLIC, -12, "", "Nello Scalzacane sono 45 mg/l in totale, contro i 150 ammessi.", "",
    ),
    (
        "Come funziona il rimborso di una degustazione annullata?",
        "Se annulliamo noi: tutto indietro sulla stessa carta entro cinque giorni lavorativi, oppure un'altra data.",
        Shareable.PUBLIC, None,
        "Se annulliamo noi ti rendiamo tutto sulla stessa carta entro cinque giorni lavorativi, o un'altra data.",
        "", "",
    ),
    (
        "Fate sconti per grandi quantità?",
        "Da 60 bottiglie il 10%, da 120 il 15%. Il prezzo lo diciamo a chi chiede, in privato.",
        Shareable.DIRECT, None,
        "Da 60 bottiglie togliamo il 10%, da 120 il 15%, e quelle chiuse le riprendiamo.", "", "",
    ),
    (
        "Da chi compriamo i tappi?",
        "Dal prossimo anno il fornitore dei tappi cambia: troppe Riserva 2018 ne sanno. Non è annunciato.",
        Shareable.INTERNAL, None, "", "", "",
    ),
)  # fmt: skip
# name, language, text, how often it was used
SAVED = (
    ("spedita", "it", "{name}, {product} parte oggi e arriva a {place} entro due giorni lavorativi. {agent}", 31),
    ("tappo", "it", "{name}, ci scusiamo: se sa di tappo la bottiglia è nostra da ricambiare. Grazie di avercelo "
     "detto. Ti rimando {product} domattina. {agent}", 18),
    ("prenotato", "it", "{name}, il posto di {date} è segnato a tuo nome. Ti aspettiamo in corte. {agent}", 24),
    ("dove", "it", "{name}, siamo in via del Forno a Castelvento: dalla stazione il bus 14, dieci minuti. {agent}", 9),
    ("shipped", "en", "{name}, {product} leaves today and should reach {place} within six working days. {agent}", 12),
    ("booked", "en", "{name}, your table for {date} is booked. See you in the courtyard. {agent}", 7),
)  # fmt: skip


def do(made: Made) -> None:
    """Fill it in, where the brand is the one that it is of."""
    if made.brand.slug != BRAND:
        return
    today, people = made.now.date(), list(made.agents.values())
    for n, entry in enumerate(ENTRIES):
        _entry(made, entry, people[n % 3], today)
    SavedReply.objects.bulk_create(
        SavedReply(brand=made.brand, name=name, language=language, text=text, used=used, owner=people[n % 3])
        for n, (name, language, text, used) in enumerate(SAVED)
    )
    Voice.objects.create(
        brand=made.brand,
        values="Rispondiamo come si parla in corte: con il nome, con il dettaglio, con la verità. Se l'errore è nostro "
        "lo diciamo per primo.",
        words_we_use=["corte", "bottega", "vigna", "ti aspettiamo"],
        words_we_avoid=["gentile cliente", "la informiamo che", "disguido", "a breve", "cordialmente"],
        address={"": "tu", "email": "lei"},
        examples="Toni, il magnum c'è: 72 euro, in cassetta di legno.\nPolenta è la benvenuta: al guinzaglio in corte.",
        signs=True,
    )


def _entry(made: Made, entry: tuple[str, str, str, int | None, str, str, str], owner: Agent, today: date) -> None:
    question, facts, shareable, days, tu, lei, english = entry
    kept = Entry.objects.create(
        brand=made.brand, question=question, facts=facts, shareable=shareable, owner=owner,
        valid_until=today + timedelta(days=days) if days is not None else None,
    )  # fmt: skip
    words = (("it", Variant.Tone.TU, tu), ("it", Variant.Tone.LEI, lei), ("en", Variant.Tone.PLAIN, english))
    Variant.objects.bulk_create(
        Variant(entry=kept, language=language, tone=tone, text=text) for language, tone, text in words if text
    )
