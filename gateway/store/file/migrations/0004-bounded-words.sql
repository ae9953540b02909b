-- What a lock says in any number takes bounded room: one ack for a command and a result, the first and the last orphan of
-- a result, and a count of the others.

-- Acks of the same kind that were counted and not kept.
ALTER TABLE acks ADD COLUMN further INTEGER NOT NULL DEFAULT 0 CHECK (further >= 0);
-- Of a command only the first is kept; of orphans the last one too.
ALTER TABLE acks ADD COLUMN kept_as TEXT NOT NULL DEFAULT 'first'
  CHECK (kept_as = 'first' OR (kept_as = 'last' AND command IS NULL));

-- The one that changed the opening stays, or else the first.
CREATE TEMP TABLE spare_acks AS
  SELECT id, first_value(id) OVER kind AS kept FROM acks WHERE command IS NOT NULL
  WINDOW kind AS (PARTITION BY command, result ORDER BY effect = 'settled' DESC, id);
DELETE FROM spare_acks WHERE id = kept;
UPDATE acks SET further = spare.times
  FROM (SELECT kept, count(*) AS times FROM spare_acks GROUP BY kept) AS spare WHERE acks.id = spare.kept;
DELETE FROM acks WHERE id IN (SELECT id FROM spare_acks);
DROP TABLE spare_acks;

CREATE TEMP TABLE orphan_kinds AS
  SELECT lock_id, result, min(id) AS first, max(id) AS last, count(*) AS times FROM acks WHERE command IS NULL
  GROUP BY lock_id, result;
DELETE FROM acks WHERE command IS NULL
  AND id NOT IN (SELECT first FROM orphan_kinds) AND id NOT IN (SELECT last FROM orphan_kinds);
UPDATE acks SET kept_as = 'last' WHERE command IS NULL AND id NOT IN (SELECT first FROM orphan_kinds);
UPDATE acks SET further = kind.times - 2
  FROM orphan_kinds AS kind WHERE acks.id = kind.first AND kind.times > 2;
DROP TABLE orphan_kinds;

DROP INDEX acks_of_command;
DROP INDEX acks_orphaned;
-- What a lock has said of one command. By command, because the newest stand side by side there.
CREATE UNIQUE INDEX acks_of_command ON acks (command, result) WHERE command IS NOT NULL;
CREATE UNIQUE INDEX acks_orphaned ON acks (lock_id, result, kept_as) WHERE command IS NULL;

-- Locks are asked about what is unconfirmed, and the index of that is small by itself: an opening that somebody decided
-- leaves it. Its commands would have stayed in this one for ever.
DROP INDEX commands_unanswered;
-- The opening that holds a key's last use.
CREATE INDEX openings_unconfirmed_of_key ON openings (temp_key_id, started_at_ms, id) WHERE state = 'unconfirmed';
