/* One configuration; the runner sets what differs from the plain trade. */
#ifndef CHEAT
#define CHEAT 9			/* the role that signs anything at any time */
#endif
#ifndef CHEAT2
#define CHEAT2 9		/* a second one, who knows and does what the first one does */
#endif
#ifndef DEAD
#define DEAD 0			/* roles that never act: 4 the primary seat, 8 the backup */
#endif
#ifndef SPELL
#define SPELL 9			/* the role that may crash and come back */
#endif
#ifndef SPELLS
#define SPELLS 1
#endif
#ifndef PARTS
#define PARTS 1
#endif
#ifndef SKEW
#define SKEW 0			/* 1: each clock right or one unit ahead, all 16 cases */
#endif
#ifndef WRONG
#define WRONG 9			/* a party whose clock is wrong by WRONG_BY units */
#define WRONG_BY 0
#endif
#ifndef PERSONS
#define PERSONS 0		/* messages that honest persons may send beyond what is owed */
#endif
#ifndef LIES_OPEN
#define LIES_OPEN 2147483647	/* messages that the cheat may send */
#endif
#ifndef START
#define START 1			/* 1 from FUNDED, 2 from AGREED: Withdraw and FundAck may cross */
#endif
#ifndef LATE
#define LATE 0			/* 1: go on after an outcome, with the rail and Settled */
#endif
#ifndef LATE_SHIPS
#define LATE_SHIPS 0		/* 1: an honest seller may ship after T1 - g */
#endif
#ifndef LOST_PARCELS
#define LOST_PARCELS 1		/* 1: what an honest seller sends may never arrive */
#endif
#ifndef FEES
#define FEES 0
#endif
#ifndef SPLIT_RULINGS
#define SPLIT_RULINGS 0
#endif
#ifndef DIRECT
#define DIRECT 0		/* 1: no seats in the contract, nobody disputes */
#endif
#ifndef PAIRWISE
#define PAIRWISE 0		/* 1: two roles may get different messages of one tick */
#endif
#define FROM_FUNDED 1
#define FROM_AGREED 2
#define ACTS_OF_PERSONS (PERSONS)
#define MENU_OF_CHEAT(m) (((LIES_OPEN) >> (m)) & 1)
#define LAST (PARTS - 1)
#if CHEAT < 9
#define CHEAT_ROLE CHEAT
#else
#define CHEAT_ROLE 0
#endif
#if CHEAT2 < 9
#define CHEAT2_ROLE CHEAT2
#else
#define CHEAT2_ROLE CHEAT_ROLE
#endif
/* To whom a cheat hands its messages: to all others, the second cheat too. */
#define OTHER_1(r) ((r) == 0 -> 1 : 0)
#define OTHER_2(r) ((r) <= 1 -> 2 : 1)
#define OTHER_3(r) ((r) == 3 -> 2 : 3)
