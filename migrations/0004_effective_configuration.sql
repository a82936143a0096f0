-- What Falco made of its files and its command line, beside what the files are.

ALTER TABLE manifests ADD COLUMN effective_config_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE manifests ADD COLUMN sensor_arguments        TEXT;  -- NULL: not somebody else's Falco
