// What a rule's condition or output can ask of an event, by Falco's field names. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/sensor/state/event_context.h"

namespace bench::sensor {

enum class Field : uint8_t {
  kEvtType,
  kEvtTime,
  kEvtRes,
  kEvtRawRes,
  kEvtFlags,
  kEvtName,
  kEvtMode,
  kEvtIsOpenRead,
  kEvtIsOpenWrite,
  kEvtIsOpenCreate,
  kFdName,
  kFdDirectory,
  kFdFileName,
  kFdNum,
  kFdTypeChar,
  kFdIp,
  kFdPort,
  kFsPath,
  kFsTarget,
  kProcName,
  kProcParentName,
  kProcCmdline,
  kProcParentCmdline,
  kProcArgs,
  kProcExe,
  kProcExePath,
  kProcCwd,
  kProcAncestorName,
  kProcPid,
  kProcParentPid,
  kProcTty,
  kThreadTid,
  kUserUid,
  kUserName,
  kUserLoginUid,
  kContainerId,
};

// monostate: the event has no such thing; a comparison with it is false. Booleans are 0 and 1.
using FieldValue = std::variant<std::monostate, int64_t, std::string>;

// "proc.aname[2]" is the ancestor's name two generations up; "proc.aname" without an index stands
// for any of them.
struct FieldRef {
  Field field = Field::kEvtType;
  int index = 0;  // 0 = none given

  // As it was written, for the keys of an alert.
  std::string ToString() const;
};

enum class FieldKind : uint8_t { kText, kNumber, kBool };

// nullopt: no such field.
std::optional<FieldRef> ParseField(absl::string_view text);
FieldKind KindOf(Field field);

FieldValue Extract(const FieldRef& ref, const EventContext& event);
// Of the process's ancestors from its parent upwards, at most eight.
std::vector<std::string> AncestorNames(const EventContext& event);

}  // namespace bench::sensor
