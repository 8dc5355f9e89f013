"""All orders one takes part in."""
