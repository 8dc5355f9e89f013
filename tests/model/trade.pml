/* The escrow trade of PROTOCOL.md 7: buyer, seller, two seats, their clocks and receipts.
 *
 * One process picks, at every moment, one act: a person's, one that a node owes, a message
 * of the cheat, a resync between two nodes, a crash, a return, or a tick of g. Loss,
 * duplication and reordering with retransmission are one thing to a fold: a role holds
 * some of what was signed, by and by more. What an honest node that is up has signed or
 * holds reaches all others that are up before the next tick, in any interleaving within it.
 */
#include "settings.pml"
#include "rules.pml"
#include "verdicts.pml"

int h[4 * PARTS];		/* what each role holds */
byte out[4 * PARTS];		/* the outcome its fold selects */
byte ruling[4 * PARTS];		/* 1 + the place of the Ruling that counts for it, or 0 */
byte ruling_out[4 * PARTS];
byte ruling_named[4 * PARTS];
byte ruling_flags[4 * PARTS];
byte t;				/* true time in units of g */
byte ahead;			/* roles whose clock is one unit ahead */
byte up = 15 & ~DEAD;
byte spells;			/* spells that began */
byte off_at;			/* the last spell of SPELL, by its own clock */
byte on_at;
byte fund_in_time;		/* roles that received it so (7.4) */
byte ship_in_time[PARTS];	/* read without, and with the Extend */
byte ship_in_time_later[PARTS];
byte known_for[2 * PARTS];	/* units since a seat received FundAck and Ship */
byte d1_for[2 * PARTS];		/* and each Dispute */
byte d2_for[2 * PARTS];
byte d3_for[2 * PARTS];
byte d4_for[2 * PARTS];
byte buyer_spoke[PARTS];	/* seats that heard the buyer before duty b was due */
bool goods[PARTS];		/* the truth: the buyer got what was sold */
bool on_time[PARTS];		/* an honest seller shipped by T1 - g of its own clock, and relied rightly */
bool signed_in_time[PARTS];	/* it signed its Ship by T1 - g, whatever the seats knew of an Extend */
bool ex_early;			/* the seller got the Extend by T1 - g */
bool acked[2];			/* each seat's Ack of it is one unit old */
bool complained[PARTS];		/* an honest party disputed by cut(T2) */
bool buyer_missed, seller_missed; /* a party was down when 7.4 needed it */
byte hold[PARTS];		/* what the rail applied */
byte applied[PARTS];
bool over;

byte was, is, wr, ir;		/* scratch, zero between acts */
int fresh, everything;
byte actor, part;
int todo[PARTS];

#define AT(r, p) h[(r) * PARTS + (p)]
#define RUL(r, p) ruling[(r) * PARTS + (p)]
#define OUT(r, p) out[(r) * PARTS + (p)]
#define SEAT_AT(r, p) (((r) - 2) * PARTS + (p))
#define CLOCK(r) (t + ((ahead >> (r)) & 1) + ((r) == WRONG -> WRONG_BY : 0))
#define IS_UP(r) ((up >> (r)) & 1)
#define HONEST(r) ((r) != CHEAT && (r) != CHEAT2)
#define ACTS(r) (IS_UP(r) && HONEST(r))
#define MENU(m) ((ACTS_OF_PERSONS >> (m)) & 1)
#define OPEN(r, p) (FUNDED(AT(r, p)) && OUT(r, p) == NONE)
#define UNRULED(r, p) (OPEN(r, p) && RUL(r, p) == 0)
#define ALL(p) (AT(B, p) | AT(S, p) | AT(A, p) | AT(K, p))

/* 7.4: cut(T) of a role; only SPELL is ever away for a while. */
#ifdef BROKEN_CUT
#define CUT(r, T) ((T) + G)
#else
#define AWAY_OVER(r, T) ((r) == SPELL && on_at > (T) && off_at < (T) + G)
#define CUT(r, T) (AWAY_OVER(r, T) && on_at > (T) -> on_at + G : (T) + G)
#endif
#define MOVED(r, p, T) ((T) + LATER(AT(r, p)))
#define SHIPPED_IN_TIME(r, p) (HAS(fund_in_time, r) && SHIPPED(AT(r, p)) && \
	(LATER(AT(r, p)) > 0 -> HAS(ship_in_time_later[p], r) : HAS(ship_in_time[p], r)))

#define PAID(s, p) (HAS(s, ZB) && HAS(s, ZS) && hold[p] != NONE)
#ifdef BROKEN_AGREEMENT
#define DERIVED(s, p) (RULED(s, ir, p) != NONE -> RULED(s, ir, p) : AGREED(s))
#else
#define DERIVED(s, p) (AGREED(s) != NONE -> AGREED(s) : RULED(s, ir, p))
#endif
/* The fold of the set s: `is` its outcome, `ir` its ruling. */
inline fold(s, p)
{
	ir = (FUNDED(s) -> RULING(s, p) : 0);
	is = (!FUNDED(s) -> NONE : (PAID(s, p) -> hold[p] : DERIVED(s, p)))
}

/* What nodes do by themselves (7.4); a tick waits for all of it. */
#define OWES_WITHDRAW(r) (ACTS(r) && !ANY(AT(r, 0), BIT(FA) | BIT(WB) | BIT(WS)) && CLOCK(r) > T0)
#define LATE_FOR_BUYER(p) (CLOCK(B) >= CUT(B, MOVED(B, p, T1)) && !(SHIPPED(AT(B, p)) && HAS(fund_in_time, B)))
#define OWES_D1(p) (!DIRECT && ACTS(B) && UNRULED(B, p) && !HAS(AT(B, p), D1) && !WHOLE_FOR_BUYER(p) && LATE_FOR_BUYER(p))
#define ANSWERED(p) ANY(AT(S, p), BUYER_DISPUTES | BUYER_AGREES)
#define OWES_D2(p) (!DIRECT && ACTS(S) && UNRULED(S, p) && !HAS(AT(S, p), D2) && !ANSWERED(p) && \
	SHIPPED_IN_TIME(S, p) && CLOCK(S) >= CUT(S, MOVED(S, p, T2)))
#define RULED_FOR(r, p, nothing) (RUL(r, p) > 0 && nothing(OUT_OF(RUL(r, p) - 1, p)))
#define AGREE_B(p) (RUL(B, p) == 1 -> bA : bK)
#define AGREE_S(p) (RUL(S, p) == 1 -> sA : sK)
#define NAMEABLE(r, p) (RUL(r, p) == 1 || RUL(r, p) == 3)
#define WHOLE_FOR_BUYER(p) (HAS(AT(B, p), DE) || (RULED_FOR(B, p, PAYS_SELLER_NOTHING) && NAMEABLE(B, p)))
#define OWES_AGREE_B(p) (ACTS(B) && OPEN(B, p) && WHOLE_FOR_BUYER(p))
#define OWES_AGREE_S(p) (ACTS(S) && OPEN(S, p) && RULED_FOR(S, p, PAYS_BUYER_NOTHING) && NAMEABLE(S, p))
#define AFTER_T5(r, p) (ACTS(r) && OPEN(r, p) && CLOCK(r) >= CUT(r, MOVED(r, p, T5)))
#define DEFAULT_RULED(r, p) (AFTER_T5(r, p) && NAMEABLE(r, p))
#define DEFAULT_OF(r, p) (AFTER_T5(r, p) && RUL(r, p) == 0)
#define SPLITS(r, p) SHIPPED_IN_TIME(r, p)
/* Whose Ship was not signed by T1 - g cannot know what it is to the buyer, and follows it. */
#ifdef BROKEN_DEFAULT
#define FOLLOWS(p) 0
#else
#define FOLLOWS(p) (SHIPPED(AT(S, p)) && !(signed_in_time[p] && HAS(fund_in_time, S)))
#endif
/* An Extend that the seller got after T1 - g may cross a seat's refund (7.4). */
#ifdef BROKEN_ACK
#define ACKED(r) HAS(AT(r, 0), EX)
#else
#define ACKED(r) acked[(r) - 2]
#endif
#define RULED_AT_S(p) ANY(AT(S, p), BIT(RA) | BIT(RX) | BIT(RK) | BIT(RY))
#ifdef BROKEN_EXTEND
#define RELIES(p) 1
#else
#define RELIES(p) (DIRECT || !HAS(AT(S, p), EX) || ex_early || CLOCK(S) <= T1 - G || \
	(!RULED_AT_S(p) && ACKED(A) && ACKED(K)))
#endif
#define OWES_DEFAULT_B(p) (DEFAULT_OF(B, p) && (SPLITS(B, p) -> (HAS(AT(B, p), PS) || !HAS(AT(B, p), PB)) : !HAS(AT(B, p), PF)))
#define OWES_DEFAULT_S(p) (DEFAULT_OF(S, p) && (FOLLOWS(p) -> (HAS(AT(S, p), PB) || HAS(AT(S, p), PF)) : \
	(SPLITS(S, p) -> (HAS(AT(S, p), PB) || !HAS(AT(S, p), PS)) : !HAS(AT(S, p), DE))))
/* The person whom I6 protects: who got nothing says so while 7.4 lets it be heard. */
#define OWES_D3(p) (!DIRECT && ACTS(B) && UNRULED(B, p) && SHIPPED(AT(B, p)) && !goods[p] && \
	!ANY(AT(B, p), BUYER_DISPUTES) && CLOCK(B) >= MOVED(B, p, T2) - G)

/* 7.5. */
#define RULED_BY(r, p) ANY(AT(r, p), ((r) == A -> BIT(RA) | BIT(RX) : BIT(RK) | BIT(RY)))
#define MAY_RULE(r, p) (ACTS(r) && UNRULED(r, p) && !RULED_BY(r, p))
#define BACKUP_WAIT(r) ((r) == K -> WAIT : 0)
#ifdef BROKEN_EARLY
#define CUT_A(r, p) 0
#else
#define CUT_A(r, p) CUT(r, MOVED(r, p, T1))
#endif
#define CUT_B(r, p) CUT(r, MOVED(r, p, T2))
#ifdef BROKEN_WINDOW
#define WINDOW 0
#else
#define WINDOW W
#endif
#define DUTY_A(r, p) (MAY_RULE(r, p) && HAS(AT(r, p), D1) && !SHIPPED_IN_TIME(r, p) && \
	CLOCK(r) >= CUT_A(r, p) + BACKUP_WAIT(r) && d1_for[SEAT_AT(r, p)] >= BACKUP_WAIT(r))
#define DUTY_B(r, p) (MAY_RULE(r, p) && HAS(AT(r, p), D2) && SHIPPED_IN_TIME(r, p) && !HAS(buyer_spoke[p], r) && \
	CLOCK(r) >= CUT_B(r, p) + BACKUP_WAIT(r) && known_for[SEAT_AT(r, p)] >= WINDOW + BACKUP_WAIT(r) && \
	d2_for[SEAT_AT(r, p)] >= BACKUP_WAIT(r))
#define BUYER_NAMED(r, p) ANY(AT(r, p), BUYER_DISPUTES)
/* The buyer's Dispute that the seat received first, else the seller's (7.5 c). */
#ifdef BROKEN_NAMED
#define SOONER(x, y) ((x) < (y))
#else
#define SOONER(x, y) ((x) >= (y))
#endif
#define D1_FIRST(r, p) (HAS(AT(r, p), D1) && (!HAS(AT(r, p), D3) || SOONER(d1_for[SEAT_AT(r, p)], d3_for[SEAT_AT(r, p)])))
#define D2_FIRST(r, p) (HAS(AT(r, p), D2) && (!HAS(AT(r, p), D4) || SOONER(d2_for[SEAT_AT(r, p)], d4_for[SEAT_AT(r, p)])))
#define NAMED(r, p) (D1_FIRST(r, p) -> D1 : (HAS(AT(r, p), D3) -> D3 : (D2_FIRST(r, p) -> D2 : D4)))
#define HEARD_FOR(r, p) (D1_FIRST(r, p) -> d1_for[SEAT_AT(r, p)] : (HAS(AT(r, p), D3) -> d3_for[SEAT_AT(r, p)] : \
	(D2_FIRST(r, p) -> d2_for[SEAT_AT(r, p)] : d4_for[SEAT_AT(r, p)])))
#define OPENS(r, p) ((r) == A -> CUT_A(r, p) : CUT(r, MOVED(r, p, T3)))
#define CLOSES(r, p) (((r) == A -> MOVED(r, p, T3) : MOVED(r, p, T4)) - G)
#define DUTY_C(r, p) (MAY_RULE(r, p) && ANY(AT(r, p), DISPUTES) && HEARD_FOR(r, p) >= W && \
	CLOCK(r) >= OPENS(r, p) && CLOCK(r) <= CLOSES(r, p))
#define MAY_PAY(r, p) (BUYER_NAMED(r, p) && SHIPPED_IN_TIME(r, p))
/* An honest seat's person finds the truth, and waits where only a refund is open to it. */
#define FINDS_RELEASE(r, p) (DUTY_C(r, p) && goods[p] && MAY_PAY(r, p))
#define FINDS_REFUND(r, p) (DUTY_C(r, p) && !(goods[p] && SHIPPED_IN_TIME(r, p)))
#define OWES_C(r, p) ((FINDS_RELEASE(r, p) || FINDS_REFUND(r, p)) && CLOCK(r) == CLOSES(r, p))

/* Blocks while somebody owes an act on the part. */
inline patient(p)
{
	!OWES_D1(p); !OWES_D2(p); !OWES_D3(p);
	!OWES_AGREE_B(p); !OWES_AGREE_S(p);
	!DEFAULT_RULED(B, p); !DEFAULT_RULED(S, p);
	!OWES_DEFAULT_B(p); !OWES_DEFAULT_S(p);
	!DUTY_A(A, p); !DUTY_B(A, p); !OWES_C(A, p);
	!DUTY_A(K, p); !DUTY_B(K, p); !OWES_C(K, p)
}

#define LACKS(r, x) (IS_UP(r) && HONEST(r) && (AT(r, 0) != (AT(r, 0) | AT(x, 0)) || AT(r, LAST) != (AT(r, LAST) | AT(x, LAST))))
#define BEHIND(r) (LACKS(r, B) && ACTS(B) || LACKS(r, S) && ACTS(S) || LACKS(r, A) && ACTS(A) || LACKS(r, K) && ACTS(K))
#define SIGNED_LATE(p) (SHIPPED(ALL(p)) && !on_time[p])
#define LATE_SHIP (SIGNED_LATE(0) || SIGNED_LATE(LAST))
#define ENDED_AT(r, p) (!HONEST(r) || OUT(r, p) != NONE || ABORTED(AT(r, p)))
#define ENDED(p) (ENDED_AT(B, p) && ENDED_AT(S, p))
#define END (T5 + G + E + 2)
#define ALL_AGREE(p) (DECIDED(B, p) && DECIDED(S, p) && (!HONEST(B) || !HONEST(S) || OUT(B, p) == OUT(S, p)))
#define AWAY_CUT(r, T) ((r) == SPELL && on_at > (T) && off_at < (T) + G && on_at > (T) -> on_at + G : (T) + G)
#define QUIET (!BEHIND(B) && !BEHIND(S) && !BEHIND(A) && !BEHIND(K))

#define DECIDED(r, p) (!HONEST(r) || OUT(r, p) != NONE)
#define ALL_DECIDED (DECIDED(B, 0) && DECIDED(S, 0) && DECIDED(B, LAST) && DECIDED(S, LAST))

#define ONE_SEAT_LIVES (HONEST(A) && HONEST(K) && (IS_UP(A) && SPELL != A || IS_UP(K) && SPELL != K))
#define PARTIES_LIVE (SPELL != B && SPELL != S)
#define HONEST_SEATS (HONEST(A) && HONEST(K))

/* What two cheats can take without a half of the party that loses: a disputed part, by a
 * seat's Ruling, from T1 + g on by the loser's own clock, to the seller only with a Ship. */
#define PAYS_BY_RULING(r, s, o, p) (HALF_SEAT(s, o, p) && ANY(s, DISPUTES) && CLOCK(r) >= T1 + G)

/* Invariants of a set whose outcome is o. */
inline judge(s, o, p)
{
	if
	:: o != NONE ->
		CHECK(I2, 1, HALF_B(s, o, p) + HALF_S(s, o, p) + (HALF_SEAT(s, o, p) -> 1 : 0) >= 2)
		CHECK(I5, 1, (HALF_B(s, o, p) && HALF_S(s, o, p)) || ((HALF_B(s, o, p) || HALF_S(s, o, p)) && ANY(s, DISPUTES)))
		CHECK(I13, 1, TO_S(o) + TO_B(o) + FEE(o) == 4)
		CHECK(I6, HONEST(B) && HONEST_SEATS && !buyer_missed && !goods[p], !PAYS_BUYER_NOTHING(o))
		CHECK(I7, HONEST(S) && HONEST_SEATS && !seller_missed && goods[p] && on_time[p],
			!PAYS_SELLER_NOTHING(o) || ANY(s, BIT(DE) | BIT(aPF)))
		CHECK(I27, ANY(s, DISPUTES), HAS(s, FA))
		CHECK(BOUND, CHEAT2 != NOBODY && HONEST(S) && !HALF_S(s, o, p), PAYS_BY_RULING(S, s, o, p))
		CHECK(BOUND, CHEAT2 != NOBODY && HONEST(B) && !HALF_B(s, o, p), PAYS_BY_RULING(B, s, o, p) && (TO_S(o) == 0 || SHIPPED(s)))
	:: else
	fi
}

/* Fold anew at r, which just got `fresh`, and compare (I29). */
inline refold(r, p)
{
	was = OUT(r, p); wr = RUL(r, p);
	fold(AT(r, p), p);
	if
	:: HONEST(r) && was != NONE && was != is ->
		CHECK(I29, 1,
			(HOLDS_RULING(AT(r, p), 0) && HOLDS_RULING(AT(r, p), 1)) ||
			(HOLDS_RULING(AT(r, p), 2) && HOLDS_RULING(AT(r, p), 3)) ||
			PAID(AT(r, p), p) || (is != NONE && TO_B(is) >= TO_B(was) && TO_S(is) >= TO_S(was)) ||
			(is != NONE && TO_B(is) < TO_B(was) && HALF_B(AT(r, p), is, p)) ||
			(is != NONE && TO_S(is) < TO_S(was) && HALF_S(AT(r, p), is, p)) ||
			(AGREED(AT(r, p) & ~fresh) == NONE && (ir == 1 || ir == 2) && wr >= 3))
		CHECK(I29_AGREED, AGREED(AT(r, p) & ~fresh) != NONE, is == AGREED(AT(r, p)) && is != NONE)
		CHECK(I29_PAID, PAID(AT(r, p) & ~fresh, p), 0)
	:: else
	fi;
	OUT(r, p) = is; RUL(r, p) = ir;
	if
	:: HONEST(r) -> judge(AT(r, p), is, p)
	:: else
	fi
}

/* Role r commits the messages `fresh` of part p: its receipts are kept for ever. */
inline commit(r, p)
{
	if
	:: (r) == S && HAS(fresh, EX) && CLOCK(S) <= T1 - G -> ex_early = true
	:: else
	fi;
	if
	:: HAS(fresh, FA) && CLOCK(r) <= CUT(r, T0) -> fund_in_time = fund_in_time | BIT(r)
	:: else
	fi;
	if
	:: ANY(fresh, SHIPS) && !SHIPPED(AT(r, p)) && CLOCK(r) <= CUT(r, T1) -> ship_in_time[p] = ship_in_time[p] | BIT(r)
	:: else
	fi;
	if
	:: ANY(fresh, SHIPS) && !SHIPPED(AT(r, p)) && CLOCK(r) <= CUT(r, T1 + E) && (MENU(EX) || !HONEST(B)) ->
		ship_in_time_later[p] = ship_in_time_later[p] | BIT(r)
	:: else
	fi;
	AT(r, p) = AT(r, p) | fresh;
	if
	:: (r) >= A && ANY(fresh, BUYER_DISPUTES | BUYER_AGREES) &&
	   (CLOCK(r) <= CUT_B(r, p) || !FUNDED(AT(r, p)) || !SHIPPED(AT(r, p)) || known_for[SEAT_AT((r) >= A -> (r) : A, p)] <= WINDOW) ->
		buyer_spoke[p] = buyer_spoke[p] | BIT(r)
	:: else
	fi;
	refold(r, p)
}

/* An act says who commits what; `carry_out` does it, once for all acts. */
inline say(r, p, m)
{
	actor = r; todo[p] = BIT(m)
}

inline say_all(r, m)
{
	actor = r; todo[0] = BIT(m); todo[LAST] = BIT(m)
}

/* Resync: r gets all that x holds (8.4). */
inline sync(x, r)
{
	actor = r; todo[0] = AT(x, 0); todo[LAST] = AT(x, LAST)
}

/* r gets all that honest nodes that are up hold. */
#define FROM_UP(p) ((ACTS(B) -> AT(B, p) : 0) | (ACTS(S) -> AT(S, p) : 0) | (ACTS(A) -> AT(A, p) : 0) | (ACTS(K) -> AT(K, p) : 0))
inline catch_up(r)
{
	actor = r; todo[0] = FROM_UP(0); todo[LAST] = FROM_UP(LAST)
}

/* The cheat hands one message to one role: any branch, any moment. */
inline leak(r, p, m)
{
	actor = r;
	todo[p] = BIT(m);
	if
	:: HAS(OF_TRADE, m) -> todo[0] = BIT(m); todo[LAST] = BIT(m)
	:: else
	fi
}

/* The cheat knows at once all that anybody signs. */
inline carry_out()
{
	d_step {
		printf("TRACE %d %d %d %d\n", t, actor, todo[0] & ~AT(actor, 0), todo[LAST] & ~AT(actor, LAST));
		part = 0;
		do
		:: part < PARTS ->
			fresh = todo[part] & ~AT(actor, part);
			commit(actor, part);
			if
			:: CHEAT != NOBODY ->
				AT(CHEAT_ROLE, part) = AT(CHEAT_ROLE, part) | todo[part];
				AT(CHEAT2_ROLE, part) = AT(CHEAT2_ROLE, part) | todo[part]
			:: else
			fi;
			todo[part] = 0;
			part++
		:: else -> break
		od;
		actor = 0; part = 0; fresh = 0; was = 0; is = 0; wr = 0; ir = 0
	}
}

#ifdef BROKEN_EARLY
#define FROM(r, T) (1)
#else
#define FROM(r, T) (CLOCK(r) >= (T) + G)
#endif
#define TIMELY_C(r, by) ((r) == A -> (FROM(r, T1 + (by)) && CLOCK(r) <= T3 + (by)) : (FROM(r, T3 + (by)) && CLOCK(r) <= T4 + (by)))

#define IS_TIMELY_FOR(r, why, by) ((why) == 1 -> FROM(r, T1 + (by)) : ((why) == 2 -> FROM(r, T2 + (by)) : TIMELY_C(r, by)))
/* Seat r signs its Ruling o for a reason 1, 2 or, by its person, 3; it sees all it holds. */
inline rule(r, p, o, why)
{
	ruling_named[((r) - 2) * 2 * PARTS + (p)] = ((why) == 1 -> D1 : ((why) == 2 -> D2 : NAMED(r, p)));
	ruling_flags[((r) - 2) * 2 * PARTS + (p)] = (EXTENDED(AT(r, p)) -> SEES_EXTEND : 0) | (SHIPPED(AT(r, p)) -> SEES_SHIP : 0) |
		(IS_TIMELY_FOR(r, why, 0) -> TIMELY : 0) | (IS_TIMELY_FOR(r, why, E) -> TIMELY_LATER : 0);
	ruling_out[((r) - 2) * 2 * PARTS + (p)] = o;
	say(r, p, ((r) == A -> RA : RK))
}

inline ages(r, p)
{
	if
	:: FUNDED(AT(r, p)) && SHIPPED(AT(r, p)) && known_for[SEAT_AT(r, p)] < W + WAIT -> known_for[SEAT_AT(r, p)]++
	:: else
	fi;
	if
	:: HAS(AT(r, p), D1) && d1_for[SEAT_AT(r, p)] < WAIT -> d1_for[SEAT_AT(r, p)]++
	:: else
	fi;
	if
	:: HAS(AT(r, p), D2) && d2_for[SEAT_AT(r, p)] < WAIT -> d2_for[SEAT_AT(r, p)]++
	:: else
	fi;
	if
	:: HAS(AT(r, p), D3) && d3_for[SEAT_AT(r, p)] < W -> d3_for[SEAT_AT(r, p)]++
	:: else
	fi;
	if
	:: HAS(AT(r, p), D4) && d4_for[SEAT_AT(r, p)] < W -> d4_for[SEAT_AT(r, p)]++
	:: else
	fi
}

/* A seat that is up acknowledges what it holds; a unit later the seller relies on it. */
inline acknowledges(r)
{
	if
	:: HAS(AT(r, 0), EX) && IS_UP(r) -> acked[(r) - 2] = true
	:: else
	fi
}

/* I8: by cut(T4) a valid Ruling or an outcome; EXIT_HEARD says that the outcome follows. */
#define RULED_BY_NOW(p) (ONE_SEAT_LIVES && PARTIES_LIVE && t >= T4 + G + LATER(everything))
#define ANSWERED_TO(r, p) (DECIDED(r, p) || RUL(r, p) != 0)

/* What must be true of a part as time passes, and of all that was ever signed. */
inline look(p)
{
	everything = ALL(p);
	fold(everything, p);
	judge(everything, is, p);
	CHECK(I8, complained[p] && RULED_BY_NOW(p), ANSWERED_TO(B, p) && ANSWERED_TO(S, p))
	CHECK(I1, applied[p] > 0, applied[p] == 1)
	CHECK(I27_CLOSED, HONEST(B) && HONEST(S) && HAS(everything, ZB) && HAS(everything, ZS), PAID(everything, p))
	is = 0; ir = 0; everything = 0
}


init {
	c_code { atexit(report); };
#if START == FROM_FUNDED
	d_step {
		t = T0;
		fund_in_time = 15;
		h[0] = BIT(FA); h[PARTS] = BIT(FA); h[2 * PARTS] = BIT(FA); h[3 * PARTS] = BIT(FA);
#if PARTS == 2
		h[1] = BIT(FA); h[3] = BIT(FA); h[5] = BIT(FA); h[7] = BIT(FA);
#endif
	}
#endif
#if SKEW
	do
	:: ahead < 15 -> ahead = ahead + 1
	:: break
	od;
#endif
	do
	:: over -> break
	:: !over && t >= END && QUIET ->
		atomic {
			patient(0);
#if PARTS == 2
			patient(1);
#endif
			CHECK(EXIT, HONEST(B) && HONEST(S) && HONEST_SEATS && !LATE_SHIP, ENDED(0) && ENDED(LAST))
			CHECK(EXIT_HEARD, (complained[0] && complained[LAST]) && ONE_SEAT_LIVES && PARTIES_LIVE, ENDED(0) && ENDED(LAST))
			CHECK(LOCK, HONEST(B) && HONEST(S) && HONEST_SEATS && LATE_SHIP, ENDED(0) && ENDED(LAST))
			over = true
		}
#if !LATE
	:: !over && ALL_DECIDED -> over = true
#endif
	/* A tick waits for all that is owed; a path that owes ends here (run with -E). */
	:: atomic { !over && t < END && QUIET && !OWES_WITHDRAW(B) && !OWES_WITHDRAW(S) ->
		patient(0);
#if PARTS == 2
		patient(1);
#endif
		d_step {
			look(0);
#if PARTS == 2
			look(1);
#endif
			if
			:: SPELL == B && !IS_UP(B) && (CLOCK(B) == MOVED(B, 0, T2) - G || CLOCK(B) <= T0 + 1) -> buyer_missed = true
			:: else
			fi;
			if
			:: SPELL == S && !IS_UP(S) && (CLOCK(S) >= MOVED(S, 0, T1) - G && CLOCK(S) <= MOVED(S, 0, T1) + G) -> seller_missed = true
			:: else
			fi;
			ages(A, 0); ages(K, 0);
			acknowledges(A); acknowledges(K);
#if PARTS == 2
			ages(A, 1); ages(K, 1);
#endif
			t++
		} }
	/* A crash, and the restart from what was committed. */
#if SPELL < NOBODY
	:: atomic { !over && IS_UP(SPELL) && spells < SPELLS -> up = up & ~BIT(SPELL); off_at = CLOCK(SPELL); on_at = 0; spells++ }
	:: atomic { !over && !IS_UP(SPELL) -> up = up | BIT(SPELL); on_at = CLOCK(SPELL) }
#endif
	:: atomic {
	if
	/* Before funding. */
#if START == FROM_AGREED
	:: !over && ACTS(B) && !ANY(AT(B, 0), BIT(FA) | BIT(WB) | BIT(WS)) && (MENU(WB) || OWES_WITHDRAW(B)) ->
		say_all(B, WB)
	:: !over && ACTS(S) && !ANY(AT(S, 0), BIT(FA) | BIT(WB) | BIT(WS)) && (MENU(WS) || OWES_WITHDRAW(S)) ->
		say_all(S, WS)
	:: !over && ACTS(S) && !ANY(AT(S, 0), BIT(FA) | BIT(WB) | BIT(WS)) && CLOCK(S) <= T0 - G -> say_all(S, FA)
#endif
	:: !over && MENU(EX) && ACTS(B) && FUNDED(AT(B, 0)) && !HAS(AT(B, 0), EX) && !SHIPPED(AT(B, 0)) && !SHIPPED(AT(B, LAST)) ->
		say_all(B, EX)
#define p 0
#include "acts.pml"
#undef p
#if PARTS == 2
#define p 1
#include "acts.pml"
#undef p
#endif
	/* Resync and forwarding: between two, or with all that are up at once. */
#if PAIRWISE
	:: !over && ACTS(B) && LACKS(S, B) -> sync(B, S)
	:: !over && ACTS(B) && LACKS(A, B) -> sync(B, A)
	:: !over && ACTS(B) && LACKS(K, B) -> sync(B, K)
	:: !over && ACTS(S) && LACKS(B, S) -> sync(S, B)
	:: !over && ACTS(S) && LACKS(A, S) -> sync(S, A)
	:: !over && ACTS(S) && LACKS(K, S) -> sync(S, K)
	:: !over && ACTS(A) && LACKS(B, A) -> sync(A, B)
	:: !over && ACTS(A) && LACKS(S, A) -> sync(A, S)
	:: !over && ACTS(A) && LACKS(K, A) -> sync(A, K)
	:: !over && ACTS(K) && LACKS(B, K) -> sync(K, B)
	:: !over && ACTS(K) && LACKS(S, K) -> sync(K, S)
	:: !over && ACTS(K) && LACKS(A, K) -> sync(K, A)
#else
	:: !over && BEHIND(B) -> catch_up(B)
	:: !over && BEHIND(S) -> catch_up(S)
	:: !over && BEHIND(A) -> catch_up(A)
	:: !over && BEHIND(K) -> catch_up(K)
#endif
	fi;
	carry_out() }
	od
}
