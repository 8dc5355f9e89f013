/* One account of the credit rail (9.2): two sides, co-signed states, collisions, loss.
 *
 * X is the lower key. Each side keeps its newest co-signed state and at most one open
 * proposal; proposals and answers are lost and repeated. The operations: X or Y pays one,
 * the buyer X puts a hold, the hold is applied or voided, a creditor lowers its limit.
 */
#include "verdicts.pml"
#define LAST_N 4
#define X 0
#define Y 1
#define PAY 1			/* the proposer pays one to the other */
#define PUT 2			/* X puts a hold of one */
#define APPLY 3			/* the hold goes to Y */
#define VOID 4			/* the hold goes back */
#define LOWER 5			/* Y lowers by one the debt that it lets X run up */

byte n[2];			/* of the newest co-signed state */
short bal[2];			/* what Y owes X, as each side has it */
byte held[2];
byte lim[2];			/* what Y lets X owe */
byte open[2];			/* a side's own open proposal, for n + 1 */
byte open_n[2];
byte chosen[LAST_N + 1];	/* operation and proposer that state n rests on */
byte ended;			/* 1 applied, 2 voided: once for ever */
byte side, op;

#define OTHER(s) (1 - (s))
#define USE(s) (held[s] - bal[s])
#define AFTER_PAY(s, who) ((who) == X -> bal[s] - 1 : bal[s] + 1)
#define FITS(s, who, o) ((o) == PAY -> ((who) == Y || held[s] - (bal[s] - 1) <= lim[s]) && ((who) == X || bal[s] < 2) : \
	((o) == PUT -> held[s] == 0 && ended == 0 && USE(s) + 1 <= lim[s] : \
	((o) == LOWER -> lim[s] > 0 && (who) == Y : held[s] == 1)))

inline settle(s, who, o)
{
	n[s]++;
	if
	:: (o) == PAY -> bal[s] = AFTER_PAY(s, who)
	:: (o) == PUT -> held[s] = 1
	:: (o) == APPLY -> held[s] = 0; bal[s] = bal[s] - 1
	:: (o) == VOID -> held[s] = 0
	:: (o) == LOWER -> lim[s] = lim[s] - 1
	fi;
	CHECK(I4, chosen[n[s]] != 0, chosen[n[s]] == (o) * 2 + (who))
	CHECK(I1, ended != 0 && n[OTHER(s)] < n[s], (o) != APPLY && (o) != VOID)
	chosen[n[s]] = (o) * 2 + (who);
	if
	:: (o) == APPLY && n[OTHER(s)] < n[s] -> ended = 1
	:: (o) == VOID && n[OTHER(s)] < n[s] -> ended = 2
	:: else
	fi;
	CHECK(I19, (o) == PUT || ((o) == PAY && (who) == X), USE(s) <= lim[s])
	CHECK(I20, (o) == LOWER, held[s] <= 1)
	CHECK(I3, n[X] == n[Y], bal[X] == bal[Y] && held[X] == held[Y] && lim[X] == lim[Y])
}

inline propose(s, o)
{
	open[s] = o; open_n[s] = n[s] + 1
}

/* Side s gets the other's open proposal. Who accepts has the new state at once. */
inline hear(s)
{
	side = OTHER(s); op = open[side];
	if
	/* Its own state lags: the accept was lost; the newest co-signed state is sent anew. */
	:: open_n[side] != n[s] + 1 -> skip
	:: open_n[side] == n[s] + 1 ->
		if
#ifndef BROKEN_COLLISION
		/* Both proposed n: the lower key's stands, and the lower key never accepts then. */
		:: s == X && open[X] != 0 && open_n[X] == n[X] + 1 -> skip
		:: s == Y && FITS(Y, X, op) -> open[Y] = 0; settle(Y, X, op)
		:: s == Y && !FITS(Y, X, op) -> open[X] = 0
		:: s == X && open[X] == 0 && FITS(X, Y, op) -> settle(X, Y, op)
		:: s == X && open[X] == 0 && !FITS(X, Y, op) -> open[Y] = 0
#else
		:: FITS(s, side, op) -> settle(s, side, op)
		:: !FITS(s, side, op) -> open[side] = 0
#endif
		fi
	fi;
	side = 0; op = 0
}

/* The accept of its open proposal reaches s. */
inline learn(s)
{
	op = open[s]; open[s] = 0;
	settle(s, s, op);
	op = 0
}

#define MAY_PROPOSE(s, o) (open[s] == 0 && n[s] < LAST_N && n[s] >= n[OTHER(s)] && FITS(s, s, o))

init {
	c_code { atexit(report); };
	lim[X] = 2; lim[Y] = 2;
	do
	:: atomic { MAY_PROPOSE(X, PAY) -> propose(X, PAY) }
	:: atomic { MAY_PROPOSE(Y, PAY) -> propose(Y, PAY) }
	:: atomic { MAY_PROPOSE(X, PUT) -> propose(X, PUT) }
	:: atomic { MAY_PROPOSE(X, APPLY) -> propose(X, APPLY) }
	:: atomic { MAY_PROPOSE(Y, APPLY) -> propose(Y, APPLY) }
	:: atomic { MAY_PROPOSE(X, VOID) -> propose(X, VOID) }
	:: atomic { MAY_PROPOSE(Y, VOID) -> propose(Y, VOID) }
	:: atomic { MAY_PROPOSE(Y, LOWER) -> propose(Y, LOWER) }
	:: atomic { open[X] != 0 && open_n[X] == n[Y] + 1 -> hear(Y) }
	:: atomic { open[Y] != 0 && open_n[Y] == n[X] + 1 -> hear(X) }
	:: atomic { n[Y] > n[X] && open[X] != 0 && open_n[X] == n[X] + 1 && chosen[open_n[X]] == open[X] * 2 + X -> learn(X) }
	:: atomic { n[X] > n[Y] && open[Y] != 0 && open_n[Y] == n[Y] + 1 && chosen[open_n[Y]] == open[Y] * 2 + Y -> learn(Y) }
	:: atomic { n[X] == LAST_N && n[Y] == LAST_N -> break }
	od
}
