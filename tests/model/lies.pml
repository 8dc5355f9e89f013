	/* One cheat's messages to each of the others. */
#define to OTHER_1(me)
#include "cheat.pml"
#undef to
#define to OTHER_2(me)
#include "cheat.pml"
#undef to
#define to OTHER_3(me)
#include "cheat.pml"
#undef to
