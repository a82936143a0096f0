#include "benchctl/commands/sweep_plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchctl/commands/sweep_flags.h"
#include "benchctl/view/run_text.h"

namespace bench {
namespace {

TEST(SweepPlan, HasARunForEachCellNodeAndRepeat) {
  SweepFlags flags;
  flags.cpu = "none,500m,2";
  flags.memory = "512Mi,1Gi";
  flags.nodes = "a,b";
  flags.repeat = "2";
  v1::GetCampaignResponse plan = PlanSweep(*BuildSweepRequest(flags));
  EXPECT_EQ(plan.runs_size(), 24);
  EXPECT_EQ(plan.campaign().runs_total(), 24);
  // A cell's repeats on all nodes, then the next cell: as the controller runs them.
  std::vector<std::string> cells;
  for (int i = 0; i < plan.runs_size(); i += 4) {
    cells.push_back(CellText(plan.runs(i).cell()));
    for (int j = 0; j < 4; ++j) {
      const v1::Run& run = plan.runs(i + j);
      EXPECT_EQ(CellText(run.cell()), cells.back());
      EXPECT_EQ(run.repeat(), j / 2 + 1);
      EXPECT_EQ(run.node(), j % 2 == 0 ? "a" : "b");
    }
  }
  EXPECT_EQ(cells, (std::vector<std::string>{"cpu=500m memory=1Gi", "cpu=500m memory=512Mi",
                                             "cpu=2 memory=1Gi", "cpu=2 memory=512Mi",
                                             "cpu=none memory=1Gi", "cpu=none memory=512Mi"}));
}

TEST(SweepPlan, TheSettingsMultiplyTheGrid) {
  SweepFlags flags;
  flags.sensor = "falco";
  flags.cpu = "500m,1";
  flags.axes.driver = "kmod,modern_ebpf";
  flags.axes.buffer_preset = "4,6";
  v1::GetCampaignResponse plan = PlanSweep(*BuildSweepRequest(flags));
  ASSERT_EQ(plan.runs_size(), 8);
  EXPECT_EQ(CellText(plan.runs(0).cell()), "cpu=500m memory=512Mi driver=kmod buffer-preset=4");
  EXPECT_EQ(CellText(plan.runs(3).cell()), "cpu=1 memory=512Mi driver=kmod buffer-preset=6");
  EXPECT_EQ(CellText(plan.runs(7).cell()), "cpu=1 memory=512Mi driver=modern_ebpf buffer-preset=6");
}

TEST(SweepPlan, TheEstimateFollowsWhatCostsTime) {
  SweepFlags flags;
  auto estimate = [&] { return EstimateRunSeconds(BuildSweepRequest(flags)->spec()); };
  double usual = estimate();
  EXPECT_GT(usual, 60);
  EXPECT_LT(usual, 600);
  flags.precision = "20%";
  EXPECT_LT(estimate(), usual);
  flags = SweepFlags();
  flags.round_duration = "30s";
  EXPECT_GT(estimate(), usual);
  flags.run_timeout = "2m";
  EXPECT_EQ(estimate(), 120);  // never more than it may take
  flags = SweepFlags();
  flags.sensor = "simulated";
  EXPECT_LT(estimate(), usual / 5);
}

}  // namespace
}  // namespace bench
