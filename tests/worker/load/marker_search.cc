#include "tests/worker/load/marker_search.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "common/os/files.h"

namespace bench {

std::vector<pid_t> PidsWithMarker(absl::string_view marker) {
  std::vector<pid_t> pids;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &pid)) continue;
    const auto command = ReadFile(entry.path().string() + "/cmdline");  // empty of a zombie
    if (command.ok() && absl::StrContains(*command, marker)) pids.push_back(pid);
  }
  return pids;
}

std::vector<std::string> FilesWithMarker(absl::string_view marker, const std::string& scratch_dir) {
  std::vector<std::string> files;
  for (const std::string& directory : {std::string("/bin"), scratch_dir}) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      if (absl::StrContains(entry.path().filename().string(), marker)) {
        files.push_back(entry.path().string());
      }
    }
  }
  return files;
}

}  // namespace bench
