#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <vector>

#include "common/os/files.h"
#include "worker/sensor/app/alert_writer.h"
#include "worker/sensor/app/event_clock.h"
#include "worker/sensor/app/options.h"

namespace bench::sensor {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    reader.Reset(ends[0]);
    writer.Reset(ends[1]);
  }
  UniqueFd reader;
  UniqueFd writer;
};

std::string ReadSome(int fd) {
  std::string text(1 << 20, '\0');
  pollfd in{fd, POLLIN, 0};
  if (poll(&in, 1, 0) <= 0) return "";
  ssize_t n = read(fd, text.data(), text.size());
  text.resize(n < 0 ? 0 : static_cast<size_t>(n));
  return text;
}

TEST(AlertWriter, WritesWhatItWasGiven) {
  Pipe pipe;
  AlertWriter writer(pipe.writer.get());
  writer.buffer() += "one\n";
  writer.Appended(1'000);
  EXPECT_FALSE(writer.IsDue(2'000)) << "it may wait for more";
  EXPECT_TRUE(writer.IsDue(10'000'000)) << "but not for long";
  EXPECT_TRUE(writer.Flush(0).ok());
  EXPECT_TRUE(writer.empty());
  EXPECT_EQ(ReadSome(pipe.reader.get()), "one\n");
  EXPECT_FALSE(writer.IsDue(10'000'000));
}

TEST(AlertWriter, NeverBlocksOnASlowReaderAndLosesNothing) {
  Pipe pipe;
  AlertWriter writer(pipe.writer.get());
  std::string all;
  for (int i = 0; i < 50'000; ++i) all += "line " + std::to_string(i) + "\n";
  writer.buffer() = all;
  writer.Appended(1);
  EXPECT_TRUE(writer.Flush(10).ok());
  EXPECT_FALSE(writer.empty()) << "the pipe holds less than that";
  EXPECT_TRUE(writer.IsFull());
  std::string got;
  while (!writer.empty()) {
    got += ReadSome(pipe.reader.get());
    ASSERT_TRUE(writer.Flush(0).ok());
  }
  got += ReadSome(pipe.reader.get());
  EXPECT_EQ(got, all);
}

TEST(AlertWriter, SaysThatNobodyReadsAnyMore) {
  signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  AlertWriter writer(pipe.writer.get());
  pipe.reader.Reset();
  writer.buffer() += "one\n";
  writer.Appended(1);
  absl::Status status = writer.Flush(0);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.message().find("standard output"), absl::string_view::npos);
}

TEST(EventClock, AgreesWithTheWallClock) {
  EventClock clock;
  timespec boot = {};
  clock_gettime(CLOCK_BOOTTIME, &boot);
  const uint64_t boot_ns = static_cast<uint64_t>(boot.tv_sec) * 1'000'000'000 + boot.tv_nsec;
  EXPECT_NEAR(static_cast<double>(clock.WallOf(boot_ns) - WallNs()), 0, 1e9);
}

std::optional<Options> Parse(std::vector<const char*> args, int* code) {
  args.insert(args.begin(), "bench-sensor");
  return ParseOptions(static_cast<int>(args.size()), const_cast<char**>(args.data()), code);
}

TEST(Options, DefaultsAreFalcos) {
  int code = -1;
  std::optional<Options> options = Parse({}, &code);
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->probe().ring_bytes, 8 << 20);
  EXPECT_EQ(options->probe().cpus_per_ring, 2);
  EXPECT_EQ(options->metrics_interval_ms, 100);
}

TEST(Options, PresetsDoubleFromOneToFiveHundredAndTwelveMebibytes) {
  EXPECT_EQ(RingBytesOfPreset(1), 1 << 20);
  EXPECT_EQ(RingBytesOfPreset(10), 512 << 20);
}

TEST(Options, WrongOnesAreUsageErrors) {
  for (std::vector<const char*> args : {std::vector<const char*>{"--buf-size-preset", "11"},
                                        {"--buf-size-preset", "0"},
                                        {"--cpus-per-buffer", "0"},
                                        {"--metrics-interval-ms", "soon"},
                                        {"--nonsense"}}) {
    int code = -1;
    EXPECT_FALSE(Parse(args, &code).has_value()) << args[0];
    EXPECT_EQ(code, 2) << args[0];
  }
}

TEST(Options, HelpAndVersionEndWell) {
  for (const char* arg : {"--help", "--version"}) {
    int code = -1;
    EXPECT_FALSE(Parse({arg}, &code).has_value());
    EXPECT_EQ(code, 0);
  }
}

}  // namespace
}  // namespace bench::sensor
