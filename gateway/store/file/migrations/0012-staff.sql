-- People with access to the console, and their sessions.

CREATE TABLE staff (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- The name as people compare it.
  name_key TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('technician', 'reception', 'auditor', 'manager')),
  -- SHA-256 of an access code of 80 random bits.
  code_hash TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  until_ms INTEGER NOT NULL,
  removed_at_ms INTEGER,
  last_used_at_ms INTEGER
) STRICT, WITHOUT ROWID;
-- Events name people: at any time one person has a name.
CREATE UNIQUE INDEX staff_present_by_name ON staff (name_key) WHERE removed_at_ms IS NULL;

-- Gone with the session: what ended leaves nothing that could be good again.
CREATE TABLE staff_sessions (
  hash TEXT PRIMARY KEY,
  staff_id TEXT NOT NULL REFERENCES staff,
  began_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  is_secure INTEGER NOT NULL CHECK (is_secure IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_sessions_of ON staff_sessions (staff_id);

-- Who gave whom which access, and who used it.
CREATE TABLE staff_events (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  staff_id TEXT NOT NULL REFERENCES staff,
  what TEXT NOT NULL CHECK (what IN ('added', 'role', 'until', 'code', 'removed', 'signed-in')),
  detail TEXT,
  by TEXT NOT NULL
) STRICT;
