"""What the demo's first brand sells: five things out of its cellar, in the words that its guests have for them."""

from premura.models import Product
from premura.prepare.demo_made import Made

BRAND = "bellosguardo"
SHOP = "https://bellosguardo.example/bottega"
# name, what else it is called, price, where it is bought, note
PRODUCTS = (
    ("Scalzacane", "rosso di casa, house red, everyday red", "13 €", f"{SHOP}/scalzacane",
     "Sangiovese, annata 2023. Vegano. In sei bottiglie la spedizione è compresa."),
    ("Merla", "merlot, la Merla 2022", "18 €", f"{SHOP}/merla",
     "Annata 2022. Vegana, bottiglia leggera da 410 grammi. Con il baccalà e con l'arrosto."),
    ("Rosa di Maggio", "rosato, rosé, the pink one, pink wine", "15 €", f"{SHOP}/rosa-di-maggio",
     "Annata 2025. Vegana. Ne restano circa duecento bottiglie."),
    ("Riserva 2019", "Riserva, reserve, riserva 2019 magnum, magnum", "34 €, magnum 72 €", f"{SHOP}/riserva-2019",
     "Trenta mesi in botte. Chiarificata con albume d'uovo: non è vegana. Magnum in cassetta di legno."),
    ("Degustazione in corte", "degustazione, tasting, wine tasting, Weinprobe", "18 €",
     "https://bellosguardo.example/degustazioni",
     "A persona. Alle 11 e alle 16, da martedì a domenica. Anche come buono senza data."),
)  # fmt: skip


def do(made: Made) -> None:
    """Fill them in, where the brand is the one that sells them."""
    if made.brand.slug != BRAND:
        return
    Product.objects.bulk_create(
        Product(brand=made.brand, name=name, words=words, price=price, link=link, note=note)
        for name, words, price, link, note in PRODUCTS
    )
