#include "worker/load/shared_stats.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace bench {

absl::StatusOr<void*> SharedStats::Map(int fd) {
  void* memory = mmap(nullptr, sizeof(StatsBlock), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return ErrnoStatus("mapping the generator's statistics", errno);
  return memory;
}

absl::StatusOr<SharedStats> SharedStats::Create() {
  UniqueFd fd(memfd_create("falco-bench-stats", MFD_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus("memfd_create", errno);
  if (ftruncate(fd.get(), sizeof(StatsBlock)) != 0) return ErrnoStatus("ftruncate", errno);
  BENCH_ASSIGN_OR_RETURN(void* memory, Map(fd.get()));
  return SharedStats(std::move(fd), new (memory) StatsBlock);
}

absl::StatusOr<SharedStats> SharedStats::Attach(UniqueFd fd) {
  struct stat info = {};
  if (fstat(fd.get(), &info) != 0) {
    return ErrnoStatus(absl::StrCat("the descriptor for statistics, ", fd.get()), errno);
  }
  if (info.st_size != static_cast<off_t>(sizeof(StatsBlock))) {
    return absl::FailedPreconditionError(
        "bench-generator is not of the same version as the program that started it; install both "
        "from one build");
  }
  BENCH_ASSIGN_OR_RETURN(void* memory, Map(fd.get()));
  return SharedStats(std::move(fd), static_cast<StatsBlock*>(memory));
}

SharedStats::SharedStats(UniqueFd fd, StatsBlock* block) : fd_(std::move(fd)), block_(block) {}

SharedStats::SharedStats(SharedStats&& other) noexcept
    : fd_(std::move(other.fd_)), block_(std::exchange(other.block_, nullptr)) {}

SharedStats::~SharedStats() {
  if (block_ != nullptr) munmap(block_, sizeof(StatsBlock));
}

}  // namespace bench
