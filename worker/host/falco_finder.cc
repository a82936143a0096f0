#include "worker/host/falco_finder.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/capture_output.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/falco/falco_version.h"
#include "worker/host/host_facts.h"
#include "worker/limits/process_cgroup.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr char kGetFalco[] =
    "install Falco (https://falco.org/docs/setup) or name its program with --falco-bin FILE";

bool IsProgram(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

std::vector<std::string> UsualPlaces() {
  std::vector<std::string> places;
  const char* path = std::getenv("PATH");
  for (absl::string_view folder : absl::StrSplit(path == nullptr ? "" : path, ':')) {
    // A relative folder means whatever directory we were started in.
    if (absl::StartsWith(folder, "/")) places.push_back(absl::StrCat(folder, "/falco"));
  }
  for (const char* place : {"/usr/bin/falco", "/usr/local/bin/falco", "/opt/falco/bin/falco"}) {
    places.push_back(place);
  }
  return places;
}

absl::StatusOr<std::string> VersionOf(const std::string& path, absl::Duration timeout) {
  absl::StatusOr<std::string> output = CaptureOutput({path, "--version"}, timeout);
  absl::StatusOr<FalcoVersion> version = output.ok() ? ParseFalcoVersion(*output) : output.status();
  if (version.ok()) return version->falco;
  return absl::FailedPreconditionError(absl::StrCat(
      "asking ", path, " for its version: ", version.status().message(), "; ", kGetFalco));
}

// Ended, and not yet waited for by its parent.
bool IsDefunct(const fs::path& folder) {
  const std::string stat = ReadFile((folder / "stat").string()).value_or("");
  // "PID (name) STATE …": the name may hold anything.
  const size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) return false;
  const char state = stat[name_end + 2];
  return state == 'Z' || state == 'X';
}

// The last component of a path that may end in " (deleted)", as /proc/PID/exe does after an update.
absl::string_view ProgramName(absl::string_view exe) {
  absl::ConsumeSuffix(&exe, " (deleted)");
  return exe.substr(exe.rfind('/') + 1);
}

}  // namespace

absl::StatusOr<FalcoBinary> FindFalco(const std::string& given, absl::Duration timeout) {
  std::vector<std::string> places = given.empty() ? UsualPlaces() : std::vector{given};
  auto found = std::find_if(places.begin(), places.end(), IsProgram);
  if (found == places.end()) {
    return absl::NotFoundError(given.empty()
                                   ? absl::StrCat("there is no falco in PATH: ", kGetFalco)
                                   : absl::StrCat(given,
                                                  " is not a program that can be run: name Falco's "
                                                  "program with --falco-bin FILE"));
  }
  BENCH_ASSIGN_OR_RETURN(std::string version, VersionOf(*found, timeout));
  return FalcoBinary{.path = *found, .version = std::move(version)};
}

void DescribeByCgroup(absl::string_view cgroup, RunningFalco* falco) {
  GroupOwner owner = OwnerOfGroups(cgroup);
  falco->unit = std::move(owner.unit);
  falco->container = std::move(owner.container);
  falco->of_benchmark = owner.of_benchmark;
}

std::vector<RunningFalco> FindRunningFalco(const std::string& root) {
  std::vector<RunningFalco> found;
  std::error_code error;
  fs::directory_iterator entries(root + "/proc", error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const fs::path& folder = entries->path();
    RunningFalco falco;
    if (!absl::SimpleAtoi(folder.filename().string(), &falco.pid) || falco.pid == getpid())
      continue;
    // Either may be missing: the link is not ours to read without privileges, and a process that
    // ends meanwhile has neither.
    std::error_code unreadable;
    falco.exe = fs::read_symlink(folder / "exe", unreadable).string();
    const std::string comm = ReadFile((folder / "comm").string()).value_or("");
    if (ProgramName(falco.exe) != "falco" && comm != "falco\n") continue;
    if (IsDefunct(folder)) continue;
    falco.command = absl::StrReplaceAll(ReadFile((folder / "cmdline").string()).value_or(""),
                                        {{std::string(1, '\0'), " "}});
    absl::StripTrailingAsciiWhitespace(&falco.command);
    DescribeByCgroup(ReadFile((folder / "cgroup").string()).value_or(""), &falco);
    found.push_back(std::move(falco));
  }
  std::sort(found.begin(), found.end(),
            [](const RunningFalco& a, const RunningFalco& b) { return a.pid < b.pid; });
  return found;
}

std::vector<int> CpusOf(pid_t pid, const std::string& root) {
  std::vector<int> fewest;
  std::error_code error;
  fs::directory_iterator threads(absl::StrCat(root, "/proc/", pid, "/task"), error);
  for (; !error && threads != fs::directory_iterator(); threads.increment(error)) {
    std::vector<int> cpus =
        AllowedCpus(ReadFile((threads->path() / "status").string()).value_or(""));
    if (fewest.empty() || (!cpus.empty() && cpus.size() < fewest.size())) fewest = std::move(cpus);
  }
  return fewest;
}

std::string HowToStop(const RunningFalco& falco) {
  // One that was started by hand below another service is not that service.
  if (absl::StrContains(falco.unit, "falco")) return absl::StrCat("systemctl stop ", falco.unit);
  if (!falco.container.empty()) {
    return absl::StrCat("docker stop ", falco.container.substr(0, 12),
                        " (in Kubernetes: take its DaemonSet off this node)");
  }
  return absl::StrCat("kill ", falco.pid);
}

}  // namespace bench
