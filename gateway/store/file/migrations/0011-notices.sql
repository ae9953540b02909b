-- Messages to those who are told of alarms, and what each of them knows by now.

CREATE TABLE notices (
  -- In the order in which they were made, and are delivered.
  seq INTEGER PRIMARY KEY,
  -- Goes with each try, so that a receiver knows a repeat.
  notice_id TEXT NOT NULL UNIQUE,
  recipient TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
  sort TEXT NOT NULL,
  title TEXT NOT NULL,
  -- JSON: the lines, and the alarms that it tells of.
  body TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
  next_try_at_ms INTEGER NOT NULL,
  -- Why the last try failed, in words for staff; never a secret.
  last_cause TEXT,
  ended_at_ms INTEGER,
  was_delivered INTEGER CHECK (was_delivered IN (0, 1)),
  CHECK ((ended_at_ms IS NULL) = (was_delivered IS NULL))
) STRICT;
CREATE INDEX notices_waiting ON notices (seq) WHERE ended_at_ms IS NULL;
-- Counted by quarters of an hour, of which every time zone's days are made; the oldest are forgotten.
CREATE INDEX notices_by_quarter ON notices (made_at_ms / 900000);

-- One row for each recipient there ever was.
CREATE TABLE notice_desks (
  recipient TEXT PRIMARY KEY,
  -- JSON of what the recipient was told and when; null before the first message.
  state TEXT,
  delivered_at_ms INTEGER,
  given_up_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- Minutes that this lock may be away before the site is told; null for as long as the configuration says.
ALTER TABLE locks ADD COLUMN offline_after_min INTEGER CHECK (offline_after_min BETWEEN 1 AND 1440);
