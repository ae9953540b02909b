-- A lock that is retired keeps its row, its number and all that happened at it.

-- Null for a lock that opens doors.
ALTER TABLE locks ADD COLUMN retired_at_ms INTEGER;
-- When the lock's present key pair was entered; null as long as it has none.
ALTER TABLE locks ADD COLUMN key_set_at_ms INTEGER;
UPDATE locks SET key_set_at_ms = coalesce(
  (SELECT max(e.at_ms) FROM events e WHERE e.lock_id = locks.lock_id AND e.type = 'LockKeySet'), created_at_ms)
WHERE public_key_pem <> '';
-- The same of a former one: when the one before it was replaced, and of the first as its events tell.
ALTER TABLE former_lock_keys ADD COLUMN set_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE former_lock_keys SET set_at_ms = coalesce(
  (SELECT b.replaced_at_ms FROM former_lock_keys b
   WHERE b.lock_id = former_lock_keys.lock_id AND b.key_generation = former_lock_keys.key_generation - 1),
  (SELECT min(e.at_ms) FROM events e WHERE e.lock_id = former_lock_keys.lock_id AND e.type = 'LockKeySet'
   AND json_extract(e.chained, '$.keyGeneration') = 1),
  (SELECT l.created_at_ms FROM locks l WHERE l.lock_id = former_lock_keys.lock_id));

-- A number that a program prepared and that is retired counts no more.
DROP INDEX locks_prepared;
CREATE INDEX locks_prepared ON locks (prepared_by)
  WHERE public_key_pem = '' AND prepared_by IS NOT NULL AND retired_at_ms IS NULL;
