"""Every byte, second and count that the network enforces (network.md 6)."""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

# Handshakes and connections
PENDING_HANDSHAKES: Final = 64
PENDING_HANDSHAKES_PER_GROUP: Final = 4
HANDSHAKE_SECONDS: Final = 5.0
ACCEPTS_PER_GROUP_PER_SECOND: Final = 2.0
ACCEPTS_PER_GROUP_BURST: Final = 8.0
MAX_CONNECTIONS: Final = 256
MAX_INBOUND_CONNECTIONS: Final = 192
MAX_CONNECTIONS_PER_PEER: Final = 2
MAX_CONNECTIONS_PER_GROUP: Final = 8
RESERVED_CONNECTIONS: Final = 32
GROUP_BITS_IPV4: Final = 24
GROUP_BITS_IPV6: Final = 48
TRACKED_GROUPS: Final = 4096
CLOSED_CHECK_SECONDS: Final = 1.0

# Streams and requests
MAX_INBOUND_STREAMS_PER_PEER: Final = 16
MAX_REQUESTS_PER_PEER: Final = 8
MAX_REQUESTS: Final = 256
RESERVED_REQUESTS: Final = 32  # of them, for parties of open trades
MAX_INBOUND_STREAMS: Final = 256
FAIR_STREAMS_PER_PEER: Final = (
    2  # gossip and one question, however many others have open
)
IDLE_STREAM_SECONDS: Final = 30.0
FIRST_BYTE_SECONDS: Final = 5.0
EXCHANGE_SECONDS: Final = 10.0
CONTENT_SECONDS: Final = 30.0
SLOWEST_BYTES_PER_SECOND: Final = KIB
WRITE_SECONDS: Final = 30.0
NEGOTIATION_SECONDS: Final = 5
REFUSAL_SECONDS: Final = 1.0
PING_SECONDS: Final = 2.0

# What a peer may send before it is read
WINDOW_BYTES: Final = 256 * KIB
MAX_UNREAD_BYTES_PER_STREAM: Final = 512 * KIB
MAX_UNREAD_BYTES: Final = 4 * MIB  # of one connection

# Frames
DRAIN_BYTES: Final = 64 * KIB
MAX_FRAME_BYTES: Final = 320 * KIB
MAX_NESTING: Final = 8
MAX_ITEM_STEPS: Final = 16_384
MAX_REFUSAL_BYTES: Final = 256

# Token buckets
REQUESTS_PER_SECOND: Final = 20.0
REQUESTS_BURST: Final = 60.0
OWN_REQUESTS_PER_SECOND: Final = 18.0
OWN_REQUESTS_BURST: Final = 50.0
STRANGER_REQUESTS_PER_SECOND: Final = 200.0
STRANGER_REQUESTS_BURST: Final = 200.0
BYTES_IN_PER_SECOND: Final = float(MIB)
BYTES_IN_BURST: Final = 4.0 * MIB
PEER_LISTS_PER_SECOND: Final = 1 / 300
MAX_RETRY_AFTER_SECONDS: Final = 600
TRACKED_PEERS: Final = 4096

# Dialling
DIALS_PER_SECOND: Final = 2.0
DIALS_BURST: Final = 8.0
DIAL_SECONDS_PER_ADDRESS: Final = 5.0
DIAL_SECONDS_PER_PEER: Final = 15.0
REDIAL_SECONDS: Final = 10.0
REDIAL_SOON_SECONDS: Final = 0.1  # until a connection that broke is known to have ended
DIALS_PER_GROUP: Final = 3
DIALS_PER_GROUP_SECONDS: Final = 60.0
BACK_OFF_SECONDS: Final = (5, 15, 60, 300)
FAILURES_BEFORE_BLAME: Final = 2

# Peer book
MAX_KNOWN_PEERS: Final = 5_000
MAX_ADDRESSES_PER_PEER: Final = 16
MAX_PROTOCOLS_PER_PEER: Final = 64
MAX_REMEMBERED_ADDRESSES: Final = 64  # of one peer, told by itself or by others
MAX_PEER_RECORD_BYTES: Final = 4 * KIB
MAX_ADDRESS_CHARS: Final = 256
MAX_PEERS_PER_GROUP: Final = 2
ANCHORS: Final = 2

# What is said of traffic
RATE_SECONDS: Final = 60.0
SAMPLE_SECONDS: Final = 5.0

# Neighbours of our own choice
OUTBOUND_PEERS: Final = 8
FEW_PEERS: Final = 2  # below it the next dial waits for no round
DIALS_PER_ROUND: Final = 2
ROUND_SECONDS: Final = 10.0
SETTLE_SECONDS: Final = 1.0  # what changes together is looked at and stored once
WIDE_GROUP_BITS_IPV4: Final = 16
WIDE_GROUP_BITS_IPV6: Final = 32

# Score
BAN_FLOOR: Final = -100.0
SCORE_RECOVERED_PER_SECOND: Final = 0.1
BAN_SECONDS: Final = 600
MAX_BAN_SECONDS: Final = 86_400
BANNED_PEERS_PER_BANNED_GROUP: Final = 3

# Supervision
RESTART_SECONDS: Final = (1, 2, 4, 8, 16, 32, 60)
DOWN_AFTER_FAILURES: Final = 3
DOWN_WINDOW_SECONDS: Final = 60.0
SHUTDOWN_SECONDS: Final = 2.0

# Store heads, wherever they come from
HEAD_AHEAD_SECONDS: Final = 600
CHECKED_HEADS: Final = 1_024

# DHT: own lookups
LOOKUP_SECONDS: Final = 8.0
SEARCH_SECONDS: Final = 4.0
MAX_LOOKUPS: Final = 4
KAD_REPLICAS: Final = 20
MAX_NEARER: Final = 21  # nodes taken from one answer: 20 and who was looked for
MAX_LOOKUP_KEY_BYTES: Final = 50
READS_AT_ONCE: Final = 8
MIN_REMOTE_READS: Final = 5
MIN_READ_BACK: Final = 3
RETRY_PUT_SECONDS: Final = 5.0
MAX_PROVIDERS: Final = 400
PROVIDES_PER_SECOND: Final = 1.0
SILENCES_BEFORE_EVICTION: Final = 2
EVICTION_SECONDS: Final = 600.0
KAD_ANSWER_BYTES: Final = 128 * KIB
MAX_TOLD_ADDRESSES: Final = 4  # of one node, in an answer
ADDRESS_SECONDS: Final = 3_600  # how long addresses told by others are remembered

# DHT: upkeep
TABLE_CHECK_SECONDS: Final = 600.0
MAX_WALK_SECONDS: Final = 6 * 3_600.0
CALM_SHARE: Final = (
    1 / 8
)  # of a table; less changed since the last walk: wait twice as long
STIRRED_SHARE: Final = 1 / 4  # more changed: walk at the next check
STALE_SECONDS: Final = 3_600  # since an entry was heard of
STALE_ASKED: Final = 1  # entry at each check
IDENTIFY_SECONDS: Final = 10.0
IDENTIFY_CHECK_SECONDS: Final = 0.02
UPKEEP_SECONDS: Final = 12 * 3_600.0
TOKEN_UPKEEP_SECONDS: Final = 24 * 3_600.0  # half of the life of what is provided
WALKLESS_PROVIDES: Final = 4  # of one token at the nodes of one walk
LEAST_KNOWN_SHARE: Final = 3 / 4  # of them must still answer
UPKEEP_CHECK_SECONDS: Final = 60.0
UPKEEP_PAUSE_SECONDS: Final = 1.0
FAILED_SECONDS: Final = 60.0
MAX_KEPT: Final = 500

# DHT: what others may ask and store
KAD_REQUEST_BYTES: Final = 8 * KIB
KAD_STREAM_SECONDS: Final = 10.0
KAD_REQUESTS_PER_SECOND: Final = 20.0
KAD_REQUESTS_BURST: Final = 60.0
MAX_KAD_STREAMS_PER_PEER: Final = 6
MAX_RECORD_BYTES: Final = 2 * KIB
MAX_RECORDS: Final = 20_000
MAX_RECORDS_PER_AUTHOR: Final = 200
MAX_PROVIDER_RECORDS: Final = 50_000

# Gossip
MAX_GOSSIP_BYTES: Final = 300
PUBLISH_SECONDS: Final = 10.0
HEARER_CHECK_SECONDS: Final = 0.5
HEADS_PER_AUTHOR_PER_SECOND: Final = 1.0
HEADS_PER_AUTHOR_BURST: Final = 3.0
FORWARDS_PER_SECOND: Final = 10.0
FORWARDS_BURST: Final = 30.0  # a new neighbour is sent the last 3 s at once
GOSSIP_RPC_BYTES: Final = 64 * KIB
GOSSIP_SEEN_SECONDS: Final = 120
SPLIT_PER_SECOND: Final = (
    5.0  # heads of the whole market; beyond, they travel in shards
)
HEARD_PER_SECOND: Final = (
    5.0  # that a node listens to; half of what one neighbour may send
)
RATE_WINDOW_SECONDS: Final = 600.0
STEADY_SECONDS: Final = 60.0  # nothing is concluded from less
SHARD_CHECK_SECONDS: Final = 30.0
MAX_TOPICS: Final = 32  # that one peer may listen to
HEARTBEAT_SECONDS: Final = 1
MESH_DEGREE: Final = 6
MESH_DEGREE_LOW: Final = 4
MESH_DEGREE_HIGH: Final = 8
LAZY_DEGREE: Final = (
    3  # neighbours outside the mesh that are told of messages by their ids
)
GOSSIP_WINDOW: Final = 2  # heartbeats during which they are
TRACKED_AUTHORS: Final = 16_384

# Local network (mDNS)
MDNS_PORT: Final = 5353
MDNS_HOPS: Final = 255
LAN_PACKET_BYTES: Final = 9_000
LAN_PACKETS_PER_SECOND: Final = 20.0
LAN_PACKETS_BURST: Final = 100.0
LAN_ANSWERS_PER_SECOND: Final = 1.0
LAN_ANSWERS_BURST: Final = 2.0
LAN_EARLY_ROUNDS_SECONDS: Final = (1.0, 3.0, 9.0)
LAN_ROUND_SECONDS: Final = 50.0
LAN_TTL_SECONDS: Final = 120
LAN_LEAVE_SECONDS: Final = 0.5
LAN_YIELD_SECONDS: Final = 1.0
MAX_LAN_RECORDS: Final = 32
MAX_LAN_ADDRESSES: Final = 8  # of a node on one link: they fit one packet
MAX_LAN_PEERS: Final = 64
MAX_LAN_PEERS_PER_HOST: Final = 4

# Messages of relay, hole punch and dial-back
RELAY_MESSAGE_BYTES: Final = 4 * KIB
RELAY_MESSAGE_SECONDS: Final = 10.0
CIRCUIT_SECONDS: Final = 10.0  # to build one, both hops

# Being a relay
RELAY_RESERVATIONS: Final = 128
RELAY_CIRCUITS_PER_RESERVATION: Final = 8
RELAY_CIRCUIT_BYTES: Final = 100 * MIB
RELAY_CIRCUIT_SECONDS: Final = 3_600
RELAY_RESERVATION_SECONDS: Final = 3_600
RELAY_CHUNK_BYTES: Final = 16 * KIB
RELAY_LEAST_SHARE: Final = 1
RELAY_FULL_SHARE: Final = 100

# Using relays
RELAYS_WANTED: Final = 2
RELAYS_WANTED_IN_THE_OPEN: Final = 1  # for those who dial nobody directly
RELAY_CHECK_SECONDS: Final = 2.0
RELAY_LOOK_SECONDS: Final = 0.1  # while new neighbours may say that they are relays
RELAY_REFUSED_SECONDS: Final = 600.0
RELAY_KNOWN: Final = 16
MAX_RELAY_ADDRESSES: Final = 4

# Hole punching
PUNCH_AFTER_SECONDS: Final = 5.0
PUNCH_TRIES: Final = 3
PUNCH_DIAL_SECONDS: Final = 5.0
PUNCH_SYNC_SECONDS: Final = 2.0  # half a round trip is waited for at most this long
PUNCH_AGAIN_SECONDS: Final = 600.0
MAX_PUNCH_ADDRESSES: Final = 4
RELAY_GRACE_SECONDS: Final = 60.0

# Reachability
REACH_GROUPS: Final = 3
OWN_HOSTS_SECONDS: Final = 5.0  # the system is asked for its addresses so often
REACH_CHECK_SECONDS: Final = 900.0
REACH_KEPT_SECONDS: Final = 3_600.0
REACH_ANSWER_SECONDS: Final = 20.0
REACH_SETTLE_SECONDS: Final = 2.0  # new neighbours are asked together
DIAL_BACKS_PER_SECOND: Final = 0.1  # for one peer
DIAL_BACKS_BURST: Final = 1.0
DIAL_BACKS_OF_ALL_PER_SECOND: Final = 1.0
DIAL_BACKS_OF_ALL_BURST: Final = 4.0
DIAL_BACK_SECONDS: Final = 5.0
MAX_DIAL_BACK_ADDRESSES: Final = 4
