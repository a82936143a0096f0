#pragma once

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "benchctl/commands/console.h"

namespace bench {

// On two file descriptors, which it doesn't own. Thread-safe.
class FdConsole final : public Console {
 public:
  FdConsole(int out_fd, int err_fd);
  ~FdConsole() override;

  absl::Status Out(absl::string_view text) override ABSL_LOCKS_EXCLUDED(mutex_);
  void ErrLine(absl::string_view line) override ABSL_LOCKS_EXCLUDED(mutex_);
  void SetLiveBlock(const std::vector<std::string>& lines) override ABSL_LOCKS_EXCLUDED(mutex_);
  bool out_is_terminal() const override { return out_is_terminal_; }
  bool err_is_terminal() const override { return err_is_terminal_; }
  int err_width() const override;

 private:
  std::string EraseBlock() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string BlockText() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int out_fd_;
  const int err_fd_;
  const bool out_is_terminal_;
  const bool err_is_terminal_;
  absl::Mutex mutex_;
  std::vector<std::string> block_ ABSL_GUARDED_BY(mutex_);  // what stands on the screen now
};

}  // namespace bench
