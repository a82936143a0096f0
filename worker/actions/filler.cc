#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "worker/actions/action_makers.h"
#include "worker/actions/raw_syscalls.h"

namespace bench {
namespace {

std::string FillerFile(const ActionContext& context) {
  return absl::StrCat(context.scratch_dir, "/", context.marker, "-filler");
}

class Filler final : public Action {
 public:
  std::vector<std::string> CreatedFiles(const ActionContext& context) const override {
    return {FillerFile(context)};
  }

  absl::Status Prepare(const ActionContext& context) override {
    path_ = FillerFile(context);
    UniqueFd file(open(path_.c_str(), O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.valid()) return absl::OkStatus();
    const int error = errno;
    path_.clear();
    return ErrnoStatus(absl::StrCat("filler: the scratch directory must exist and be writable "
                                    "(create ",
                                    FillerFile(context), ")"),
                       error);
  }

  void Run() override { RawClose(RawOpen(path_.c_str(), O_RDONLY)); }

  void CleanUp() override {
    if (!path_.empty()) unlink(path_.c_str());
    path_.clear();
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Action> MakeFiller() {
  return std::make_unique<Filler>();
}

}  // namespace bench
