#include "benchctl/commands/fd_console.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "common/os/files.h"

namespace bench {
namespace {

// A pseudo-terminal of 40 columns; what the console writes is read from `controller`.
struct Terminal {
  Terminal() {
    winsize size = {.ws_row = 10, .ws_col = 40};
    int controller_fd = -1;
    int terminal_fd = -1;
    EXPECT_EQ(openpty(&controller_fd, &terminal_fd, nullptr, nullptr, &size), 0);
    controller.Reset(controller_fd);
    terminal.Reset(terminal_fd);
  }
  std::string Read() const {
    std::array<char, 4096> buffer;
    ssize_t n = read(controller.get(), buffer.data(), buffer.size());
    return n > 0 ? std::string(buffer.data(), static_cast<size_t>(n)) : "";
  }
  UniqueFd controller;
  UniqueFd terminal;
};

struct PipePair {
  PipePair() {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
    read_end.Reset(fds[0]);
    write_end.Reset(fds[1]);
  }
  std::string Read() const {
    std::array<char, 4096> buffer;
    ssize_t n = read(read_end.get(), buffer.data(), buffer.size());
    return n > 0 ? std::string(buffer.data(), static_cast<size_t>(n)) : "";
  }
  UniqueFd read_end;
  UniqueFd write_end;
};

TEST(FdConsole, RedrawsTheLiveBlockBelowLines) {
  Terminal terminal;
  PipePair out;
  FdConsole console(out.write_end.get(), terminal.terminal.get());
  EXPECT_TRUE(console.err_is_terminal());
  EXPECT_FALSE(console.out_is_terminal());
  EXPECT_EQ(console.err_width(), 40);
  console.SetLiveBlock({"one", "two"});
  EXPECT_EQ(terminal.Read(), "one\r\ntwo\r\n");  // the terminal adds the carriage returns
  console.ErrLine("note");
  EXPECT_EQ(terminal.Read(), "\r\x1b[2A\x1b[Jnote\r\none\r\ntwo\r\n");
  console.SetLiveBlock({});
  EXPECT_EQ(terminal.Read(), "\r\x1b[2A\x1b[J");
}

TEST(FdConsole, HasNoLiveBlockWithoutATerminal) {
  PipePair out;
  PipePair err;
  FdConsole console(out.write_end.get(), err.write_end.get());
  console.SetLiveBlock({"one"});
  EXPECT_EQ(err.Read(), "");
  console.ErrLine("note");
  EXPECT_EQ(err.Read(), "note\n");
  EXPECT_TRUE(console.Out("result\n").ok());
  EXPECT_EQ(out.Read(), "result\n");
}

TEST(FdConsole, AReaderThatWentAwayIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);
  PipePair out;
  out.read_end.Reset();
  FdConsole console(out.write_end.get(), out.write_end.get());
  EXPECT_TRUE(console.Out("result\n").ok());
}

TEST(FdConsole, AFullDiskIsAnError) {
  UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full.valid()) GTEST_SKIP() << "there is no /dev/full";
  FdConsole console(full.get(), full.get());
  absl::Status written = console.Out("result\n");
  EXPECT_FALSE(written.ok());
  EXPECT_THAT(std::string(written.message()), ::testing::HasSubstr("stdout"));
}

}  // namespace
}  // namespace bench
