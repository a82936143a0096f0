#include "worker/sensor/state/fd_table.h"

#include <gtest/gtest.h>

#include <memory>

namespace bench::sensor {
namespace {

FdInfo File(const char* name, bool close_on_exec = false) {
  return {FdKind::kFile, name, close_on_exec};
}

class FdTableTest : public testing::Test {
 protected:
  std::shared_ptr<FdTotals> totals_ = std::make_shared<FdTotals>();
  FdTable table_{totals_};
};

TEST_F(FdTableTest, ForgetsWhatIsClosed) {
  table_.Open(3, File("/a"));
  ASSERT_NE(table_.Find(3), nullptr);
  EXPECT_EQ(table_.Find(3)->name, "/a");
  EXPECT_TRUE(table_.Close(3));
  EXPECT_EQ(table_.Find(3), nullptr);
  EXPECT_FALSE(table_.Close(3));
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(totals_->open, 0);
  EXPECT_EQ(totals_->added, 1);
  EXPECT_EQ(totals_->removed, 1);
}

TEST_F(FdTableTest, DoesNotGrowWhenClosesAreLost) {
  for (int i = 0; i < 1000; ++i) table_.Open(3, File(i % 2 ? "/a" : "/b"));
  EXPECT_EQ(table_.size(), 1u);
  EXPECT_EQ(table_.Find(3)->name, "/a");
  EXPECT_EQ(totals_->open, 1);
}

TEST_F(FdTableTest, IgnoresFailedOpens) {
  table_.Open(-2, File("/a"));
  EXPECT_EQ(table_.size(), 0u);
}

TEST_F(FdTableTest, DuplicatesByNumber) {
  table_.Open(3, File("/a", true));
  EXPECT_TRUE(table_.Duplicate(3, 9, false));
  EXPECT_EQ(table_.Find(9)->name, "/a");
  EXPECT_FALSE(table_.Find(9)->close_on_exec);
  table_.Close(3);
  EXPECT_EQ(table_.Find(9)->name, "/a");
}

TEST_F(FdTableTest, ForgetsTheTargetOfAnUnknownDuplicate) {
  table_.Open(9, File("/old"));
  EXPECT_FALSE(table_.Duplicate(3, 9, false));
  EXPECT_EQ(table_.Find(9), nullptr);
}

TEST_F(FdTableTest, KeepsWhatIsDuplicatedOntoItself) {
  table_.Open(3, File("/a", true));
  EXPECT_TRUE(table_.Duplicate(3, 3, false));
  EXPECT_EQ(table_.Find(3)->name, "/a");
}

TEST_F(FdTableTest, ClosesOnExecOnlyWhatAsksForIt) {
  table_.Open(3, File("/a", true));
  table_.Open(4, File("/b"));
  table_.Open(5, File("/c"));
  table_.SetCloseOnExec(5, true);
  table_.CloseOnExec();
  EXPECT_EQ(table_.Find(3), nullptr);
  EXPECT_NE(table_.Find(4), nullptr);
  EXPECT_EQ(table_.Find(5), nullptr);
  EXPECT_EQ(totals_->open, 1);
}

TEST_F(FdTableTest, TotalsFollowCopiesAndDestruction) {
  table_.Open(3, File("/a"));
  table_.Open(4, File("/b"));
  {
    FdTable child(totals_);
    child.CopyFrom(table_);
    EXPECT_EQ(totals_->open, 4);
    child.Close(3);
    EXPECT_NE(table_.Find(3), nullptr);
  }
  EXPECT_EQ(totals_->open, 2);
  EXPECT_EQ(totals_->added - totals_->removed, 2);
}

}  // namespace
}  // namespace bench::sensor
