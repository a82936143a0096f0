// The doctor on the host that it runs on.
#include "worker/host/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"
#include "worker/cleanup/journal.h"
#include "worker/host/bpf_probe.h"
#include "worker/host/doctor_facts.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using Status = DoctorCheck::Status;

std::map<std::string, DoctorCheck> ById(const std::vector<DoctorCheck>& checks) {
  std::map<std::string, DoctorCheck> by_id;
  for (const DoctorCheck& check : checks) by_id[check.id] = check;
  return by_id;
}

TEST(DoctorOnThisHost, ChecksEverythingAndLeavesNothingBehind) {
  TempDir dir;
  auto checks = RunDoctor({.state_dir = dir / "state", .db_path = dir / "bench.db"});
  EXPECT_EQ(checks.size(), 18u);
  for (const DoctorCheck& check : checks) {
    EXPECT_NE(check.finding, "") << check.id;
    EXPECT_EQ(check.mend.empty(), check.status == Status::kPass) << check.id;
    std::cout << check.id << ": " << static_cast<int>(check.status) << " " << check.finding
              << (check.mend.empty() ? "" : "\n    mend: ") << check.mend << "\n";
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
  auto mounts = FindCgroups();
  if (mounts.ok()) {
    for (const std::string& at : {mounts->unified, mounts->cpu, mounts->memory}) {
      EXPECT_FALSE(PathExists(at + "/falco-bench-doctor"));
    }
  }
}

TEST(DoctorOnThisHost, SeesMissingProgramsAndLeftovers) {
  TempDir dir;
  const std::string state = dir / "state";
  {
    ReplayReport report;
    auto journal = Journal::Open(state, &report);
    ASSERT_TRUE(journal.ok()) << journal.status();
    ASSERT_TRUE((*journal)->WillCreateFile(dir / "falco-bench-left").ok());
    auto busy = ById(RunDoctor({.state_dir = state, .programs_dir = dir.path()}));
    EXPECT_THAT(busy["leftovers"].finding, HasSubstr(std::to_string(getpid())));
    EXPECT_EQ(busy["programs"].status, Status::kFail);
  }
  auto checks = ById(RunDoctor({.state_dir = state, .programs_dir = dir.path()}));
  EXPECT_EQ(checks["leftovers"].status, Status::kWarn);
  EXPECT_THAT(checks["leftovers"].finding, HasSubstr("falco-bench-left"));
}

TEST(BpfProbe, WorksForRootWhereTheKernelHasBpf) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  BpfProbe probe = ProbeBpf();
  if (!probe.map.ok()) GTEST_SKIP() << probe.map;
  EXPECT_TRUE(probe.program.ok()) << probe.program;
  EXPECT_TRUE(probe.tracepoint.ok()) << probe.tracepoint;
}

}  // namespace
}  // namespace bench
