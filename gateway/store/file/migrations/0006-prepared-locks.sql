-- How many locks programs have prepared is bounded, so for whom one counts stands with it: `organization:acme`, whichever
-- of its keys it was, or `user:ada`. Null for a lock that the site's owner created.
ALTER TABLE locks ADD COLUMN prepared_by TEXT;
-- Those that were prepared before count too. Their first event says by whom, an API key as the 25 characters
-- `/api-key:0123456789abcdef` at the end.
UPDATE locks SET prepared_by = (
  SELECT CASE WHEN creator GLOB 'organization:*/api-key:????????????????' THEN substr(creator, 1, length(creator) - 25)
    ELSE creator END
  FROM (SELECT json_extract(e.chained, '$.createdBy') AS creator FROM events e
    WHERE e.lock_id = locks.lock_id AND e.version = 1)
  WHERE creator <> 'owner')
WHERE public_key_pem = '';
CREATE INDEX locks_prepared ON locks (prepared_by) WHERE public_key_pem = '' AND prepared_by IS NOT NULL;
