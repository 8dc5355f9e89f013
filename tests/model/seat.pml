	/* A seat's duties a and b at once, c when its person chooses between OPENS and CLOSES. */
	:: !over && DUTY_A(seat, p) ->
		CHECK(I25, 1, CLOCK(seat) >= AWAY_CUT(seat, MOVED(seat, p, T1)))
		rule(seat, p, REF, 1)
	:: !over && DUTY_B(seat, p) ->
		CHECK(I25, 1, CLOCK(seat) >= AWAY_CUT(seat, MOVED(seat, p, T2)))
		rule(seat, p, REL, 2)
	:: !over && FINDS_RELEASE(seat, p) ->
		if
		:: !FEES -> rule(seat, p, REL, 3)
		:: FEES -> rule(seat, p, RELF, 3)
		:: SPLIT_RULINGS -> rule(seat, p, RSP, 3)
		fi
	:: !over && FINDS_REFUND(seat, p) ->
		if
		:: !FEES -> rule(seat, p, REF, 3)
		:: FEES -> rule(seat, p, REFF, 3)
		:: SPLIT_RULINGS && MAY_PAY(seat, p) -> rule(seat, p, RSP, 3)
		fi
