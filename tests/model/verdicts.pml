/* Properties, named after the invariants of PROTOCOL.md 16. A run counts for each how often
 * it was judged and how often it failed, outside the state; with STOP set to one of them the
 * run ends at its first failure with a trail. */
#define I1 1
#define I2 2
#define I5 3
#define I6 4
#define I7 5
#define I8 6
#define I13 7
#define I25 8
#define I27 9
#define I27_CLOSED 10
#define I29 11
#define I29_AGREED 12
#define I29_PAID 13
#define EXIT 14
#define LOCK 15
#define I3 16
#define I4 17
#define I11 18
#define I12 19
#define I14 20
#define I19 21
#define I20 22
#define I28 23
#define HUB 24
#define CROSS 25
#define FREED 26
#define EXIT_HEARD 28
#define BOUND 29

#ifndef STOP
#define STOP 0
#endif

c_decl {
\#include <stdlib.h>
\#include <stdio.h>
static unsigned long judged[32], failed[32];
static void report(void)
{
	int i;
	for (i = 0; i < 32; i++)
		if (judged[i] > 0) printf("PROPERTY %d judged %lu failed %lu\n", i, judged[i], failed[i]);
}
}

#define CHECK(name, premise, holds) \
	if \
	:: (premise) && (holds) -> c_code { judged[name]++; } \
	:: (premise) && !(holds) -> c_code { judged[name]++; failed[name]++; }; assert(STOP != name) \
	:: !(premise) \
	fi;
