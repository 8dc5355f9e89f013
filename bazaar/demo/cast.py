"""The people of the demonstration beside the shopkeepers, and what they say in its story."""

from types import MappingProxyType
from typing import Final, NamedTuple

from bazaar.demo.pictures import Recipe


class Arbiter(NamedTuple):
    """Who offers to judge; ``fee`` and ``most`` as the command line takes them."""

    name: str
    location: str
    short: str
    about: str
    terms: str
    fee: str
    most: str
    languages: tuple[str, ...]


class Purchase(NamedTuple):
    """What the buyer orders; ``options`` and ``shipping`` as the command line takes them."""

    shop: str
    slug: str
    options: tuple[str, ...]
    shipping: str
    memo: str
    total: str


class Rating(NamedTuple):
    """Stars of 1 to 5 and a few words."""

    stars: int
    text: str


ARBITER: Final = Arbiter(
    name="Ilse Vandamme",
    location="Ghent, Belgium",
    short="Mediator. I read everything twice and answer within a day.",
    about=(
        "For twenty-two years I sat in the small claims court of Ghent, mostly listening. "
        "Now I do the same from my kitchen table.\n\n"
        "I look at the description, the pictures and what was agreed, in this order. "
        "I write down **why** I decide as I do, so that both sides can live with it."
    ),
    terms=(
        "Write what happened, in your own words, and add pictures of the goods and of the "
        "parcel. I ask each side once for what is missing and decide within three days. "
        "Where both were careless, both bear a part. My fee is owed only if I rule."
    ),
    fee="0.50 EUR + 1 %",
    most="2000.00 EUR",
    languages=("nl", "fr", "en"),
)

BACKUP_ARBITER: Final = Arbiter(
    name="Tomasz Wierzbicki",
    location="Kraków, Poland",
    short="Consumer adviser. I step in when the first arbiter is away.",
    about=(
        "I advise buyers and sellers at the market hall of Kraków and repair violins in the "
        "evenings. I gladly stand in for other arbiters: a case should not wait because "
        "somebody is in hospital or on a mountain."
    ),
    terms=(
        "I judge by the listing as it was signed and by evidence that both sides could see. "
        "Transport damage is the sender's risk unless the buyer chose to do without "
        "insurance. I answer within two days, on holidays within three."
    ),
    fee="0.50 EUR + 1 %",
    most="1000.00 EUR",
    languages=("pl", "en", "de"),
)

FRAIL_ARBITER: Final = Arbiter(
    name="Aurélie Chastain",
    location="Annecy, France",
    short="Retired notary. I judge in winter, when the passes are closed.",
    about=(
        "Forty years a notary in Annecy. I like papers that agree with each other. From May "
        "on I am in the mountains, and my machine is as old as I am: name a backup."
    ),
    terms="I look at the papers first and at people second. Two letters from each side at most.",
    fee="0.50 EUR + 1 %",
    most="500.00 EUR",
    languages=("fr", "it"),
)

BUYER_NAME: Final = "Amina Haddad"
BUYER_PROFILE: Final = MappingProxyType(
    {
        "name": BUYER_NAME,
        "handle": "amina",
        "location": "Lyon, France",
        "short": "Translator. Furnishing a flat, one good thing at a time.",
        "languages": ["fr", "ar", "en"],
    }
)
BUYER_ADDRESS: Final = MappingProxyType(
    {
        "name": BUYER_NAME,
        "company": "",
        "street": "14 rue des Tables Claudiennes",
        "street2": "3rd floor, left",
        "city": "Lyon",
        "region": "",
        "postal_code": "69001",
        "country": "FR",
        "phone": "",
        "email": "",
    }
)

LAMP_ORDER: Final = Purchase(
    shop="lamplight",
    slug="brass-desk-lamp-with-enamel-shade-rewired",
    options=("Shade=Bottle green",),
    shipping="Post/Parcel",
    memo="It goes on a drawing table. Could you enclose a warm bulb and add it to the price of the next order?",
    total="142.90 EUR",
)
LAMP_RATING: Final = Rating(
    5,
    "Packed like an egg, and it stays exactly where I put it. The dent at the foot is "
    "described more strictly than it is. I will come back for the clock.",
)

TEAPOT_ORDER: Final = Purchase(
    shop="barro-e-linho",
    slug="teapot-with-cane-handle-900-ml",
    options=(),
    shipping="Post/Registered",
    memo="A present for my mother. If there is a card, please write: pour les longs dimanches.",
    total="86.50 EUR",
)
PARCEL_ORDERS: Final = (
    Purchase(
        "kade-12", "lino-print-heron-at-kralingen", (), "Post/Tube", "", "74.50 EUR"
    ),
    Purchase("kade-12", "riso-poster-katendrecht-a3", (), "Post/Tube", "", "74.50 EUR"),
)
PARCELS_TOTAL: Final = PARCEL_ORDERS[0].total
"""Of both together."""

SEED_ORDER: Final = Purchase(
    shop="hedgerow",
    slug="kitchen-garden-seed-collection",
    options=(),
    shipping="Post/Letter",
    memo="For a balcony to the east. No hurry: sowing begins in April.",
    total="16.40 EUR",
)
DISPUTE_TEXT: Final = (
    "The parcel arrived with one corner crushed. The tip of the spout is broken off and a "
    "crack runs from the lid down the belly. I unpacked it the same evening and took the "
    "picture at once. The lid, the strainer and the handle are whole. I would have kept it "
    "for half the price as a vase, but I got no answer to two messages."
)
EVIDENCE_CAPTION: Final = (
    "The teapot on the evening it came: broken spout, crack down the belly"
)
EVIDENCE_FILE: Final = "teapot-as-it-arrived.jpg"
EVIDENCE_PICTURE: Final = Recipe(
    "broken_teapot", ("#3F5E86", "#C79A45"), "stone", "panel"
)
RULING_BUYER: Final = "52.00 EUR"
RULING_SELLER: Final = "33.14 EUR"
RULING_FEE: Final = "1.36 EUR"
RULING_TEXT: Final = (
    "The picture shows fresh breaks, and the shop promises that a photograph is enough. "
    "Damage on the way is the sender's risk. The buyer keeps the pot, whose lid, strainer "
    "and handle have a use, and offered half herself. I return 52.00 EUR to her; the seller "
    "keeps 33.14 EUR, which covers postage and the parts that arrived whole."
)
TEAPOT_RATING: Final = Rating(
    3,
    "A beautiful pot that did not survive the journey, and nobody answered me until the "
    "arbiter had spoken. The lid and the glaze are lovely work all the same.",
)
