#include "worker/sensor/state/thread_table.h"

#include <optional>
#include <utility>

#include "worker/sensor/state/path.h"

namespace bench::sensor {

std::shared_ptr<Process> ThreadTable::NewProcess(pid_t pid) {
  auto process = std::make_shared<Process>();
  process->pid = pid;
  process->fs = std::make_shared<FsState>();
  process->fds = std::make_shared<FdTable>(fd_totals_);
  processes_.insert_or_assign(pid, process);
  return process;
}

std::shared_ptr<Process> ThreadTable::ReadProcess(pid_t pid) {
  std::optional<ProcessFacts> facts = source_->ReadProcess(pid);
  if (!facts.has_value()) return nullptr;
  std::shared_ptr<Process> process = NewProcess(pid);
  process->parent_pid = facts->parent_pid;
  process->name = std::move(facts->name);
  process->exe_path = std::move(facts->exe_path);
  process->args = std::move(facts->args);
  process->uid = facts->uid;
  process->login_uid = facts->login_uid;
  process->tty = facts->tty;
  process->container_id = std::move(facts->container_id);
  process->fs->cwd = std::move(facts->cwd);
  for (auto& [fd, info] : facts->fds) process->fds->Open(fd, std::move(info));
  return process;
}

std::shared_ptr<Process> ThreadTable::FindProcess(pid_t pid) {
  if (pid <= 0) return nullptr;
  auto entry = processes_.find(pid);
  if (entry != processes_.end()) return entry->second;
  std::shared_ptr<Process> process = ReadProcess(pid);
  // An ancestor need not make an event of its own; as a thread it is found by the sweep.
  if (process != nullptr) {
    auto thread = std::make_shared<Thread>(Thread{pid, process->name, process});
    if (threads_.insert_or_assign(pid, std::move(thread)).second) ++process->threads;
  }
  return process;
}

std::shared_ptr<Process> ThreadTable::ParentOf(Process& process) {
  std::shared_ptr<Process> parent = FindProcess(process.parent_pid);
  if (parent != nullptr || process.parent_pid <= 0) return parent;
  std::optional<ProcessFacts> facts = source_->ReadProcess(process.pid);
  const pid_t now = facts.has_value() ? facts->parent_pid : 0;
  // 0 once it can't be found: not to be asked for again with each event.
  process.parent_pid = now == process.parent_pid ? 0 : now;
  return FindProcess(process.parent_pid);
}

std::shared_ptr<Thread> ThreadTable::Get(pid_t tid, pid_t pid) {
  auto entry = threads_.find(tid);
  if (entry != threads_.end() && entry->second->process->pid == pid) return entry->second;
  if (entry != threads_.end()) RemoveThread(tid);  // its number was given to another process

  std::shared_ptr<Process> process = FindProcess(pid);
  if (process == nullptr) process = NewProcess(pid);
  if (auto main = threads_.find(tid); main != threads_.end()) return main->second;
  auto thread = std::make_shared<Thread>(Thread{tid, process->name, process});
  if (tid != pid) thread->name = source_->ReadThreadName(pid, tid).value_or(process->name);
  ++process->threads;
  threads_.insert_or_assign(tid, thread);
  return thread;
}

void ThreadTable::OnFork(const Thread& parent, const ForkInfo& fork) {
  RemoveThread(fork.child_tid);  // a thread whose exit was lost
  auto child = std::make_shared<Thread>(Thread{fork.child_tid, parent.name, parent.process});
  if (fork.child_pid != parent.process->pid) {
    std::shared_ptr<Process> process = NewProcess(fork.child_pid);
    std::shared_ptr<FsState> own_fs = process->fs;
    std::shared_ptr<FdTable> own_fds = process->fds;
    *process = *parent.process;
    process->pid = fork.child_pid;
    process->parent_pid = fork.parent_pid;
    process->name = parent.name;
    process->threads = 0;
    if (!fork.shares_fs) {
      *own_fs = *parent.process->fs;
      process->fs = std::move(own_fs);
    }
    if (!fork.shares_files) {
      own_fds->CopyFrom(*parent.process->fds);
      process->fds = std::move(own_fds);
    }
    child->process = std::move(process);
  }
  ++child->process->threads;
  threads_.insert_or_assign(fork.child_tid, std::move(child));
}

void ThreadTable::OnExec(pid_t tid, pid_t pid, ExecInfo exec) {
  std::shared_ptr<Thread> thread = Get(tid, pid);
  Process& process = *thread->process;
  // The kernel unshares what the old program shared.
  if (process.fds.use_count() > 1) {
    auto own = std::make_shared<FdTable>(fd_totals_);
    own->CopyFrom(*process.fds);
    process.fds = std::move(own);
  }
  process.fds->CloseOnExec();
  process.name = std::move(exec.name);
  thread->name = process.name;
  process.exe_path = source_->ReadExePath(pid);
  if (process.exe_path.empty()) process.exe_path = AbsolutePath(process.fs->cwd, exec.file);
  process.args = std::move(exec.args);
  process.uid = exec.uid;
  process.parent_pid = exec.parent_pid;
  std::string container_id = source_->ReadContainerId(pid);
  if (!container_id.empty()) process.container_id = std::move(container_id);
}

void ThreadTable::RemoveThread(pid_t tid) {
  auto entry = threads_.find(tid);
  if (entry == threads_.end()) return;
  std::shared_ptr<Process> process = entry->second->process;
  threads_.erase(entry);
  if (--process->threads > 0) return;
  auto known = processes_.find(process->pid);
  // The number may name a newer process by now.
  if (known != processes_.end() && known->second == process) processes_.erase(known);
}

void ThreadTable::OnExit(pid_t tid, bool last_of_process) {
  auto entry = threads_.find(tid);
  if (entry == threads_.end()) return;
  std::shared_ptr<Process> process = entry->second->process;
  RemoveThread(tid);
  if (!last_of_process || process->threads == 0) return;
  // Exits of other threads were lost: what is left of them is found by the sweep.
  auto known = processes_.find(process->pid);
  if (known != processes_.end() && known->second == process) processes_.erase(known);
}

void ThreadTable::SetName(Thread& thread, absl::string_view name) {
  thread.name.assign(name.data(), name.size());
  if (thread.tid == thread.process->pid) thread.process->name = thread.name;
}

bool ThreadTable::Sweep(size_t budget) {
  if (to_sweep_.empty()) {
    to_sweep_.reserve(threads_.size());
    for (const auto& [tid, thread] : threads_) to_sweep_.push_back(tid);
  }
  for (; budget > 0 && !to_sweep_.empty(); --budget) {
    const pid_t tid = to_sweep_.back();
    to_sweep_.pop_back();
    auto entry = threads_.find(tid);
    if (entry == threads_.end()) continue;
    const bool missing = !source_->Exists(tid);
    if (missing && entry->second->missing) {
      RemoveThread(tid);
    } else {
      entry->second->missing = missing;
    }
  }
  return to_sweep_.empty();
}

}  // namespace bench::sensor
