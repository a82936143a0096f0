// The few fields of kernel structures that the probe reads. The loader finds their true offsets in
// the running kernel's BTF (CO-RE), so no header generated from some kernel is needed.
#ifndef WORKER_SENSOR_BPF_KERNEL_TYPES_H_
#define WORKER_SENSOR_BPF_KERNEL_TYPES_H_

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long r10, r9, r8, dx, si, di, orig_ax, cs;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
  unsigned long regs[31];
  unsigned long pstate;
  unsigned long orig_x0;
  int syscallno;
};
#else
#error "the probe knows x86-64 and arm64 only"
#endif

typedef struct {
  int counter;
} atomic_t;

struct signal_struct {
  atomic_t live;
};

struct mm_struct {
  unsigned long arg_start, arg_end;
};

struct task_struct {
  unsigned int flags;
  int pid, tgid;
  int exit_code;
  struct task_struct* real_parent;
  struct signal_struct* signal;
  struct mm_struct* mm;
  void* files;
  void* fs;
};

struct linux_binprm {
  const char* filename;
};

#pragma clang attribute pop

// From the kernel's UAPI; declared here so that no libc header is needed.
struct open_how_head {
  __u64 flags;
  __u64 mode;
};

#endif  // WORKER_SENSOR_BPF_KERNEL_TYPES_H_
