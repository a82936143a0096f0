#include "tests/e2e/harness.h"

#include <fcntl.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sqlite3.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "tests/fakes/wait_until.h"

namespace bench::e2e {
namespace fs = std::filesystem;

std::string Program(const std::string& name) {
  return absl::StrCat(BENCH_BIN_DIR, "/", name);
}

Finished RunToEnd(const std::vector<std::string>& argv, absl::Duration timeout) {
  SpawnOptions options;
  options.argv = argv;
  options.pipe_stdout = true;
  options.pipe_stderr = true;
  auto child = ChildProcess::Spawn(options);
  Finished finished;
  if (!child.ok()) {
    finished.err = std::string(child.status().message());
    return finished;
  }
  const absl::Time deadline = absl::Now() + timeout;
  pollfd fds[2] = {{child->stdout_fd().get(), POLLIN, 0}, {child->stderr_fd().get(), POLLIN, 0}};
  std::string* texts[2] = {&finished.out, &finished.err};
  for (int open_fds = 2; open_fds > 0;) {
    if (absl::Now() > deadline) {
      finished.err += "\n[the test's harness killed it: it took too long]";
      child->Terminate(absl::Seconds(10));
      return finished;
    }
    poll(fds, 2, 200);
    for (int i = 0; i < 2; ++i) {
      if ((fds[i].revents & (POLLIN | POLLHUP)) == 0) continue;
      char buffer[65536];
      ssize_t n = read(fds[i].fd, buffer, sizeof buffer);
      if (n > 0) {
        texts[i]->append(buffer, static_cast<size_t>(n));
      } else {
        fds[i].fd = -1;
        fds[i].revents = 0;
        --open_fds;
      }
    }
  }
  auto state = child->Wait(deadline - absl::Now());
  if (state.ok() && !state->signaled) finished.exit_code = state->code;
  return finished;
}

Server StartServer(const std::vector<std::string>& argv, const std::string& log_path) {
  SpawnOptions options;
  // The shell only redirects; exec keeps the pid.
  options.argv = {"/bin/sh", "-c", absl::StrCat("exec \"$@\" >", log_path, " 2>&1"), "sh"};
  options.argv.insert(options.argv.end(), argv.begin(), argv.end());
  auto child = ChildProcess::Spawn(options);
  if (!child.ok()) {
    ADD_FAILURE() << child.status();
    return {};
  }
  return {*std::move(child), log_path};
}

std::string ReadLog(const Server& server) {
  auto text = ReadFile(server.log_path);
  return text.ok() ? *text : "";
}

std::string WaitForLog(const Server& server, const std::string& text, absl::Duration timeout) {
  std::string rest;
  const auto appeared = [&] {
    const std::string log = ReadLog(server);
    const size_t at = log.find(text);
    if (at == std::string::npos) return false;
    const size_t end = log.find('\n', at);
    if (end == std::string::npos) return false;
    rest = log.substr(at + text.size(), end - at - text.size());
    return true;
  };
  if (WaitUntil(appeared, timeout, absl::Milliseconds(50))) return rest;
  ADD_FAILURE() << "\"" << text << "\" did not appear in the log:\n" << ReadLog(server);
  return "";
}

v1::GetCampaignResponse ParseCampaign(const std::string& json) {
  v1::GetCampaignResponse campaign;
  auto status = google::protobuf::util::JsonStringToMessage(json, &campaign);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << json;
  return campaign;
}

std::vector<pid_t> PidsOf(const std::string& program) {
  std::vector<pid_t> pids;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &pid)) continue;
    auto cmdline = ReadFile(entry.path().string() + "/cmdline");
    if (!cmdline.ok()) continue;
    const std::string path = cmdline->substr(0, cmdline->find('\0'));
    if (absl::EndsWith(path, absl::StrCat("/", program))) pids.push_back(pid);
  }
  return pids;
}

void KillWithItsGuard(Server& server) {
  for (const pid_t guard : PidsOf("bench-guard")) kill(guard, SIGKILL);
  server.process.Signal(SIGKILL).IgnoreError();
  EXPECT_TRUE(server.process.Wait(absl::Seconds(5)).ok());
}

std::vector<std::string> Leftovers(const std::string& state_dir) {
  std::vector<std::string> found;
  std::error_code error;
  for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpuacct",
                           "/sys/fs/cgroup/memory", "/usr/bin"}) {
    for (const auto& entry : fs::directory_iterator(root, error)) {
      if (absl::StartsWith(entry.path().filename().string(), "falco-bench-")) {
        found.push_back(entry.path().string());
      }
    }
  }
  for (const char* program : {"bench-generator", "bench-sensor", "bench-guard"}) {
    for (pid_t pid : PidsOf(program)) found.push_back(absl::StrCat("process ", pid, ": ", program));
  }
  for (const auto& entry : fs::recursive_directory_iterator(state_dir, error)) {
    if (absl::StartsWith(entry.path().filename().string(), "falco-bench-")) {
      found.push_back(entry.path().string());
    }
  }
  return found;
}

std::vector<std::string> Query(const std::string& db_path, const std::string& sql) {
  std::vector<std::string> rows;
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(db_path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
    ADD_FAILURE() << "opening " << db_path << ": " << sqlite3_errmsg(db);
    sqlite3_close(db);
    return rows;
  }
  auto add_row = [](void* out, int count, char** values, char**) {
    std::string row;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(&row, i > 0 ? "|" : "", values[i] == nullptr ? "" : values[i]);
    }
    static_cast<std::vector<std::string>*>(out)->push_back(row);
    return 0;
  };
  char* error = nullptr;
  if (sqlite3_exec(db, sql.c_str(), add_row, &rows, &error) != SQLITE_OK) {
    ADD_FAILURE() << sql << ": " << (error == nullptr ? "" : error);
    sqlite3_free(error);
  }
  sqlite3_close(db);
  return rows;
}

}  // namespace bench::e2e
