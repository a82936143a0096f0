#include "worker/sensor/rules/field.h"

#include <fcntl.h>

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/sensor/rules/field_text.h"
#include "worker/sensor/state/path.h"

namespace bench::sensor {
namespace {

constexpr int kMaxAncestors = 8;

struct FieldInfo {
  Field field;
  const char* name;
  FieldKind kind;
};

// In the order of the enum.
constexpr FieldInfo kFields[] = {
    {Field::kEvtType, "evt.type", FieldKind::kText},
    {Field::kEvtTime, "evt.time", FieldKind::kNumber},
    {Field::kEvtRes, "evt.res", FieldKind::kText},
    {Field::kEvtRawRes, "evt.rawres", FieldKind::kNumber},
    {Field::kEvtFlags, "evt.arg.flags", FieldKind::kText},
    {Field::kEvtName, "evt.arg.name", FieldKind::kText},
    {Field::kEvtMode, "evt.arg.mode", FieldKind::kText},
    {Field::kEvtIsOpenRead, "evt.is_open_read", FieldKind::kBool},
    {Field::kEvtIsOpenWrite, "evt.is_open_write", FieldKind::kBool},
    {Field::kEvtIsOpenCreate, "evt.is_open_create", FieldKind::kBool},
    {Field::kFdName, "fd.name", FieldKind::kText},
    {Field::kFdDirectory, "fd.directory", FieldKind::kText},
    {Field::kFdFileName, "fd.filename", FieldKind::kText},
    {Field::kFdNum, "fd.num", FieldKind::kNumber},
    {Field::kFdTypeChar, "fd.typechar", FieldKind::kText},
    {Field::kFdIp, "fd.sip", FieldKind::kText},
    {Field::kFdPort, "fd.sport", FieldKind::kNumber},
    {Field::kFsPath, "fs.path.name", FieldKind::kText},
    {Field::kFsTarget, "fs.path.target", FieldKind::kText},
    {Field::kProcName, "proc.name", FieldKind::kText},
    {Field::kProcParentName, "proc.pname", FieldKind::kText},
    {Field::kProcCmdline, "proc.cmdline", FieldKind::kText},
    {Field::kProcParentCmdline, "proc.pcmdline", FieldKind::kText},
    {Field::kProcArgs, "proc.args", FieldKind::kText},
    {Field::kProcExe, "proc.exe", FieldKind::kText},
    {Field::kProcExePath, "proc.exepath", FieldKind::kText},
    {Field::kProcCwd, "proc.cwd", FieldKind::kText},
    {Field::kProcAncestorName, "proc.aname", FieldKind::kText},
    {Field::kProcPid, "proc.pid", FieldKind::kNumber},
    {Field::kProcParentPid, "proc.ppid", FieldKind::kNumber},
    {Field::kProcTty, "proc.tty", FieldKind::kNumber},
    {Field::kThreadTid, "thread.tid", FieldKind::kNumber},
    {Field::kUserUid, "user.uid", FieldKind::kNumber},
    {Field::kUserName, "user.name", FieldKind::kText},
    {Field::kUserLoginUid, "user.loginuid", FieldKind::kNumber},
    {Field::kContainerId, "container.id", FieldKind::kText},
};

FieldValue Text(absl::string_view text) {
  if (text.empty()) return std::monostate();
  return std::string(text);
}

FieldValue Number(int64_t number) {
  return number;
}

bool IsOpen(const EventContext& event) {
  return event.type >= EventType::kOpen && event.type <= EventType::kOpenByHandleAt;
}

FieldValue OpenedFor(const EventContext& event, bool read) {
  if (!IsOpen(event) || event.ret < 0) return Number(0);
  const uint32_t access = event.open_flags & O_ACCMODE;
  return Number(access == O_RDWR || access == (read ? O_RDONLY : O_WRONLY));
}

std::shared_ptr<Process> ParentOf(Process& process, const EventContext& event) {
  return event.threads == nullptr ? nullptr : event.threads->ParentOf(process);
}

// nullptr: there is none, or it isn't known.
std::shared_ptr<Process> Ancestor(const EventContext& event, int generations) {
  std::shared_ptr<Process> process = event.thread->process;
  for (; process != nullptr && generations > 0; --generations) process = ParentOf(*process, event);
  return process;
}

FieldValue UserName(const EventContext& event) {
  if (event.user_names == nullptr) return std::monostate();
  auto name = event.user_names->find(event.uid);
  return name == event.user_names->end() ? FieldValue() : Text(name->second);
}

FieldValue ExtractFd(Field field, const EventContext& event) {
  switch (field) {
    case Field::kFdName:
      return Text(event.fd_name);
    case Field::kFdDirectory:
      return Text(DirectoryOf(event.fd_name));
    case Field::kFdFileName:
      return Text(FileNameOf(event.fd_name));
    case Field::kFdNum:
      return Number(event.fd);
    case Field::kFdTypeChar:
      return std::string(1, static_cast<char>(event.fd_kind));
    case Field::kFdIp:
      return Text(event.peer_address);
    default:
      return event.peer_port > 0 ? Number(event.peer_port) : FieldValue();
  }
}

FieldValue ExtractProcess(const FieldRef& ref, const EventContext& event) {
  Process& process = *event.thread->process;
  switch (ref.field) {
    case Field::kProcName:
      return Text(event.thread->name);
    case Field::kProcParentName: {
      std::shared_ptr<Process> parent = ParentOf(process, event);
      return parent == nullptr ? FieldValue() : Text(parent->name);
    }
    case Field::kProcCmdline:
      return Text(CommandLine(event.thread->name, process.args));
    case Field::kProcParentCmdline: {
      std::shared_ptr<Process> parent = ParentOf(process, event);
      return parent == nullptr ? FieldValue() : Text(CommandLine(parent->name, parent->args));
    }
    case Field::kProcArgs:
      return Text(CommandLine("", process.args));
    case Field::kProcExe:
      return process.args.empty() ? FieldValue() : Text(process.args[0]);
    case Field::kProcExePath:
      return Text(process.exe_path);
    case Field::kProcCwd:
      return Text(process.fs->cwd);
    case Field::kProcAncestorName: {
      std::shared_ptr<Process> ancestor = Ancestor(event, ref.index);
      return ancestor == nullptr ? FieldValue() : Text(ancestor->name);
    }
    case Field::kProcPid:
      return Number(process.pid);
    case Field::kProcParentPid:
      return Number(process.parent_pid);
    case Field::kProcTty:
      return Number(process.tty);
    default:
      return Number(event.thread->tid);
  }
}

}  // namespace

std::string FieldRef::ToString() const {
  const char* name = kFields[static_cast<size_t>(field)].name;
  return index == 0 ? name : absl::StrCat(name, "[", index, "]");
}

std::optional<FieldRef> ParseField(absl::string_view text) {
  FieldRef ref;
  if (size_t bracket = text.find('['); bracket != absl::string_view::npos) {
    absl::string_view index = text.substr(bracket + 1);
    if (index.empty() || index.back() != ']') return std::nullopt;
    index.remove_suffix(1);
    if (!absl::SimpleAtoi(index, &ref.index) || ref.index < 1 || ref.index > kMaxAncestors) {
      return std::nullopt;
    }
    text = text.substr(0, bracket);
  }
  for (const FieldInfo& info : kFields) {
    if (text != info.name) continue;
    if (ref.index != 0 && info.field != Field::kProcAncestorName) return std::nullopt;
    ref.field = info.field;
    return ref;
  }
  return std::nullopt;
}

FieldKind KindOf(Field field) {
  return kFields[static_cast<size_t>(field)].kind;
}

FieldValue Extract(const FieldRef& ref, const EventContext& event) {
  switch (ref.field) {
    case Field::kEvtType:
      return std::string(EventTypeName(event.type));
    case Field::kEvtTime:
      return Number(event.time_ns);
    case Field::kEvtRes:
      return ResultText(event.ret);
    case Field::kEvtRawRes:
      return Number(event.ret);
    case Field::kEvtFlags:
      return IsOpen(event) ? FieldValue(OpenFlagsText(event.open_flags)) : FieldValue();
    case Field::kEvtName:
      return Text(event.raw_path);
    case Field::kEvtMode:
      return ModeText(event.mode);
    case Field::kEvtIsOpenRead:
      return OpenedFor(event, /*read=*/true);
    case Field::kEvtIsOpenWrite:
      return OpenedFor(event, /*read=*/false);
    case Field::kEvtIsOpenCreate:
      return Number(IsOpen(event) && event.ret >= 0 && (event.open_flags & O_CREAT) != 0);
    case Field::kFsPath:
      return Text(event.path);
    case Field::kFsTarget:
      return Text(event.second_path);
    case Field::kUserUid:
      return Number(event.uid);
    case Field::kUserName:
      return UserName(event);
    case Field::kUserLoginUid:
      return Number(static_cast<int32_t>(event.thread->process->login_uid));
    case Field::kContainerId:
      return Text(event.thread->process->container_id);
    case Field::kFdName:
    case Field::kFdDirectory:
    case Field::kFdFileName:
    case Field::kFdNum:
    case Field::kFdTypeChar:
    case Field::kFdIp:
    case Field::kFdPort:
      return ExtractFd(ref.field, event);
    default:
      return ExtractProcess(ref, event);
  }
}

std::vector<std::string> AncestorNames(const EventContext& event) {
  std::vector<std::string> names;
  std::shared_ptr<Process> process = ParentOf(*event.thread->process, event);
  for (int i = 0; process != nullptr && i < kMaxAncestors; ++i) {
    names.push_back(process->name);
    process = ParentOf(*process, event);
  }
  return names;
}

}  // namespace bench::sensor
