#include "benchctl/commands/load_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "benchctl/commands/mix_file.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string MessageOf(const absl::Status& status) {
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

std::string ErrorIn(const std::string& yaml) {
  return MessageOf(ParseMixFile(yaml).status());
}

TEST(MixFile, NamesActionsAndKindsOfFillerWithTheirWeights) {
  const auto file = ParseMixFile(
      "# a node of ours\n"
      "actions:\n"
      "  ReadSensitiveFileUntrusted: 1\n"
      "filler:\n"
      "  open: 40\n"
      "  connect: 9\n"
      "processes: 2\n"
      "pinning: off\n");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->parts.size(), 3u);
  EXPECT_EQ(file->parts[0].action(), "ReadSensitiveFileUntrusted");
  EXPECT_EQ(file->parts[0].weight(), 1);
  EXPECT_EQ(file->parts[1].action(), "filler");
  EXPECT_EQ(file->parts[1].weight(), 40);
  EXPECT_EQ(file->parts[2].action(), "filler-connect");
  EXPECT_EQ(file->processes, "2");
  EXPECT_EQ(file->pinning, "off");
}

TEST(MixFile, LeavesProcessesAndPinningToBeFound) {
  const auto file = ParseMixFile("filler:\n  read: 1\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->processes, "auto");
  EXPECT_EQ(file->pinning, "auto");
}

TEST(MixFile, ErrorsNameTheLineAndWhatWouldDo) {
  EXPECT_THAT(ErrorIn("filler:\n  open: 0\n"),
              AllOf(StartsWith("line 2: "), HasSubstr("try open: 1")));
  EXPECT_THAT(ErrorIn("filler:\n  open: many\n"), HasSubstr("whole number"));
  EXPECT_THAT(ErrorIn("filler:\n  open: 99999999999\n"), HasSubstr("whole number"));
  EXPECT_THAT(ErrorIn("filler:\n  open: [1]\n"), HasSubstr("whole number"));
  EXPECT_THAT(ErrorIn("filler:\n  mmap: 1\n"),
              AllOf(HasSubstr("\"mmap\""), HasSubstr("open, read, write, connect, exec")));
  EXPECT_THAT(ErrorIn("filler:\n  open: 1\n  open: 2\n"), HasSubstr("twice"));
  EXPECT_THAT(ErrorIn("filler: {open: 1}\nfiller: {read: 1}\n"),
              AllOf(StartsWith("line 2: filler"), HasSubstr("twice")));
  EXPECT_THAT(ErrorIn("filler: open\n"), HasSubstr("NAME: WEIGHT"));
  EXPECT_THAT(ErrorIn("filler:\n  open: 1\nfillers:\n"),
              AllOf(StartsWith("line 3: \"fillers\""), HasSubstr("processes")));
  EXPECT_THAT(ErrorIn("filler:\n  open: 1\nprocesses: [1]\n"), HasSubstr("single value"));
}

TEST(MixFile, SaysWhatAnEmptyOrBrokenOneLacks) {
  for (const char* yaml : {"", "[]", "actions:\n", "processes: 2\n", "42"}) {
    EXPECT_THAT(ErrorIn(yaml), HasSubstr("try\n")) << yaml;
  }
  EXPECT_THAT(ErrorIn("filler: {open: 1"), HasSubstr("not YAML"));
  EXPECT_THAT(ErrorIn(std::string("filler:\n  \0open: 1\n", 20)), HasSubstr("line"));
}

class LoadFlagsTest : public testing::Test {
 protected:
  absl::StatusOr<v1::SweepSpec> Build() {
    v1::SweepSpec spec;
    absl::Status status = AddLoad(flags_, "--actions", &spec);
    if (!status.ok()) return status;
    return spec;
  }
  std::string Error() { return MessageOf(Build().status()); }

  LoadFlags flags_;
  TempDir dir_;
};

TEST_F(LoadFlagsTest, TheRecipeIsWhatIsLoadedUnlessSaidOtherwise) {
  const auto spec = Build();
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->profile(), "recipe");
  EXPECT_EQ(spec->generators(), 0);
  EXPECT_EQ(spec->pinning(), "auto");
  EXPECT_EQ(spec->mix_size(), 0);
}

TEST_F(LoadFlagsTest, AFileGivesTheMixAndFlagsWinOverIt) {
  flags_.mix = dir_.Write("mix.yaml", "filler: {open: 3}\nprocesses: 4\npinning: off\n");
  auto spec = Build();
  ASSERT_TRUE(spec.ok()) << spec.status();
  EXPECT_EQ(spec->profile(), "custom");
  ASSERT_EQ(spec->mix_size(), 1);
  EXPECT_EQ(spec->mix(0).weight(), 3);
  EXPECT_EQ(spec->generators(), 4);
  EXPECT_EQ(spec->pinning(), "off");

  flags_.generators = "auto";
  flags_.pinning = "auto";
  spec = Build();
  EXPECT_EQ(spec->generators(), 0);
  EXPECT_EQ(spec->pinning(), "auto");
}

TEST_F(LoadFlagsTest, ErrorsNameTheFlag) {
  flags_.profile = "busy";
  EXPECT_THAT(Error(), AllOf(StartsWith("--profile: "), HasSubstr("recipe, alerts")));
  flags_ = {.generators = "0"};
  EXPECT_THAT(Error(), AllOf(StartsWith("--generators: "), HasSubstr("or auto")));
  flags_ = {.pinning = "no"};
  EXPECT_THAT(Error(), AllOf(StartsWith("--pinning: "), HasSubstr("auto, off")));
  flags_ = {.profile = "recipe", .mix = "x.yaml"};
  EXPECT_THAT(Error(), StartsWith("--profile: not with --mix"));
  flags_ = {.mix = dir_.Write("wrong.yaml", "filler: {open: 1}\nprocesses: none\n")};
  EXPECT_THAT(Error(), StartsWith("--mix: processes: \"none\""));
  flags_ = {.mix = dir_.Write("wrong.yaml", "filler: {open: -1}\n")};
  EXPECT_THAT(Error(), AllOf(StartsWith("--mix: "), HasSubstr("wrong.yaml: line 1")));
  flags_ = {.mix = dir_.path() + "/none.yaml"};
  EXPECT_THAT(std::string(Build().status().message()), StartsWith("--mix: "));
}

}  // namespace
}  // namespace bench
