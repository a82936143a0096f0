#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "worker/actions/action_makers.h"
#include "worker/actions/raw_syscalls.h"

namespace bench {
namespace {

std::string MarkerFile(const ActionContext& context) {
  return absl::StrCat("/bin/", context.marker);
}

// One file is opened again and again: the rule fires on an open for writing, while new names for
// each turn would make the directory, and so the load, slower by the minute.
class WriteBelowBinaryDir final : public Action {
 public:
  std::vector<std::string> CreatedFiles(const ActionContext& context) const override {
    return {MarkerFile(context)};
  }

  absl::Status Prepare(const ActionContext& context) override {
    path_ = MarkerFile(context);
    // By mknod, not by an open: that would make an alert nobody counted.
    if (mknod(path_.c_str(), S_IFREG | 0600, 0) == 0 || errno == EEXIST) return absl::OkStatus();
    const int error = errno;
    path_.clear();
    const char* mend =
        error == EROFS ? "/bin is read-only: remount it writable, or choose other actions"
        : error == EACCES || error == EPERM
            ? "no right to create files in /bin: run as root, or choose other actions"
            : "make it possible, or choose other actions";
    return ErrnoStatus(
        absl::StrCat("WriteBelowBinaryDir: ", mend, " (create ", MarkerFile(context), ")"), error);
  }

  void Run() override { RawClose(RawOpen(path_.c_str(), O_WRONLY | O_CREAT, 0600)); }

  void CleanUp() override {
    if (!path_.empty()) unlink(path_.c_str());
    path_.clear();
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Action> MakeWriteBelowBinaryDir() {
  return std::make_unique<WriteBelowBinaryDir>();
}

}  // namespace bench
