-- When that which an alarm tells of began, which may be before it was raised: a lock is away for minutes before anybody is
-- called. Null where that is when it was raised.
ALTER TABLE alarms ADD COLUMN began_at_ms INTEGER;
