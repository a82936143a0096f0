#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/os/files.h"
#include "worker/actions/action_makers.h"
#include "worker/actions/raw_syscalls.h"

namespace bench {
namespace {

constexpr char kSensitiveFile[] = "/etc/shadow";

class ReadSensitiveFileUntrusted final : public Action {
 public:
  absl::Status Prepare(const ActionContext& /*context*/) override {
    // By access rights, not by an open: that would make an alert nobody counted.
    if (faccessat(AT_FDCWD, kSensitiveFile, R_OK, AT_EACCESS) == 0) return absl::OkStatus();
    const int error = errno;
    if (error == ENOENT) {
      return absl::FailedPreconditionError(
          "ReadSensitiveFileUntrusted: this host has no /etc/shadow; choose other actions");
    }
    return ErrnoStatus(
        "ReadSensitiveFileUntrusted: no right to read /etc/shadow: run as root or with "
        "CAP_DAC_READ_SEARCH, or choose other actions (access)",
        error);
  }
  void Run() override { RawClose(RawOpen(kSensitiveFile, O_RDONLY)); }
  void CleanUp() override {}
};

}  // namespace

std::unique_ptr<Action> MakeReadSensitiveFileUntrusted() {
  return std::make_unique<ReadSensitiveFileUntrusted>();
}

}  // namespace bench
