"""Every call of the local door and its answer; the CLI's contract and the app's only view.

A call travels as one JSON line ``{"id": 7, "call": {"type": "order.place", ...}}``; its
answer as ``{"type": "reply", "id": 7, "result": {...}}`` or with ``"error": {"code",
"words"}``. Keys and ids are text here: peer ids in base58, everything else lower-case
hex. Unknown fields of a call are ignored, so that an older node serves a newer client.
"""
