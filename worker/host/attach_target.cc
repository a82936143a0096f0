#include "worker/host/attach_target.h"

#include <algorithm>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

bool Matches(const AttachWish& wish, const RunningFalco& falco) {
  if (wish.pid != 0) return falco.pid == wish.pid;
  if (wish.unit.empty()) return true;
  return absl::StripSuffix(falco.unit, ".service") == absl::StripSuffix(wish.unit, ".service");
}

std::string Wanted(const AttachWish& wish) {
  if (wish.pid != 0) return absl::StrCat("process ", wish.pid, " is no Falco");
  return absl::StrCat("no Falco runs as unit ", wish.unit);
}

std::string ListOf(const std::vector<RunningFalco>& running) {
  return absl::StrJoin(running, ", ", [](std::string* out, const RunningFalco& falco) {
    absl::StrAppend(out, NameOf(falco));
  });
}

}  // namespace

absl::StatusOr<RunningFalco> ChooseRunningFalco(const AttachWish& wish,
                                                const std::vector<RunningFalco>& running) {
  std::vector<RunningFalco> theirs;
  std::copy_if(running.begin(), running.end(), std::back_inserter(theirs),
               [](const RunningFalco& falco) { return !falco.of_benchmark; });
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
  if (theirs.size() > 1) {
    return absl::FailedPreconditionError(absl::StrCat(
        "another Falco runs beside the one to attach to, and two disturb each other's figures: ",
        ListOf(theirs)));
  }
  return found.front();
}

std::string NameOf(const RunningFalco& falco) {
  const std::string where = !falco.unit.empty() ? falco.unit
                            : !falco.container.empty()
                                ? absl::StrCat("container ", falco.container.substr(0, 12))
                                : "";
  return absl::StrCat("process ", falco.pid, where.empty() ? "" : absl::StrCat(" (", where, ")"));
}

}  // namespace bench
