-- What a lock's hand-over needs, and what keeps a store at its site.

-- All keys of a lock are revoked in one commit, however many they are: each key of it up to this one is revoked from
-- then on, whatever its own row says. Its rows follow some at a time, and then this row is gone.
CREATE TABLE key_revocations (
  lock_id INTEGER PRIMARY KEY REFERENCES locks,
  through_key INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

-- The name that the locks of this store were flashed with; null until a gateway that knows it has started.
ALTER TABLE meta ADD COLUMN site_id TEXT;

-- Two locks with one key could speak for each other. Not unique: stores of earlier versions may hold such a pair.
CREATE INDEX locks_of_public_key ON locks (public_key_pem) WHERE public_key_pem <> '';
