-- Alarms that somebody has seen to, and doors that are muted while somebody works on them.

-- How bad it is among its kind: an acknowledgement does not hold for what is worse.
ALTER TABLE alarms ADD COLUMN weight INTEGER NOT NULL DEFAULT 1 CHECK (weight >= 1);
-- All three or none.
ALTER TABLE alarms ADD COLUMN acknowledged_at_ms INTEGER;
ALTER TABLE alarms ADD COLUMN acknowledged_by TEXT;
ALTER TABLE alarms ADD COLUMN acknowledged_word TEXT;
-- Lists go from the newest to the oldest; few of many stand.
CREATE INDEX alarms_standing_by_id ON alarms (id) WHERE cleared_at_ms IS NULL;

-- Kept after their end: they tell why nobody was called.
CREATE TABLE alarm_mutes (
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL CHECK (scope IN ('lock', 'area', 'site')),
  lock_id INTEGER REFERENCES locks,
  area TEXT,
  since_ms INTEGER NOT NULL,
  -- It ends by itself: nobody has to remember it.
  until_ms INTEGER NOT NULL CHECK (until_ms > since_ms AND until_ms - since_ms <= 43200000),
  muted_by TEXT NOT NULL,
  -- Ended by a person, or by another mute of the same doors.
  ended_at_ms INTEGER,
  ended_by TEXT,
  CHECK ((scope = 'lock') = (lock_id IS NOT NULL)),
  CHECK ((scope = 'area') = (area IS NOT NULL)),
  CHECK ((ended_at_ms IS NULL) = (ended_by IS NULL))
) STRICT;
CREATE INDEX alarm_mutes_not_ended ON alarm_mutes (until_ms) WHERE ended_at_ms IS NULL;

-- When the lock was online for the first time; null until then. A lock that was sent a command must have been.
ALTER TABLE locks ADD COLUMN arrived_at_ms INTEGER;
UPDATE locks SET arrived_at_ms = created_at_ms
WHERE lock_id IN (SELECT lock_id FROM lock_counters WHERE last_command_boot IS NOT NULL);
CREATE INDEX locks_not_arrived ON locks (key_set_at_ms)
  WHERE arrived_at_ms IS NULL AND retired_at_ms IS NULL AND public_key_pem <> '';
