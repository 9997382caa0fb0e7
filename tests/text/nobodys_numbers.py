"""Messages with numbers that are nobody's: orders, parcels, prices, days, versions.  Seeded."""

import random
import re

from tests.text.personal_forms import digits

CLEAN = """
ordine n. {9} mai arrivato
il mio ordine {10} risulta spedito
Ordine #{3}-{7}-{7} del {date}
tracking {12} fermo a Bologna
spedizione n° {13}, nessun aggiornamento
codice cliente {9} e contratto {11}
pratica {4}/{4} ancora aperta
ticket #{7}: nessuna risposta
LDV 1Z999AA1{8}4 mai partita
raccomandata RR{9}IT
POD IT001E{8} e matricola contatore {14}
il PDR è {14}
prenotazione {6} per il {date} alle {time}
ho pagato {price} euro invece di {price}
€ {price} per {d} giorni di vacanza
1.000.000 di euro, anzi 12.500.000,00
dal {date} al {date}
{date} {time}, fuori servizio da {d} ore
siamo nel {year}, non nel 1985/1986
abbiamo vinto {d}-{d}, {d}-{d}, {d}-{d}
versione 10.{d}.{d}.{3} su Android 14
il mio ip è 192.168.{d}.{d} dietro 10.0.{d}.{d}
volo FR{4} delle {time}, posto {d}A
treno 9{3} da Milano a Roma, carrozza {d}
targa AB{3}CD
{d} {d} {d} {d} {d} contali
#{10} #promo{year}
https://example.com/p/{15}?id=3{9}
guarda www.example.it/ordini/{11}/dettaglio
chiamate il numero verde 800 {6}
ho chiamato il 187 e poi il 199 {6}, anche l'892424
sono andato via {d} giorni e via mail {d} volte
il corso di inglese {d} volte a settimana, in corso da {d} mesi
via Roma è chiusa, il negozio in piazza Duomo pure
in via Verdi {d} persone in coda
abito in via Garibaldi
{d} minutes down the road, a {d} hour drive
it took {d} days on the street
order {10} placed on {date}
my reference is {8}
scrivete a info@example.com o support@example.org
<email> @user http <num>
EAN 80{11}
modello SM-A{3}F serie {10}
lat 45.4{6}, lon 9.1{6}
fattura n. {11} del {date}
lettura {5} kWh, consumo {4} smc
3,1415926535 e 2.7182818284
codice articolo {3}.{3}.{2}
taglia {d}, misura 3x4, {d}x{d} cm
CAP 20121, interno {d}
{d}% di sconto, da {d}99 a {d}49 euro
@mario_rossi.92 @luca.bianchi ditelo voi
don't @ me, laugh at me
polizza {12} scaduta il {date}
IMEI 35{12}4 bloccato
""".strip().splitlines()


def clean(rng: random.Random) -> str:
    """Return a message with numbers that are nobody's."""

    def fill(match: re.Match[str]) -> str:
        match match[1]:
            case "date":
                day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2019, 2026)
                return rng.choice(
                    [
                        f"{day}/{month}/{year}",
                        f"{day:02}.{month:02}.{year % 100}",
                        f"{year}-{month:02}-{day:02}",
                        f"{day}-{month}-{year}",
                    ]
                )
            case "time":
                return f"{rng.randint(0, 23):02}{rng.choice(':.')}{rng.randint(0, 59):02}"
            case "price":
                return rng.choice(
                    [
                        f"{rng.randint(1, 99)},{rng.randint(10, 99)}",
                        f"{rng.randint(1, 9)}.{digits(rng, 3)},00",
                        digits(rng, 4),
                    ]
                )
            case "year":
                return str(rng.randint(1990, 2027))
            case "d":
                return str(rng.randint(1, 99))
            case count:
                return digits(rng, int(count))

    return re.sub(r"\{(\w+)\}", fill, rng.choice(CLEAN))
