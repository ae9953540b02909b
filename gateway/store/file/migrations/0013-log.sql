-- What happened at the site and at no one lock. `after_seq` is the newest event of a lock at that time, so that both can
-- be told in one order.
CREATE TABLE site_events (
  id INTEGER PRIMARY KEY,
  after_seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX site_events_in_place ON site_events (after_seq, id);

-- From this event on, up to the next row's, events are of this hour since 1970. A clock that is set makes rows out of
-- order. An index on the time itself would cost each opening a page; this one costs a row an hour.
CREATE TABLE event_hours (
  seq INTEGER PRIMARY KEY,
  hour INTEGER NOT NULL
) STRICT;
INSERT INTO event_hours
  SELECT seq, hour FROM (
    SELECT seq, at_ms / 3600000 AS hour, lag(at_ms / 3600000) OVER (ORDER BY seq) AS before FROM events)
  WHERE before IS NULL OR before <> hour;
CREATE INDEX event_hours_by_hour ON event_hours (hour, seq);
CREATE TRIGGER events_begin_an_hour AFTER INSERT ON events
WHEN NEW.at_ms / 3600000 IS NOT (SELECT hour FROM event_hours ORDER BY seq DESC LIMIT 1)
BEGIN
  INSERT INTO event_hours VALUES (NEW.seq, NEW.at_ms / 3600000);
END;
