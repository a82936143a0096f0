// The processes and threads that events come from. Entries are made at first sight (from the
// ProcSource), follow fork, exec and exit, and are swept now and then, since exits can be lost in
// an overloaded ring buffer.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "worker/sensor/state/fd_table.h"
#include "worker/sensor/state/proc_source.h"

namespace bench::sensor {

// The part of a process that clone can share with another.
struct FsState {
  std::string cwd = "/";
};

struct Process {
  pid_t pid = 0;
  pid_t parent_pid = 0;
  std::string name;  // of its main thread (comm)
  std::string exe_path;
  std::vector<std::string> args;  // with argv[0]
  uint32_t uid = 0;
  uint32_t login_uid = UINT32_MAX;
  int tty = 0;
  std::string container_id = "host";
  std::shared_ptr<FsState> fs;
  std::shared_ptr<FdTable> fds;
  int threads = 0;  // entries of the table that belong to it
};

struct Thread {
  pid_t tid = 0;
  std::string name;  // comm
  std::shared_ptr<Process> process;
  bool missing = false;  // a sweep didn't find it alive
};

struct ForkInfo {
  pid_t child_tid = 0;
  pid_t child_pid = 0;
  pid_t parent_pid = 0;  // of the child: not the caller with CLONE_PARENT
  bool shares_files = false;
  bool shares_fs = false;
};

struct ExecInfo {
  std::string name;
  std::string file;  // as it was given to the kernel
  std::vector<std::string> args;
  pid_t parent_pid = 0;
  uint32_t uid = 0;
};

// Not thread-safe. `source` must outlive it.
class ThreadTable {
 public:
  explicit ThreadTable(ProcSource* source) : source_(source) {}

  // Never null: what can't be found any more gets an entry without a name.
  std::shared_ptr<Thread> Get(pid_t tid, pid_t pid);
  // nullptr: unknown and gone.
  std::shared_ptr<Process> FindProcess(pid_t pid);
  // The parent of `process`, which is asked for anew where the one we knew is gone (the kernel
  // gives orphans to init or to a subreaper); nullptr: it has none, or it can't be told.
  std::shared_ptr<Process> ParentOf(Process& process);

  void OnFork(const Thread& parent, const ForkInfo& fork);
  // `tid` takes over its process, all other threads of which are gone.
  void OnExec(pid_t tid, pid_t pid, ExecInfo exec);
  // Removes the thread, and its process with the last one. Who holds them keeps them until then.
  void OnExit(pid_t tid, bool last_of_process);
  void SetName(Thread& thread, absl::string_view name);

  // Looks at up to `budget` entries and removes threads that are found dead a second time: events
  // of one that died just now may still be queued. Call it again and again; each call goes on where
  // the last one ended. Returns whether it has been through all of them.
  bool Sweep(size_t budget);

  size_t thread_count() const { return threads_.size(); }
  size_t process_count() const { return processes_.size(); }
  const FdTotals& fd_totals() const { return *fd_totals_; }

 private:
  std::shared_ptr<Process> ReadProcess(pid_t pid);
  std::shared_ptr<Process> NewProcess(pid_t pid);
  void RemoveThread(pid_t tid);

  ProcSource* source_;
  std::shared_ptr<FdTotals> fd_totals_ = std::make_shared<FdTotals>();
  absl::flat_hash_map<pid_t, std::shared_ptr<Thread>> threads_;
  absl::flat_hash_map<pid_t, std::shared_ptr<Process>> processes_;
  std::vector<pid_t> to_sweep_;
};

}  // namespace bench::sensor
