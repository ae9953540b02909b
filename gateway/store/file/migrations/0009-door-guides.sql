-- What helps a guest to find the door: a text with the lock, and a picture.

ALTER TABLE locks ADD COLUMN directions TEXT;

-- Apart from the locks, which are all read at a start: pictures are read one by one, by the page that shows one.
CREATE TABLE door_pictures (
  lock_id INTEGER PRIMARY KEY REFERENCES locks,
  -- Of our own making, never the file that somebody gave.
  webp BLOB NOT NULL CHECK (length(webp) BETWEEN 1 AND 18000),
  width_px INTEGER NOT NULL CHECK (width_px > 0),
  height_px INTEGER NOT NULL CHECK (height_px > 0)
) STRICT;
