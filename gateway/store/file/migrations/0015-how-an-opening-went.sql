-- Elapsed milliseconds since the request arrived: when the last command of it was handed over, and when the lock's signed
-- word came that was waited for. Null where nobody waited any more, and for what an earlier version opened.
ALTER TABLE openings ADD COLUMN sent_after_ms INTEGER CHECK (sent_after_ms >= 0);
ALTER TABLE openings ADD COLUMN acked_after_ms INTEGER CHECK (acked_after_ms >= 0);
-- Staff tried the door: nobody wanted to go in.
ALTER TABLE openings ADD COLUMN is_test INTEGER NOT NULL DEFAULT 0 CHECK (is_test IN (0, 1));
-- The page of one door asks for these, however much else its lock and the site have told. Openings write neither.
CREATE INDEX events_battery_replaced ON events (lock_id, version) WHERE type = 'BatteryReplaced';
CREATE INDEX alarms_of_lock ON alarms (lock_id, id) WHERE lock_id IS NOT NULL;
