/* The rules of PROTOCOL.md 7 as expressions over one set of messages.
 *
 * A set is an int, one bit per message of a part; Withdraw, FundAck and Extend stand in
 * every part's set. Offer, Accept, SeatAcks and Fund are taken as given: the model starts
 * with them held by all. Everything here reads a set and the rulings' fields, never a
 * clock, an order of arrival or a person: it is the fold of 7.7.
 */

/* Roles. */
#define B 0
#define S 1
#define A 2
#define K 3
#define NOBODY 9

/* Messages. A FundAck that sees a Withdraw never counts, so FA is the other kind.
 * SX is a Ship that sees the Extend, SH one that does not. D3 stands for reasons 3 and 4
 * of the buyer, D4 for reason 4 of the seller. RX and RY are second rulings in a branch. */
#define WB 0
#define WS 1
#define FA 2
#define EX 3
#define SH 4
#define SX 5
#define DE 6
#define PF 7
#define PB 8
#define PS 9
#define aSH 10
#define aDE 11
#define aPS 12
#define aPF 13
#define aPB 14
#define D1 15
#define D3 16
#define D2 17
#define D4 18
#define RA 19
#define RX 20
#define RK 21
#define RY 22
#define bA 23
#define bK 24
#define sA 25
#define sK 26
#define ZB 27
#define ZS 28

#define BIT(m) (1 << (m))
#define HAS(h, m) (((h) >> (m)) & 1)
#define ANY(h, mask) (((h) & (mask)) != 0)

#define OF_TRADE (BIT(WB) | BIT(WS) | BIT(FA) | BIT(EX))
#define SHIPS (BIT(SH) | BIT(SX))
#define BUYER_DISPUTES (BIT(D1) | BIT(D3))
#define DISPUTES (BIT(D1) | BIT(D2) | BIT(D3) | BIT(D4))
#define BUYER_AGREES (BIT(aSH) | BIT(aDE) | BIT(aPS))
#define SELLER_AGREES (BIT(aPF) | BIT(aPB))
#define BUYER_HALVES (BUYER_AGREES | BIT(PF) | BIT(PB) | BIT(bA) | BIT(bK))
#define SELLER_HALVES (SELLER_AGREES | SHIPS | BIT(DE) | BIT(PS) | BIT(sA) | BIT(sK))

/* Outcomes of a part of amount 4: what each role gets. F marks a ruled fee of 1. */
#define NONE 0
#define REL 1
#define REF 2
#define SPL 3
#define RSP 4
#define RELF 5
#define REFF 6
#define TO_S(o) ((o) == REL -> 4 : ((o) == RELF -> 3 : ((o) == SPL || (o) == RSP -> 2 : 0)))
#define TO_B(o) ((o) == REF -> 4 : ((o) == REFF -> 3 : ((o) == SPL -> 2 : ((o) == RSP -> 1 : 0))))
#define FEE(o) ((o) >= RSP -> 1 : 0)
#define PAYS_BUYER_NOTHING(o) ((o) == REL || (o) == RELF)
#define PAYS_SELLER_NOTHING(o) ((o) == REF || (o) == REFF)

/* Time in units of g. Every gap is the least that 7.4 allows; w is the least too. */
#define G 1
#define W 1
#define WAIT 2
#ifndef E
#define E 2			/* the days of the one Extend */
#endif
#define T0 2
#define T1 (T0 + 2)
#define T2 (T1 + 3)
#define T3 (T2 + W + 3)
#define T4 (T3 + W + 3)
#define T5 (T4 + 1)

/* 7.7 step 2 and the reading of Extend. */
#define FUNDED(h) HAS(h, FA)
#define ABORTED(h) (!HAS(h, FA) && ANY(h, BIT(WB) | BIT(WS)))
#define SHIPPED(h) ANY(h, SHIPS)
#define EXTENDED(h) (HAS(h, EX) && !HAS(h, SH))
#define LATER(h) (EXTENDED(h) -> E : 0)

/* Rulings: place i of 0..3 is RA, RX, RK, RY. Flags: timely as read without and with the
 * Extend, sees the Extend, sees a Ship. */
#define TIMELY 1
#define TIMELY_LATER 2
#define SEES_EXTEND 4
#define SEES_SHIP 8
#define HOLDS_RULING(h, i) HAS(h, RA + (i))
#define READ_LATER(h, i, p) ((ruling_flags[(i) * PARTS + (p)] & SEES_EXTEND) && HAS(h, EX))
#define IS_TIMELY(h, i, p) (READ_LATER(h, i, p) -> (ruling_flags[(i) * PARTS + (p)] & TIMELY_LATER) : (ruling_flags[(i) * PARTS + (p)] & TIMELY))
#define SEES_A_SHIP(h, i, p) ((ruling_flags[(i) * PARTS + (p)] & SEES_SHIP) && SHIPPED(h))
#define OUT_OF(i, p) ruling_out[(i) * PARTS + (p)]
#define NAMED_BY(i, p) ruling_named[(i) * PARTS + (p)]

/* 7.7 step 3: sums hold by construction; an automatic ruling is REF on D1, REL on D2. */
#define MAY_PAY_SELLER(h, i, p) (PAYS_SELLER_NOTHING(OUT_OF(i, p)) || (SEES_A_SHIP(h, i, p) && NAMED_BY(i, p) != D4))
#define VALID(h, i, p) (HOLDS_RULING(h, i) && HAS(h, NAMED_BY(i, p)) && IS_TIMELY(h, i, p) && MAY_PAY_SELLER(h, i, p))
#define COUNTS(h, i, other, p) (!HOLDS_RULING(h, other) && VALID(h, i, p))
/* 1 + the place of r, 0 without one. */
#define RULING(h, p) (COUNTS(h, 0, 1, p) -> 1 : (COUNTS(h, 1, 0, p) -> 2 : (COUNTS(h, 2, 3, p) -> 3 : (COUNTS(h, 3, 2, p) -> 4 : 0))))

/* 7.7 step 4. */
#define AGREED(h) \
	(HAS(h, aSH) && SHIPPED(h) -> REL : \
	(HAS(h, aPS) && HAS(h, PS) -> SPL : \
	(HAS(h, aDE) && HAS(h, DE) -> REF : \
	(HAS(h, aPF) && HAS(h, PF) -> REF : \
	(HAS(h, aPB) && HAS(h, PB) -> SPL : NONE)))))

/* 7.7 step 5, (iii): completed by an Agree to it or by the standing half it means. */
#define ACCEPTED(h, i) ((i) == 0 -> ANY(h, BIT(bA) | BIT(sA)) : ((i) == 2 -> ANY(h, BIT(bK) | BIT(sK)) : 0))
#define MEANT(h, o) ((PAYS_BUYER_NOTHING(o) && SHIPPED(h)) || (PAYS_SELLER_NOTHING(o) && HAS(h, DE)))
#define COMPLETED(h, i, p) (ACCEPTED(h, i) || MEANT(h, OUT_OF(i, p)))
#define RULED(h, r, p) ((r) == 0 -> NONE : (COMPLETED(h, (r) - 1, p) -> OUT_OF((r) - 1, p) : NONE))

/* Whether a role signed a half of o: independent of the choice among halves (I2, I5). */
#define NAMES_RULED(h, o, m, i, p) (HAS(h, m) && HOLDS_RULING(h, i) && OUT_OF(i, p) == (o))
#define HALF_B(h, o, p) \
	((PAYS_BUYER_NOTHING(o) && HAS(h, aSH)) || ((o) == SPL && ANY(h, BIT(aPS) | BIT(PB))) || \
	((o) == REF && ANY(h, BIT(aDE) | BIT(PF))) || NAMES_RULED(h, o, bA, 0, p) || NAMES_RULED(h, o, bK, 2, p))
#define HALF_S(h, o, p) \
	((PAYS_BUYER_NOTHING(o) && SHIPPED(h)) || ((o) == SPL && ANY(h, BIT(aPB) | BIT(PS))) || \
	(PAYS_SELLER_NOTHING(o) && HAS(h, DE)) || ((o) == REF && HAS(h, aPF)) || \
	NAMES_RULED(h, o, sA, 0, p) || NAMES_RULED(h, o, sK, 2, p))
#define RULES_SO(h, o, i, p) (HOLDS_RULING(h, i) && OUT_OF(i, p) == (o))
#define HALF_SEAT(h, o, p) (RULES_SO(h, o, 0, p) || RULES_SO(h, o, 1, p) || RULES_SO(h, o, 2, p) || RULES_SO(h, o, 3, p))
