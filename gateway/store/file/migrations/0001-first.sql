-- Times are UTC milliseconds. Rows that others point at have a small integer id of their own: a temp key's UUID is a
-- bearer secret, and stands in one table only.

CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id TEXT NOT NULL,
  -- The wall clock is not to be believed when it is far behind this.
  last_time_ms INTEGER NOT NULL,
  -- A person vouched for the clock after this event: what was stored before it says nothing about the time any more.
  clock_confirmed_seq INTEGER NOT NULL,
  -- Each writing connection writes here first: SQLite shows its real `synchronous` only after a write.
  writer_opens INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, lower(hex(randomblob(16))), 0, 0, 0);

CREATE TABLE locks (
  lock_id INTEGER PRIMARY KEY CHECK (lock_id > 0),
  uuid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  area TEXT,
  pulse_s INTEGER NOT NULL CHECK (pulse_s BETWEEN 3 AND 30),
  organization TEXT,
  owner TEXT,
  public_key_pem TEXT NOT NULL,
  key_made_by TEXT NOT NULL CHECK (key_made_by IN ('lock', 'gateway')),
  key_generation INTEGER NOT NULL CHECK (key_generation >= 1),
  mqtt_password_hash TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

-- What every opening changes of its lock. Apart from the lock itself, for a commit writes whole pages: these rows are
-- small, and the openings of a hundred locks change one page.
CREATE TABLE lock_counters (
  lock_id INTEGER PRIMARY KEY REFERENCES locks,
  -- The version of the last event; allocated in the transaction that appends it, so versions have no gap.
  version INTEGER NOT NULL CHECK (version >= 0),
  -- A restart must never allocate these again.
  last_command_boot TEXT,
  last_command_counter INTEGER,
  CHECK ((last_command_boot IS NULL) = (last_command_counter IS NULL))
) STRICT;

CREATE TABLE temp_keys (
  -- In order of creation; the cursor of lists, because a UUID in a URL would be a secret in a log.
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE CHECK (uuid = lower(uuid)),
  access_mode TEXT NOT NULL CHECK (access_mode IN ('public', 'user-whitelist')),
  valid_from_ms INTEGER NOT NULL,
  valid_until_ms INTEGER NOT NULL CHECK (valid_until_ms > valid_from_ms),
  max_uses INTEGER CHECK (max_uses >= 1),
  -- Not `used + held <= max_uses`: a truthful late ack must be storable.
  used_count INTEGER NOT NULL CHECK (used_count >= 0),
  held_count INTEGER NOT NULL CHECK (held_count >= 0),
  description TEXT,
  created_by TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER
) STRICT;
-- Lists leave revoked keys out; they must not step over all of them to do so.
CREATE INDEX temp_keys_kept ON temp_keys (id) WHERE revoked_at_ms IS NULL;

CREATE TABLE temp_key_doors (
  temp_key_id INTEGER NOT NULL REFERENCES temp_keys,
  lock_id INTEGER NOT NULL REFERENCES locks,
  -- 0 once the key is revoked, so that the list of one lock's keys has an index without them.
  kept INTEGER NOT NULL CHECK (kept IN (0, 1)),
  PRIMARY KEY (temp_key_id, lock_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX temp_key_doors_of_lock ON temp_key_doors (lock_id, temp_key_id);
CREATE INDEX temp_key_doors_kept_of_lock ON temp_key_doors (lock_id, temp_key_id) WHERE kept = 1;

CREATE TABLE temp_key_users (
  temp_key_id INTEGER NOT NULL REFERENCES temp_keys,
  position INTEGER NOT NULL CHECK (position >= 0),
  user_id TEXT NOT NULL,
  PRIMARY KEY (temp_key_id, position)
) STRICT, WITHOUT ROWID;
-- A user stands on a whitelist once.
CREATE UNIQUE INDEX temp_key_users_once ON temp_key_users (temp_key_id, user_id);

CREATE TABLE openings (
  -- In order of reservation.
  id INTEGER PRIMARY KEY,
  opening_id TEXT NOT NULL UNIQUE,
  lock_id INTEGER NOT NULL REFERENCES locks,
  temp_key_id INTEGER REFERENCES temp_keys,
  state TEXT NOT NULL CHECK (state IN (
    'reserved', 'not-sent', 'opened', 'refused', 'jammed', 'unconfirmed', 'not-opened', 'charged', 'released')),
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
-- The key's newest opening.
CREATE INDEX openings_of_key ON openings (temp_key_id, id) WHERE temp_key_id IS NOT NULL;
-- A start finds what the last process left behind without looking at what is settled.
CREATE INDEX openings_reserved ON openings (id) WHERE state = 'reserved';
CREATE INDEX openings_unconfirmed ON openings (started_at_ms, id) WHERE state = 'unconfirmed';
CREATE INDEX openings_unconfirmed_of_lock ON openings (lock_id, started_at_ms, id) WHERE state = 'unconfirmed';

CREATE TABLE commands (
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
  state TEXT NOT NULL CHECK (state IN ('in-flight', 'answered', 'unanswered', 'withdrawn')),
  -- The exact bytes: ES256 is randomized, so they can't be made again.
  message TEXT NOT NULL,
  UNIQUE (opening, attempt),
  -- A counter used twice in one boot would be a replay.
  UNIQUE (lock_id, boot_id, counter)
) STRICT;
-- One command in flight per lock; on commands, because an unconfirmed opening must not block another key.
CREATE UNIQUE INDEX commands_one_in_flight ON commands (lock_id) WHERE state = 'in-flight';

-- What became of these is asked at each hello.
CREATE INDEX commands_unanswered ON commands (lock_id, id) WHERE state = 'unanswered';

CREATE TABLE acks (
  id INTEGER PRIMARY KEY,
  lock_id INTEGER NOT NULL REFERENCES locks,
  -- SHA-256 of the message: how a repeat is known.
  message_hash TEXT NOT NULL,
  -- Null for an orphan.
  command INTEGER REFERENCES commands,
  message TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('opened', 'refused', 'jammed', 'reset', 'not-executed')),
  reason TEXT,
  key_generation INTEGER NOT NULL,
  journal_seq INTEGER NOT NULL,
  effect TEXT NOT NULL CHECK (effect IN ('settled', 'evidence', 'orphan')),
  at_ms INTEGER NOT NULL,
  CHECK ((command IS NULL) = (effect = 'orphan'))
) STRICT;
-- What a lock has said of one command, each message once. By command, because the newest stand side by side there.
CREATE UNIQUE INDEX acks_of_command ON acks (command, message_hash) WHERE command IS NOT NULL;
CREATE UNIQUE INDEX acks_orphaned ON acks (lock_id, message_hash) WHERE command IS NULL;

CREATE TABLE events (
  -- The order of commits over all locks; no row is ever deleted, so it has no gap.
  seq INTEGER PRIMARY KEY,
  lock_id INTEGER NOT NULL REFERENCES locks,
  version INTEGER NOT NULL CHECK (version >= 1),
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  -- Canonical JSON that may be shown and hash-chained: names keys by keyRef.
  chained TEXT NOT NULL,
  -- What only those may see who may see the key itself.
  plain TEXT NOT NULL,
  UNIQUE (lock_id, version)
) STRICT;

CREATE TABLE idempotency (
  scope_hash TEXT PRIMARY KEY,
  request_hash TEXT NOT NULL,
  opening INTEGER NOT NULL REFERENCES openings,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Rows older than a day are forgotten, oldest first.
CREATE INDEX idempotency_by_age ON idempotency (at_ms);

CREATE TABLE alarms (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  lock_id INTEGER REFERENCES locks,
  severity TEXT NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
  since_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 1),
  cleared_at_ms INTEGER,
  -- What it was last about: an opening's or command's id, or a keyRef. Never a secret.
  about TEXT,
  advice TEXT NOT NULL
) STRICT;
-- A condition that stands is one row with a count.
CREATE UNIQUE INDEX alarms_standing ON alarms (kind, coalesce(lock_id, 0)) WHERE cleared_at_ms IS NULL;
