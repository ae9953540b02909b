-- Programs that call the API, and what its routes ask for.

CREATE TABLE api_keys (
  -- Stands in the key itself, so that one row is compared and not all of them.
  id TEXT PRIMARY KEY,
  -- SHA-256 of the secret's 256 random bits: a slow hash would buy nothing.
  secret_hash TEXT NOT NULL,
  organization TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Separated by one space, as in a token's `scope`.
  scopes TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  revoked_at_ms INTEGER,
  last_used_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- The newest opening of one lock, with or without a key.
CREATE INDEX openings_of_lock ON openings (lock_id, id);

-- As clients of the vendor's API name a lock. A lock that was created by its API has '' for public key and password
-- hash until the lock itself is at hand: it can't connect and can't be believed. (Not NULL: every other table points
-- at this one, and only a new table could lose its NOT NULL.)
ALTER TABLE locks ADD COLUMN vendor_index INTEGER;
ALTER TABLE locks ADD COLUMN serial_number TEXT;
ALTER TABLE locks ADD COLUMN vendor_name TEXT;
