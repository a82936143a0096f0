#include "worker/limits/process_cgroup.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/status_macros.h"
#include "worker/limits/mountinfo.h"

namespace bench {
namespace {

constexpr char kSeeTheHost[] =
    "Run the benchmark on the host, or in a container that sees the host's groups (docker run "
    "--privileged --pid=host --cgroupns=host -v /sys/fs/cgroup:/sys/fs/cgroup; in Kubernetes: "
    "privileged, hostPID and /sys/fs/cgroup as a hostPath)";

// A line of /proc/PID/cgroup: "4:memory:/docker/0123", or "0::/system.slice/x" of v2.
struct Membership {
  bool unified = false;
  std::vector<std::string> controllers;
  std::string path;
};

std::vector<Membership> ParseMemberships(absl::string_view text) {
  std::vector<Membership> all;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    int64_t hierarchy = 0;
    if (fields.size() != 3 || !absl::SimpleAtoi(fields[0], &hierarchy)) continue;
    if (!absl::StartsWith(fields[2], "/")) continue;
    all.push_back({.unified = hierarchy == 0 && fields[1].empty(),
                   .controllers = absl::StrSplit(fields[1], ',', absl::SkipEmpty()),
                   .path = std::string(fields[2])});
  }
  return all;
}

const Membership* FindV1(const std::vector<Membership>& all, absl::string_view controller) {
  auto found = std::find_if(all.begin(), all.end(), [&](const Membership& membership) {
    return absl::c_linear_search(membership.controllers, controller);
  });
  return found == all.end() ? nullptr : &*found;
}

const Membership* FindV2(const std::vector<Membership>& all) {
  auto found = std::find_if(all.begin(), all.end(), [](const Membership& m) { return m.unified; });
  return found == all.end() ? nullptr : &*found;
}

// A path as seen from the root of our cgroup namespace: so many groups up, then down by name. The
// kernel writes it as short as can be: the first name does not lead back towards our root.
struct NamespacedPath {
  size_t ups = 0;
  std::vector<absl::string_view> names;
};

NamespacedPath ParsePath(absl::string_view path) {
  NamespacedPath parsed;
  for (absl::string_view part : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (part == ".." && parsed.names.empty()) {
      ++parsed.ups;
    } else {
      parsed.names.push_back(part);
    }
  }
  return parsed;
}

enum class View {
  kShown,
  kOutside,      // another part of the hierarchy
  kNamesHidden,  // below the mount, but the namespace hides the names between
};

// Whether a mount of `root` shows `path`, and where below the mount point.
std::pair<View, std::string> Look(const NamespacedPath& path, const NamespacedPath& root) {
  if (path.ups < root.ups && root.names.empty()) return {View::kNamesHidden, ""};
  const bool inside = path.ups == root.ups && path.names.size() >= root.names.size() &&
                      std::equal(root.names.begin(), root.names.end(), path.names.begin());
  if (!inside) return {View::kOutside, ""};
  std::string below;
  for (size_t i = root.names.size(); i < path.names.size(); ++i) {
    absl::StrAppend(&below, "/", path.names[i]);
  }
  return {View::kShown, below};
}

// Groups by name that systemd makes for more than one service: a slice is a branch of its tree, the
// others hold a login's shells, a user's services, or an application with all that it starts.
struct SharedName {
  absl::string_view begin;
  absl::string_view end;
};
constexpr SharedName kSharedNames[] = {
    {"", ".slice"},     {"session-", ".scope"},   {"user@", ".service"},
    {"init", ".scope"}, {"vte-spawn-", ".scope"}, {"app-", ".scope"},
};

bool IsShared(absl::string_view name) {
  return std::any_of(
      std::begin(kSharedNames), std::end(kSharedNames), [name](const SharedName& shared) {
        return absl::StartsWith(name, shared.begin) && absl::EndsWith(name, shared.end);
      });
}

// How to get a group of its own for a service that systemd keeps in one with others, as it does on
// v1 for each controller that no setting of the unit needs.
std::string OwnGroupHint(const std::vector<Membership>& all) {
  for (const Membership& membership : all) {
    if (!membership.unified && !absl::c_linear_search(membership.controllers, "name=systemd"))
      continue;
    const absl::string_view name =
        absl::string_view(membership.path).substr(membership.path.rfind('/') + 1);
    if (!absl::EndsWith(name, ".service") || IsShared(name)) continue;
    return absl::StrCat("systemctl set-property --runtime ", name,
                        " CPUAccounting=yes MemoryAccounting=yes, then restart it");
  }
  return "start Falco under systemd (systemctl start falco, or systemd-run falco …) or in a "
         "container, or let the benchmark start it (--sensor falco)";
}

absl::StatusOr<std::string> MapOne(const Membership& membership, absl::string_view controller,
                                   const std::vector<Membership>& all,
                                   const std::vector<MountEntry>& mounts) {
  constexpr absl::string_view kDeleted = " (deleted)";
  const std::string what =
      absl::StrCat("its control group", controller.empty() ? "" : absl::StrCat(" of ", controller),
                   ", ", membership.path, ",");
  if (absl::EndsWith(membership.path, kDeleted)) {
    return absl::NotFoundError(
        absl::StrCat(what,
                     " has been removed: the process is about to end, or a restarted one "
                     "has taken its place. Look for it again"));
  }
  const NamespacedPath path = ParsePath(membership.path);
  if (path.names.empty()) {
    // The root of the hierarchy, or that of our namespace or one above, which holds ourselves.
    return absl::FailedPreconditionError(
        absl::StrCat(what,
                     " is a root: a limit there would hold everything on this host or in this "
                     "container, the benchmark's own load too. To mend it: ",
                     OwnGroupHint(all)));
  }
  if (IsShared(path.names.back())) {
    return absl::FailedPreconditionError(
        absl::StrCat(what,
                     " holds whole services or sessions: a limit there would hold all of them, not "
                     "Falco alone. To mend it: ",
                     OwnGroupHint(all)));
  }

  std::vector<std::string> seen;
  bool names_hidden = false;
  std::optional<std::string> read_only;
  for (const MountEntry& mount : mounts) {
    const bool of_hierarchy =
        membership.unified
            ? mount.type == "cgroup2"
            : mount.type == "cgroup" && absl::c_linear_search(mount.super_options, controller);
    if (!of_hierarchy) continue;
    auto [view, below] = Look(path, ParsePath(mount.root));
    if (view == View::kShown && !mount.read_only) return mount.point + below;
    if (view == View::kShown && !read_only) read_only = mount.point + below;
    names_hidden = names_hidden || view == View::kNamesHidden;
    seen.push_back(absl::StrCat(mount.point, " shows ", mount.root));
  }
  // A write will say that it is read-only, and what to do.
  if (read_only) return *read_only;
  if (seen.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(what, " can't be reached: its hierarchy is not mounted here. ", kSeeTheHost));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      what,
      names_hidden ? " can't be found: our cgroup namespace hides the names of the groups above"
                   : " is not among those that are mounted here",
      " (", absl::StrJoin(seen, "; "), "). ", kSeeTheHost));
}

// The id in the name of a container's group, "docker-ID.scope", "cri-containerd-ID.scope",
// "libpod-ID.scope" or the bare id; "" if it is none's. Ids are hexadecimal and long: a session's
// scope may end in a UUID, whose last part has 12 digits.
absl::string_view ContainerIdIn(absl::string_view name) {
  constexpr size_t kFewestDigits = 16;
  absl::ConsumeSuffix(&name, ".scope");
  const absl::string_view id = name.substr(name.rfind('-') + 1);
  const bool is_id =
      id.size() >= kFewestDigits && std::all_of(id.begin(), id.end(), absl::ascii_isxdigit);
  return is_id ? id : absl::string_view();
}

}  // namespace

absl::StatusOr<CgroupDirectories> MapProcessCgroup(absl::string_view cgroup,
                                                   absl::string_view mountinfo) {
  const std::vector<Membership> all = ParseMemberships(cgroup);
  const std::vector<MountEntry> mounts = ParseMountInfo(mountinfo);
  if (all.empty()) {
    return absl::NotFoundError("the kernel names no control group of it: the process has ended");
  }

  CgroupDirectories v1 = {.version = 1};
  std::vector<std::string> on_v1;
  std::vector<std::string> not_on_v1;
  for (auto [controller, place] : {std::pair<const char*, std::string*>{"cpu", &v1.cpu},
                                   {"cpuacct", &v1.cpuacct},
                                   {"memory", &v1.memory}}) {
    const Membership* membership = FindV1(all, controller);
    if (membership == nullptr) {
      not_on_v1.push_back(controller);
      continue;
    }
    on_v1.push_back(controller);
    BENCH_ASSIGN_OR_RETURN(*place, MapOne(*membership, controller, all, mounts));
  }
  if (not_on_v1.empty()) return v1;

  const Membership* unified = FindV2(all);
  if (!on_v1.empty() || unified == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "limits need cpu, cpuacct and memory in cgroup v1, or cpu and memory in cgroup v2: here v1 "
        "has ",
        on_v1.empty() ? "none" : absl::StrJoin(on_v1, ", "), " and lacks ",
        absl::StrJoin(not_on_v1, ", "),
        ". Boot with systemd.unified_cgroup_hierarchy=1, or mount the missing ones"));
  }
  CgroupDirectories v2 = {.version = 2};
  BENCH_ASSIGN_OR_RETURN(v2.unified, MapOne(*unified, "", all, mounts));
  return v2;
}

std::string DescribeGroup(absl::string_view directory) {
  constexpr size_t kShownOfId = 12;
  const absl::string_view name = directory.substr(directory.rfind('/') + 1);
  // kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podUID.slice, or with the cgroupfs
  // driver /kubepods/burstable/podUID.
  if (absl::StrContains(directory, "kubepods")) {
    if (absl::StrContains(name, "-pod") || absl::StartsWith(name, "pod")) return "the pod";
    if (absl::StartsWith(name, "kubepods") || name == "burstable" || name == "besteffort") {
      return absl::StrCat("Kubernetes' group ", name);
    }
  }
  if (const absl::string_view id = ContainerIdIn(name); !id.empty()) {
    return absl::StrCat("the container ", id.substr(0, kShownOfId));
  }
  if (absl::EndsWith(name, ".service") || absl::EndsWith(name, ".scope")) {
    return absl::StrCat("the unit ", name);
  }
  if (absl::EndsWith(name, ".slice")) return absl::StrCat("the slice ", name);
  return absl::StrCat("the control group ", name);
}

GroupOwner OwnerOfGroups(absl::string_view cgroup) {
  GroupOwner owner;
  for (const Membership& membership : ParseMemberships(cgroup)) {
    for (absl::string_view name : absl::StrSplit(membership.path, '/', absl::SkipEmpty())) {
      if (absl::StartsWith(name, kCgroupPrefix)) owner.of_benchmark = true;
      // The innermost: a user's own manager, or a session's scope, is nobody who could be told.
      if (absl::EndsWith(name, ".service")) {
        owner.unit = absl::StartsWith(name, "user@") ? "" : std::string(name);
      } else if (absl::EndsWith(name, ".scope")) {
        owner.unit.clear();
      }
      const absl::string_view id = ContainerIdIn(name);
      if (!id.empty()) owner.container = std::string(id);
    }
  }
  // The unit above a container is the container engine's.
  if (!owner.container.empty()) owner.unit.clear();
  return owner;
}

}  // namespace bench
