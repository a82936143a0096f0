// The reference sensor's kernel side: one event a captured syscall, at its exit, and one each for a
// fork, an exec and a thread's exit, into ring buffers that user space polls (no wakeups). Needs
// kernel >= 5.8 with BTF.
#include <linux/bpf.h>
//
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

// clang-format off
#include "kernel_types.h"
#include "event.h"
// clang-format on

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define PF_KTHREAD 0x00200000
#define PR_SET_NAME 15

// Set before loading: our own process is never an event.
const volatile __u32 own_pid = 0;

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, BENCH_MAX_SYSCALLS);
  __type(key, __u32);
  __type(value, struct bench_syscall);
} syscalls SEC(".maps");

// CPU -> its ring buffer; several CPUs share one. User space makes and sizes them.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
  __uint(max_entries, BENCH_MAX_CPUS);
  __type(key, __u32);
  __type(value, __u32);
} rings SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct bench_counters);
} counters SEC(".maps");

// Where events of variable length are put together. Programs run with preemption off, so a CPU
// needs one only. The slack lets the verifier bound every write by a mask.
#define MAX_DATA_BYTES 8191
#define SCRATCH_BYTES (MAX_DATA_BYTES + 1)
struct scratch {
  struct bench_event event;
  char data[SCRATCH_BYTES];
};
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct scratch);
} scratches SEC(".maps");

static __always_inline struct bench_counters* count_event(void) {
  __u32 zero = 0;
  struct bench_counters* c = bpf_map_lookup_elem(&counters, &zero);
  if (c) c->events++;
  return c;
}

static __always_inline void* this_cpus_ring(void) {
  __u32 cpu = bpf_get_smp_processor_id();
  return bpf_map_lookup_elem(&rings, &cpu);
}

static __always_inline struct scratch* this_cpus_scratch(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&scratches, &zero);
}

static __always_inline void fill_header(struct bench_event* e, __u16 type, long ret) {
  __u64 id = bpf_get_current_pid_tgid();
  e->boot_ns = bpf_ktime_get_boot_ns();
  e->tid = (__u32)id;
  e->pid = id >> 32;
  e->type = type;
  e->data_bytes = 0;
  e->uid = (__u32)bpf_get_current_uid_gid();
  e->ret = ret;
}

static __always_inline int is_own_process(void) {
  return (__u32)(bpf_get_current_pid_tgid() >> 32) == own_pid;
}

// An event without data, straight into the ring.
static __always_inline void send_fixed(__u16 type, __u32 drop_class, long ret, __s32 a0, __s32 a1,
                                       __s32 a2, __s32 a3) {
  struct bench_counters* c = count_event();
  void* ring = this_cpus_ring();
  if (!c || !ring) return;
  struct bench_event* e = bpf_ringbuf_reserve(ring, sizeof(*e), 0);
  if (!e) {
    c->buffer_drops[drop_class & 7]++;
    return;
  }
  fill_header(e, type, ret);
  e->args[0] = a0;
  e->args[1] = a1;
  e->args[2] = a2;
  e->args[3] = a3;
  bpf_ringbuf_submit(e, BPF_RB_NO_WAKEUP);
}

// At most `limit`, which is 2^n - 1. The barrier keeps the compiler from dropping the mask as
// needless: the verifier needs it.
static __always_inline __u64 bounded(__u64 value, __u64 limit) {
  if (value > limit) value = limit;
  asm volatile("" : "+r"(value));
  return value & limit;
}

// An event whose header, arguments and `data_bytes` bytes of data stand in the scratch.
static __always_inline void send_scratch(struct scratch* s, __u32 data_bytes, __u32 drop_class) {
  struct bench_counters* c = count_event();
  void* ring = this_cpus_ring();
  if (!c || !ring) return;
  s->event.data_bytes = (__u16)data_bytes;
  __u64 bytes = sizeof(s->event) + bounded(data_bytes, MAX_DATA_BYTES);
  if (bpf_ringbuf_output(ring, s, bytes, BPF_RB_NO_WAKEUP) != 0) c->buffer_drops[drop_class & 7]++;
}

static __always_inline unsigned long syscall_arg(struct pt_regs* regs, __u32 index) {
#if defined(__TARGET_ARCH_x86)
  switch (index) {
    case 0:
      return regs->di;
    case 1:
      return regs->si;
    case 2:
      return regs->dx;
    case 3:
      return regs->r10;
    case 4:
      return regs->r8;
    default:
      return regs->r9;
  }
#else
  switch (index) {
    case 0:
      return regs->orig_x0;
    case 1:
      return regs->regs[1];
    case 2:
      return regs->regs[2];
    case 3:
      return regs->regs[3];
    case 4:
      return regs->regs[4];
    default:
      return regs->regs[5];
  }
#endif
}

// The number, or one beyond the table for a caller of the 32-bit ABI (its numbers mean something
// else; int 0x80 from 64-bit code is not told apart).
static __always_inline __u32 syscall_number(struct pt_regs* regs) {
#if defined(__TARGET_ARCH_x86)
  return (regs->cs & 0xffff) == 0x33 ? (__u32)regs->orig_ax : BENCH_MAX_SYSCALLS;
#else
  return (regs->pstate & 0x10) ? BENCH_MAX_SYSCALLS : (__u32)regs->syscallno;
#endif
}

// A string of user space into data[at]; returns its bytes with the NUL, 1 for an unreadable one.
static __always_inline __u32 read_path(struct scratch* s, __u32 at, unsigned long address) {
  char* to = &s->data[at & 511];
  long n = bpf_probe_read_user_str(to, BENCH_PATH_BYTES, (const void*)address);
  if (n > 0 && n <= BENCH_PATH_BYTES) return (__u32)n;
  *to = 0;
  return 1;
}

static __always_inline __u32 read_sockaddr(struct scratch* s, unsigned long address,
                                           __u64 user_bytes) {
  __u64 bytes = bounded(user_bytes, BENCH_SOCKADDR_BYTES);
  if (address == 0 || bpf_probe_read_user(s->data, bytes, (const void*)address) != 0) return 0;
  return (__u32)bytes;
}

// The variable part, of the shape that the table asks for.
static __always_inline __u32 read_data(struct scratch* s, struct pt_regs* regs,
                                       const struct bench_syscall* call) {
  unsigned long first = syscall_arg(regs, call->path_arg);
  switch (call->shape) {
    case BENCH_SHAPE_PATH:
      return read_path(s, 0, first);
    case BENCH_SHAPE_TWO_PATHS: {
      __u32 n = read_path(s, 0, first);
      return n + read_path(s, n, syscall_arg(regs, call->second_path_arg));
    }
    case BENCH_SHAPE_SOCKADDR:
      return read_sockaddr(s, first, (__u32)syscall_arg(regs, 2));
    case BENCH_SHAPE_PEER: {
      __u32 bytes = 0;
      bpf_probe_read_user(&bytes, sizeof(bytes), (const void*)syscall_arg(regs, 2));
      return read_sockaddr(s, first, bytes);
    }
    case BENCH_SHAPE_OPEN_HOW: {
      struct open_how_head how = {};
      bpf_probe_read_user(&how, sizeof(how), (const void*)syscall_arg(regs, 2));
      s->event.args[2] = (__s32)how.flags;
      s->event.args[3] = (__s32)how.mode;
      return read_path(s, 0, first);
    }
    case BENCH_SHAPE_FD_PAIR:
      bpf_probe_read_user(s->event.args, 2 * sizeof(__s32), (const void*)first);
      return 0;
    case BENCH_SHAPE_PRCTL:
      return (__u32)syscall_arg(regs, 0) == PR_SET_NAME ? read_path(s, 0, first) : 0;
    default:
      return 0;
  }
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs* regs, long ret) {
  __u32 number = syscall_number(regs);
  const struct bench_syscall* call = bpf_map_lookup_elem(&syscalls, &number);
  if (!call || call->shape == BENCH_SHAPE_NOT_CAPTURED) return 0;
  if (is_own_process() || (ret == 0 && call->skip_zero_return)) return 0;

  __s32 a0 = (__s32)syscall_arg(regs, 0);
  __s32 a1 = (__s32)syscall_arg(regs, 1);
  __s32 a2 = (__s32)syscall_arg(regs, 2);
  __s32 a3 = (__s32)syscall_arg(regs, 3);
  if (call->shape == BENCH_SHAPE_FIXED) {
    send_fixed(call->type, call->drop_class, ret, a0, a1, a2, a3);
    return 0;
  }
  struct scratch* s = this_cpus_scratch();
  if (!s) return 0;
  fill_header(&s->event, call->type, ret);
  s->event.args[0] = a0;
  s->event.args[1] = a1;
  s->event.args[2] = a2;
  s->event.args[3] = a3;
  __u32 bytes = read_data(s, regs, call);
  send_scratch(s, bytes, call->drop_class);
  return 0;
}

// In the parent, before the child runs: so it stands before all events of the child.
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct* parent, struct task_struct* child) {
  if ((child->flags & PF_KTHREAD) || is_own_process()) return 0;
  __u32 shares = 0;
  if (child->files == parent->files) shares |= BENCH_FORK_SHARES_FILES;
  if (child->fs == parent->fs) shares |= BENCH_FORK_SHARES_FS;
  send_fixed(BENCH_TYPE_FORK, BENCH_CLASS_CLONE_FORK, 0, child->pid, child->tgid, shares,
             child->real_parent->tgid);
  return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct* task, int old_pid, struct linux_binprm* bprm) {
  if ((task->flags & PF_KTHREAD) || is_own_process()) return 0;
  struct scratch* s = this_cpus_scratch();
  if (!s) return 0;
  fill_header(&s->event, BENCH_TYPE_EXEC, 0);

  bpf_get_current_comm(s->data, BENCH_COMM_BYTES);
  __u32 at = BENCH_COMM_BYTES;
  long name = bpf_probe_read_kernel_str(&s->data[at], BENCH_PATH_BYTES, bprm->filename);
  __u32 name_bytes = name > 0 && name <= BENCH_PATH_BYTES ? (__u32)name : 0;
  at += name_bytes;

  unsigned long start = task->mm->arg_start;
  __u64 bytes = bounded(task->mm->arg_end - start, BENCH_CMDLINE_BYTES);
  if (bpf_probe_read_user(&s->data[at & 511], bytes, (const void*)start) != 0) bytes = 0;

  s->event.args[0] = task->real_parent->tgid;
  s->event.args[1] = (__s32)name_bytes;
  s->event.args[2] = (__s32)bytes;
  s->event.args[3] = old_pid;  // of a thread that replaced its whole process
  send_scratch(s, at + (__u32)bytes, BENCH_CLASS_EXECVE);
  return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct* task) {
  if ((task->flags & PF_KTHREAD) || is_own_process()) return 0;
  send_fixed(BENCH_TYPE_EXIT, BENCH_CLASS_PROC, 0, task->exit_code, task->signal->live.counter == 0,
             0, 0);
  return 0;
}
