// Processes as /proc tells of them.
#pragma once

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "worker/sensor/state/proc_source.h"

namespace bench::sensor {

// `root` is "/proc", or a test's tree of the same shape. Thread-safe.
class ProcReader final : public ProcSource {
 public:
  explicit ProcReader(std::string root = "/proc") : root_(std::move(root)) {}

  std::optional<ProcessFacts> ReadProcess(pid_t pid) override;
  std::optional<std::string> ReadThreadName(pid_t pid, pid_t tid) override;
  std::string ReadExePath(pid_t pid) override;
  std::string ReadContainerId(pid_t pid) override;
  bool Exists(pid_t tid) override;

 private:
  std::string root_;
};

// The container of a process whose /proc/PID/cgroup is `cgroup_file`: the first 12 characters of
// the 64 hexadecimal ones that container engines put into the group's name; "host" if there are
// none. Pure.
std::string ContainerIdOf(absl::string_view cgroup_file);

// uid -> name, from a file in the format of /etc/passwd; empty if it can't be read.
absl::flat_hash_map<uint32_t, std::string> ReadUserNames(const std::string& passwd_file);

}  // namespace bench::sensor
