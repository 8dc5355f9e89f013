"""The storage adapter: the private book, the public catalogue, blobs and keys in SQLite and files."""
