// Where the thread table learns of processes that were there before it: /proc, or a test's fake.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "worker/sensor/state/fd_table.h"

namespace bench::sensor {

struct ProcessFacts {
  pid_t parent_pid = 0;  // 0 = unknown or none
  std::string name;      // comm
  std::string exe_path;  // what /proc/PID/exe links to
  std::string cwd = "/";
  std::vector<std::string> args;  // with argv[0]
  uint32_t uid = 0;
  uint32_t login_uid = UINT32_MAX;  // UINT32_MAX: nobody logged in
  int tty = 0;
  std::string container_id = "host";  // 12 characters, as container engines print it
  std::vector<std::pair<int, FdInfo>> fds;
};

class ProcSource {
 public:
  virtual ~ProcSource() = default;
  // nullopt: it is gone.
  virtual std::optional<ProcessFacts> ReadProcess(pid_t pid) = 0;
  virtual std::optional<std::string> ReadThreadName(pid_t pid, pid_t tid) = 0;
  // After an exec: the program and the container it now runs in ("" = gone already).
  virtual std::string ReadExePath(pid_t pid) = 0;
  virtual std::string ReadContainerId(pid_t pid) = 0;
  // Whether the thread still lives.
  virtual bool Exists(pid_t tid) = 0;
};

}  // namespace bench::sensor
