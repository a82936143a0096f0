#include "worker/limits/cgroup_kernel.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "common/os/files.h"

namespace bench {
namespace {

class Real : public CgroupKernel {
 public:
  int MakeDirectory(const std::string& path) override {
    return mkdir(path.c_str(), 0755) == 0 ? 0 : errno;
  }
  int RemoveDirectory(const std::string& path) override {
    return rmdir(path.c_str()) == 0 ? 0 : errno;
  }
  int Write(const std::string& path, absl::string_view text) override {
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.valid()) return errno;
    ssize_t n = write(fd.get(), text.data(), text.size());
    if (n < 0) return errno;
    return static_cast<size_t>(n) == text.size() ? 0 : EIO;
  }
  int Kill(pid_t pid) override { return kill(pid, SIGKILL) == 0 ? 0 : errno; }
  bool IsCgroup(const std::string& directory) override {
    struct statfs info = {};
    return statfs(directory.c_str(), &info) == 0 &&
           (info.f_type == CGROUP_SUPER_MAGIC || info.f_type == CGROUP2_SUPER_MAGIC);
  }
};

}  // namespace

CgroupKernel& RealCgroupKernel() {
  static auto* kernel = new Real;
  return *kernel;
}

}  // namespace bench
