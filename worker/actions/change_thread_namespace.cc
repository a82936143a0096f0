#include <sys/syscall.h>
#include <unistd.h>

#include "worker/actions/action_makers.h"

namespace bench {
namespace {

class ChangeThreadNamespace final : public Action {
 public:
  absl::Status Prepare(const ActionContext& /*context*/) override { return absl::OkStatus(); }
  // Descriptor 0 is a pipe or a terminal, no namespace: EINVAL, but the rule sees the attempt.
  void Run() override { syscall(SYS_setns, 0, 0); }
  void CleanUp() override {}
};

}  // namespace

std::unique_ptr<Action> MakeChangeThreadNamespace() {
  return std::make_unique<ChangeThreadNamespace>();
}

}  // namespace bench
