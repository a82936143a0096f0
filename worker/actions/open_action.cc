#include "worker/actions/open_action.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "worker/actions/raw_syscalls.h"

namespace bench {
namespace {

constexpr mode_t kMode = 0600;
constexpr mode_t kDirectoryMode = 0700;

absl::Status CreationError(absl::string_view action, const std::string& directory,
                           const std::string& path, int error) {
  std::string mend = "make it possible, or choose other actions";
  if (error == EROFS) {
    mend = absl::StrCat(directory, " is read-only: remount it writable, or choose other actions");
  } else if (error == EACCES || error == EPERM) {
    mend = absl::StrCat("no right to create files in ", directory,
                        ": run as root, or choose other actions");
  } else if (error == ENOENT) {
    mend = absl::StrCat("this host has no ", directory, "; choose other actions");
  }
  return ErrnoStatus(absl::StrCat(action, ": ", mend, " (create ", path, ")"), error);
}

class OpenAction final : public Action {
 public:
  explicit OpenAction(const OpenSpec& spec) : spec_(spec) {}

  std::vector<std::string> CreatedFiles(const ActionContext& context) const override {
    if (spec_.existing != nullptr) return {};
    return {MarkedTop(Directory(context), context.marker, spec_.suffix)};
  }

  absl::Status Prepare(const ActionContext& context) override {
    if (spec_.existing == nullptr) {
      absl::Status made =
          file_.Create(spec_.action, Directory(context), context.marker, spec_.suffix);
      path_ = file_.path();
      return made;
    }
    path_ = spec_.existing;
    if (faccessat(AT_FDCWD, path_, R_OK, AT_EACCESS) == 0) return absl::OkStatus();
    const int error = errno;
    if (error == ENOENT) {
      return absl::FailedPreconditionError(
          absl::StrCat(spec_.action, ": this host has no ", path_, "; choose other actions"));
    }
    return ErrnoStatus(absl::StrCat(spec_.action, ": no right to read ", path_,
                                    ": run as root or with CAP_DAC_READ_SEARCH, or choose other "
                                    "actions (access)"),
                       error);
  }

  void Run() override { RawClose(RawOpen(path_, spec_.flags, kMode)); }
  void CleanUp() override { file_.Remove(); }

 private:
  std::string Directory(const ActionContext& context) const {
    return spec_.directory == nullptr ? context.scratch_dir : spec_.directory;
  }

  const OpenSpec& spec_;
  MarkedFile file_;
  const char* path_ = "";
};

}  // namespace

std::unique_ptr<Action> MakeOpenAction(const OpenSpec& spec) {
  return std::make_unique<OpenAction>(spec);
}

std::string MarkedTop(const std::string& directory, absl::string_view marker,
                      absl::string_view suffix) {
  return absl::StrCat(directory, "/", marker, suffix.substr(0, suffix.find('/')));
}

absl::Status MarkedFile::Create(absl::string_view action, const std::string& directory,
                                absl::string_view marker, absl::string_view suffix) {
  Remove();
  top_ = MarkedTop(directory, marker, suffix);
  path_ = absl::StrCat(directory, "/", marker, suffix);
  for (size_t slash = path_.find('/', directory.size() + 1); slash != std::string::npos;
       slash = path_.find('/', slash + 1)) {
    const std::string parent = path_.substr(0, slash);
    if (mkdir(parent.c_str(), kDirectoryMode) == 0 || errno == EEXIST) continue;
    absl::Status failed = CreationError(action, directory, parent, errno);
    Remove();
    return failed;
  }
  if (mknod(path_.c_str(), S_IFREG | kMode, 0) == 0 || errno == EEXIST) return absl::OkStatus();
  absl::Status failed = CreationError(action, directory, path_, errno);
  Remove();
  return failed;
}

void MarkedFile::Remove() {
  if (top_.empty()) return;
  RemoveTree(top_).IgnoreError();  // what is left, the journal knows
  top_.clear();
}

}  // namespace bench
