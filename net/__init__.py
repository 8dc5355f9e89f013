"""The network adapter: moves and verifies bytes over libp2p and knows nothing of trades."""
