"""Who somebody is: keys, words, fingerprints."""
