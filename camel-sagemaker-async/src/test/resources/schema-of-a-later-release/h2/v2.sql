-- As a later release might: it only adds.
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS note VARCHAR(10);
INSERT INTO {table}_version (version) VALUES (2);
