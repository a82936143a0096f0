#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "tests/worker/actions/syscall_trace.h"
#include "worker/actions/action.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ActionTest : public testing::Test {
 protected:
  ActionTest() {
    context_.marker = absl::StrCat(kMarkerPrefix, "action-test-", getpid());
    context_.scratch_dir = testing::TempDir();
    while (context_.scratch_dir.back() == '/') context_.scratch_dir.pop_back();
  }

  std::vector<std::string> FilesWithMarker() const {
    std::vector<std::string> found;
    for (const std::string& directory :
         {std::string("/bin"), std::string("/home"), std::string("/var/log"), std::string("/dev"),
          std::string("/etc"), std::string("/usr/local/lib"), std::string("/root"),
          std::string("/var/lib/rpm"), context_.scratch_dir}) {
      std::error_code not_here;
      for (const auto& entry : std::filesystem::directory_iterator(directory, not_here)) {
        if (absl::StrContains(entry.path().filename().string(), context_.marker)) {
          found.push_back(entry.path().string());
        }
      }
    }
    return found;
  }

  ActionContext context_;
};

#define SKIP_UNLESS_ROOT() \
  if (geteuid() != 0) GTEST_SKIP() << "needs root: reads /etc/shadow, writes to /bin"

std::vector<uint64_t> NumbersOf(const ActionInfo& action) {
  static const std::map<std::string, std::vector<uint64_t>> kNumbers = {
      {"setns", {SYS_setns}},
      {"mkdirat", {SYS_mkdirat}},
      {"read", {SYS_read}},
      {"write", {SYS_write}},
      {"socket, connect, close", {SYS_socket, SYS_connect, SYS_close}},
      // execve is the child's.
      {"clone, execve, wait4", {SYS_clone, SYS_wait4}},
      {"renameat", {SYS_renameat}},
      {"openat, close", {SYS_openat, SYS_close}}};
  return kNumbers.at(action.syscalls);
}

constexpr absl::string_view kConnectFiller = "filler-connect";

// Those whose attempt is enough.
bool FailsOnPurpose(const ActionInfo& action) {
  return std::string(action.syscalls) == "setns" || std::string(action.syscalls) == "mkdirat";
}

// All that can run here; the others are told aloud.
std::vector<ActionInfo> ActionsHere() {
  std::vector<ActionInfo> here;
  for (const ActionInfo& info : AllActions()) {
    if (std::string why = WhyNotHere(info); why.empty()) {
      here.push_back(info);
    } else {
      std::printf("not tested: %s: %s\n", info.name, why.c_str());
    }
  }
  return here;
}

TEST_F(ActionTest, MakesExactlyTheDeclaredSyscallsAndLeavesNothing) {
  SKIP_UNLESS_ROOT();
  constexpr int kTurns = 3;
  for (const ActionInfo& info : ActionsHere()) {
    SCOPED_TRACE(info.name);
    const auto calls = TraceSyscalls([&] {
      const auto action = info.make();
      if (!action->Prepare(context_).ok()) _exit(1);
      action->Run();  // the first virtual call makes a sanitizer check the object by system calls
      MarkTrace();
      for (int i = 0; i < kTurns; ++i) action->Run();
      MarkTrace();
      action->CleanUp();
    });
    if (absl::IsUnavailable(calls.status())) GTEST_SKIP() << calls.status();
    ASSERT_TRUE(calls.ok()) << calls.status();
    const std::vector<uint64_t> declared = NumbersOf(info);
    const size_t of_a_child = absl::StrContains(info.syscalls, "execve") ? 1 : 0;
    ASSERT_EQ(declared.size() + of_a_child, static_cast<size_t>(info.syscalls_per_action));
    ASSERT_EQ(calls->size(), kTurns * declared.size());
    for (size_t i = 0; i < calls->size(); ++i) {
      EXPECT_EQ((*calls)[i].number, declared[i % declared.size()]) << "call " << i;
      EXPECT_EQ((*calls)[i].result >= 0, !FailsOnPurpose(info)) << "call " << i;
    }
    EXPECT_THAT(FilesWithMarker(), IsEmpty());
  }
}

TEST_F(ActionTest, OpensWhatTheRulesLookFor) {
  SKIP_UNLESS_ROOT();
  const auto open_of = [&](absl::string_view name) {
    const auto calls = TraceSyscalls([&] {
      const auto action = FindAction(name)->make();
      if (!action->Prepare(context_).ok()) _exit(1);
      action->Run();
      MarkTrace();
      action->Run();
      MarkTrace();
      action->CleanUp();
    });
    if (calls.ok() && calls->empty()) return absl::StatusOr<TracedSyscall>(TracedSyscall{});
    return calls.ok() ? absl::StatusOr<TracedSyscall>(calls->front()) : calls.status();
  };
  const std::string& marker = context_.marker;
  const std::string& scratch = context_.scratch_dir;
  const struct {
    absl::string_view action;
    std::string path;
    int flags;
  } expected[] = {
      {"ReadSensitiveFileUntrusted", "/etc/shadow", O_RDONLY},
      {"DirectoryTraversalMonitoredFileRead", "/etc/../etc/../etc/passwd", O_RDONLY},
      {"WriteBelowBinaryDir", "/bin/" + marker, O_WRONLY | O_CREAT},
      {"WriteBelowEtc", "/etc/" + marker, O_WRONLY | O_CREAT},
      {"WriteBelowRoot", "/root/" + marker, O_WRONLY | O_CREAT},
      {"WriteBelowMonitoredDir", "/usr/local/lib/" + marker, O_WRONLY | O_CREAT},
      {"CreateFilesBelowDev", "/dev/" + marker, O_WRONLY | O_CREAT},
      {"CreateHiddenFilesOrDirectories", scratch + "/" + marker + "-home/.hidden",
       O_WRONLY | O_CREAT},
      {"ClearLogActivities", "/var/log/" + marker, O_WRONLY | O_TRUNC},
      {"DeleteOrRenameShellHistory", scratch + "/" + marker + "_bash_history", O_WRONLY | O_TRUNC},
      {"ModifyShellConfigurationFile", scratch + "/" + marker + "-modified/.bashrc", O_WRONLY},
      {"ReadShellConfigurationFile", scratch + "/" + marker + "-read/.bashrc", O_RDONLY},
      {"ReadSshInformation", "/home/" + marker + "-reader/.ssh/id_ours", O_RDONLY},
      {"AddingSshKeysToAuthorizedKeys", "/home/" + marker + "-writer/.ssh/authorized_keys",
       O_WRONLY | O_APPEND},
      {"filler", scratch + "/" + marker + "-filler", O_RDONLY},
  };
  for (const auto& [action, path, flags] : expected) {
    if (!WhyNotHere(*FindAction(action)).empty()) continue;
    const auto call = open_of(action);
    if (absl::IsUnavailable(call.status())) GTEST_SKIP() << call.status();
    ASSERT_TRUE(call.ok()) << action << call.status();
    EXPECT_EQ(call->path, path) << action;
    EXPECT_EQ(call->args[2], static_cast<uint64_t>(flags)) << action;
    EXPECT_EQ(static_cast<int>(call->args[0]), AT_FDCWD);
  }
}

TEST_F(ActionTest, CreatesTheFilesItNamedBeforehand) {
  SKIP_UNLESS_ROOT();
  for (const ActionInfo& info : ActionsHere()) {
    SCOPED_TRACE(info.name);
    const auto action = info.make();
    const std::vector<std::string> named = action->CreatedFiles(context_);
    ASSERT_TRUE(action->Prepare(context_).ok());
    action->Run();
    EXPECT_THAT(FilesWithMarker(), testing::UnorderedElementsAreArray(named));
    action->CleanUp();
    action->CleanUp();
    EXPECT_THAT(FilesWithMarker(), IsEmpty());
  }
}

TEST_F(ActionTest, TakesOverAFileThatAKilledOneLeft) {
  SKIP_UNLESS_ROOT();
  for (absl::string_view name : {"WriteBelowBinaryDir", "filler", "ReadSshInformation"}) {
    const auto killed = FindAction(name)->make();
    ASSERT_TRUE(killed->Prepare(context_).ok());
    const auto next = FindAction(name)->make();
    EXPECT_TRUE(next->Prepare(context_).ok());
    next->CleanUp();
    EXPECT_THAT(FilesWithMarker(), IsEmpty());
  }
}

TEST_F(ActionTest, PreparingMakesNoOpenThatARuleWouldMatch) {
  SKIP_UNLESS_ROOT();
  for (const ActionInfo& info : ActionsHere()) {
    const char* name = info.name;
    const auto calls = TraceSyscalls([&] {
      const auto action = FindAction(name)->make();
      MarkTrace();
      const bool prepared = action->Prepare(context_).ok();
      MarkTrace();
      action->CleanUp();
      if (!prepared) _exit(1);
    });
    if (absl::IsUnavailable(calls.status())) GTEST_SKIP() << calls.status();
    ASSERT_TRUE(calls.ok());
    const bool needs_nothing = std::string(info.syscalls) == "setns" || info.name == kConnectFiller;
    EXPECT_EQ(calls->empty(), needs_nothing) << name;
    for (const TracedSyscall& call : *calls) {
      const bool open = call.number == SYS_openat;
      EXPECT_FALSE(open && call.path != "/dev/zero" && call.path != "/dev/null") << call.path;
    }
  }
}

TEST_F(ActionTest, SaysWhatToDoWithoutRights) {
  const auto prepare_as_nobody = [&](absl::string_view name) {
    return InChild([&] {
      constexpr uid_t kNobody = 65534;
      if (geteuid() == 0 && setresuid(kNobody, kNobody, kNobody) != 0) return std::string();
      return FindAction(name)->make()->Prepare(context_).ToString();
    });
  };
  EXPECT_THAT(prepare_as_nobody("ReadSensitiveFileUntrusted"),
              AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("ReadSensitiveFileUntrusted"),
                    HasSubstr("run as root")));
  EXPECT_THAT(prepare_as_nobody("WriteBelowBinaryDir"),
              AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("WriteBelowBinaryDir"),
                    HasSubstr("run as root")));
}

TEST_F(ActionTest, SaysWhatToDoWhenBinIsReadOnly) {
  SKIP_UNLESS_ROOT();
  const std::string error = InChild([&]() -> std::string {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("/bin", "/bin", nullptr, MS_BIND, nullptr) != 0 ||
        mount(nullptr, "/bin", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      return "skip";
    }
    return FindAction("WriteBelowBinaryDir")->make()->Prepare(context_).ToString();
  });
  if (error == "skip") GTEST_SKIP() << "a mount namespace of our own is not allowed here";
  EXPECT_THAT(error, AllOf(HasSubstr("WriteBelowBinaryDir"), HasSubstr("read-only"),
                           HasSubstr("choose other actions")));
}

TEST_F(ActionTest, SaysWhyItCannotRunHere) {
  EXPECT_THAT(WhyNotHere(*FindAction("PacketSocketCreatedInContainer")), HasSubstr("containers"));
  EXPECT_EQ(WhyNotHere(*FindAction("ReadSensitiveFileUntrusted")), "");
  ActionInfo needing = *FindAction("WriteBelowRpmDatabase");
  needing.needs_directory = "/nonexistent";
  EXPECT_EQ(WhyNotHere(needing), "this host has no /nonexistent");
}

TEST_F(ActionTest, SaysThatTheScratchDirectoryIsMissing) {
  context_.scratch_dir = "/nonexistent/scratch";
  const absl::Status status = FindAction("filler")->make()->Prepare(context_);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("filler"), HasSubstr("/nonexistent/scratch")));
}

}  // namespace
}  // namespace bench
