	/* Acts on part p. Persons of honest roles first; each may also do nothing. */
	:: !over && ACTS(S) && FUNDED(AT(S, p)) && OUT(S, p) == NONE && RUL(S, p) == 0 &&
		!ANY(AT(S, p), SHIPS | BIT(DE)) && (LATE_SHIPS || RELIES(p) && CLOCK(S) <= MOVED(S, p, T1) - G) ->
		signed_in_time[p] = (CLOCK(S) <= MOVED(S, p, T1) - G);
		on_time[p] = (signed_in_time[p] && RELIES(p));
		if
		:: goods[p] = true
		:: LOST_PARCELS -> goods[p] = false
		fi;
		if
		:: HAS(AT(S, p), EX) -> say(S, p, SX)
		:: else -> say(S, p, SH)
		fi
	:: !over && MENU(DE) && ACTS(S) && OPEN(S, p) && !HAS(AT(S, p), DE) -> say(S, p, DE)
	:: !over && MENU(PS) && ACTS(S) && OPEN(S, p) && !HAS(AT(S, p), PS) -> say(S, p, PS)
	:: !over && MENU(PF) && ACTS(B) && OPEN(B, p) && !HAS(AT(B, p), PF) -> say(B, p, PF)
	:: !over && MENU(PB) && ACTS(B) && OPEN(B, p) && !HAS(AT(B, p), PB) -> say(B, p, PB)
	:: !over && MENU(aSH) && ACTS(B) && OPEN(B, p) && SHIPPED(AT(B, p)) && goods[p] -> say(B, p, aSH)
	:: !over && MENU(aPS) && ACTS(B) && OPEN(B, p) && HAS(AT(B, p), PS) -> say(B, p, aPS)
	:: !over && MENU(aPF) && ACTS(S) && OPEN(S, p) && HAS(AT(S, p), PF) -> say(S, p, aPF)
	:: !over && MENU(aPB) && ACTS(S) && OPEN(S, p) && HAS(AT(S, p), PB) -> say(S, p, aPB)
	:: !over && MENU(sA) && ACTS(S) && OPEN(S, p) && NAMEABLE(S, p) && OUT_OF(RUL(S, p) - 1, p) == RSP ->
		say(S, p, AGREE_S(p))
	:: !over && !DIRECT && ACTS(B) && UNRULED(B, p) && !HAS(AT(B, p), D1) && !SHIPPED(AT(B, p)) && CLOCK(B) >= MOVED(B, p, T1) ->
		complained[p] = (complained[p] || CLOCK(B) <= MOVED(B, p, T2) + G); say(B, p, D1)
	:: !over && !DIRECT && (MENU(D3) || OWES_D3(p)) && ACTS(B) && UNRULED(B, p) && !ANY(AT(B, p), BUYER_DISPUTES) ->
		complained[p] = (complained[p] || CLOCK(B) <= MOVED(B, p, T2) + G); say(B, p, D3)
	:: !over && !DIRECT && MENU(D4) && ACTS(S) && UNRULED(S, p) && !ANY(AT(S, p), BIT(D4) | BIT(D2)) ->
		complained[p] = (complained[p] || CLOCK(S) <= MOVED(S, p, T2) + G); say(S, p, D4)
	/* What nodes owe. */
	:: !over && OWES_D1(p) -> complained[p] = (complained[p] || CLOCK(B) <= MOVED(B, p, T2) + G); say(B, p, D1)
	:: !over && OWES_D2(p) -> complained[p] = (complained[p] || CLOCK(S) <= MOVED(S, p, T2) + G); say(S, p, D2)
	:: !over && OWES_AGREE_B(p) ->
		if
		:: HAS(AT(B, p), DE) -> say(B, p, aDE)
		:: else -> say(B, p, AGREE_B(p))
		fi
	:: !over && OWES_AGREE_S(p) -> say(S, p, AGREE_S(p))
	:: !over && DEFAULT_RULED(B, p) -> say(B, p, AGREE_B(p))
	:: !over && DEFAULT_RULED(S, p) -> say(S, p, AGREE_S(p))
	:: !over && OWES_DEFAULT_B(p) ->
		if
		:: !SPLITS(B, p) -> say(B, p, PF)
		:: SPLITS(B, p) && HAS(AT(B, p), PS) -> say(B, p, aPS)
		:: SPLITS(B, p) && !HAS(AT(B, p), PS) -> say(B, p, PB)
		fi
	:: !over && OWES_DEFAULT_S(p) ->
		if
		:: FOLLOWS(p) && HAS(AT(S, p), PB) -> say(S, p, aPB)
		:: FOLLOWS(p) && !HAS(AT(S, p), PB) -> say(S, p, aPF)
		:: !FOLLOWS(p) && !SPLITS(S, p) && HAS(AT(S, p), PF) -> say(S, p, aPF)
		:: !FOLLOWS(p) && !SPLITS(S, p) && !HAS(AT(S, p), PF) -> say(S, p, DE)
		:: !FOLLOWS(p) && SPLITS(S, p) && HAS(AT(S, p), PB) -> say(S, p, aPB)
		:: !FOLLOWS(p) && SPLITS(S, p) && !HAS(AT(S, p), PB) -> say(S, p, PS)
		fi
	/* Seats. */
#define seat A
#include "seat.pml"
#undef seat
#define seat K
#include "seat.pml"
#undef seat
	/* The rail: co-signed by every honest party whose fold selects it, once (9.4). */
#if LATE
#ifdef BROKEN_ONCE
	:: !over && applied[p] < 2 && ALL_AGREE(p) && hold[p] != (HONEST(B) -> OUT(B, p) : OUT(S, p)) ->
#else
	:: !over && applied[p] == 0 && ALL_AGREE(p) ->
#endif
		hold[p] = (HONEST(B) -> OUT(B, p) : OUT(S, p)); applied[p]++;
		CHECK(I6, HONEST(B) && HONEST_SEATS && !buyer_missed && !goods[p], !PAYS_BUYER_NOTHING(hold[p]))
	:: !over && applied[p] == 1 && ACTS(B) && !HAS(AT(B, p), ZB) -> say(B, p, ZB)
	:: !over && applied[p] == 1 && ACTS(S) && !HAS(AT(S, p), ZS) -> say(S, p, ZS)
#endif
	/* The cheat hands out what it could have signed, one message to one role. */
#if CHEAT < NOBODY
#define me CHEAT
#include "lies.pml"
#undef me
#endif
#if CHEAT2 < NOBODY
#define me CHEAT2
#include "lies.pml"
#undef me
#endif
