-- A commit writes whole pages, and an index on what comes in random order is one more page for each opening. So the
-- newest opening of a key and of a lock stands in rows that an opening changes anyhow, and counters are compared where
-- the last one stands. No rows are lost: the tables are made anew because a constraint can't be taken from one.

-- Both null before the first opening; kept by whoever inserts one. Without REFERENCES: nothing is decided by them.
ALTER TABLE temp_keys ADD COLUMN last_opening INTEGER;
ALTER TABLE lock_counters ADD COLUMN last_opening INTEGER;
UPDATE temp_keys SET last_opening = (SELECT max(o.id) FROM openings o WHERE o.temp_key_id = temp_keys.id);
UPDATE lock_counters SET last_opening = (SELECT max(o.id) FROM openings o WHERE o.lock_id = lock_counters.lock_id);
DROP INDEX openings_of_lock;
DROP INDEX openings_of_key;

-- The last counter of each boot that is not the lock's present one.
CREATE TABLE past_boots (
  lock_id INTEGER NOT NULL REFERENCES locks,
  boot_id TEXT NOT NULL,
  last_counter INTEGER NOT NULL,
  PRIMARY KEY (lock_id, boot_id)
) STRICT, WITHOUT ROWID;
INSERT INTO past_boots
  SELECT c.lock_id, c.boot_id, max(c.counter) FROM commands c JOIN lock_counters l ON l.lock_id = c.lock_id
  WHERE c.boot_id IS NOT l.last_command_boot GROUP BY c.lock_id, c.boot_id;

-- A counter used twice in one boot would be a replay: within a boot they only grow, and a boot that comes back (none
-- should) goes on where it was.
CREATE TRIGGER lock_counters_grow BEFORE UPDATE OF last_command_boot, last_command_counter ON lock_counters
WHEN NEW.last_command_boot IS NOT OLD.last_command_boot OR NEW.last_command_counter <= OLD.last_command_counter
BEGIN
  SELECT RAISE(ABORT, 'a command must have a greater counter than those before it in this boot')
  WHERE NEW.last_command_boot = OLD.last_command_boot OR EXISTS (
    SELECT 1 FROM past_boots p WHERE p.lock_id = NEW.lock_id AND p.boot_id = NEW.last_command_boot
      AND p.last_counter >= NEW.last_command_counter);
  INSERT INTO past_boots SELECT OLD.lock_id, OLD.last_command_boot, OLD.last_command_counter
    WHERE OLD.last_command_boot IS NOT NULL
    ON CONFLICT DO UPDATE SET last_counter = excluded.last_counter;
END;

-- `=` and OR in place of IN: a list of more than two is a temporary table each time a row is checked.
CREATE TABLE new_openings (
  -- In order of reservation.
  id INTEGER PRIMARY KEY,
  opening_id TEXT NOT NULL UNIQUE,
  lock_id INTEGER NOT NULL REFERENCES locks,
  temp_key_id INTEGER REFERENCES temp_keys,
  state TEXT NOT NULL CHECK (
    state = 'opened' OR state = 'reserved' OR state = 'unconfirmed' OR state = 'refused' OR state = 'jammed' OR
    state = 'not-sent' OR state = 'not-opened' OR state = 'charged' OR state = 'released'),
  reason TEXT,
  -- A signed `opened` came after another final state was stored.
  corrected INTEGER NOT NULL DEFAULT 0 CHECK (corrected IN (0, 1)),
  -- It brought the key above its max_uses.
  overused INTEGER NOT NULL DEFAULT 0 CHECK (overused IN (0, 1)),
  principal TEXT NOT NULL,
  user_id TEXT,
  started_at_ms INTEGER NOT NULL,
  settled_at_ms INTEGER,
  -- The key's used_count as this opening left it.
  used_count_after INTEGER,
  -- Settled and final are one thing.
  CHECK ((settled_at_ms IS NULL) = (state IN ('reserved', 'unconfirmed')))
) STRICT;
INSERT INTO new_openings
  SELECT id, opening_id, lock_id, temp_key_id, state, reason, corrected, overused, principal, user_id, started_at_ms,
    settled_at_ms, used_count_after FROM openings ORDER BY id;
DROP TABLE openings;
ALTER TABLE new_openings RENAME TO openings;
-- A start finds what the last process left behind without looking at what is settled.
CREATE INDEX openings_reserved ON openings (id) WHERE state = 'reserved';
CREATE INDEX openings_unconfirmed ON openings (started_at_ms, id) WHERE state = 'unconfirmed';
CREATE INDEX openings_unconfirmed_of_lock ON openings (lock_id, started_at_ms, id) WHERE state = 'unconfirmed';

CREATE TABLE new_commands (
  id INTEGER PRIMARY KEY,
  command_id TEXT NOT NULL UNIQUE,
  opening INTEGER NOT NULL REFERENCES openings,
  lock_id INTEGER NOT NULL REFERENCES locks,
  command_hash TEXT NOT NULL,
  key_ref TEXT,
  boot_id TEXT NOT NULL,
  counter INTEGER NOT NULL CHECK (counter >= 1),
  not_after_uptime_s INTEGER NOT NULL,
  -- An opening has one command, plus one signed again.
  attempt INTEGER NOT NULL CHECK (attempt IN (1, 2)),
  -- `withdrawn`: never handed to the MQTT client.
  state TEXT NOT NULL CHECK (
    state = 'in-flight' OR state = 'answered' OR state = 'unanswered' OR state = 'withdrawn'),
  -- The exact bytes: ES256 is randomized, so they can't be made again.
  message TEXT NOT NULL,
  UNIQUE (opening, attempt)
) STRICT;
INSERT INTO new_commands
  SELECT id, command_id, opening, lock_id, command_hash, key_ref, boot_id, counter, not_after_uptime_s, attempt, state,
    message FROM commands ORDER BY id;
DROP TABLE commands;
ALTER TABLE new_commands RENAME TO commands;
-- One command in flight per lock; on commands, because an unconfirmed opening must not block another key.
CREATE UNIQUE INDEX commands_one_in_flight ON commands (lock_id) WHERE state = 'in-flight';
-- What became of these is asked at each hello.
CREATE INDEX commands_unanswered ON commands (lock_id, id) WHERE state = 'unanswered';

CREATE TABLE new_acks (
  id INTEGER PRIMARY KEY,
  lock_id INTEGER NOT NULL REFERENCES locks,
  -- SHA-256 of the message: how a repeat is known.
  message_hash TEXT NOT NULL,
  -- Null for an orphan.
  command INTEGER REFERENCES commands,
  message TEXT NOT NULL,
  result TEXT NOT NULL CHECK (
    result = 'opened' OR result = 'refused' OR result = 'jammed' OR result = 'reset' OR result = 'not-executed'),
  reason TEXT,
  key_generation INTEGER NOT NULL,
  journal_seq INTEGER NOT NULL,
  effect TEXT NOT NULL CHECK (effect = 'settled' OR effect = 'evidence' OR effect = 'orphan'),
  at_ms INTEGER NOT NULL,
  CHECK ((command IS NULL) = (effect = 'orphan'))
) STRICT;
INSERT INTO new_acks
  SELECT id, lock_id, message_hash, command, message, result, reason, key_generation, journal_seq, effect, at_ms
  FROM acks ORDER BY id;
DROP TABLE acks;
ALTER TABLE new_acks RENAME TO acks;
-- What a lock has said of one command, each message once. By command, because the newest stand side by side there.
CREATE UNIQUE INDEX acks_of_command ON acks (command, message_hash) WHERE command IS NOT NULL;
CREATE UNIQUE INDEX acks_orphaned ON acks (lock_id, message_hash) WHERE command IS NULL;
