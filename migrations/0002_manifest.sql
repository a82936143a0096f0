-- More of a run's circumstances: what its Falco was made of and configured with, and what the host
-- did meanwhile. Rows of before don't know: '' or NULL.

ALTER TABLE manifests ADD COLUMN smt_active INTEGER CHECK (smt_active IN (0, 1));
ALTER TABLE manifests ADD COLUMN libs_version TEXT NOT NULL DEFAULT '';
ALTER TABLE manifests ADD COLUMN engine_version TEXT NOT NULL DEFAULT '';
ALTER TABLE manifests ADD COLUMN driver_version TEXT NOT NULL DEFAULT '';
ALTER TABLE manifests ADD COLUMN driver_api_version TEXT NOT NULL DEFAULT '';
ALTER TABLE manifests ADD COLUMN driver_schema_version TEXT NOT NULL DEFAULT '';
-- [{"path", "sha256"}, …] in the order in which they were loaded
ALTER TABLE manifests ADD COLUMN config_files TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(config_files));
ALTER TABLE manifests ADD COLUMN rules_files TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rules_files));
ALTER TABLE manifests ADD COLUMN config_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE manifests ADD COLUMN rules_sha256 TEXT NOT NULL DEFAULT '';
-- Over the whole run; NULL until it has ended, and where the kernel doesn't count it.
ALTER TABLE manifests ADD COLUMN steal_ratio REAL;
ALTER TABLE manifests ADD COLUMN psi_cpu_some_ratio REAL;
ALTER TABLE manifests ADD COLUMN psi_memory_some_ratio REAL;
ALTER TABLE manifests ADD COLUMN psi_io_some_ratio REAL;
