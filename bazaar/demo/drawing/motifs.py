"""Every motif by the name that the shops' picture lists use."""

from types import MappingProxyType
from typing import Final

from bazaar.demo.drawing import (
    bakery,
    candles,
    cycling,
    furniture,
    garden,
    kitchen,
    knits,
    lamps,
    larder,
    linen,
    machines,
    music,
    optics,
    paper,
    patterns,
    pottery,
    prints,
    seeds,
    studio,
    textiles,
    workshop,
)
from bazaar.demo.drawing.paint import Motif

_ALL: Final[tuple[Motif, ...]] = (
    *(bakery.bread, bakery.cheese),
    *(candles.candle, candles.soap, candles.tapers),
    *(cycling.bicycle, cycling.saddle),
    *(furniture.bookshelf, furniture.cafe_chair, furniture.caning, furniture.stool),
    *(furniture.suitcase,),
    *(garden.garden_plan, garden.herbs, garden.pothos),
    *(kitchen.coffee_pot, kitchen.dough, kitchen.knife, kitchen.pan),
    *(knits.beanie, knits.mitten_chart, knits.scarf),
    *(lamps.desk_lamp, lamps.globe_lamp, lamps.pendant_lamp, lamps.rewiring),
    *(larder.bottle, larder.coffee_bag, larder.jar, larder.paper_bag, larder.tin),
    *(linen.cushion, linen.tea_towels),
    *(machines.mantel_clock, machines.radio, machines.telephone),
    *(machines.turntable, machines.typewriter),
    *(music.guitar, music.lesson, music.sample_pack, music.ukulele),
    *(optics.film, optics.lens, optics.rangefinder, optics.reflex),
    *(paper.book, paper.tablet),
    *(patterns.pattern, patterns.sheet_music, patterns.workbook),
    *(pottery.bowl, pottery.broken_teapot, pottery.mug, pottery.planter),
    *(pottery.plate, pottery.teapot, pottery.vase),
    *(prints.poster, prints.print_heron, prints.print_tide),
    *(seeds.seed_collection, seeds.seed_packet),
    *(studio.darkroom, studio.portrait, studio.pottery_wheel),
    *(textiles.apron, textiles.throw, textiles.tote),
    *(workshop.plane, workshop.tune_up, workshop.watch),
)

MOTIFS: Final = MappingProxyType({motif.__name__: motif for motif in _ALL})
