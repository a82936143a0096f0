// Events as the kernel side would send them.
#pragma once

#include <initializer_list>
#include <string>

#include "worker/sensor/events/event_type.h"
#include "worker/sensor/state/interpreter.h"

namespace bench::sensor {

struct MadeEvent {
  bench_event event = {};
  std::string data;
};

inline MadeEvent MakeEvent(EventType type, pid_t pid, std::initializer_list<int32_t> args,
                           int64_t ret, std::string data = "") {
  MadeEvent made;
  made.event.type = static_cast<uint16_t>(type);
  made.event.pid = static_cast<uint32_t>(pid);
  made.event.tid = static_cast<uint32_t>(pid);
  made.event.ret = ret;
  int i = 0;
  for (int32_t arg : args) made.event.args[i++] = arg;
  made.data = std::move(data);
  made.event.data_bytes = static_cast<uint16_t>(made.data.size());
  return made;
}

inline std::string Nul(const std::string& text) {
  return text + '\0';
}

// An exec of `file` by `pid` whose name (comm) becomes `name`; `args` each with a NUL.
inline MadeEvent MakeExec(pid_t pid, pid_t parent, const std::string& name, const std::string& file,
                          const std::string& args) {
  std::string data = name;
  data.resize(BENCH_COMM_BYTES);
  data += Nul(file);
  data += args;
  return MakeEvent(
      EventType::kExec, pid,
      {parent, static_cast<int32_t>(file.size() + 1), static_cast<int32_t>(args.size()), pid}, 0,
      data);
}

inline MadeEvent MakeFork(pid_t parent, pid_t child, int32_t shares = 0) {
  return MakeEvent(EventType::kFork, parent, {child, child, shares, parent}, 0);
}

inline EventContext Interpreted(Interpreter& interpreter, const MadeEvent& made) {
  EventContext context;
  interpreter.Interpret(made.event, made.data, context);
  return context;
}

}  // namespace bench::sensor
