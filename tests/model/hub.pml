/* A trade over one hub that both know (9.3, 9.4): leg 0 B-hub, leg 1 hub-S, one part of 4.
 *
 * What the fold selects grows at each node on its own: nothing, A2's refund, then A1's
 * release that surfaces late (I29), or the release at once. The hub waits for both Settled,
 * at most g, decides once, and applies the same on both legs, the one it is owed on first.
 * One of B and S may cheat: it signs on its leg whatever suits it, or refuses for ever.
 */
#include "verdicts.pml"
#ifndef CHEAT
#define CHEAT 9
#endif
#define B 0
#define S 1
#define H 2
#define NONE 0
#define REL 1
#define REF 2
#define LEG_B 0
#define LEG_S 1

byte story[2];			/* the rulings in the order in which they surface */
byte known[3];			/* how many of them each node holds */
byte leg[2];			/* what was applied on each leg */
byte times[2];
bool settled[2];
byte settled_as[2];
byte decision;			/* the hub's, once for ever */
bool waited;			/* g has passed since the hub first held an outcome */

#define FOLD(r) (known[r] == 0 -> NONE : story[known[r] - 1])
#define HONEST(r) ((r) != CHEAT)
#define SIGNS(r, o) (!HONEST(r) || FOLD(r) == (o))
/* A hub that applied the release owes S and is owed by B. */
#define PAID_OUT (leg[LEG_S] == REL)
#define PAID_IN (leg[LEG_B] == REL)

init {
	c_code { atexit(report); };
	if
	:: story[0] = REL; story[1] = REL
	:: story[0] = REF; story[1] = REF
	:: story[0] = REF; story[1] = REL
	fi;
	do
	:: atomic { known[B] < 2 -> known[B]++ }
	:: atomic { known[S] < 2 -> known[S]++ }
	:: atomic { known[H] < 2 -> known[H]++ }
	:: atomic { known[H] > 0 && !waited -> waited = true }
	/* A party applies its leg only with the hub; Settled over a hub is what its fold selects. */
	:: atomic { HONEST(B) && !settled[B] && FOLD(B) != NONE -> settled[B] = true; settled_as[B] = FOLD(B) }
	:: atomic { HONEST(S) && !settled[S] && FOLD(S) != NONE -> settled[S] = true; settled_as[S] = FOLD(S) }
	:: atomic { !HONEST(B) && !settled[B] -> settled[B] = true; if :: settled_as[B] = REL :: settled_as[B] = REF fi }
	:: atomic { !HONEST(S) && !settled[S] -> settled[S] = true; if :: settled_as[S] = REL :: settled_as[S] = REF fi }
#ifdef BROKEN_HUB
	/* Each leg by what the fold says at that moment, whichever comes first. */
	:: atomic { leg[LEG_B] == NONE && FOLD(H) != NONE && SIGNS(B, FOLD(H)) -> leg[LEG_B] = FOLD(H); times[LEG_B]++ }
	:: atomic { leg[LEG_S] == NONE && FOLD(H) != NONE && SIGNS(S, FOLD(H)) -> leg[LEG_S] = FOLD(H); times[LEG_S]++;
		CHECK(HUB, 1, !PAID_OUT || PAID_IN || leg[LEG_B] == NONE) }
#else
	:: atomic { decision == NONE && FOLD(H) != NONE && (waited || settled[B] && settled[S]) ->
		decision = (settled[B] && settled[S] && settled_as[B] == settled_as[S] -> settled_as[B] : FOLD(H)) }
	/* Owed first: on a release by B, on a refund nobody is owed. */
	:: atomic { decision != NONE && leg[LEG_B] == NONE && SIGNS(B, decision) -> leg[LEG_B] = decision; times[LEG_B]++ }
	:: atomic { decision != NONE && leg[LEG_S] == NONE && leg[LEG_B] == decision && SIGNS(S, decision) ->
		leg[LEG_S] = decision; times[LEG_S]++ }
#endif
	:: atomic { timeout ->
		CHECK(HUB, 1, !PAID_OUT || PAID_IN)
		CHECK(I1, 1, times[LEG_B] <= 1 && times[LEG_S] <= 1)
		CHECK(CROSS, leg[LEG_B] != NONE && leg[LEG_S] != NONE, leg[LEG_B] == leg[LEG_S])
		CHECK(FREED, HONEST(B) && HONEST(S) && story[0] == story[1], leg[LEG_B] == story[1] && leg[LEG_S] == story[1])
		break }
	od
}
