// A /proc of the test's own making for the sensor's thread table.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "worker/sensor/state/proc_source.h"

namespace bench::sensor {

class FakeProcSource final : public ProcSource {
 public:
  std::map<pid_t, ProcessFacts> processes;
  std::map<pid_t, std::string> thread_names;
  int process_reads = 0;

  std::optional<ProcessFacts> ReadProcess(pid_t pid) override {
    ++process_reads;
    auto found = processes.find(pid);
    if (found == processes.end()) return std::nullopt;
    return found->second;
  }
  std::optional<std::string> ReadThreadName(pid_t, pid_t tid) override {
    auto found = thread_names.find(tid);
    if (found == thread_names.end()) return std::nullopt;
    return found->second;
  }
  std::string ReadExePath(pid_t pid) override {
    auto found = processes.find(pid);
    return found == processes.end() ? "" : found->second.exe_path;
  }
  std::string ReadContainerId(pid_t pid) override {
    auto found = processes.find(pid);
    return found == processes.end() ? "" : found->second.container_id;
  }
  bool Exists(pid_t tid) override { return processes.contains(tid) || thread_names.contains(tid); }
};

}  // namespace bench::sensor
