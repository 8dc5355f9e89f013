/* A signer that is killed at any write and restored from an old copy (8.1, 8.3, 14).
 *
 * One signer and two other roles of its trade. A message is its place (seq) and a value
 * that the signer picks anew each time, so a place signed twice may differ. The message and
 * its outbox row are committed together; only then may it leave. What is on its way may be
 * lost and is repeated until acknowledged. A restored node signs nothing before it was
 * answered by both others and its mail has arrived; without this rule (BROKEN_ANSWERS) by one.
 */
#include "verdicts.pml"
#define PLACES 2
#ifndef RESTORES
#define RESTORES 0
#endif

byte booked[PLACES];		/* the signer's book: 1 or 2, 0 empty */
byte copy[PLACES];		/* its last backup */
byte seen[PLACES];		/* values that anybody got, one bit each */
byte wire[2 * PLACES];		/* on the way to each role */
byte got[2 * PLACES];		/* what each role committed */
bool acked[2 * PLACES];		/* and told the signer so */
byte picked;			/* in memory: what the signer is about to sign */
bool resync;			/* restored, and not yet answered */
byte answers;			/* roles that did */
byte restores;
byte i;

#define NEXT (booked[0] == 0 -> 0 : 1)
#define ROOM (booked[1] == 0)
#define TO(r, n) ((r) * PLACES + (n))
#define ONCE(n) (seen[n] != 3)
#define KEPT(r, n) (!acked[TO(r, n)] || booked[n] == got[TO(r, n)])

#define MAIL(r, n) \
	:: atomic { booked[n] != 0 && !acked[TO(r, n)] && wire[TO(r, n)] == 0 && !resync -> \
		wire[TO(r, n)] = booked[n] } \
	:: atomic { wire[TO(r, n)] != 0 -> \
		if \
		:: got[TO(r, n)] == 0 -> got[TO(r, n)] = wire[TO(r, n)]; seen[n] = seen[n] | wire[TO(r, n)] \
		:: got[TO(r, n)] != 0 -> seen[n] = seen[n] | wire[TO(r, n)] \
		:: skip \
		fi; \
		wire[TO(r, n)] = 0; CHECK(I4, 1, ONCE(n)) } \
	:: atomic { got[TO(r, n)] != 0 && booked[n] == got[TO(r, n)] && !acked[TO(r, n)] -> acked[TO(r, n)] = true }

#define ANSWER(r) \
	:: atomic { resync && !(answers & (1 << (r))) && WIRE_IS_DRY(r) -> \
		answers = answers | (1 << (r)); \
		if \
		:: booked[0] == 0 -> booked[0] = got[TO(r, 0)] \
		:: else \
		fi; \
		if \
		:: booked[1] == 0 -> booked[1] = got[TO(r, 1)] \
		:: else \
		fi; \
		if \
		:: ENOUGH -> resync = false; answers = 0 \
		:: else \
		fi }

#ifndef BROKEN_ANSWERS
#define ENOUGH (answers == 3)
#define WIRE_IS_DRY(r) (wire[TO(r, 0)] == 0 && wire[TO(r, 1)] == 0)
#else
#define ENOUGH (answers != 0)
#define WIRE_IS_DRY(r) (1)
#endif

init {
	c_code { atexit(report); };
	do
	:: atomic { picked == 0 && ROOM && !resync ->
		if
		:: picked = 1
		:: picked = 2
		fi }
#ifdef BROKEN_DURABLE
	/* Sent before it is booked. */
	:: atomic { picked != 0 && ROOM && !resync -> i = NEXT; wire[TO(0, i)] = picked; i = 0 }
#endif
	:: atomic { picked != 0 && ROOM && !resync -> booked[NEXT] = picked; picked = 0 }
	MAIL(0, 0)
	MAIL(0, 1)
	MAIL(1, 0)
	MAIL(1, 1)
	/* Killed: what was not committed is gone. What others acknowledged is not (I12). */
	:: atomic { picked != 0 -> picked = 0;
		CHECK(I12, 1, KEPT(0, 0) && KEPT(0, 1) && KEPT(1, 0) && KEPT(1, 1)) }
	/* A copy is made; later the disk dies and the copy comes back. */
	:: atomic { restores < RESTORES && copy[1] == 0 -> copy[0] = booked[0]; copy[1] = booked[1] }
	:: atomic { restores < RESTORES -> restores++; picked = 0;
		booked[0] = copy[0]; booked[1] = copy[1];
		i = 0;
		do
		:: i < 2 * PLACES -> acked[i] = false; i++
		:: else -> break
		od;
		i = 0;
#ifndef BROKEN_RESYNC
		resync = true
#endif
		}
	ANSWER(0)
	ANSWER(1)
	:: atomic { acked[TO(0, 1)] && acked[TO(1, 1)] && acked[TO(0, 0)] && acked[TO(1, 0)] ->
		CHECK(I28, restores > 0, got[TO(0, 0)] == got[TO(1, 0)] && got[TO(0, 1)] == got[TO(1, 1)])
		break }
	od
}
