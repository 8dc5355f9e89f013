	/* What the cheat may hand to `to` now; RULES keep out what could never count. */
#define TAKES(m) (!over && MENU_OF_CHEAT(m) && IS_UP(to) && !HAS(AT(to, p), m))
#if me == B
	:: TAKES(WB) -> leak(to, p, WB)
	:: TAKES(EX) -> leak(to, p, EX)
	:: TAKES(PF) -> leak(to, p, PF)
	:: TAKES(PB) -> leak(to, p, PB)
	:: TAKES(aSH) && SHIPPED(AT(B, p)) -> leak(to, p, aSH)
	:: TAKES(aDE) && HAS(AT(B, p), DE) -> leak(to, p, aDE)
	:: TAKES(aPS) && HAS(AT(B, p), PS) -> leak(to, p, aPS)
	:: TAKES(D1) -> leak(to, p, D1)
	:: TAKES(D3) -> leak(to, p, D3)
	:: TAKES(bA) && HAS(AT(B, p), RA) -> leak(to, p, bA)
	:: TAKES(bK) && HAS(AT(B, p), RK) -> leak(to, p, bK)
	:: TAKES(ZB) && LATE -> leak(to, p, ZB)
#elif me == S
	:: TAKES(WS) -> leak(to, p, WS)
	:: TAKES(FA) -> leak(to, p, FA)
	:: TAKES(SH) -> leak(to, p, SH)
	:: TAKES(SX) && HAS(AT(S, p), EX) -> leak(to, p, SX)
	:: TAKES(DE) -> leak(to, p, DE)
	:: TAKES(PS) -> leak(to, p, PS)
	:: TAKES(aPF) && HAS(AT(S, p), PF) -> leak(to, p, aPF)
	:: TAKES(aPB) && HAS(AT(S, p), PB) -> leak(to, p, aPB)
	:: TAKES(D2) -> leak(to, p, D2)
	:: TAKES(D4) -> leak(to, p, D4)
	:: TAKES(sA) && HAS(AT(S, p), RA) -> leak(to, p, sA)
	:: TAKES(sK) && HAS(AT(S, p), RK) -> leak(to, p, sK)
	:: TAKES(ZS) && LATE -> leak(to, p, ZS)
#else
	/* A seat signs what it likes on a Dispute that stands, dated as it likes; a Ruling
	 * dated ahead waits at its reader. It may do so twice, in two branches. */
#define MINE (me == A -> 0 : 2)
#ifdef BROKEN_DATED
#define DATED(o, d) 0
#else
#define DATED(o, d) (((o) == REF && (d) == D1 || (o) == REL && (d) == D2 || me == A) -> T1 + G : T3 + G)
#endif
#define LIES(i, o, d) \
	:: TAKES(RA + MINE + (i)) && !HOLDS_RULING(AT(me, p), MINE + (i)) && HAS(AT(me, p), d) && CLOCK(to) >= DATED(o, d) -> \
		ruling_out[(MINE + (i)) * PARTS + p] = o; ruling_named[(MINE + (i)) * PARTS + p] = d; \
		ruling_flags[(MINE + (i)) * PARTS + p] = TIMELY | TIMELY_LATER | (SHIPPED(AT(me, p)) -> SEES_SHIP : 0); \
		leak(to, p, RA + MINE + (i))
	LIES(0, REF, D1)
	LIES(0, REF, D3)
	LIES(0, REF, D4)
	LIES(0, REL, D1)
	LIES(0, REL, D2)
	LIES(0, REL, D3)
	LIES(0, RSP, D3)
	LIES(1, REF, D1)
	LIES(1, REF, D3)
	LIES(1, REL, D1)
	LIES(1, REL, D2)
	LIES(1, REL, D3)
	:: TAKES(RA + MINE) && HOLDS_RULING(AT(me, p), MINE) -> leak(to, p, RA + MINE)
	:: TAKES(RX + MINE) && HOLDS_RULING(AT(me, p), MINE + 1) -> leak(to, p, RX + MINE)
#undef LIES
#undef MINE
#undef DATED
#endif
#undef TAKES
