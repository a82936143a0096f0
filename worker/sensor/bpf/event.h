// What the kernel side (probe.bpf.c) and the user side share: plain C, fixed layout, little code.
#ifndef WORKER_SENSOR_BPF_EVENT_H_
#define WORKER_SENSOR_BPF_EVENT_H_

#ifndef __bpf__
#include <linux/types.h>
#endif

#define BENCH_MAX_SYSCALLS 512    // entries of the table of interesting syscalls
#define BENCH_MAX_CPUS 1024       // possible CPUs that the probe can serve
#define BENCH_ARGS 4              // syscall arguments that each event carries, cut to 32 bits
#define BENCH_PATH_BYTES 256      // a longer path is cut, as are its rules
#define BENCH_SOCKADDR_BYTES 127  // a sockaddr_un has 110; 2^n - 1, for the verifier
#define BENCH_COMM_BYTES 16       // TASK_COMM_LEN
#define BENCH_CMDLINE_BYTES 4095  // of a new program's arguments; 2^n - 1

// How the variable part of an event is made.
enum bench_shape {
  BENCH_SHAPE_NOT_CAPTURED = 0,
  BENCH_SHAPE_FIXED,      // none: the arguments say all
  BENCH_SHAPE_PATH,       // one string
  BENCH_SHAPE_TWO_PATHS,  // two strings, each with its NUL
  BENCH_SHAPE_SOCKADDR,   // a sockaddr that the caller gave, its length in the third argument
  BENCH_SHAPE_PEER,       // a sockaddr that the kernel filled in, if asked to
  BENCH_SHAPE_OPEN_HOW,   // a path; flags and mode are read from struct open_how
  BENCH_SHAPE_FD_PAIR,    // none: two descriptors, read into args[0] and args[1]
  BENCH_SHAPE_PRCTL,      // the thread's new name, if it is being set
};

// By what a drop is counted: Falco's n_drops_buffer_*.
enum bench_class {
  BENCH_CLASS_OPEN = 0,
  BENCH_CLASS_CLOSE,
  BENCH_CLASS_CLONE_FORK,
  BENCH_CLASS_CONNECT,
  BENCH_CLASS_DIR_FILE,
  BENCH_CLASS_EXECVE,
  BENCH_CLASS_PROC,
  BENCH_CLASS_OTHER,
  BENCH_CLASSES,
};

// Event types that are no syscall of their own come first; the table in syscall_table.cc gives the
// numbers after them to syscalls.
enum bench_lifecycle_type {
  BENCH_TYPE_FORK = 1,
  BENCH_TYPE_EXEC = 2,
  BENCH_TYPE_EXIT = 3,
  BENCH_TYPE_FIRST_SYSCALL = 16,
};

// BENCH_TYPE_FORK, in args[2]: what parent and child hold in common.
#define BENCH_FORK_SHARES_FILES 1u
#define BENCH_FORK_SHARES_FS 2u

// Chosen by user space, an element a syscall number.
struct bench_syscall {
  __u16 type;       // goes into the event
  __u8 shape;       // enum bench_shape
  __u8 drop_class;  // enum bench_class
  __u8 path_arg;    // index of the (first) path or the sockaddr
  __u8 second_path_arg;
  // Of clone and execve another event already tells the return of 0: a fork, an exec.
  __u8 skip_zero_return;
  __u8 reserved;
};

// One event. `data_bytes` bytes of data follow; see enum bench_shape. For BENCH_TYPE_EXEC they are
// comm[BENCH_COMM_BYTES], then args[1] bytes of file name, then args[2] bytes of NUL-separated
// arguments. BENCH_TYPE_FORK: args = child tid, child pid, shares, child's parent pid.
// BENCH_TYPE_EXIT: args = exit code, 1 if it was the last thread of its process.
struct bench_event {
  __u64 boot_ns;  // CLOCK_BOOTTIME
  __u32 tid;      // ids as the initial PID namespace numbers them
  __u32 pid;      // the process (the kernel's tgid)
  __u16 type;
  __u16 data_bytes;
  __u32 uid;
  __s64 ret;
  __s32 args[BENCH_ARGS];
};

// Kept for each CPU, written by the kernel only, never reset.
struct bench_counters {
  __u64 events;                       // all of interest, dropped ones included
  __u64 buffer_drops[BENCH_CLASSES];  // for a full ring buffer
};

#endif  // WORKER_SENSOR_BPF_EVENT_H_
