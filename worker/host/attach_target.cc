#include "worker/host/attach_target.h"

#include <algorithm>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

bool Matches(const AttachWish& wish, const RunningFalco& falco) {
  if (wish.pid != 0) return falco.pid == wish.pid;
  if (wish.unit.empty()) return true;
  const absl::string_view unit = absl::StripSuffix(falco.unit, ".service");
  const absl::string_view wished = absl::StripSuffix(wish.unit, ".service");
  // falco.service is the alias of whichever driver's unit is enabled.
  return unit == wished || (wished == "falco" && absl::StartsWith(unit, "falco-"));
}

std::string Wanted(const AttachWish& wish) {
  if (wish.pid != 0) return absl::StrCat("process ", wish.pid, " is no Falco");
  return absl::StrCat("no Falco runs as unit ", wish.unit);
}

bool Succeeds(const RunningFalco& before, const RunningFalco& falco) {
  if (!before.unit.empty()) return falco.unit == before.unit;
  // A new one has an id of its own.
  if (!before.container.empty()) return !falco.container.empty();
  return falco.unit.empty() && falco.container.empty() && falco.command == before.command;
}

std::string HowToBringBack(const RunningFalco& gone) {
  if (!gone.unit.empty()) {
    return absl::StrCat("its unit has not started it again: systemctl start ", gone.unit);
  }
  if (!gone.container.empty()) {
    return "no container with a Falco has come in its place: start it again";
  }
  return absl::StrCat(
      "as it is in no unit and in no container, nobody starts it again: start it "
      "as it was (",
      gone.command, "), or under systemd, then say which with --sensor attach:PID");
}

// Those that no benchmark started.
std::vector<RunningFalco> Theirs(const std::vector<RunningFalco>& running) {
  std::vector<RunningFalco> theirs;
  std::copy_if(running.begin(), running.end(), std::back_inserter(theirs),
               [](const RunningFalco& falco) { return !falco.of_benchmark; });
  return theirs;
}

std::string ListOf(const std::vector<RunningFalco>& running) {
  return absl::StrJoin(running, ", ", [](std::string* out, const RunningFalco& falco) {
    absl::StrAppend(out, NameOf(falco));
  });
}

absl::Status SeveralRun(const std::vector<RunningFalco>& running) {
  return absl::FailedPreconditionError(absl::StrCat(
      "another Falco runs beside the one to attach to, and two disturb each other's figures: ",
      ListOf(running)));
}

}  // namespace

absl::StatusOr<RunningFalco> ChooseRunningFalco(const AttachWish& wish,
                                                const std::vector<RunningFalco>& running) {
  const std::vector<RunningFalco> theirs = Theirs(running);
  if (theirs.empty()) {
    return absl::NotFoundError(
        "no Falco runs on this host to attach to: start it (systemctl start falco), or let it be "
        "started for the measurement with --sensor falco");
  }
  std::vector<RunningFalco> found;
  std::copy_if(theirs.begin(), theirs.end(), std::back_inserter(found),
               [&wish](const RunningFalco& falco) { return Matches(wish, falco); });
  if (found.empty()) {
    return absl::NotFoundError(absl::StrCat(Wanted(wish), "; there runs ", ListOf(theirs)));
  }
  if (found.size() > 1 && wish.pid == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("several Falcos run, and they disturb each other's figures: ", ListOf(found),
                     "; stop all but one, then say which with --sensor attach:PID"));
  }
  if (theirs.size() > 1) return SeveralRun(theirs);
  return found.front();
}

absl::StatusOr<RunningFalco> ChooseSuccessor(const RunningFalco& before,
                                             const std::vector<RunningFalco>& running) {
  const std::vector<RunningFalco> theirs = Theirs(running);
  const auto found =
      std::find_if(theirs.begin(), theirs.end(),
                   [&before](const RunningFalco& falco) { return Succeeds(before, falco); });
  if (found == theirs.end()) {
    return absl::NotFoundError(absl::StrCat(
        "Falco, ", NameOf(before), ", which was attached to, is gone, and ", HowToBringBack(before),
        theirs.empty() ? "" : absl::StrCat("; there runs ", ListOf(theirs))));
  }
  if (theirs.size() > 1) return SeveralRun(theirs);
  return *found;
}

std::string NameOf(const RunningFalco& falco) {
  const std::string where = !falco.unit.empty() ? falco.unit
                            : !falco.container.empty()
                                ? absl::StrCat("container ", falco.container.substr(0, 12))
                                : "";
  return absl::StrCat("process ", falco.pid, where.empty() ? "" : absl::StrCat(" (", where, ")"));
}

}  // namespace bench
