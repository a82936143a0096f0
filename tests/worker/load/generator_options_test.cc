#include "worker/load/generator_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"

namespace bench {
namespace {

GeneratorOptions Sample() {
  GeneratorOptions options;
  options.marker = "falco-bench-r1-t12";
  options.process = 1;
  options.processes = 3;
  options.mix.profile = "recipe";
  options.mix.actions_regex = "^(Read|Write).*[a-z], --odd=\"1\"";
  options.syscalls_per_sec = 123456.789;
  options.spin = true;
  options.duration_ns = 5'000'000'000;
  options.canary_per_sec = 10;
  options.scratch_dir = "/var/lib/a b";
  options.stats_fd = 7;
  return options;
}

absl::StatusOr<GeneratorOptions> RoundTrip(const GeneratorOptions& options) {
  std::vector<std::string> arguments = ToArguments("/x/bench-generator", options);
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& argument : arguments) argv.push_back(argument.data());
  return ParseArguments(static_cast<int>(argv.size()), argv.data());
}

TEST(GeneratorOptions, TheMarkerStandsFirst) {
  const auto argv = ToArguments("/x/bench-generator", Sample());
  EXPECT_EQ(argv[1], "--marker");
  EXPECT_EQ(argv[2], "falco-bench-r1-t12");
}

TEST(GeneratorOptions, TravelUnchanged) {
  const GeneratorOptions sent = Sample();
  const auto got = RoundTrip(sent);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->marker, sent.marker);
  EXPECT_EQ(got->process, sent.process);
  EXPECT_EQ(got->processes, sent.processes);
  EXPECT_EQ(got->mix.profile, sent.mix.profile);
  EXPECT_EQ(got->mix.actions_regex, sent.mix.actions_regex);
  EXPECT_DOUBLE_EQ(got->syscalls_per_sec, sent.syscalls_per_sec);
  EXPECT_TRUE(got->spin);
  EXPECT_EQ(got->duration_ns, sent.duration_ns);
  EXPECT_EQ(got->canary_per_sec, sent.canary_per_sec);
  EXPECT_EQ(got->scratch_dir, sent.scratch_dir);
  EXPECT_EQ(got->stats_fd, sent.stats_fd);
}

TEST(GeneratorOptions, TravelUnchangedInAClosedLoop) {
  GeneratorOptions sent = Sample();
  sent.syscalls_per_sec = 0;
  sent.sleep_ns = 25'000'000;
  sent.only_action = "filler";
  sent.canary_per_sec = 0;
  sent.spin = false;
  const auto got = RoundTrip(sent);
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->syscalls_per_sec, 0);
  EXPECT_EQ(got->sleep_ns, sent.sleep_ns);
  EXPECT_EQ(got->only_action, "filler");
  EXPECT_EQ(got->canary_per_sec, 0);
  EXPECT_FALSE(got->spin);
}

TEST(GeneratorOptions, MalformedOnesAreRefused) {
  GeneratorOptions options = Sample();
  options.process = 3;
  EXPECT_EQ(RoundTrip(options).status().code(), absl::StatusCode::kInvalidArgument);
  options = Sample();
  options.duration_ns = -1;
  EXPECT_EQ(RoundTrip(options).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(GeneratorOptions, ProcessesShareNoFile) {
  GeneratorOptions options = Sample();
  options.mix.actions_regex.clear();
  const auto mix = MixOf(options);
  ASSERT_TRUE(mix.ok());
  options.process = 0;
  const auto first = FilesOf(options, *mix);
  options.process = 1;
  const auto second = FilesOf(options, *mix);
  ASSERT_EQ(first.size(), 2u);
  for (const std::string& file : first) {
    EXPECT_THAT(second, testing::Not(testing::Contains(file)));
    EXPECT_TRUE(absl::StrContains(file, options.marker)) << file;
  }
}

TEST(MixOf, IsTheSameAtARateAndWithSleeps) {
  GeneratorOptions options = Sample();
  options.mix.actions_regex.clear();
  const size_t at_a_rate = MixOf(options)->cycle.size();
  options.syscalls_per_sec = 0;
  options.sleep_ns = 1000;
  EXPECT_EQ(MixOf(options)->cycle.size(), at_a_rate);
}

TEST(GeneratorArguments, WeightsSurviveTheCommandLine) {
  GeneratorOptions sent = Sample();
  sent.mix.parts = {{"filler", 40}, {"ReadSensitiveFileUntrusted", 1}};
  std::vector<std::string> argv = ToArguments("bench-generator", sent);
  std::vector<char*> raw;
  for (std::string& argument : argv) raw.push_back(argument.data());
  const auto got = ParseArguments(static_cast<int>(raw.size()), raw.data());
  ASSERT_TRUE(got.ok()) << got.status();
  ASSERT_EQ(got->mix.parts.size(), 2u);
  EXPECT_EQ(got->mix.parts[0].action, "filler");
  EXPECT_EQ(got->mix.parts[0].weight, 40);
  EXPECT_EQ(got->mix.parts[1].action, "ReadSensitiveFileUntrusted");
}

TEST(MixOf, AnUnknownActionListsWhatThereIs) {
  GeneratorOptions options = Sample();
  options.only_action = "Mine";
  const auto mix = MixOf(options);
  EXPECT_EQ(mix.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(mix.status().message()),
              testing::AllOf(testing::HasSubstr("Mine"), testing::HasSubstr("filler")));
}

}  // namespace
}  // namespace bench
