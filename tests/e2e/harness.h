// Runs our real programs and looks at what they leave.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "bench/v1/admin.pb.h"
#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"

namespace bench::e2e {

struct Finished {
  int exit_code = -1;  // -1: killed or timed out
  std::string out;
  std::string err;
};

std::string Program(const std::string& name);  // its path in the build tree

// Runs to its end; killed after `timeout`.
Finished RunToEnd(const std::vector<std::string>& argv, absl::Duration timeout = absl::Seconds(60));

// Starts a program with its output in files, for servers.
struct Server {
  ChildProcess process;
  std::string log_path;
};
Server StartServer(const std::vector<std::string>& argv, const std::string& log_path);
std::string ReadLog(const Server& server);
// Until the log holds `text`; what follows it on its line. "" after `timeout`.
std::string WaitForLog(const Server& server, const std::string& text,
                       absl::Duration timeout = absl::Seconds(20));

// The output of `sweep -o json`; fails the test if it is none.
v1::GetCampaignResponse ParseCampaign(const std::string& json);

// Of all processes whose program has this name.
std::vector<pid_t> PidsOf(const std::string& program);

// SIGKILL to it and to the guards of all benchmarks, as the kernel's OOM killer or the end of a
// service may; waits for its end.
void KillWithItsGuard(Server& server);

// What a benchmark must not leave on the host: its cgroups, processes and marker files.
std::vector<std::string> Leftovers(const std::string& state_dir);

// Rows of a query, by sqlite3 the library; columns joined by '|'.
std::vector<std::string> Query(const std::string& db_path, const std::string& sql);

}  // namespace bench::e2e
