"""The desktop adapter: Qt rooms that show what the node says and ask it to act."""
