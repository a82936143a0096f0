// What is done to a binary directory otherwise than by writing a file.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker/actions/action_makers.h"
#include "worker/actions/open_action.h"

namespace bench {
namespace {

constexpr char kDirectory[] = "/bin";

// event-generator renames a program of the system; a file of ours under its own name makes the same
// event and changes nothing.
class ModifyBinaryDirs final : public Action {
 public:
  std::vector<std::string> CreatedFiles(const ActionContext& context) const override {
    return {MarkedTop(kDirectory, context.marker, kSuffix)};
  }
  absl::Status Prepare(const ActionContext& context) override {
    return file_.Create("ModifyBinaryDirs", kDirectory, context.marker, kSuffix);
  }
  void Run() override { syscall(SYS_renameat, AT_FDCWD, file_.path(), AT_FDCWD, file_.path()); }
  void CleanUp() override { file_.Remove(); }

 private:
  static constexpr char kSuffix[] = "-renamed";
  MarkedFile file_;
};

// The name is taken, by a file: EEXIST, but the rule sees the attempt, and nothing has to be
// removed again by a call that matches another rule.
class MkdirBinaryDirs final : public Action {
 public:
  std::vector<std::string> CreatedFiles(const ActionContext& context) const override {
    return {MarkedTop(kDirectory, context.marker, kSuffix)};
  }
  absl::Status Prepare(const ActionContext& context) override {
    return file_.Create("MkdirBinaryDirs", kDirectory, context.marker, kSuffix);
  }
  void Run() override { syscall(SYS_mkdirat, AT_FDCWD, file_.path(), 0700); }
  void CleanUp() override { file_.Remove(); }

 private:
  static constexpr char kSuffix[] = "-directory";
  MarkedFile file_;
};

}  // namespace

std::unique_ptr<Action> MakeMkdirBinaryDirs() {
  return std::make_unique<MkdirBinaryDirs>();
}

std::unique_ptr<Action> MakeModifyBinaryDirs() {
  return std::make_unique<ModifyBinaryDirs>();
}

}  // namespace bench
