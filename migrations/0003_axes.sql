-- How a cell sets the sensor up, beside its limits. '' and 0: as its host's configuration has it.

ALTER TABLE runs ADD COLUMN driver          TEXT    NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN buffer_preset   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN cpus_per_buffer INTEGER NOT NULL DEFAULT 0;  -- -1: one buffer for all
ALTER TABLE runs ADD COLUMN rules           TEXT    NOT NULL DEFAULT '[]'
                                            CHECK (json_valid(rules));   -- files, in their order
ALTER TABLE runs ADD COLUMN base_syscalls   TEXT    NOT NULL DEFAULT '';

DROP VIEW results;
CREATE VIEW results AS
  SELECT campaigns.name AS campaign, runs.campaign_id, runs.id AS run_id, runs.node,
         runs.cpu_millis, runs.memory_bytes / 1048576.0 AS memory_mib, runs.repeat, runs.state,
         runs.sensor_kind, runs.sensor_version, campaigns.profile, runs.verdict, runs.limited_by,
         runs.sustainable_syscalls_per_sec, runs.upper_syscalls_per_sec,
         runs.sustainable_events_per_sec, runs.sustainable_actions_per_sec,
         runs.sustainable_alerts_per_sec, runs.usage_cpu_cores,
         runs.usage_peak_memory_bytes / 1048576.0 AS peak_memory_mib, runs.duration_sec,
         runs.finished_at, runs.driver, runs.buffer_preset, runs.cpus_per_buffer, runs.rules,
         runs.base_syscalls
    FROM runs JOIN campaigns ON campaigns.id = runs.campaign_id;
