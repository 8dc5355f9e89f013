"""Co-signed accounts: wire objects, arithmetic, holds, hubs, circles."""
