#include "worker/limits/oom_kill_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace bench {

pid_t OomKilledProcess(absl::string_view record) {
  absl::string_view text = record.substr(std::min(record.size(), record.find(';') + 1));
  // "Killed process 812 (falco) total-vm:…"; before 5.3 "Kill process 812 (falco) score …".
  if (!absl::ConsumePrefix(&text, "Memory cgroup out of memory: Kill")) return 0;
  absl::ConsumePrefix(&text, "ed");
  if (!absl::ConsumePrefix(&text, " process ")) return 0;
  pid_t pid = 0;
  return absl::SimpleAtoi(text.substr(0, text.find(' ')), &pid) ? pid : 0;
}

absl::StatusOr<OomKillLog> OomKillLog::Open(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid() || lseek(fd.get(), 0, SEEK_END) < 0) {
    return ErrnoStatus(absl::StrCat("reading the kernel's log, ", path), errno);
  }
  return OomKillLog(std::move(fd));
}

bool OomKillLog::Killed(pid_t pid) {
  // A read gives one record, and fails where it is longer; none is.
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t n = read(fd_.get(), buffer.data(), buffer.size());
    // EPIPE: the oldest were overwritten meanwhile, and the next read goes on after them.
    if (n < 0 && (errno == EINTR || errno == EPIPE)) continue;
    if (n <= 0) break;
    const absl::string_view records(buffer.data(), static_cast<size_t>(n));
    for (absl::string_view record : absl::StrSplit(records, '\n', absl::SkipEmpty())) {
      if (const pid_t killed = OomKilledProcess(record); killed != 0) killed_.insert(killed);
    }
  }
  return killed_.count(pid) > 0;
}

}  // namespace bench
