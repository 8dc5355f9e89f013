"""A market of thousands to a million nodes on a clock that jumps, run by the real policies.

What is real: the walk through the DHT, whom a lookup asks, which head wins, when a put is
repeated, who is left alone for silence, which heads are passed on, when own ones are sent,
how often mail is tried. What is modelled: links, presence, processors, the state of routing
tables and the mesh. ``costs`` holds what the real thing was measured to cost.
"""
