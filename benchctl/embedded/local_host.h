#pragma once

#include "benchctl/commands/host.h"

namespace bench {

// This host, and the actions that are built in. Thread-safe.
class LocalHost final : public Host {
 public:
  int cpus() const override;
  absl::Status CheckPrivileges() const override;
  absl::Status CheckMix(const v1::SweepSpec& spec, MixScope scope) const override;
  absl::StatusOr<v1::ActionCatalogue> Actions(absl::string_view actions_regex) const override;
  absl::Status DriveLoad(const LoadJob& job, const LoadSinks& sinks,
                         const std::atomic<bool>& cancelled) override;
  v1::DoctorReport Doctor(const DoctorRequest& request) const override;
};

}  // namespace bench
