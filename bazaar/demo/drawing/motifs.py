"""Every motif by the name that the shops' picture lists use."""

from types import MappingProxyType
from typing import Final

from bazaar.demo.drawing import (
    cycling,
    furniture,
    garden,
    lamps,
    larder,
    machines,
    music,
    optics,
    paper,
    pottery,
    textiles,
    workshop,
)
from bazaar.demo.drawing.paint import Motif

_ALL: Final[tuple[Motif, ...]] = (
    *(cycling.bicycle, cycling.saddle),
    *(furniture.bookshelf, furniture.cafe_chair, furniture.caning, furniture.cushion, furniture.stool),
    *(furniture.suitcase, garden.garden_plan, garden.herbs, garden.pothos, garden.seed_collection),
    *(garden.seed_packet, lamps.desk_lamp, lamps.globe_lamp, lamps.pendant_lamp, lamps.rewiring),
    *(larder.bottle, larder.bread, larder.cheese, larder.coffee_bag, larder.dough, larder.jar),
    *(larder.paper_bag, larder.tin, machines.mantel_clock, machines.radio, machines.telephone),
    *(machines.turntable, machines.typewriter, music.guitar, music.lesson, music.sample_pack),
    *(music.ukulele, optics.film, optics.lens, optics.portrait, optics.rangefinder, optics.reflex),
    *(paper.book, paper.pattern, paper.poster, paper.print_heron, paper.print_tide, paper.sheet_music),
    *(paper.tablet, paper.workbook, pottery.bowl, pottery.broken_teapot, pottery.candle, pottery.mug),
    *(pottery.planter, pottery.plate, pottery.soap, pottery.tapers, pottery.teapot, pottery.vase),
    *(textiles.apron, textiles.beanie, textiles.mitten_chart, textiles.scarf, textiles.tea_towels),
    *(textiles.throw, textiles.tote, workshop.coffee_pot, workshop.knife, workshop.pan, workshop.plane),
    *(workshop.pottery_wheel, workshop.tune_up, workshop.watch),
)

MOTIFS: Final = MappingProxyType({motif.__name__: motif for motif in _ALL})
