"""Makers of personal data as people type it: every item valid, every form in use.  Seeded."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from premura.text.personal_data import Kind

CARRIERS = """
Buongiorno, vi scrivo per la terza volta | e nessuno mi ha ancora risposto
Salve, ho un problema con la linea | potete richiamarmi?
non ho ricevuto niente!!! | VERGOGNA
Ciao 😊 | grazie mille a tutti
ecco i miei dati: | fatemi sapere
È possibile avere il rimborso qui? | Aspetto da 3 settimane, ordine del 12/03/2024
@user vi mando tutto in privato | ma rispondete
il pacco non arriva | sono a casa dopo le 18:30
Hello, this is the third time I write | please answer
hi team | thx
Hola, todavía espero el reembolso | gracias
Bonjour, toujours rien reçu | merci d'avance
Guten Tag, ich warte noch immer | danke
Olá, ainda estou à espera | obrigado
""".strip().splitlines()


def in_a_message(rng: random.Random, item: str) -> tuple[str, int]:
    """Return a message with `item` in it, and where it begins."""
    before, after = rng.choice(CARRIERS).split(" | ")
    sign = rng.choice([" ", " ", " ", ": ", "\n", ", ", " (", " - ", ". "])
    close = {" (": ") ", ", ": ", "}.get(sign, rng.choice([" ", ". ", ", ", "\n", "! ", "... ", "; "]))
    match rng.randrange(4):
        case 0:
            return f"{item}{close}{after}", 0
        case 1:
            return f"{before}{sign}{item}", len(before + sign)
        case _:
            return f"{before}{sign}{item}{close}{after}", len(before + sign)


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def iban(rng: random.Random) -> str:
    from stdnum import iban as registry

    country, structure = rng.choice(IBANS)
    signs = {"n": "0123456789", "a": "ABCDEFGHJKLMNPQRSTUVWXYZ", "c": "0123456789ABCDEFGHJK0123456789"}
    body = "".join(
        "".join(rng.choice(signs[kind]) for _ in range(int(n))) for n, kind in re.findall(r"(\d+)!([nac])", structure)
    )
    compact = f"{country}{registry.calc_check_digits(f'{country}00{body}')}{body}"
    spaced = " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))
    forms = [compact, compact.lower(), spaced, spaced.lower(), spaced.replace(" ", "-"), spaced.replace(" ", ".")]
    if country == "IT":
        forms += [f"{compact[:2]} {compact[2:4]} {compact[4]} {compact[5:10]} {compact[10:15]} {compact[15:]}"]
    return rng.choice(forms)


IBANS = [
    *[("IT", "1!a5!n5!n12!c")] * 12,
    ("AD", "4!n4!n12!c"),
    ("AT", "5!n11!n"),
    ("BE", "3!n7!n2!n"),
    ("BG", "4!a4!n2!n8!c"),
    ("CH", "5!n12!c"),
    ("CY", "3!n5!n16!c"),
    ("CZ", "4!n6!n10!n"),
    ("DE", "8!n10!n"),
    ("DK", "4!n9!n1!n"),
    ("EE", "2!n2!n11!n1!n"),
    ("ES", "4!n4!n1!n1!n10!n"),
    ("FI", "3!n11!n"),
    ("FR", "5!n5!n11!c2!n"),
    ("GB", "4!a6!n8!n"),
    ("GI", "4!a15!c"),
    ("GR", "3!n4!n16!c"),
    ("HR", "7!n10!n"),
    ("HU", "3!n4!n1!n15!n1!n"),
    ("IE", "4!a6!n8!n"),
    ("IS", "4!n2!n6!n10!n"),
    ("LI", "5!n12!c"),
    ("LT", "5!n11!n"),
    ("LU", "3!n13!c"),
    ("LV", "4!a13!c"),
    ("MC", "5!n5!n11!c2!n"),
    ("MT", "4!a5!n18!c"),
    ("NL", "4!a10!n"),
    ("NO", "4!n6!n1!n"),
    ("PL", "8!n16!n"),
    ("PT", "4!n4!n11!n2!n"),
    ("RO", "4!a16!c"),
    ("SE", "3!n16!n1!n"),
    ("SI", "5!n8!n2!n"),
    ("SK", "4!n6!n10!n"),
    ("SM", "1!a5!n5!n12!c"),
    ("VA", "3!n15!n"),
]


def codice_fiscale(rng: random.Random) -> str:
    from stdnum.it.codicefiscale import calc_check_digit

    names = "".join(rng.choice("BCDFGLMNPRSTVZAEIO") for _ in range(6))
    day = rng.randint(1, 28) + rng.choice([0, 40])
    place = f"{rng.choice('ABCDEFGHIL')}{digits(rng, 3)}"
    body = f"{names}{rng.randint(0, 99):02}{rng.choice('ABCDEHLMPRST')}{day:02}{place}"
    if rng.random() < 0.2:
        at = rng.sample([6, 7, 9, 10, 12, 13, 14], rng.randint(1, 4))
        body = "".join("LMNPQRSTUV"[int(sign)] if n in at else sign for n, sign in enumerate(body))
    code = body + calc_check_digit(body)
    apart = f"{code[:3]} {code[3:6]} {code[6:11]} {code[11:]}"
    return rng.choice([code, code.lower(), code.capitalize(), apart, apart.lower(), apart.replace(" ", "-")])


def partita_iva(rng: random.Random) -> str:
    from stdnum import luhn

    body = f"{digits(rng, 7)}{rng.randint(1, 99):03}"
    number = body + luhn.calc_check_digit(body)
    return rng.choice([number, number, number, f"IT{number}", f"IT {number}", f"it{number}"])


def card(rng: random.Random) -> str:
    from stdnum import luhn

    if rng.random() < 0.2:
        body = rng.choice(["34", "37"]) + digits(rng, 12)
        number = body + luhn.calc_check_digit(body)
        return rng.choice(
            [number, f"{number[:4]} {number[4:10]} {number[10:]}", f"{number[:4]}-{number[4:10]}-{number[10:]}"]
        )
    start = rng.choice(["4", "4", "51", "52", "53", "54", "55", "2221", "2720", "6011", "5018", "6759"])
    body = start + digits(rng, 15 - len(start))
    number = body + luhn.calc_check_digit(body)
    four = [number[at : at + 4] for at in range(0, 16, 4)]
    return rng.choice([number, " ".join(four), "-".join(four), ".".join(four)])


def phone(rng: random.Random) -> str:
    return rng.choice([mobile, mobile, mobile, landline, abroad, unmistakable])(rng)


def mobile(rng: random.Random) -> str:
    a, b = f"3{rng.choice('23456789')}{digits(rng, 1)}", digits(rng, 7)
    start = rng.choice(["", "", "", "+39", "+39 ", "0039", "0039 ", "(+39) ", "+39-", "39"])
    body = rng.choice(
        [
            f"{a}{b}",
            f"{a} {b}",
            f"{a}/{b}",
            f"{a}-{b}",
            f"{a}.{b}",
            f"{a} {b[:3]} {b[3:]}",
            f"{a}.{b[:3]}.{b[3:]}",
            f"{a}-{b[:3]}-{b[3:]}",
            f"{a} {b[:2]} {b[2:4]} {b[4:]}",
            f"{a} {b[:3]} {b[3:5]} {b[5:]}",
            f"{a} - {b}",
            f"{a} / {b}",
        ]
    )
    return f"{start}{body}" if start != "39" else f"39{a}{b}"


def landline(rng: random.Random) -> str:
    area, length = rng.choice(
        [
            ("02", 8),
            ("06", 8),
            ("011", 7),
            ("081", 7),
            ("055", 6),
            ("051", 7),
            ("0434", 6),
            ("0784", 6),
            ("010", 7),
            ("091", 7),
        ]
    )
    body = rng.choice("23456789" if area in {"02", "06"} else "2345678") + digits(rng, length - 1)
    start = rng.choice(["", "", "", "+39 ", "0039 ", "+39"])
    sign = rng.choice(["", " ", "/", "-", ".", " - "]) if not start else rng.choice(["", " "])
    half = rng.choice([body, body, f"{body[:3]} {body[3:]}", f"{body[:2]} {body[2:4]} {body[4:]}"])
    return f"{start}{area}{sign or (' ' if ' ' in half else '')}{half}"


def abroad(rng: random.Random) -> str:
    from phonenumbers import PhoneNumberFormat, PhoneNumberType, example_number_for_type, format_number, is_valid_number

    while True:
        country = rng.choice(
            ["DE", "FR", "ES", "GB", "CH", "AT", "PT", "BR", "US", "RO", "PL", "NL", "BE", "AL", "MA", "UA"]
        )
        number = example_number_for_type(country, PhoneNumberType.MOBILE)
        assert number is not None
        number.national_number = number.national_number // 1000 * 1000 + rng.randrange(1000)
        if is_valid_number(number):
            break
    form = format_number(number, rng.choice([PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164]))
    return form if rng.random() < 0.8 else form.replace("+", "00")


def unmistakable(rng: random.Random) -> str:
    tail = digits(rng, 4)
    return rng.choice(
        [
            f"(415) 555-{tail}",
            f"212-555-{tail}",
            f"(312)555-{tail}",
            f"07700 900{tail[:3]}",
            f"07{rng.choice('4578')}11{digits(rng, 6)}",
            f"020 7946 {tail}",
            f"06 {tail[:2]} {tail[2:]} 56 71",
            f"0176 1234{tail}",
            f"(11) 98765-{tail}",
            f"612 {tail[:2]} {tail[2:]} 78",
        ]
    )


def email(rng: random.Random) -> str:
    name = rng.choice(
        [
            "mario.rossi",
            "Giulia_Bianchi",
            "l.verdi",
            "anna84",
            "pippo.pluto.92",
            "j.smith",
            "xX_luca_Xx",
            "maria-grazia.deluca",
        ]
    )
    host = rng.choice(
        [
            "gmail.com",
            "libero.it",
            "hotmail.it",
            "studiorossi.eu",
            "yahoo.co.uk",
            "pec.example.com",
            "icloud.com",
            "outlook.de",
        ]
    )
    plain = f"{name}@{host}"
    dots, at = rng.choice(
        [
            (" punto ", " chiocciola "),
            (".", " chiocciola "),
            (".", " (at) "),
            (".", "(at)"),
            (".", "[at]"),
            (" dot ", " at "),
        ]
    )
    spelled = f"{name.replace('.', dots)}{at}{host.replace('.', dots)}"
    return rng.choice([plain, plain, plain, plain.upper(), plain.capitalize(), spelled])


def address(rng: random.Random) -> str:
    n = rng.randint(1, 250)
    return rng.choice(
        [
            f"via Garibaldi {n}",
            f"Via Giuseppe Verdi, {n}",
            f"V.le Monza {n}/b",
            f"viale della Repubblica n. {n}",
            f"p.zza Duomo, {n}",
            f"Piazza San Marco {n}",
            f"corso Buenos Aires {n}",
            f"C.so Italia {n}/A",
            f"via roma {n}",
            f"VIA ROMA {n}",
            f"largo Augusto {n}",
            f"vicolo Stretto {n}",
            f"via XX Settembre {n}",
            f"via dei Mille {n} bis",
            f"via Roma n° {n}",
            f"via Sant'Anna {n}, 80134 Napoli",
            f"via G. Mazzini {n}, 20121 Milano (MI)",
            f"strada Maggiore {n}",
            f"via IV Novembre, {n}",
            f"{n} Baker Street",
            f"Flat 3, {n}b Baker Street",
            f"{n} Old Kent Road, London SE1 5UB",
            f"{n} Main St",
            f"{n} W 5th Avenue",
            f"calle de Alcalá {n}",
            f"C/ Mayor, {n}",
            f"avenida de América {n}, 28028 Madrid",
            f"{n} rue de la Paix, 75002 Paris",
            f"{n} bis avenue Victor Hugo",
            f"{n} bd Saint-Michel",
            f"Hauptstraße {n}",
            f"Lindenstr. {n}a",
            f"Berliner Straße {n}, 10115 Berlin",
            f"Rua Augusta, {n}",
            f"Av. da Liberdade {n}, 1250-096 Lisboa",
        ]
    )


def tax_id(rng: random.Random) -> str:
    from stdnum.br import cpf
    from stdnum.es import dni
    from stdnum.fr import nir

    number = digits(rng, 8)
    spanish = number + dni.calc_check_digit(number)
    foreigner = "Y" + digits(rng, 7)
    foreigner += dni.calc_check_digit("1" + foreigner[1:])
    french = f"{rng.choice('12')}{rng.randint(10, 99)}{rng.randint(1, 12):02}{rng.randint(10, 94)}"
    french += f"{rng.randint(100, 989)}{rng.randint(100, 999)}"
    french += nir.calc_check_digits(french)
    nine = digits(rng, 9)
    brazilian = nine + cpf._calc_check_digits(nine)
    return rng.choice(
        [
            spanish,
            f"{spanish[:8]}-{spanish[8]}",
            spanish.lower(),
            foreigner,
            french,
            " ".join([french[0], french[1:3], french[3:5], french[5:7], french[7:10], french[10:13], french[13:]]),
            brazilian,
            f"{brazilian[:3]}.{brazilian[3:6]}.{brazilian[6:9]}-{brazilian[9:]}",
            f"AB {nine[:2]} {nine[2:4]} {nine[4:6]} C",
            f"AB{nine[:6]}C",
            "DE136695976",
            "ATU13585627",
            "FR40303265045",
            f"219-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        ]
    )


MAKERS: dict[Kind, Callable[[random.Random], str]] = {
    Kind.IBAN: iban,
    Kind.CODICE_FISCALE: codice_fiscale,
    Kind.PARTITA_IVA: partita_iva,
    Kind.CARD: card,
    Kind.PHONE: phone,
    Kind.EMAIL: email,
    Kind.ADDRESS: address,
    Kind.TAX_ID: tax_id,
}
