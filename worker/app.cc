#include "worker/app.h"

#include <utility>

#include "common/os/clock.h"
#include "common/status/status_macros.h"
#include "common/version/version.h"
#include "worker/agent/agent_client.h"
#include "worker/agent/pull_loop.h"
#include "worker/cleanup/journal.h"
#include "worker/host/host_facts.h"
#include "worker/rig_factory.h"
#include "worker/start_journal.h"

namespace bench {
namespace {

v1::Node DescribeNode(const WorkerOptions& options, const HostFacts& host) {
  v1::Node node;
  node.set_name(options.node.empty() ? host.hostname : options.node);
  for (const auto& [key, value] : options.labels) (*node.mutable_labels())[key] = value;
  node.set_kernel(host.kernel_release);
  node.set_cpus(static_cast<int32_t>(host.online_cpus.size()));
  node.set_memory_bytes(host.memory_bytes);
  node.set_version(Version());
  return node;
}

class RunningWorker final : public WorkerApp {
 public:
  RunningWorker(const WorkerOptions& options, StartedJournal journal, const HostFacts& host,
                std::shared_ptr<grpc::Channel> channel)
      : journal_(std::move(journal)),
        client_(MakeAgentClient(std::move(channel))),
        loop_(std::make_unique<PullLoop>(
            *client_, DescribeNode(options, host),
            MakeRigFactory(options, journal_.journal, host.allowed_cpus, RealClock()), host,
            RealClock())) {}

  absl::Status status() const override { return loop_->status(); }
  void Stop() override { loop_->Stop(); }

 private:
  const StartedJournal journal_;
  const std::unique_ptr<AgentClient> client_;
  const std::unique_ptr<PullLoop> loop_;  // last: it uses the others
};

}  // namespace

absl::StatusOr<std::unique_ptr<WorkerApp>> WorkerApp::Start(
    const WorkerOptions& given, std::shared_ptr<grpc::Channel> channel) {
  BENCH_ASSIGN_OR_RETURN(const WorkerOptions options, WithDirectories(given));
  return std::make_unique<RunningWorker>(options,
                                         StartJournal(options.state_dir, GuardPath(options)),
                                         ReadHostFacts(), std::move(channel));
}

}  // namespace bench
