-- A lock that is flashed anew gets another key pair, or another password.

-- The public keys that a lock had before its present one: what a lock signed is judged by the key of its generation for
-- ever, and no lock gets one of them again. Not unique: stores of earlier versions may hold two locks with one key.
CREATE TABLE former_lock_keys (
  lock_id INTEGER NOT NULL REFERENCES locks,
  key_generation INTEGER NOT NULL CHECK (key_generation >= 1),
  public_key_pem TEXT NOT NULL,
  key_made_by TEXT NOT NULL,
  replaced_at_ms INTEGER NOT NULL,
  PRIMARY KEY (lock_id, key_generation)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_lock_keys_by_key ON former_lock_keys (public_key_pem);
