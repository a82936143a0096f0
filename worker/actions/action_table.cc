#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "worker/actions/action.h"
#include "worker/actions/action_makers.h"
#include "worker/actions/open_action.h"

namespace bench {
namespace {

// A file for each, so that no two actions of a mix share one. An existing file of ours is opened
// for writing again and again: the rules fire on the open, while new names for each turn would make
// the directory, and so the load, slower by the minute.
constexpr OpenSpec kReadSensitiveFileUntrusted = {.action = "ReadSensitiveFileUntrusted",
                                                  .existing = "/etc/shadow",
                                                  .directory = nullptr,
                                                  .suffix = "",
                                                  .flags = O_RDONLY};
constexpr OpenSpec kWriteBelowBinaryDir = {.action = "WriteBelowBinaryDir",
                                           .existing = nullptr,
                                           .directory = "/bin",
                                           .suffix = "",
                                           .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kAddingSshKeysToAuthorizedKeys = {.action = "AddingSshKeysToAuthorizedKeys",
                                                     .existing = nullptr,
                                                     .directory = "/home",
                                                     .suffix = "-writer/.ssh/authorized_keys",
                                                     .flags = O_WRONLY | O_APPEND};
constexpr OpenSpec kClearLogActivities = {.action = "ClearLogActivities",
                                          .existing = nullptr,
                                          .directory = "/var/log",
                                          .suffix = "",
                                          .flags = O_WRONLY | O_TRUNC};
constexpr OpenSpec kCreateFilesBelowDev = {.action = "CreateFilesBelowDev",
                                           .existing = nullptr,
                                           .directory = "/dev",
                                           .suffix = "",
                                           .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kCreateHiddenFilesOrDirectories = {.action = "CreateHiddenFilesOrDirectories",
                                                      .existing = nullptr,
                                                      .directory = nullptr,
                                                      .suffix = "-home/.hidden",
                                                      .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kDeleteOrRenameShellHistory = {.action = "DeleteOrRenameShellHistory",
                                                  .existing = nullptr,
                                                  .directory = nullptr,
                                                  .suffix = "_bash_history",
                                                  .flags = O_WRONLY | O_TRUNC};
constexpr OpenSpec kDirectoryTraversalMonitoredFileRead = {
    .action = "DirectoryTraversalMonitoredFileRead",
    .existing = "/etc/../etc/../etc/passwd",
    .directory = nullptr,
    .suffix = "",
    .flags = O_RDONLY};
constexpr OpenSpec kModifyShellConfigurationFile = {.action = "ModifyShellConfigurationFile",
                                                    .existing = nullptr,
                                                    .directory = nullptr,
                                                    .suffix = "-modified/.bashrc",
                                                    .flags = O_WRONLY};
constexpr OpenSpec kReadShellConfigurationFile = {.action = "ReadShellConfigurationFile",
                                                  .existing = nullptr,
                                                  .directory = nullptr,
                                                  .suffix = "-read/.bashrc",
                                                  .flags = O_RDONLY};
constexpr OpenSpec kReadSshInformation = {.action = "ReadSshInformation",
                                          .existing = nullptr,
                                          .directory = "/home",
                                          .suffix = "-reader/.ssh/id_ours",
                                          .flags = O_RDONLY};
constexpr OpenSpec kWriteBelowEtc = {.action = "WriteBelowEtc",
                                     .existing = nullptr,
                                     .directory = "/etc",
                                     .suffix = "",
                                     .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kWriteBelowMonitoredDir = {.action = "WriteBelowMonitoredDir",
                                              .existing = nullptr,
                                              .directory = "/usr/local/lib",
                                              .suffix = "",
                                              .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kWriteBelowRoot = {.action = "WriteBelowRoot",
                                      .existing = nullptr,
                                      .directory = "/root",
                                      .suffix = "",
                                      .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kWriteBelowRpmDatabase = {.action = "WriteBelowRpmDatabase",
                                             .existing = nullptr,
                                             .directory = "/var/lib/rpm",
                                             .suffix = "",
                                             .flags = O_WRONLY | O_CREAT};
constexpr OpenSpec kFiller = {.action = "filler",
                              .existing = nullptr,
                              .directory = nullptr,
                              .suffix = "-filler",
                              .flags = O_RDONLY};

}  // namespace

// In the order of the published recipe, the others by name, the filler last.
const std::vector<ActionInfo>& AllActions() {
  static const auto& actions = *new std::vector<ActionInfo>{
      {.name = "ChangeThreadNamespace",
       .description = "tries to enter another namespace (the call fails; the attempt matches)",
       .rule = "Change thread namespace",
       .rule_set = "incubating",
       .syscalls = "setns",
       .syscalls_per_action = 1,
       .enabled_by_default = false,
       .make = MakeChangeThreadNamespace},
      {.name = "ReadSensitiveFileUntrusted",
       .description = "opens /etc/shadow for reading",
       .rule = "Read sensitive file untrusted",
       .rule_set = "stable",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = true,
       .make = MakeOpenActionOf<kReadSensitiveFileUntrusted>},
      {.name = "WriteBelowBinaryDir",
       .description = "opens a marker file of ours in /bin for writing",
       .rule = "Write below binary dir",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kWriteBelowBinaryDir>},
      {.name = "AddingSshKeysToAuthorizedKeys",
       .description = "opens an authorized_keys of ours in /home for writing",
       .rule = "Adding ssh keys to authorized_keys",
       .rule_set = "incubating",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .needs_directory = "/home",
       .make = MakeOpenActionOf<kAddingSshKeysToAuthorizedKeys>},
      {.name = "ClearLogActivities",
       .description = "truncates a marker file of ours in /var/log",
       .rule = "Clear Log Activities",
       .rule_set = "stable",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = true,
       .needs_directory = "/var/log",
       .make = MakeOpenActionOf<kClearLogActivities>},
      {.name = "ContainerDriftDetectedChmod",
       .description = "makes a file executable",
       .rule = "Container Drift Detected (chmod)",
       .rule_set = "sandbox",
       .syscalls = "fchmodat",
       .syscalls_per_action = 1,
       .enabled_by_default = false,
       .container_only = true},
      {.name = "ContainerDriftDetectedOpenCreate",
       .description = "creates an executable file",
       .rule = "Container Drift Detected (open+create)",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .container_only = true},
      {.name = "CreateFilesBelowDev",
       .description = "opens a marker file of ours in /dev for writing",
       .rule = "Create files below dev",
       .rule_set = "incubating",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kCreateFilesBelowDev>},
      {.name = "CreateHiddenFilesOrDirectories",
       .description = "opens a hidden scratch file for writing",
       .rule = "Create Hidden Files or Directories",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kCreateHiddenFilesOrDirectories>},
      {.name = "DeleteOrRenameShellHistory",
       .description = "truncates a shell history of ours",
       .rule = "Delete or rename shell history",
       .rule_set = "incubating",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kDeleteOrRenameShellHistory>},
      {.name = "DirectoryTraversalMonitoredFileRead",
       .description = "opens /etc/passwd by a path with ../ in it",
       .rule = "Directory traversal monitored file read",
       .rule_set = "stable",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = true,
       .make = MakeOpenActionOf<kDirectoryTraversalMonitoredFileRead>},
      {.name = "MkdirBinaryDirs",
       .description = "tries to make a directory in /bin (the name is taken; the attempt matches)",
       .rule = "Mkdir binary dirs",
       .rule_set = "sandbox",
       .syscalls = "mkdirat",
       .syscalls_per_action = 1,
       .enabled_by_default = false,
       .make = MakeMkdirBinaryDirs},
      {.name = "ModifyBinaryDirs",
       .description = "renames a marker file of ours in /bin to its own name",
       .rule = "Modify binary dirs",
       .rule_set = "sandbox",
       .syscalls = "renameat",
       .syscalls_per_action = 1,
       .enabled_by_default = false,
       .make = MakeModifyBinaryDirs},
      {.name = "ModifyContainerEntrypoint",
       .description = "opens its own program for writing",
       .rule = "Modify Container Entrypoint",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .container_only = true},
      {.name = "ModifyShellConfigurationFile",
       .description = "opens a .bashrc of ours for writing",
       .rule = "Modify Shell Configuration File",
       .rule_set = "incubating",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kModifyShellConfigurationFile>},
      {.name = "PacketSocketCreatedInContainer",
       .description = "makes a packet socket",
       .rule = "Packet socket created in container",
       .rule_set = "stable",
       .syscalls = "socket, close",
       .syscalls_per_action = 2,
       .enabled_by_default = true,
       .container_only = true},
      {.name = "ReadShellConfigurationFile",
       .description = "opens a .bashrc of ours for reading",
       .rule = "Read Shell Configuration File",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kReadShellConfigurationFile>},
      {.name = "ReadSshInformation",
       .description = "opens an SSH key of ours in /home for reading",
       .rule = "Read ssh information",
       .rule_set = "incubating",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .needs_directory = "/home",
       .make = MakeOpenActionOf<kReadSshInformation>},
      {.name = "WriteBelowEtc",
       .description = "opens a marker file of ours in /etc for writing",
       .rule = "Write below etc",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kWriteBelowEtc>},
      {.name = "WriteBelowMonitoredDir",
       .description = "opens a marker file of ours in /usr/local/lib for writing",
       .rule = "Write below monitored dir",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .needs_directory = "/usr/local/lib",
       .make = MakeOpenActionOf<kWriteBelowMonitoredDir>},
      {.name = "WriteBelowRoot",
       .description = "opens a marker file of ours in /root for writing",
       .rule = "Write below root",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .needs_directory = "/root",
       .make = MakeOpenActionOf<kWriteBelowRoot>},
      {.name = "WriteBelowRpmDatabase",
       .description = "opens a marker file of ours in /var/lib/rpm for writing",
       .rule = "Write below rpm database",
       .rule_set = "sandbox",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .needs_directory = "/var/lib/rpm",
       .make = MakeOpenActionOf<kWriteBelowRpmDatabase>},
      {.name = "filler",
       .description = "opens an ordinary file of ours for reading: events without an alert",
       .rule = "",
       .rule_set = "",
       .syscalls = "openat, close",
       .syscalls_per_action = 2,
       .enabled_by_default = false,
       .make = MakeOpenActionOf<kFiller>},
  };
  return actions;
}

std::string WhyNotHere(const ActionInfo& action) {
  if (action.container_only) return "its rule matches in containers only";
  const char* directory = action.needs_directory;
  if (*directory != '\0' && access(directory, F_OK) != 0) {
    return absl::StrCat("this host has no ", directory);
  }
  return "";
}

const ActionInfo* FindAction(absl::string_view name) {
  for (const ActionInfo& action : AllActions()) {
    if (absl::EqualsIgnoreCase(action.name, name)) return &action;
  }
  return nullptr;
}

bool IsFiller(const ActionInfo& action) {
  return action.name == kFillerAction;
}

}  // namespace bench
